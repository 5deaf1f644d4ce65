"""Two-stage detection and instance masks on another network's maps: Mask R-CNN (He et al. 2017, arXiv:1703.06870).

First a small network proposes regions that may hold something (Ren et al. 2015, arXiv:1506.01497), then each region is cut
from the maps (RoIAlign), named, its box corrected, and its mask drawn. Proposals and boxes are torchvision's own parts; the
mask branch is written out below. Departures: three levels (strides 8, 16, 32), 200 proposals, a box head of 256 instead of
1,024 numbers and two mask convolutions instead of four, so that it runs on a CPU.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.roi_heads import RoIHeads
from torchvision.models.detection.rpn import RegionProposalNetwork, RPNHead
from torchvision.ops import MultiScaleRoIAlign, box_iou, clip_boxes_to_image, roi_align

from cnn_core.models.blocks import within
from cnn_core.models.feature_pyramid import FeaturePyramid

LEVELS = 3
ANCHORS = ((16, 32), (64, 96), (144, 224))
ASPECTS = (0.5, 1.0, 2.0)
BOX_SIDE, MASK_SIDE = 7, 14
PROPOSALS = 200


@dataclass(frozen=True)
class Found:
    """What a two-stage detector says of one picture, before thresholds of one's own: the highest score first.

    Attributes:
        boxes: (n, 4) xyxy in input pixels, after suppression class by class.
        scores: (n,).
        labels: (n,) 1..K; 0 is background and never answered.
        masks: (n, 28, 28) probabilities 0..1 over each box.
        proposals: (m, 4) the regions of the first stage.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor
    masks: Tensor
    proposals: Tensor


