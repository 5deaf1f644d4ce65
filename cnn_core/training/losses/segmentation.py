"""What all recipes of class masks share: a decoder on the detector's frozen maps, its losses, and how it is measured."""

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torchmetrics.classification import MulticlassJaccardIndex

from cnn_core.tasks.preprocessing import prepare
from cnn_core.tasks.semantic_segmentation import choose_classes, crop_to_picture
from cnn_core.training.augment.scenes import View
from cnn_core.training.command import Options
from cnn_core.training.data.voc import IGNORE, Scene, present
from cnn_core.training.engine.heads import Cycle, HeadRecipe, Measured

BACKGROUND = "background"
LIMITS = (
    "It knows 20 classes of PASCAL VOC; everything else is background to it.",
    "It learned from about 3,300 outlined photographs, none of them of a car or a train: for those, masks were guessed from "
    "boxes. Thin parts (legs, bicycle frames) and classes with few photographs come out badly.",
    "It does not tell two objects of one class apart.",
)


def mask_loss(logits: Tensor, true: Tensor, step: int = 1, background: float = 1.0) -> dict[str, Tensor]:
    """Cross-entropy and soft Dice of class masks, both without the pixels to be ignored: {"entropy", "dice"}.

    Dice (Milletari et al. 2016, arXiv:1606.04797) counts every class that is there alike, however small.

    Args:
        logits: (N, K, h, w).
        true: (N, H, W) uint8; the logits are enlarged to it.
        background: how much a pixel of class 0 counts in the cross-entropy.
        step: of the rows and columns every how manieth counts; 2 leaves a quarter of the pixels.
    """
    logits = F.interpolate(logits.float(), true.shape[-2:], mode="bilinear", align_corners=False)[..., ::step, ::step]
    target = true[..., ::step, ::step].long()
    known = target != IGNORE
    weight = torch.ones(logits.shape[1], device=logits.device)
    weight[0] = background
    entropy = F.cross_entropy(logits, target, weight, ignore_index=IGNORE, reduction="sum")
    entropy = entropy / (weight[torch.where(known, target, 0)] * known).sum().clamp(min=1e-3)
    share = logits.softmax(1) * known[:, None]
    wanted = F.one_hot(torch.where(known, target, 0), logits.shape[1]).movedim(-1, 1) * known[:, None]
    both, sizes = (share * wanted).sum((0, 2, 3)), (share + wanted).sum((0, 2, 3))
    there = wanted.sum((0, 2, 3)) > 0
    dice = (1 - 2 * both / sizes.clamp(min=1))[there].mean() if there.any() else share.sum() * 0
    return {"entropy": entropy, "dice": dice}


class SegmentationRecipe(HeadRecipe):
    """A decoder of class masks: one class, or background, for each pixel.

    Args:
        weights, title: names for the files and for people.
        architecture, arguments: for ``build_model``; widths and classes are added.
        stages: how many of the base's last maps the decoder uses.
        cycle: how long, how fast and on what.
    """

    step = 2
    """Of the masks' rows and columns every second is learned from."""
    background = 0.5
    """Objects are smaller than what is around them; the mean IoU counts them alike."""
    masks = False
    longest = 288
    task = "semantic_segmentation"
    limits: tuple[str, ...] = LIMITS

    def __init__(
        self, weights: str, title: str, architecture: str, arguments: dict[str, Any], stages: int, cycle: Cycle
    ) -> None:
        self.weights, self.title, self.architecture = weights, title, architecture
        self.decoder, self.stages, self.cycles = arguments, stages, (cycle,)

    def own_arguments(self, classes: int, options: Options) -> dict[str, Any]:
        """See ``HeadRecipe``."""
        return {**self.decoder, "outputs": 1 + classes}

    def classes(self, names: list[str]) -> list[str]:
        """See ``HeadRecipe``."""
        return [BACKGROUND, *names]

    def loss(self, model: Any, views: list[View], x: Tensor, classes: int, seed: int) -> dict[str, Tensor]:
        """See ``HeadRecipe``."""
        maps = model.maps(x)
        losses = mask_loss(
            model.head(maps), torch.stack([view.mask for view in views]).to(x.device), self.step, self.background
        )
        if not self.decoder.get("context"):
            return losses
        target = torch.stack([present(view.labels, classes) for view in views]).to(x.device)
        return {**losses, "present": F.binary_cross_entropy_with_logits(model.head.presence(maps).float(), target)}

    def measure(self, model: Any, held_out: list[Scene], names: list[str], options: Options) -> Measured:
        """Mean intersection over union of the classes, in the photographs' own pixels, as the app segments them."""
        metric = MulticlassJaccardIndex(num_classes=1 + len(names), ignore_index=IGNORE)
        for scene in held_out:
            ready = prepare(scene.picture.permute(1, 2, 0).numpy(), self.form(options))
            x, placement = ready.x, ready.placement
            found = choose_classes(crop_to_picture(model(x.to(options.device)), placement), placement)
            metric.update(torch.from_numpy(found)[None].long(), scene.mask[None].long())  # type: ignore[index]
        return len(held_out), {"miou": float(metric.compute())}, {}

    def sentence(self, figures: Mapping[str, float], pictures: int) -> str:
        """See ``HeadRecipe``."""
        return f"A decoder trained here on {pictures:,} photographs of PASCAL VOC; mean IoU {figures['miou']:.1%}"
