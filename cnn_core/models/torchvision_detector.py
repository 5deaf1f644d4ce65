"""A detector of torchvision's, at full size: Faster R-CNN (Ren et al. 2015, arXiv:1506.01497), Mask R-CNN (He et al. 2017,
arXiv:1703.06870) and SSDLite (Liu et al. 2016, arXiv:1512.02325; Howard et al. 2019, arXiv:1905.02244).

torchvision's networks resize the picture and the answers themselves. Here they get the picture as our tasks prepare it and
answer in the input's pixels, so that one place alone knows the way back to the upload. COCO's list of classes has holes
("N/A") and begins with the background: both are left out, and the rest is numbered anew.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models import get_model, get_model_weights
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import clip_boxes_to_image

from cnn_core.models.mask_rcnn_head import Found

NOT_CLASSES = ("__background__", "N/A")


def known_classes(categories: Sequence[str]) -> list[int]:
    """The numbers of those categories that are classes."""
    return [k for k, name in enumerate(categories) if name not in NOT_CLASSES]


class TorchvisionDetector(nn.Module):
    """What one and two stages share.

    Args:
        net: torchvision's network.
        known: the numbers of its categories that are classes.
    """

    net: Any

    def __init__(self, net: nn.Module, known: list[int]) -> None:
        super().__init__()
        self.net = net
        self.known = known
        for module in self.net.modules():  # so that a look at a layer sees that layer
            if hasattr(module, "inplace"):
                module.inplace = False

    def forward(self, x: Tensor) -> Any:
        """One normalised picture (1, 3, H, W) -> all that is considered in it."""
        return self.considered(x)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        modules = dict(self.named_modules())
        trunk = next(name for name in ("net.backbone.body", "net.backbone.features") if name in modules)
        stages = [(f"{trunk}.{name}", f"backbone, {name}") for name, _ in modules[trunk].named_children()]
        return [*stages, *((name, words) for name, words in self.ends() if name.partition("@")[0] in modules)]

    def ends(self) -> list[tuple[str, str]]:
        """The same of what follows the backbone; those that this network has not are left out."""
        raise NotImplementedError

    def considered(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """All that is considered in one picture (1, 3, H, W), before any threshold or suppression.

        Returns:
            scores (m, K), boxes (m, K, 4) xyxy in input pixels, and the proposals or anchors (m, 4) that they came from.
        """
        raise NotImplementedError


class TwoStages(TorchvisionDetector):
    """Regions are proposed first; each is then classified, its box corrected and, by Mask R-CNN, its mask drawn."""

    def ends(self) -> list[tuple[str, str]]:
        """See ``TorchvisionDetector.ends``."""
        return [
            *((f"net.backbone.fpn.layer_blocks.{k}", f"pyramid, level {k + 1}") for k in range(4)),
            ("net.rpn.head.cls_logits@0", "proposals, level 1: is there an object"),
            ("net.roi_heads.box_head", "the best proposal's vector"),
            ("net.roi_heads.box_predictor.cls_score", "the best proposal's class logits, background first"),
            ("net.roi_heads.mask_head", "mask of the first object: convolutions"),
            ("net.roi_heads.mask_predictor", "mask of the first object, by class"),
        ]

    def considered(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See ``TorchvisionDetector.considered``: every class corrects a proposal's box in its own way."""
        maps, proposals, sizes = self._propose(x)
        heads = self.net.roi_heads
        logits, corrections = heads.box_predictor(heads.box_head(heads.box_roi_pool(maps, proposals, sizes)))
        boxes = heads.box_coder.decode(corrections, proposals)  # (m, K', 4), K' with background and holes
        return logits.softmax(1)[:, self.known], clip_boxes_to_image(boxes[:, self.known], sizes[0]), proposals[0]

    def forward(self, x: Tensor) -> Any:
        """Normalised pictures (N, 3, H, W) -> what torchvision's thresholds and suppression leave in each, as ``Found``.

        Without a branch for masks: all that is considered in one picture.
        """
        if not self.net.roi_heads.has_mask():
            return self.considered(x)
        maps, proposals, sizes = self._propose(x)
        answers, _ = self.net.roi_heads(maps, proposals, sizes)
        return [self._renumber(answer, regions) for answer, regions in zip(answers, proposals, strict=True)]

    def _propose(self, x: Tensor) -> tuple[dict[str, Tensor], list[Tensor], list[tuple[int, int]]]:
        """The first stage: feature maps by name, proposals (m, 4) a picture, and the pictures' (height, width)."""
        sizes = [(x.shape[-2], x.shape[-1])] * len(x)
        maps = self.net.backbone(x)
        return maps, self.net.rpn(ImageList(x, sizes), maps)[0], sizes

    def _renumber(self, answer: dict[str, Tensor], proposals: Tensor) -> Found:
        """One picture's answer with labels 1..K, as ``mask_rcnn_head.Found`` wants them; what is no class is left out."""
        places = torch.zeros(max(self.known) + 1, dtype=torch.long, device=proposals.device)
        places[self.known] = torch.arange(1, len(self.known) + 1, device=proposals.device)
        labels = places[answer["labels"]]
        masks = answer["masks"][:, 0]  # (n, 1, 28, 28) -> (n, 28, 28)
        there = labels > 0
        return Found(answer["boxes"][there], answer["scores"][there], labels[there], masks[there], proposals)


class OneStage(TorchvisionDetector):
    """Every anchor of several feature maps answers at once, with a softmax over the classes and the background."""

    def ends(self) -> list[tuple[str, str]]:
        """See ``TorchvisionDetector.ends``."""
        heads = {"classification_head": "class logits", "regression_head": "corrections of the boxes"}
        return [
            (f"net.head.{name}.module_list.{k}", f"level {k + 1}: {words}")
            for k in range(6)
            for name, words in heads.items()
        ]

    def considered(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See ``TorchvisionDetector.considered``: all classes share an anchor's box."""
        size = (x.shape[-2], x.shape[-1])
        maps = list(self.net.backbone(x).values())
        answers = self.net.head(maps)
        (anchors,) = self.net.anchor_generator(ImageList(x, [size]), maps)  # (m, 4)
        boxes = clip_boxes_to_image(self.net.box_coder.decode_single(answers["bbox_regression"][0], anchors), size)
        scores = answers["cls_logits"][0].softmax(1)[:, self.known]  # (m, K') -> (m, K)
        return scores, boxes[:, None].expand(-1, len(self.known), -1), anchors  # (m, 4) -> (m, K, 4)


def build(name: str, norm_epsilon: float | None = None) -> TorchvisionDetector:
    """The untrained detector that torchvision calls ``name``.

    Args:
        name: as in torchvision.
        norm_epsilon: what its normalisations add to a variance, if not torch's own.
    """
    net = get_model(name, weights=None, weights_backbone=None)
    if norm_epsilon is not None:
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = norm_epsilon
    known = known_classes(get_model_weights(name).DEFAULT.meta["categories"])
    return TwoStages(net, known) if isinstance(net, GeneralizedRCNN) else OneStage(net, known)
