"""A one-stage detector learns on: VOC's boxes, and what a public detector says of photographs that nobody labelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.images.opening import to_png
from cnn_core.models import build_model
from cnn_core.models.fcos import FCOS
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training.augment.scenes import View, Views
from cnn_core.training.command import Options
from cnn_core.training.data.labelled import shard_files
from cnn_core.training.data.taught_scenes import (
    SURE,
    VOC_CLASSES,
    VOC_NAMES,
    Boxes,
    TaughtScenes,
    joined,
    read_answers,
    together,
    true_boxes,
)
from cnn_core.training.data.teacher_answers import COCO
from cnn_core.training.data.voc import IGNORE, Scene, class_names, make_scenes, read_scenes
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, quick_plan
from cnn_core.training.engine.detection import precision
from cnn_core.training.engine.loop import Trainer
from cnn_core.training.losses.distillation import taught_fcos_loss

OTHERS = ("flickr8k", "caltech")
"""The packs of photographs, beside VOC's, that the teacher labelled."""
EVERY = 3
"""While it trains, it is measured on each third held-out photograph."""
RARE = 0.03


@dataclass(frozen=True)
class TaughtViews:
    """What is learned from.

    Attributes:
        sizes: (end of the phase as a share of the cycle, pixels of its views).
        mosaic: share of views put together from four photographs.
        voc: how often VOC's photographs come for each time of the others; the others are mostly portraits of one thing.
    """

    sizes: tuple[tuple[float, int], ...]
    mosaic: float
    voc: int = 1


