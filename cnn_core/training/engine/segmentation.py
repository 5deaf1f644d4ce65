"""What all recipes of class masks share: a decoder on the detector's frozen maps, and how it is measured."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torchmetrics import Metric
from torchmetrics.classification import MulticlassJaccardIndex

from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import prepare
from cnn_core.tasks.semantic_segmentation import choose_classes, crop_to_picture
from cnn_core.training.augment.scenes import View
from cnn_core.training.command import Options
from cnn_core.training.data.flickr8k import read_flickr8k
from cnn_core.training.data.kept import make_or_read
from cnn_core.training.data.teacher_masks import TEACHER, DrawnMasks, bare_scene, draw_masks, put_on, speaks_of
from cnn_core.training.data.voc import IGNORE, Scene, multi_hot
from cnn_core.training.engine.certainty import judge_pixels, pixel_certainty
from cnn_core.training.engine.heads import HeadCycle, HeadRecipe, HeadViews, Measured
from cnn_core.training.losses.segmentation import mask_loss

BACKGROUND = "background"
TAUGHT_DATA = {
    "name": "PASCAL VOC 2007/2012 subset, and some of Flickr8k",
    "source": "Everingham et al., masks VOC2012 and SBD (Hariharan et al. 2011); Hodosh et al. 2013; masks of photographs "
    "that nobody outlined from ESPNetv2 (MIT, sacmehta/EdgeNets), taught by PASCAL VOC",
    "terms": "non-commercial research and education",
}
LIMITS = (
    "It knows 20 classes of PASCAL VOC; everything else is background to it.",
    "It learned from about 3,300 photographs that people outlined, none of them of a car or a train, and from 2,700 that "
    "another network did. Thin parts (legs, bicycle frames) and classes with few photographs come out badly.",
    "It does not tell two objects of one class apart.",
)


def outline_all(scenes: list[Scene], options: Options) -> list[Scene]:
    """Photographs with masks: people's, else the teacher's; and those of Flickr8k that show what VOC has little of."""
    if options.data is None:
        return scenes
    flickr = read_flickr8k(options.data / "flickr8k" / "flickr8k.zip", "train")
    pairs = zip(flickr.pictures, flickr.captions, strict=True)
    rare = [bare_scene(picture.permute(2, 0, 1)) for picture, sentences in pairs if speaks_of(sentences)]  # (3, S, S)
    bare = [scene for scene in scenes if scene.mask is None]
    taught = [*teach(bare, "voc20", options), *teach(rare, "flickr8k", options)]
    return [*(scene for scene in scenes if scene.mask is not None), *taught]


def teach(scenes: list[Scene], name: str, options: Options) -> list[Scene]:
    """Photographs with the teacher's masks, which are drawn once and kept with the checkpoints."""
    assert options.data is not None
    teacher = options.data / "teachers" / TEACHER
    drawn = make_or_read(options.runs, f"espnet_masks_{name}", DrawnMasks, lambda: draw_masks(scenes, teacher)).masks
    return [put_on(scene, mask) for scene, mask in zip(scenes, drawn, strict=True)]


def measure_pixels(
    model: Any, scenes: Sequence[Scene], form: Preprocessing, device: torch.device, metrics: Sequence[Metric]
) -> dict[str, float]:
    """Segments photographs as the app does: shows each metric what was found and what is there, (1, H, W) int64 each.

    Returns:
        The card's table of how far the pixels' probabilities can be believed.
    """

    def answers() -> Iterator[tuple[Tensor, Tensor]]:
        for scene in scenes:
            assert scene.mask is not None
            ready = prepare(scene.picture.permute(1, 2, 0).numpy(), form)  # (3, H, W) -> (H, W, 3)
            inside = crop_to_picture(model(ready.x.to(device)), ready.placement)
            found = torch.from_numpy(choose_classes(inside, ready.placement))
            for metric in metrics:
                metric.update(found[None].long(), scene.mask[None].long())
            yield inside.cpu(), scene.mask

    return pixel_certainty(judge_pixels(answers()))


class SegmentationRecipe(HeadRecipe):
    """A decoder of class masks: one class, or background, for each pixel.

    Args:
        weights, title: names for the files and for people.
        architecture, arguments: for ``build_model``; widths and classes are added.
        stages: how many of the base's last maps the decoder uses.
        cycles: how long, how fast and on what, one after the other.
    """

    step = 2
    """Of the masks' rows and columns every second is learned from."""
    background = 0.5
    """Objects are smaller than what is around them; the mean IoU counts them alike."""
    masks = False
    longest = 288
    task = "semantic_segmentation"
    limits: tuple[str, ...] = LIMITS
    data_entry = TAUGHT_DATA

    def __init__(
        self,
        weights: str,
        title: str,
        architecture: str,
        arguments: dict[str, Any],
        stages: int,
        cycles: tuple[HeadCycle, ...],
    ) -> None:
        self.weights, self.title, self.architecture = weights, title, architecture
        self.decoder, self.stages, self.cycles = arguments, stages, cycles

    def own_arguments(self, classes: int, options: Options) -> dict[str, Any]:
        """What this head is built with beside the widths of the feature maps below it."""
        return {**self.decoder, "outputs": 1 + classes}

    def select(self, data: list[Scene], views: HeadViews, options: Options) -> list[Scene]:
        """The photographs that one cycle learns from."""
        return outline_all(data, options) if views.taught else data

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
        pixels = measure_pixels(model, held_out, self.form(options), options.device, [metric])
        return len(held_out), {"miou": float(metric.compute())}, {"pixels": pixels}

    def sentence(self, figures: Mapping[str, float], pictures: int) -> str:
        """The card's line up to its first full stop."""
        learned_from = f"{pictures:,} photographs, most of them of PASCAL VOC"
        return f"A decoder trained here on {learned_from}; mean IoU {figures['miou']:.1%}"
