"""What the recipes of colour heads share: the pictures, the training, the figures, the card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.ops.colour_bins import rebalancing_weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import card as card_of
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.data.colour_bins import bins_and_prior
from cnn_core.training.data.labelled import make_pictures
from cnn_core.training.data.picture_sets import read_sets, sample_views
from cnn_core.training.data.voc import read_scenes
from cnn_core.training.engine.colour_evaluation import ColourFigures, bins_of, measure_recognition, predict_colours
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, quick_plan, train_cycles
from cnn_core.training.engine.heads import FrozenBase, channels_of
from cnn_core.training.engine.loop import Plan, Trainer
from cnn_core.training.losses.colorization import colour_loss, rgb_to_lab
from cnn_core.training.losses.recognition import RecognitionLoss

BASE = "detect_fcos_voc20"
LONGEST = 256
HIDDEN = (128, 96, 64)
DATA = {
    "name": "Tiny ImageNet, mini-ImageNet, Asirra and a PASCAL VOC subset",
    "source": "Stanford CS231N; Vinyals et al. 2016, copy: github.com/Deo0330/split_minidataset; Elson et al. 2007; "
    "Everingham et al.; bins and prior: Zhang et al. 2016 (BSD-2), foamliu/Colorful-Image-Colorization (MIT)",
    "terms": "non-commercial research",
}
SMALL_PICTURES = (
    "It saw small pictures while it learned: fine parts of large photographs may take the colour of what is near them."
)
"""A limit that stands on several cards."""
PLAN = Plan(epochs=1, batch=32, rate=0.05, warm_up=0.1, weight_decay=1e-4, clip=5.0)


@dataclass(frozen=True)
class ColourViews:
    """What is learned from in one cycle.

    Attributes:
        size: of the views, pixels.
        sets: the names of the sets it is trained on.
        least: the smallest part of a picture that becomes a view, as a share of its area.
        recognised: how much it counts that a classifier names the coloured view as it names the true one; 0: not at all.
    """

    size: int
    sets: tuple[str, ...]
    least: float = 0.3
    recognised: float = 0.0


ColourCycle = Cycle[ColourViews]
CYCLES = (
    ColourCycle(PLAN, ColourViews(128, ("voc20", "mini84", "catdog128"))),
    ColourCycle(replace(PLAN, epochs=7, rate=0.03), ColourViews(160, ("voc20",))),
    ColourCycle(replace(PLAN, epochs=0.15, rate=0.03), ColourViews(192, ("tiny200", "mini84", "voc20"))),
)


class ColourRecipe:
    """Everything that makes one colour head on the frozen maps of the one-stage detector.

    Args:
        weights, title: as on the card.
        uniform: how much the colours' shares are evened out before the rare ones are made to count more; 1: all alike.
        limits: what it cannot do, in sentences.
        cycles: of the training, one after the other.
        begin: the shipped head that it begins as; None for a new one.
    """

    seed = 1

    def __init__(
        self,
        weights: str,
        title: str,
        uniform: float,
        limits: tuple[str, ...],
        cycles: tuple[ColourCycle, ...] = CYCLES,
        begin: str | None = None,
    ) -> None:
        self.weights, self.title, self.uniform, self.limits = weights, title, uniform, limits
        self.cycles, self.begin = cycles, begin

    def base(self, options: Options) -> nn.Module:
        """The shipped detector, or a small untrained one where the recipe is only tried out."""
        if options.data is not None:
            return load_weights(BASE, options.device).model
        backbone = {"widths": [8, 8, 16, 16], "blocks": [1, 1, 1, 1], "stem_stride": 2, "stem_pool": True}
        return build_model("fcos", {"classes": 3, "backbone": backbone, "width": 16}).eval()

    def form(self, options: Options) -> Preprocessing:
        """The base's colours, at a size of its own."""
        if options.data is None:
            return Preprocessing(64, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), channels="lightness", stride=32)
        return replace(load_weights(BASE).card.input, size=LONGEST, how="stretch", channels="lightness")

    def arguments(self, base: nn.Module, bins: int, options: Options) -> dict[str, Any]:
        """What the head is built with."""
        hidden = [8, 8, 8] if options.data is None else list(HIDDEN)
        return {"widths": channels_of(base, len(hidden) + 1, options), "hidden": hidden, "bins": bins}

    def colours(self, options: Options) -> tuple[Tensor, Tensor]:
        """The bins (Q, 2) and how much each counts (Q,)."""
        if options.data is None:
            bins = torch.cartesian_prod(torch.arange(-50.0, 51, 25), torch.arange(-50.0, 51, 25))
            return bins, torch.ones(len(bins))
        bins, prior = (torch.from_numpy(values) for values in bins_and_prior(options.data / "colour"))
        return bins, rebalancing_weights(prior, self.uniform)

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) every cycle and returns the last trainer, with the progress of all."""
        bins, weights = (part.to(options.device) for part in self.colours(options))
        torch.manual_seed(self.seed)
        base = self.base(options)
        head: Any = build_model("colour_head", self.arguments(base, len(bins), options))
        head.bins.copy_(bins)
        if self.begin is not None and options.data is not None:
            begun: Any = load_weights(self.begin).model
            head.load_state_dict(begun.head.state_dict())
        model = FrozenBase(base, head)
        return train_cycles(
            model,
            self.cycles,
            lambda number, cycle: self.trainer(model, number, cycle, bins, weights, options),
            lambda network: self.quick_figures(network, options),
        )

    def trainer(
        self, model: nn.Module, number: int, cycle: ColourCycle, bins: Tensor, weights: Tensor, options: Options
    ) -> Trainer:
        """A trainer of ``model`` for one cycle, with a seed and a checkpoint of its own."""
        seed = self.seed + number - 1
        settings = cycle.batches
        sets = self.read_sets(settings.sets, options)
        size = 32 if options.quick else settings.size
        form = self.form(options)
        recognition = RecognitionLoss(options) if settings.recognised else None

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            rng = Generator().manual_seed(int(1e9 * progress) + seed)
            views = sample_views(sets, indices, size, settings.least, rng).to(options.device)
            with torch.autocast(options.device.type, enabled=False):
                lightness = rgb_to_lab(views)[:, 0]
                ab = rgb_to_lab(F.interpolate(views, (size // 4, size // 4), mode="area"))[:, 1:]
            logits = model(grey_input(lightness, form)).float()
            value = colour_loss(logits, ab, bins, weights)
            parts = {"colour": value.detach()}
            if recognition is not None:
                parts["recognised"] = recognition.measure(views, logits, bins)
                value = value + settings.recognised * parts["recognised"]
            return value, {name: part.detach() for name, part in parts.items()}

        plan, checkpoint = quick_plan(cycle.plan, options), checkpoint_of(self.weights, number, options)
        n = sum(len(pictures) for pictures in sets)
        return Trainer(model, n, loss, plan, options.device, seed, checkpoint)

    def read_sets(self, names: Sequence[str], options: Options) -> list[Tensor]:
        """The pictures of the sets with these names; made ones where the recipe is only tried out."""
        if options.data is None:
            return [make_pictures(16, 32, 4, self.seed).pictures]
        return read_sets(options.data, names)

    @torch.inference_mode()
    def measure(self, model: nn.Module, options: Options, every: int) -> dict[str, float]:
        """The figures over each ``every``-th validation photograph."""
        model.eval()
        figures = ColourFigures(bins_of(model).numpy())
        if options.data is None:
            pictures = list(make_pictures(4, 64, 4, self.seed).pictures)
        else:
            pictures = [scene.picture for scene in read_scenes(options.data / "voc20" / "voc20.zip", "val")][::every]
        for picture in pictures:
            plain = picture.permute(1, 2, 0).contiguous().numpy()
            figures.add(plain, predict_colours(model, plain, self.form(options), options.device))
        return {"n": len(pictures), **{key: round(value, 4) for key, value in figures.figures().items()}}

    def quick_figures(self, model: nn.Module, options: Options) -> dict[str, float]:
        """Some of the figures, after every epoch."""
        figures = self.measure(model, options, 8)
        return {key: figures[key] for key in ("auc", "auc_balanced", "delta_e")}

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        metrics = {"voc20_val": self.measure(model, options, 1)}
        if options.data is not None:
            metrics["tiny200_val_recognised"] = measure_recognition(model, self.form(options), options)
        return metrics, {}

    def card_line(self, metrics: Mapping[str, Mapping[str, float]], pictures: int) -> str:
        """The card's line: the figures, and the first of the limits."""
        figures = metrics["voc20_val"]
        back = metrics.get("tiny200_val_recognised", {}).get("recovered", 0.0)
        begun = f"Began as the network '{card_of(self.begin).title}'. " if self.begin else ""
        return (
            f"Trained here on pictures of {DATA['name']}; class-balanced AuC {figures['auc_balanced']:.1%} (grey: "
            f"{figures['grey_auc_balanced']:.1%}) on {figures['n']} photographs that it never saw; of the accuracy that a "
            f"classifier loses on small pictures without colours, its colours give back {back:.0%}. {begun}{self.limits[0]}"
        )

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        trained: Any = trainer.averaged.module
        base = self.base(options)
        arguments = self.arguments(base, len(trained.head.bins), options)
        form = self.form(options).record()
        data = card.half_precision_bytes(trained.head)
        head = card.shipped_copy(self.weights, "colour_head", arguments, form, data)
        model = OnBase(base, head).eval()
        metrics, tables = self.evaluate(model.to(options.device), options)
        names = sorted({name for cycle in self.cycles for name in cycle.batches.sets})
        learned_from = sum(len(pictures) for pictures in self.read_sets(names, options))
        entries = {
            "task": "colorization", "title": self.title, "line": self.card_line(metrics, learned_from), "base": BASE,
            "architecture": "colour_head",
            "arguments": arguments, "classes": [], "limits": list(self.limits), "input": form, "metrics": metrics,
            "data": {**DATA, "train_pictures": learned_from},
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), data, entries)


def grey_input(lightness: Tensor, form: Preprocessing) -> Tensor:
    """L (N, H, W) in 0..100 -> the network's input (N, 3, H, W)."""
    return normalise((2.55 * lightness)[:, None].expand(-1, 3, -1, -1), form).contiguous(memory_format=torch.channels_last)
