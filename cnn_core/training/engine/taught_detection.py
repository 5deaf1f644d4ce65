"""Trains a one-stage detector on VOC's boxes and on what a public detector says of many more photographs."""

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
from cnn_core.runtime.weights import load
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
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
from cnn_core.training.data.teacher_answers import COCO, ask, teacher
from cnn_core.training.data.voc import IGNORE, Scene, class_names, make_scenes, read_scenes
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, quick_plan, train_cycles
from cnn_core.training.engine.detection import precision
from cnn_core.training.engine.loop import Trainer
from cnn_core.training.losses.distillation import feature_loss, taught_fcos_loss

TEACHER_WIDTHS = (64, 128, 256)
DATA = {
    "name": "PASCAL VOC 2007/2012 subset, Flickr8k, Caltech-101, Imagenette, clothes, groceries",
    "source": "Everingham et al.; Hodosh et al. 2013; Fei-Fei et al. 2004; fast.ai; A. Grigorev (CC0); M. Klasson (MIT); "
    "boxes of all but VOC from YOLOX-Nano (Apache-2.0, Megvii), taught by COCO",
    "terms": "non-commercial research and education",
}
EVERY = 3
"""While it trains, it is measured on each third held-out photograph."""
RARE = 0.03


@dataclass(frozen=True)
class TaughtViews:
    """What is learned from in one cycle.

    Attributes:
        sizes: (end of the phase as a share of the cycle, pixels of its views).
        mosaic: share of views put together from four photographs.
        soft: whether photographs that only a teacher labelled are shown.
        voc: how often VOC's photographs come for each time of the others; the others are mostly portraits of one thing.
        features: how much the teacher's feature maps count; 0 leaves the teacher out.
    """

    sizes: tuple[tuple[float, int], ...]
    mosaic: float
    soft: bool = True
    voc: int = 1
    features: float = 1.0


class WithAdapters(nn.Module):
    """The detector with what is only there while it learns: 1x1 convolutions to the teacher's maps, and class masks.

    Args:
        detector: an ``FCOS``.
        widths: channels of the backbone's last maps, as many as the teacher has.
        width: of the detector's pyramid.
    """

    def __init__(self, detector: FCOS, widths: Sequence[int], width: int) -> None:
        super().__init__()
        self.detector = detector
        pairs = zip(widths, TEACHER_WIDTHS, strict=True)
        self.adapters = nn.ModuleList(nn.Conv2d(own, other, 1) for own, other in pairs)
        self.masks = nn.Conv2d(width, 1 + len(VOC_CLASSES), 1)

    def forward(self, x: Tensor) -> tuple[tuple[Tensor, ...], list[Tensor], Tensor]:
        """Pictures (N, 3, H, W) -> the detector's answers, maps with the teacher's channels, mask logits (N, 21, h, w)."""
        maps = self.detector.maps(x)[-3:]
        levels = self.detector.pyramid(maps)
        answers = self.detector.head(levels, self.detector.strides(x, levels))
        adapted = [adapter(own) for adapter, own in zip(self.adapters, maps, strict=True)]
        return answers, adapted, self.masks(levels[0])


def taught_maps(pictures: Sequence[Tensor], network: Any) -> list[Tensor]:
    """The teacher's maps (N, 64, 52, 52), (N, 128, 26, 26), (N, 256, 13, 13) of square pictures (3, S, S) uint8."""
    answers = [ask(network, picture.permute(1, 2, 0).contiguous().numpy())[1] for picture in pictures]
    return [torch.stack([torch.from_numpy(maps[level].copy()) for maps in answers]) for level in range(len(TEACHER_WIDTHS))]


@dataclass(frozen=True)
class TaughtData:
    """The photographs of a training: VOC's, which have true boxes and masks, and those that only the teacher labelled."""

    voc: TaughtScenes
    others: list[TaughtScenes]

    def all(self, soft: bool) -> TaughtScenes:
        """VOC's photographs alone, or all of them as one."""
        return joined([self.voc, *self.others]) if soft else self.voc

    def epoch(self, soft: bool, voc: int) -> list[int]:
        """The photographs of an epoch by number in ``all(soft)``: rare classes often, VOC's ``voc`` times as often."""
        own = range(len(self.voc))
        return [k for k in self.all(soft).rarest(RARE) for _ in range(voc if k in own else 1)]


def read_taught(data: Path) -> TaughtData:
    """Every pack under DATA/scenes with its answers (see ``pack_scenes`` and ``teacher_answers``)."""
    archive = data / "voc20" / "voc20.zip"
    names = class_names(archive)
    boxes, masks = [], []
    for scene, found in zip(read_scenes(archive, "train"), read_answers(data / "scenes" / "voc20.answers.npz"), strict=True):
        boxes.append(together(true_boxes(scene, names), found))
        masks.append(scene.mask)
    voc = TaughtScenes(shard_files(data / "scenes" / "voc20.npz"), boxes, masks)
    others = []
    for path in sorted((data / "scenes").glob("*.answers.npz")):
        name = path.name.removesuffix(".answers.npz")
        if name != "voc20":
            others.append(TaughtScenes(shard_files(path.with_name(f"{name}.npz")), list(read_answers(path))))
    return TaughtData(voc, others)


def count_photographs(data: Path | None) -> int:
    """How many photographs a training sees, counted in the packs without decoding them."""
    if data is None:
        made = made_taught(0)
        return len(made.all(soft=True))
    packs = [path for path in (data / "scenes").glob("*.npz") if not path.name.endswith(".answers.npz")]
    return sum(len(shard_files(path)) for path in packs)