class MaskRCNNHead(nn.Module):
    """See the module.

    Args:
        widths: channels of the base's last three maps, the finest first.
        width: channels of the pyramid.
        classes: K, without background.
        hidden: length of the vector that a region is turned into.
    """

    def __init__(self, widths: Sequence[int], width: int, classes: int, hidden: int = 256) -> None:
        super().__init__()
        self.pyramid = FeaturePyramid(widths, width)
        anchors = AnchorGenerator(ANCHORS, (ASPECTS,) * LEVELS)
        self.propose = RegionProposalNetwork(
            anchors, RPNHead(width, anchors.num_anchors_per_location()[0]),
            fg_iou_thresh=0.6, bg_iou_thresh=0.3, batch_size_per_image=128, positive_fraction=0.5,
            pre_nms_top_n={"training": 600, "testing": 600}, post_nms_top_n={"training": 200, "testing": PROPOSALS},
            nms_thresh=0.7,
        )  # fmt: skip
        names = [str(level) for level in range(LEVELS)]
        self.regions = RoIHeads(
            MultiScaleRoIAlign(names, BOX_SIDE, 2), TwoMLPHead(width * BOX_SIDE**2, hidden),
            FastRCNNPredictor(hidden, classes + 1),
            fg_iou_thresh=0.5, bg_iou_thresh=0.5, batch_size_per_image=64, positive_fraction=0.25, bbox_reg_weights=None,
            score_thresh=0.005, nms_thresh=0.4, detections_per_img=100,
        )  # fmt: skip
        self.mask_pool = MultiScaleRoIAlign(names, MASK_SIDE, 2)
        self.mask_head = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, 1), nn.ReLU(), nn.Conv2d(width, width, 3, 1, 1), nn.ReLU(),
            nn.ConvTranspose2d(width, width, 2, 2), nn.ReLU(), nn.Conv2d(width, classes, 1),
        )  # fmt: skip

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        proposing = {
            "conv": "3x3 convolution", "cls_logits": "is there an object", "bbox_pred": "corrections of the boxes",
        }  # fmt: skip
        return [
            *within("pyramid", self.pyramid.layers()),
            *(
                (f"propose.head.{name}@{level}", f"proposals, level {level + 1}: {words}")
                for level in range(LEVELS)
                for name, words in proposing.items()
            ),
            ("regions.box_head", "the best proposal's vector"),
            ("regions.box_predictor.cls_score", "the best proposal's class logits"),
            ("regions.box_predictor.bbox_pred", "the best proposal's corrections, by class"),
            ("mask_head.1", "mask of the first object: convolution 1"),
            ("mask_head.3", "mask of the first object: convolution 2"),
            ("mask_head.5", "mask of the first object: enlarged"),
            ("mask_head.6", "mask of the first object, by class"),
        ]

    def levels(self, maps: list[Tensor]) -> tuple[ImageList, "OrderedDict[str, Tensor]", list[tuple[int, int]]]:
        """The base's maps -> what torchvision's parts want: the pictures' shape, named levels, sizes."""
        levels = self.pyramid(maps[-LEVELS:])
        height, width = 8 * levels[0].shape[-2], 8 * levels[0].shape[-1]
        sizes = [(height, width)] * len(levels[0])
        pictures = ImageList(levels[0].new_zeros(len(sizes), 3, height, width), sizes)
        return pictures, OrderedDict((str(k), level) for k, level in enumerate(levels)), sizes

    def forward(self, maps: list[Tensor]) -> list[Found]:
        """The base's maps [(N, C, h, w), ...] of N pictures -> what is found in each."""
        pictures, levels, sizes = self.levels(maps)
        proposals, _ = self.propose(pictures, levels)
        answers, _ = self.regions(levels, proposals, sizes)
        drawn = self.masks(levels, [a["boxes"] for a in answers], [a["labels"] for a in answers], sizes)
        parts = zip(answers, drawn, proposals, strict=True)
        return [Found(a["boxes"], a["scores"], a["labels"], masks, regions) for a, masks, regions in parts]

    def considered(self, maps: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """One picture's second stage before any threshold or suppression.

        Returns:
            scores (m, K), boxes (m, K, 4) xyxy in input pixels, one for each class, and proposals (m, 4) they came from.
        """
        pictures, levels, sizes = self.levels(maps)
        proposals, _ = self.propose(pictures, levels)
        return (*self.name_regions(levels, proposals, sizes), proposals[0])

    def name_regions(
        self, levels: "OrderedDict[str, Tensor]", proposals: list[Tensor], sizes: list[tuple[int, int]]
    ) -> tuple[Tensor, Tensor]:
        """Scores (m, K) and boxes (m, K, 4), one for each class, of one picture's m regions: what each costs at the end."""
        features = self.regions.box_head(self.regions.box_roi_pool(levels, proposals, sizes))
        logits, corrections = self.regions.box_predictor(features)
        boxes = self.regions.box_coder.decode(corrections, proposals)
        return logits.softmax(1)[:, 1:], clip_boxes_to_image(boxes[:, 1:], sizes[0])

    def masks(
        self, levels: "OrderedDict[str, Tensor]", boxes: list[Tensor], labels: list[Tensor], sizes: list[tuple[int, int]]
    ) -> list[Tensor]:
        """For each picture the masks (n, 28, 28) of its boxes, each in the channel of its own class."""
        logits = self.mask_head(self.mask_pool(levels, boxes, sizes))
        chosen = torch.cat(labels) - 1  # (n of all pictures,)
        own = logits[torch.arange(len(logits), device=logits.device), chosen].sigmoid()
        return list(own.split([len(part) for part in boxes]))

    def losses(self, maps: list[Tensor], targets: list[dict[str, Tensor]]) -> dict[str, Tensor]:
        """All losses of a batch, each a scalar to be added.

        Args:
            maps: the base's maps.
            targets: for each picture boxes (n, 4), labels (n,) 1..K, masks (n, H, W) uint8, and instance (n,) bool: whether
                the mask is to be learned.
        """
        pictures, levels, sizes = self.levels(maps)
        proposals, first = self.propose(pictures, levels, targets)
        _, second = self.regions(levels, proposals, sizes, targets)
        return {**first, **second, "loss_mask": self.mask_loss(levels, proposals, targets, sizes)}

    def mask_loss(
        self,
        levels: "OrderedDict[str, Tensor]",
        proposals: list[Tensor],
        targets: list[dict[str, Tensor]],
        sizes: list[tuple[int, int]],
        most: int = 16,
    ) -> Tensor:
        """Binary cross-entropy of the masks of regions that overlap an object with a known mask, in its class's channel."""
        chosen, wanted, kinds = [], [], []
        for regions, target in zip(proposals, targets, strict=True):
            known = target["instance"].nonzero()[:, 0]
            regions = torch.cat([regions.detach(), target["boxes"][known]])  # (regions + m, 4)
            overlap, number = box_iou(regions, target["boxes"][known]).max(1) if len(known) else (regions[:, 0] * 0, None)
            good = (overlap >= 0.5).nonzero()[:, 0][-most:]  # the objects' own boxes stand last
            chosen.append(regions[good])
            if number is not None and len(good):
                objects = known[number[good]]
                rows = torch.cat([objects[:, None].to(regions.dtype), regions[good]], 1)  # (k, 5)
                true = roi_align(target["masks"][:, None].to(regions.dtype), rows, 2 * MASK_SIDE, 1.0)
                wanted.append((true[:, 0] >= 0.5).float())
                kinds.append(target["labels"][objects] - 1)
        if not wanted:
            return sum(parameter.sum() for parameter in self.mask_head.parameters()) * 0.0  # type: ignore[return-value]
        logits = self.mask_head(self.mask_pool(levels, chosen, sizes)).float()
        own = logits[torch.arange(len(logits), device=logits.device), torch.cat(kinds)]
        return F.binary_cross_entropy_with_logits(own, torch.cat(wanted))


build = MaskRCNNHead
