"""What all heads on the one-stage detector share: the frozen base, the photographs, the training, the card."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.models import Backbone, build_model
from cnn_core.models.on_base import OnBase
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.augment.box_masks import guess_mask
from cnn_core.training.augment.scenes import View, Views
from cnn_core.training.command import Options
from cnn_core.training.data.rare_classes import oversample_rare_classes
from cnn_core.training.data.voc import Scene, class_names, make_scenes, read_scenes
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, quick_plan, train_cycles
from cnn_core.training.engine.loop import Trainer

BASE, RESIDUAL, EVERYDAY = "detect_fcos_voc20", "classify_resnet_tiny200", "classify_resnet_everyday"
TRIED_OUT = Preprocessing(96, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), how="pad", stride=32)
VOC = {
    "name": "PASCAL VOC 2007/2012 subset",
    "source": "Everingham et al., Flickr photographs; masks VOC2012 and SBD (Hariharan et al. 2011)",
    "terms": "research",
}


class FrozenBase(nn.Module):
    """A head that learns on a base that does not: the base stays in eval mode and gets no gradients."""

    def __init__(self, base: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.base, self.head = base.eval().requires_grad_(False), head

    @property
    def backbone(self) -> Backbone:
        """The base as what it offers to heads."""
        assert isinstance(self.base, Backbone)
        return self.base

    def train(self, mode: bool = True) -> "FrozenBase":
        """Only the head changes its mode."""
        self.training = mode
        self.head.train(mode)
        return self

    def maps(self, x: Tensor) -> list[Tensor]:
        """The base's maps of normalised pictures (N, 3, H, W)."""
        with torch.no_grad():
            return self.backbone.maps(x)

    def forward(self, x: Tensor) -> Any:
        """Normalised pictures (N, 3, H, W) -> what the head answers."""
        return self.head(self.maps(x))


def residual_network(options: Options, name: str = RESIDUAL) -> nn.Module:
    """A shipped residual network, or an untrained small one where a recipe is only tried out."""
    if options.data is not None:
        return load_weights(name, options.device).model
    return build_model("resnet", {"classes": 4, "widths": [8, 8, 8], "blocks": [1, 1, 1], "stem_stride": 2}).eval()


def channels_of(base: nn.Module, stages: int, options: Options) -> list[int]:
    """Channels of the base's last maps."""
    assert isinstance(base, Backbone)
    return [part.shape[1] for part in base.maps(torch.zeros(1, 3, 64, 64, device=options.device))][-stages:]


def read_photographs(options: Options, split: str, masks: bool) -> tuple[list[Scene], list[str]]:
    """The photographs of a split (only those with masks, if asked) and the 20 class names."""
    if options.data is None:
        return make_scenes(8, 3, 1), list("abc")
    archive = options.data / "voc20" / "voc20.zip"
    return [scene for scene in read_scenes(archive, split) if scene.mask is not None or not masks], class_names(archive)


Measured = tuple[int, dict[str, float], dict[str, Any]]
"""(how many photographs or objects were measured, the figures 0..1, tables for the card)."""


@dataclass(frozen=True)
class HeadViews:
    """Which photographs are learned from in one cycle.

    Attributes:
        rare: classes that a smaller share of the photographs show are shown more often; 0 for none.
        guesses: whether masks guessed from boxes stand in where nobody drew one.
        size: of the views, in pixels; None for the recipe's.
        taught: whether masks that another network drew stand in there, and more photographs with such masks join them.
    """

    rare: float = 0.0
    guesses: bool = False
    size: int | None = None
    taught: bool = False


HeadCycle = Cycle[HeadViews]