class WithMasks(nn.Module):
    """The detector with class masks, which are only there while it learns."""

    def __init__(self, detector: FCOS, width: int) -> None:
        super().__init__()
        self.detector = detector
        self.masks = nn.Conv2d(width, 1 + len(VOC_CLASSES), 1)

    def forward(self, x: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
        """Pictures (N, 3, H, W) -> the detector's answers, mask logits (N, 21, H/8, W/8)."""
        levels = self.detector.pyramid(self.detector.maps(x)[-3:])
        return self.detector.head(levels, self.detector.strides(x, levels)), self.masks(levels[0])


@dataclass(frozen=True)
class TaughtData:
    """The photographs of a training: VOC's, which have true boxes and masks, and those that only the teacher labelled."""

    voc: TaughtScenes
    others: list[TaughtScenes]

    def all(self) -> TaughtScenes:
        """All photographs as one, VOC's first."""
        return joined([self.voc, *self.others])

    def epoch(self, voc: int) -> list[int]:
        """The photographs of an epoch by number in ``all``: rare classes often, VOC's ``voc`` times as often."""
        own = range(len(self.voc))
        return [k for k in self.all().rarest(RARE) for _ in range(voc if k in own else 1)]


def read_taught(data: Path) -> TaughtData:
    """VOC's photographs and those of OTHERS under DATA/scenes with their answers (``pack_scenes``, ``teacher_answers``)."""
    archive, packs = data / "voc20" / "voc20.zip", data / "scenes"
    names = class_names(archive)
    boxes, masks = [], []
    for scene, found in zip(read_scenes(archive, "train"), read_answers(packs / "voc20.answers.npz"), strict=True):
        boxes.append(together(true_boxes(scene, names), found))
        masks.append(scene.mask)
    voc = TaughtScenes(shard_files(packs / "voc20.npz"), boxes, masks)
    others = [
        TaughtScenes(shard_files(packs / f"{name}.npz"), list(read_answers(packs / f"{name}.answers.npz")))
        for name in OTHERS
    ]
    return TaughtData(voc, others)


def made_taught(seed: int) -> TaughtData:
    """A few made scenes of three classes, to try the recipe out without data."""
    scenes = make_scenes(8, 3, seed)
    files = [to_png(scene.picture.permute(1, 2, 0).numpy()) for scene in scenes]
    boxes = [Boxes(scene.boxes, F.one_hot(scene.labels, len(VOC_NAMES)).half()) for scene in scenes]
    made = TaughtScenes(files, boxes, [scene.mask for scene in scenes])
    return TaughtData(made, [made])


def with_classes(detector: FCOS, arguments: dict[str, Any], classes: int, rows: Tensor, places: Tensor) -> FCOS:
    """The detector with other classes: all but the class logits is its own, and of those what ``rows`` says.

    Args:
        detector: an ``FCOS``.
        arguments: it was built with, without the classes.
        classes: K of the new one.
        rows: (n,) the old classes that go along.
        places: (n,) their numbers in the new one; its other classes are untrained.
    """
    other: Any = build_model("fcos", {"classes": classes, **arguments})
    state, own = detector.state_dict(), other.state_dict()
    for name, value in state.items():
        if name.startswith("class_logits."):
            own[name][places] = value[rows].to(own[name])
        else:
            own[name] = value.to(own[name])
    other.load_state_dict(own)
    found: FCOS = other
    return found


def losses_of(answers: tuple[Tensor, ...], masks: Tensor, views: Sequence[View], scores: Tensor) -> dict[str, Tensor]:
    """The detector's three losses and that of its class masks, by name.

    Args:
        answers, masks: what ``WithMasks`` returns.
        views: of the batch; their labels are rows of ``scores``.
        scores: (R, K), see ``TaughtScenes``.
    """
    place = masks.device
    boxes, rows = [view.boxes.to(place) for view in views], [scores[view.labels].float().to(place) for view in views]
    losses = taught_fcos_loss(answers, boxes, rows, SURE)
    true = torch.stack([view.mask for view in views]).to(place)  # (N, S, S)
    coarse = F.interpolate(true[:, None].float(), masks.shape[-2:], mode="nearest")[:, 0].long()  # (N, h, w)
    known = (coarse != IGNORE).sum().clamp(min=1)
    losses["masks"] = F.cross_entropy(masks.float(), coarse, ignore_index=IGNORE, reduction="sum") / known
    return losses


@dataclass(frozen=True)
class Teaching:
    """One cycle in which a trained detector learns on, from a teacher's answers as well as from true boxes.

    Attributes:
        weights: whose checkpoints are written.
        number: of the cycle in the whole training.
        cycle: how long, how fast, and on what.
        form: what the detector is given in use.
        seed: of the new weights and of all that is drawn.
    """

    weights: str
    number: int
    cycle: Cycle[TaughtViews]
    form: Preprocessing
    seed: int = 1

    def learn(
        self, detector: FCOS, arguments: dict[str, Any], names: Sequence[str], held_out: Sequence[Scene], options: Options
    ) -> Trainer:
        """Trains (or resumes) a copy of the detector that knows COCO's 80 classes; see ``narrowed`` for the way back."""
        torch.manual_seed(self.seed)
        columns = columns_of(names)
        wide = with_classes(detector, arguments, len(COCO), torch.arange(len(names)), torch.tensor(columns))
        model = WithMasks(wide, arguments["width"])
        trainer = self.trainer(model, made_taught(self.seed) if options.data is None else read_taught(options.data), options)
        trainer.run(
            lambda network: precision(network.detector, held_out[::EVERY], self.form, options.device, columns)  # type: ignore[arg-type]
        )
        return trainer

    def trainer(self, model: WithMasks, data: TaughtData, options: Options) -> Trainer:
        """A trainer of ``model``."""
        kind = self.cycle.batches
        scenes, order = data.all(), data.epoch(kind.voc)
        phases = [(end, Views(scenes, 64 if options.quick else size, kind.mosaic)) for end, size in kind.sizes]

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + self.seed)
            views = next(views for end, views in phases if progress <= end)
            batch = [views.make(order[k]) for k in indices.tolist()]
            pictures = torch.stack([view.picture for view in batch])  # (N, 3, S, S)
            x = normalise(pictures.to(options.device), self.form).contiguous(memory_format=torch.channels_last)
            answers, masks = model(x)
            losses = losses_of(answers, masks, batch, scenes.scores)
            return sum(losses.values()), {name: value.detach() for name, value in losses.items()}  # type: ignore[return-value]

        plan, checkpoint = quick_plan(self.cycle.plan, options, batch=4), checkpoint_of(self.weights, self.number, options)
        return Trainer(model, len(order), loss, plan, options.device, self.seed, checkpoint)


def columns_of(names: Sequence[str]) -> list[int]:
    """The numbers of VOC's classes among COCO's 80; of made classes, which have no names there, the first."""
    return [VOC_NAMES.index(name) if name in VOC_NAMES else k for k, name in enumerate(names)]


def narrowed(detector: FCOS, arguments: dict[str, Any], names: Sequence[str]) -> FCOS:
    """A detector of COCO's 80 classes with VOC's alone: nobody could measure it on the others here."""
    return with_classes(detector, arguments, len(names), torch.tensor(columns_of(names)), torch.arange(len(names)))
