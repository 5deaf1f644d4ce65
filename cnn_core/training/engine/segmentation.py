"""What all recipes of class masks share: a decoder on the detector's frozen maps, and how it is measured."""

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
from cnn_core.training.data.voc import IGNORE, Scene, multi_hot
from cnn_core.training.engine.heads import HeadCycle, HeadRecipe, Measured
from cnn_core.training.losses.segmentation import mask_loss

BACKGROUND = "background"
LIMITS = (
    "It knows 20 classes of PASCAL VOC; everything else is background to it.",
    "It learned from about 3,300 outlined photographs, none of them of a car or a train: for those, masks were guessed from "
    "boxes. Thin parts (legs, bicycle frames) and classes with few photographs come out badly.",
    "It does not tell two objects of one class apart.",
)


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
        self, weights: str, title: str, architecture: str, arguments: dict[str, Any], stages: int, cycle: HeadCycle
    ) -> None:
        self.weights, self.title, self.architecture = weights, title, architecture
        self.decoder, self.stages, self.cycles = arguments, stages, (cycle,)

    def own_arguments(self, classes: int, options: Options) -> dict[str, Any]:
        """What this head is built with beside the widths of the feature maps below it."""
        return {**self.decoder, "outputs": 1 + classes}

    def classes(self, names: list[str]) -> list[str]:
        """The class names of the card, the background first."""
        return [BACKGROUND, *names]

    def loss(self, model: Any, views: list[View], x: Tensor, classes: int, seed: int) -> dict[str, Tensor]:
        """Cross-entropy and Dice of the masks and, with a context branch, of the classes present."""
        maps = model.maps(x)
        losses = mask_loss(
            model.head(maps), torch.stack([view.mask for view in views]).to(x.device), self.step, self.background
        )
        if not self.decoder.get("context"):
            return losses
        target = torch.stack([multi_hot(view.labels, classes) for view in views]).to(x.device)
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
        """The card's line up to its first full stop."""
        return f"A decoder trained here on {pictures:,} photographs of PASCAL VOC; mean IoU {figures['miou']:.1%}"