def made_taught(seed: int) -> TaughtData:
    """A few made scenes of three classes, to try the recipe out without data."""
    scenes = make_scenes(8, 3, seed)
    files = [to_png(scene.picture.permute(1, 2, 0).numpy()) for scene in scenes]
    boxes = [Boxes(scene.boxes, F.one_hot(scene.labels, len(VOC_NAMES)).half()) for scene in scenes]
    made = TaughtScenes(files, boxes, [scene.mask for scene in scenes])
    return TaughtData(made, [made])


def losses_of(answers: tuple[Tensor, ...], masks: Tensor, views: Sequence[View], scores: Tensor) -> dict[str, Tensor]:
    """The detector's three losses and that of its class masks, by name.

    Args:
        answers, masks: what ``WithAdapters`` returns.
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
class TaughtDetectorRecipe:
    """Everything that makes one detector of COCO's 80 classes.

    Attributes:
        weights: name of the files it writes.
        title: what a person calls it.
        base: the shipped classifier whose backbone it starts with; of the same widths.
        arguments: of ``FCOS``, without the classes.
        cycles: how it is trained.
        form: what it is given in use.
        limits: what it cannot do, in sentences.
        seed: of the new weights and of all that is drawn.
    """

    weights: str
    title: str
    base: str
    arguments: dict[str, Any]
    cycles: tuple[Cycle[TaughtViews], ...]
    form: Preprocessing
    limits: tuple[str, ...]
    seed: int = 1

    def built_with(self, options: Options) -> dict[str, Any]:
        """What the detector is built with: small where the recipe is only tried out."""
        if options.data is not None:
            return self.arguments
        return {"backbone": self.arguments["backbone"] | {"widths": [8, 8, 16, 16]}, "width": 16, "depth": 1}

    def build(self, options: Options) -> WithAdapters:
        """The untrained detector on the trained classifier's backbone."""
        torch.manual_seed(self.seed)
        arguments = self.built_with(options)
        detector: Any = build_model("fcos", {"classes": len(COCO), **arguments})
        if options.data is not None:
            state = load(self.base).model.state_dict()
            detector.backbone.load_state_dict({name: value for name, value in state.items() if not name.startswith("fc.")})
        return WithAdapters(detector, arguments["backbone"]["widths"][-3:], arguments["width"])

    def held_out(self, options: Options) -> tuple[list[Scene], list[int]]:
        """VOC's validation photographs, and which of the detector's classes are VOC's."""
        if options.data is None:
            return make_scenes(8, 3, self.seed), [0, 1, 2]
        archive = options.data / "voc20" / "voc20.zip"
        return list(read_scenes(archive, "val")), [VOC_NAMES.index(name) for name in class_names(archive)]

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) every cycle and returns the last trainer, with the progress of all."""
        data = made_taught(self.seed) if options.data is None else read_taught(options.data)
        held_out, columns = self.held_out(options)
        model = self.build(options)
        return train_cycles(
            model,
            self.cycles,
            lambda number, cycle: self.trainer(model, number, cycle, data, options),
            lambda network: precision(network.detector, held_out[::EVERY], self.form, options.device, columns),  # type: ignore[arg-type]
        )

    def trainer(
        self, model: WithAdapters, number: int, cycle: Cycle[TaughtViews], data: TaughtData, options: Options
    ) -> Trainer:
        """A trainer of ``model`` for one cycle, with a seed and a checkpoint of its own."""
        seed, kind = self.seed + number - 1, cycle.batches
        scenes = data.all(kind.soft)
        order = data.epoch(kind.soft, kind.voc)
        sizes = [(end, 64 if options.quick else size) for end, size in kind.sizes]
        phases = [(end, Views(scenes, size, kind.mosaic)) for end, size in sizes]
        asked = teacher(options.data / "teachers" / "yolox_nano.onnx") if options.data and kind.features else None

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + seed)
            views = next(views for end, views in phases if progress <= end)
            batch = [views.make(order[k]) for k in indices.tolist()]
            pictures = torch.stack([view.picture for view in batch])  # (N, 3, S, S)
            x = normalise(pictures.to(options.device), self.form).contiguous(memory_format=torch.channels_last)
            answers, adapted, masks = model(x)
            losses = losses_of(answers, masks, batch, scenes.scores)
            if asked is not None:
                taught = [part.to(options.device) for part in taught_maps([view.picture for view in batch], asked)]
                losses["features"] = kind.features * feature_loss(adapted, taught)
            return sum(losses.values()), {name: value.detach() for name, value in losses.items()}  # type: ignore[return-value]

        plan, checkpoint = quick_plan(cycle.plan, options, batch=4), checkpoint_of(self.weights, number, options)
        return Trainer(model, len(order), loss, plan, options.device, seed, checkpoint)

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out, columns = self.held_out(options)
        figures = precision(model, held_out, self.form, options.device, columns)
        return {"voc20_val": {"n": len(held_out), **{key: round(value, 4) for key, value in figures.items()}}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the detector and its card."""
        shipped = card.half_precision_bytes(trainer.averaged.module.detector)  # type: ignore[arg-type]
        arguments, form = {"classes": len(COCO), **self.built_with(options)}, self.form.record()
        model = card.shipped_copy(self.weights, "fcos", arguments, form, shipped)
        metrics, tables = self.evaluate(model.to(options.device), options)
        line = (
            f"Trained here on PASCAL VOC and on what YOLOX-Nano says of other photographs; AP50 "
            f"{metrics['voc20_val']['ap50']:.1%} of VOC's 20 classes on {metrics['voc20_val']['n']} others. {self.limits[0]}"
        )
        entries = {
            "task": "detection", "title": self.title, "line": line, "architecture": "fcos", "arguments": arguments,
            "classes": list(COCO), "limits": list(self.limits), "input": form, "metrics": metrics,
            "data": DATA | {"train_pictures": count_photographs(options.data)},
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)