class HeadRecipe:
    """Everything that makes one head on the frozen maps of the one-stage detector; a recipe says what is its own.

    Attributes:
        weights, title, task, architecture: as on the card.
        cycles: one after the other.
        limits: what it cannot do, in sentences; the first stands on every page that uses it.
        stages: how many of the base's last maps the head uses.
        size: of the training views, pixels.
        mosaic: share of views put together from four photographs.
        masks: whether it learns from the photographs with class masks alone.
        held_out_masks: whether it is measured on those alone.
        seed: of weights, order and views.
        longest: the longer side, in pixels, of the pictures it is used on; None for the base's.
        base_name: of the weights whose maps the head stands on.
        measured_on: the name of the held-out set on the card.
        every: while it trains it is measured on each ``every``-th held-out photograph.
        kept_as: name of its checkpoints; empty for that of the weights.
        data_entry: what the card says of the photographs.
    """

    weights: str
    title: str
    task: str
    architecture: str
    cycles: tuple[HeadCycle, ...]
    limits: tuple[str, ...]
    stages = 4
    size = 224
    mosaic = 0.2
    masks = True
    held_out_masks = True
    seed = 1
    longest: int | None = None
    base_name = BASE
    measured_on = "voc20_val"
    every = 1
    kept_as = ""
    data_entry: Mapping[str, str] = VOC

    def own_arguments(self, classes: int, options: Options) -> dict[str, Any]:
        """What the head is built with beside the widths of the base's maps; ``classes``: of the photographs."""
        raise NotImplementedError

    def loss(self, model: Any, views: list[View], x: Tensor, classes: int, seed: int) -> dict[str, Tensor]:
        """The named losses, to be added up, of normalised pictures (N, 3, H, W) made of the views."""
        raise NotImplementedError

    def measure(self, model: Any, held_out: list[Scene], names: list[str], options: Options) -> Measured:
        """The figures of a network in eval mode on photographs that it never saw."""
        raise NotImplementedError

    def sentence(self, figures: Mapping[str, float], pictures: int) -> str:
        """The card's line up to its first full stop."""
        raise NotImplementedError

    def card_line(self, metrics: Mapping[str, Mapping[str, float]], pictures: int) -> str:
        """The card's line: the figures, and the first of the limits."""
        figures = metrics[self.measured_on]
        return f"{self.sentence(figures, pictures)} on {figures['n']:,} others. {self.limits[0]}"

    def base(self, options: Options) -> nn.Module:
        """The shipped base, or a small untrained one where the recipe is only tried out."""
        if options.data is not None:
            return load_weights(self.base_name, options.device).model
        backbone = {"widths": [8, 8, 16, 16], "blocks": [1, 1, 1, 1], "stem_stride": 2, "stem_pool": True}
        return build_model("fcos", {"classes": 3, "backbone": backbone, "width": 16}).eval()

    def form(self, options: Options) -> Preprocessing:
        """What this network wants to be given: the base's colours, at the base's size or its own."""
        if options.data is None:
            return TRIED_OUT
        known = load_weights(self.base_name).card.input
        return replace(known, size=self.longest or known.size)

    def classes(self, names: list[str]) -> list[str]:
        """The class names of the card."""
        return names

    def read(self, options: Options, split: str) -> tuple[list[Scene], list[str]]:
        """The photographs of a split that this recipe uses, and the 20 class names."""
        return read_photographs(options, split, self.masks if split == "train" else self.held_out_masks)

    def select(self, data: list[Scene], views: HeadViews, options: Options) -> list[Scene]:
        """The photographs that one cycle learns from: all that were read."""
        return data

    def arguments(self, base: nn.Module, classes: int, options: Options) -> dict[str, Any]:
        """All that the head is built with."""
        return {"widths": channels_of(base, self.stages, options), **self.own_arguments(classes, options)}

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) every cycle and returns the last trainer, with the progress of all."""
        data, names = self.read(options, "train")
        held_out, _ = self.read(options, "val")
        torch.manual_seed(self.seed)
        base = self.base(options)
        model = FrozenBase(base, build_model(self.architecture, self.arguments(base, len(names), options)))
        return train_cycles(
            model,
            self.cycles,
            lambda number, cycle: self.trainer(
                model, number, cycle, self.select(data, cycle.batches, options), len(names), options
            ),
            lambda network: self.measure_head(network, held_out[:: self.every], names, options)[1],
        )

    def trainer(
        self, model: nn.Module, number: int, cycle: HeadCycle, data: list[Scene], classes: int, options: Options
    ) -> Trainer:
        """A trainer of ``model`` for one cycle, with a seed and a checkpoint of its own."""
        own_seed = self.seed + number - 1
        plan, checkpoint = (
            quick_plan(cycle.plan, options, batch=4),
            checkpoint_of(self.kept_as or self.weights, number, options),
        )
        order = oversample_rare_classes(data, cycle.batches.rare)
        form = self.form(options)

        @cache
        def views() -> Views:  # only when it is needed: guessing takes minutes
            scenes = [guess_mask(scene) for scene in data] if cycle.batches.guesses else data
            return Views(scenes, 64 if options.quick else cycle.batches.size or self.size, self.mosaic)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            seed = int(1e9 * progress) + own_seed
            torch.manual_seed(seed)
            batch = [views().make(order[k]) for k in indices.tolist()]
            x = normalise(torch.stack([view.picture for view in batch]).to(options.device), form)
            losses = self.loss(model, batch, x.contiguous(memory_format=torch.channels_last), classes, seed)
            total = torch.stack(list(losses.values())).sum()
            return total, {name: value.detach() for name, value in losses.items()}

        return Trainer(model, len(order), loss, plan, options.device, own_seed, checkpoint)

    @torch.inference_mode()
    def measure_head(self, model: Any, held_out: list[Scene], names: list[str], options: Options) -> Measured:
        """``measure`` in eval mode and without gradients."""
        return self.measure(model.eval(), held_out, names, options)

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out, names = self.read(options, "val")
        n, figures, tables = self.measure_head(model, held_out, names, options)
        return {self.measured_on: {"n": n, **{key: round(value, 4) for key, value in figures.items()}}}, tables

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        data, names = self.read(options, "train")
        pictures = max(len(self.select(data, cycle.batches, options)) for cycle in self.cycles)
        trained: Any = trainer.averaged.module
        base = self.base(options)
        arguments, form = self.arguments(base, len(names), options), self.form(options)
        shipped = card.half_precision_bytes(trained.head)
        head = card.shipped_copy(self.weights, self.architecture, arguments, form.record(), shipped)
        model = OnBase(base, head).eval().to(options.device)
        metrics, tables = self.evaluate(model, options)
        entries = {
            "task": self.task, "title": self.title, "base": self.base_name, "architecture": self.architecture,
            "line": self.card_line(metrics, pictures),
            "arguments": arguments, "classes": self.classes(names), "limits": list(self.limits), "metrics": metrics,
            "input": form.record(),
            "data": {**self.data_entry, "train_pictures": pictures},
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)
