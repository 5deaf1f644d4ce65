"""What the recipes of colour heads share: the pictures, the training, the figures, the card."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.ops.colour_bins import lab_of, rebalancing_weights
from cnn_core.results import Colorization, PictureArray
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import card as card_of
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.colorization import apply_colours, input_shape
from cnn_core.tasks.preprocessing import grey_of, normalise, prepare
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.data.labelled import made_pictures, read_shards
from cnn_core.training.data.picture_sets import drawn, read_sets
from cnn_core.training.data.voc import scenes
from cnn_core.training.engine.classification import accuracies, probabilities_of
from cnn_core.training.engine.heads import FrozenBase, widths_of
from cnn_core.training.engine.loop import Plan, Progress, Trainer
from cnn_core.training.losses.colorization import (
    ColourFigures,
    bins_and_prior,
    colour_loss,
    disagreement,
    lab_tensor,
    recoloured,
)

BASE, CLASSIFIER = "detect_fcos_voc20", "classify_resnet_tiny200"
CRITIC = "classify_vgg_tiny200"
"""Who says during training how recognisable colours are; another network than the one that measures it afterwards."""
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
class Cycle:
    """One one-cycle of the training.

    Attributes:
        plan: how long and how fast.
        size: of the views, pixels.
        sets: the names of the sets it is trained on.
        least: the smallest part of a picture that becomes a view, as a share of its area.
        recognised: how much it counts that a classifier names the coloured view as it names the true one; 0: not at all.
    """

    plan: Plan
    size: int
    sets: tuple[str, ...]
    least: float = 0.3
    recognised: float = 0.0


CYCLES = (
    Cycle(PLAN, 128, ("voc20", "mini84", "catdog128")),
    Cycle(replace(PLAN, epochs=7, rate=0.03), 160, ("voc20",)),
    Cycle(replace(PLAN, epochs=0.15, rate=0.03), 192, ("tiny200", "mini84", "voc20")),
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
        cycles: tuple[Cycle, ...] = CYCLES,
        begin: str | None = None,
    ) -> None:
        self.weights, self.title, self.uniform, self.limits = weights, title, uniform, limits
        self.cycles, self.begin = cycles, begin

    def base(self, options: Options) -> Any:
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

    def arguments(self, base: Any, bins: int, options: Options) -> dict[str, Any]:
        """What the head is built with."""
        hidden = [8, 8, 8] if options.data is None else list(HIDDEN)
        return {"widths": widths_of(base, len(hidden) + 1, options), "hidden": hidden, "bins": bins}

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
        progress = Progress()
        for number, cycle in enumerate(self.cycles, 1):
            trainer = self.trainer(model, number, cycle, bins, weights, options)
            trainer.run(lambda network: self.quick_figures(network, options))
            model.load_state_dict(trainer.averaged.module.state_dict())
            progress = progress.followed_by(trainer.progress)
        trainer.progress = progress
        return trainer

    def trainer(self, model: Any, number: int, cycle: Cycle, bins: Tensor, weights: Tensor, options: Options) -> Trainer:
        """A trainer of ``model`` for one cycle, with a seed and a checkpoint of its own."""
        seed = self.seed + number - 1
        sets = self.sets(cycle, options)
        size = 32 if options.quick else cycle.size
        form = self.form(options)
        critic = Critic(options) if cycle.recognised else None

        def loss(model: Any, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            chance = Generator().manual_seed(int(1e9 * progress) + seed)
            views = drawn(sets, indices, size, cycle.least, chance).to(options.device)
            with torch.autocast(options.device.type, enabled=False):
                lightness = lab_tensor(views)[:, 0]
                ab = lab_tensor(F.interpolate(views, (size // 4, size // 4), mode="area"))[:, 1:]
            logits = model(grey_input(lightness, form)).float()
            value = colour_loss(logits, ab, bins, weights)
            parts = {"colour": value.detach()}
            if critic is not None:
                parts["recognised"] = critic.cost(views, logits, bins)
                value = value + cycle.recognised * parts["recognised"]
            return value, {name: part.detach() for name, part in parts.items()}

        plan = replace(cycle.plan, epochs=1, batch=8) if options.quick else cycle.plan
        checkpoint = options.checkpoint(self.weights if number == 1 else f"{self.weights}_{number}")
        n = sum(len(pictures) for pictures in sets)
        return Trainer(model, n, loss, plan, options.device, seed, checkpoint)

    def sets(self, cycle: Cycle, options: Options) -> list[Tensor]:
        """The pictures of a cycle; made ones where the recipe is only tried out."""
        if options.data is None:
            return [made_pictures(16, 32, 4, self.seed).pictures]
        return read_sets(options.data, cycle.sets)

    # ------------------------------------------------------------ figures

    def answered(self, model: Any, picture: PictureArray, options: Options) -> Colorization:
        """What a network says of a photograph's lightness, prepared as in the app."""
        form = self.form(options)
        x = prepare(picture, form, input_shape(picture.shape[0], picture.shape[1], form)).x.to(options.device)
        probabilities = model(x)[0].float().softmax(0).cpu().numpy()
        return Colorization(lab_of(picture)[0], probabilities, model.head.bins.float().cpu().numpy())

    @torch.inference_mode()
    def measured(self, model: Any, options: Options, every: int) -> dict[str, float]:
        """The figures over each ``every``-th validation photograph."""
        model.eval()
        figures = ColourFigures(model.head.bins.float().cpu().numpy())
        if options.data is None:
            pictures = list(made_pictures(4, 64, 4, self.seed).pictures)
        else:
            pictures = [scene.picture for scene in scenes(options.data / "voc20" / "voc20.zip", "val")][::every]
        for picture in pictures:
            plain = picture.permute(1, 2, 0).contiguous().numpy()
            figures.add(plain, self.answered(model, plain, options))
        return {"n": len(pictures), **{key: round(value, 4) for key, value in figures.figures().items()}}

    def quick_figures(self, model: Any, options: Options) -> dict[str, float]:
        """Some of the figures, after every epoch."""
        found = self.measured(model, options, 8)
        return {key: found[key] for key in ("auc", "auc_balanced", "delta_e")}

    @torch.inference_mode()
    def recognised(self, model: Any, options: Options) -> dict[str, float]:
        """How often a classifier is right on Tiny ImageNet's validation pictures: true, grey, and coloured from grey."""
        assert options.data is not None
        held_out = read_shards(options.data / "tiny200", "val")
        network = load_weights(CLASSIFIER, options.device)
        plain = [picture.permute(1, 2, 0).contiguous().numpy() for picture in held_out.pictures]
        versions = {
            "true": plain,
            "grey": [grey_of(lab_of(picture)[0]) for picture in plain],
            "coloured": [apply_colours(self.answered(model, picture, options)) for picture in plain],
        }
        size = (network.card.input.size,) * 2

        def prepare(x: Tensor) -> Tensor:
            return normalise(F.interpolate(x, size, mode="bilinear", antialias=True), network.card.input)

        found = {}
        for name, pictures in versions.items():
            stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
            said = probabilities_of(network.model, stacked, prepare, options.device)
            found[f"{name}_top1"] = accuracies(said, held_out.labels)["top1"]
        recovered = (found["coloured_top1"] - found["grey_top1"]) / max(found["true_top1"] - found["grey_top1"], 1e-6)
        rounded = {key: round(value, 4) for key, value in found.items()}
        return {"n": len(plain), **rounded, "recovered": round(min(max(recovered, 0.0), 1.0), 4)}

    def evaluate(self, model: Any, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        metrics = {"voc20_val": self.measured(model, options, 1)}
        if options.data is not None:
            metrics["tiny200_val_recognised"] = self.recognised(model, options)
        return metrics, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        trained: Any = trainer.averaged.module
        base = self.base(options)
        arguments = self.arguments(base, len(trained.head.bins), options)
        form = {k: v for k, v in asdict(self.form(options)).items() if v is not None}
        data = card.half_precision_bytes(trained.head)
        head = card.shipped_copy(self.weights, "colour_head", arguments, form, data)
        model = OnBase(base, head).eval()
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["voc20_val"]
        every = replace(self.cycles[0], sets=tuple({name for cycle in self.cycles for name in cycle.sets}))
        learned_from = sum(len(pictures) for pictures in self.sets(every, options))
        back = metrics.get("tiny200_val_recognised", {}).get("recovered", 0.0)
        begun = f"Began as the network '{card_of(self.begin).title}'. " if self.begin else ""
        line = (
            f"Trained here on pictures of {DATA['name']}; class-balanced AuC {figures['auc_balanced']:.1%} (grey: "
            f"{figures['grey_auc_balanced']:.1%}) on {figures['n']} photographs that it never saw; of the accuracy that a "
            f"classifier loses on small pictures without colours, its colours give back {back:.0%}. {begun}{self.limits[0]}"
        )
        entries = {
            "task": "colorization", "title": self.title, "line": line, "base": BASE, "architecture": "colour_head",
            "arguments": arguments, "classes": [], "limits": list(self.limits), "input": form, "metrics": metrics,
            "data": {**DATA, "train_pictures": learned_from},
            **card.learned(trainer.progress, trainer.plan.batch, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), data, entries)


class Critic:
    """The classifier that says during training how recognisable colours are; a small untrained one in a try-out."""

    def __init__(self, options: Options) -> None:
        if options.data is None:
            self.form = Preprocessing(32, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
            self.model: Any = build_model("resnet", {"classes": 4, "widths": [8, 8], "blocks": [1, 1], "stem_stride": 2})
        else:
            network = load_weights(CRITIC, options.device)
            self.form, self.model = network.card.input, network.model
        self.model.eval().requires_grad_(False)

    def cost(self, views: Tensor, logits: Tensor, bins: Tensor) -> Tensor:
        """True views (N, 3, H, W) in 0..1, what was said of their colours (N, Q, h, w) -> the ``disagreement``, a scalar."""
        with torch.autocast(views.device.type, enabled=False):
            small = F.interpolate(views, (self.form.size,) * 2, mode="bilinear", antialias=True).clamp(0, 1)
            found = recoloured(lab_tensor(small)[:, 0], logits, bins)
        with torch.no_grad():
            wanted = self.model(self.seen(small)).float()
        return disagreement(self.model(self.seen(found)).float(), wanted)

    def seen(self, x: Tensor) -> Tensor:
        """RGB (N, 3, S, S) in 0..1 as the classifier wants it."""
        return normalise(255 * x, self.form).contiguous(memory_format=torch.channels_last)


def grey_input(lightness: Tensor, form: Preprocessing) -> Tensor:
    """L (N, H, W) in 0..100 -> the network's input (N, 3, H, W)."""
    return normalise((2.55 * lightness)[:, None].expand(-1, 3, -1, -1), form).contiguous(memory_format=torch.channels_last)
