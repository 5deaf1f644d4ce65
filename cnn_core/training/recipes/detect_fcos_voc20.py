"""A one-stage detector of 20 classes on the residual network; while it learns, class masks and contents help it along.

Its last cycle learns from more photographs than VOC's, labelled by a public detector (YOLOX-Nano, Apache-2.0, taught by
COCO). For that DATA needs, beside voc20/, tiny200/ and teachers/, what two packers write (see their help):

    python -m cnn_core.training.data.pack_scenes NAME SOURCE DATA/scenes       for voc20, flickr8k, caltech
    python -m cnn_core.training.data.teacher_answers DATA
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.fcos import FCOS
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.augment.scenes import Views
from cnn_core.training.command import Options, main
from cnn_core.training.data.rare_classes import oversample_rare_classes, read_small_scenes
from cnn_core.training.data.voc import Scene, class_names, make_scenes, read_scenes
from cnn_core.training.engine.average_precision import average_precision
from cnn_core.training.engine.certainty import certainty, judge
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, quick_plan, train_cycles
from cnn_core.training.engine.detection import find_all, precision, truths
from cnn_core.training.engine.loop import Plan, Trainer
from cnn_core.training.engine.taught_detection import TaughtViews, Teaching, narrowed
from cnn_core.training.losses.detection import auxiliary_losses, fcos_loss

BASE = "classify_resnet_tiny200"
EVERY = 4
"""While it trains, it is measured on each fourth held-out photograph."""
LONGEST = 352
FORM = Preprocessing(LONGEST, (0.4802, 0.4481, 0.3975), (0.2764, 0.2689, 0.2816), how="pad", stride=32)
LIMITS = (
    "It knows 20 classes of PASCAL VOC; everything else is background to it.",
    "People drew boxes on 5,266 of its photographs, another network on 13,755 more, with that one's mistakes: small, hidden "
    "and unusual objects are often missed.",
    "Boxes of objects that touch (a row of chairs, a flock) tend to melt together.",
)


@dataclass(frozen=True)
class DetectorViews:
    """What is learned from in one cycle, and what learns.

    Attributes:
        sizes: (end of the phase as a share of the cycle, pixels of its views): small views cost about half.
        mosaic: share of views put together from four photographs.
        small: how often one of those is put together from four of Tiny ImageNet's pictures.
        rare: classes that a smaller share of the photographs show are shown more often; 0 for none.
        whole: whether the backbone learns, too. In the last cycle it does not: heads for other tasks stand on its maps.
    """

    sizes: tuple[tuple[float, int], ...]
    mosaic: float
    small: float = 0.0
    rare: float = 0.0
    whole: bool = True


DetectorCycle = Cycle[DetectorViews]
PLAN = Plan(epochs=36, batch=24, rate=0.03, warm_up=0.05, weight_decay=1e-4, ema=0.999, clip=5.0)
CYCLES = (
    DetectorCycle(PLAN, DetectorViews(((0.5, 160), (0.75, 192), (1.0, 224)), mosaic=0.4)),
    DetectorCycle(
        replace(PLAN, epochs=12, rate=0.02, warm_up=0.1),
        DetectorViews(((0.6, 224), (1.0, 288)), mosaic=0.5, small=0.25, rare=0.1),
    ),
    DetectorCycle(
        replace(PLAN, epochs=6, batch=16, rate=0.01), DetectorViews(((0.5, 256), (1.0, 320)), mosaic=0.4, whole=False)
    ),
)
TAUGHT = Cycle(
    Plan(epochs=3.1063, batch=16, rate=0.015, warm_up=0.05, weight_decay=1e-4, ema=0.998, clip=5.0),
    TaughtViews(((0.45, 224), (0.85, 256), (1.0, 320)), mosaic=0.4, voc=2),
)
"""After these: VOC's photographs for half of the views, and the teacher's."""


class WithHelpers(nn.Module):
    """The detector with two helpers that are only there while it learns: class masks, and which classes are present.

    Args:
        detector: an ``FCOS``.
        classes: K.
        width: of the detector's pyramid.
        deepest: channels of the backbone's last maps.
    """

    def __init__(self, detector: FCOS, classes: int, width: int, deepest: int) -> None:
        super().__init__()
        self.detector = detector
        self.masks = nn.Conv2d(width, classes + 1, 1)
        self.present = nn.Linear(deepest, classes)
        self.whole = True

    def train(self, mode: bool = True) -> "WithHelpers":
        """The backbone stays in eval mode (its BN statistics as they are) where it does not learn."""
        super().train(mode)
        self.detector.backbone.train(mode and self.whole).requires_grad_(self.whole)
        return self

    def forward(self, x: Tensor) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        """Pictures (N, 3, H, W) -> the detector's answers, mask logits (N, K+1, H/8, W/8), presence logits (N, K)."""
        maps = self.detector.maps(x)
        levels = self.detector.pyramid(maps[-3:])
        answers = self.detector.head(levels, self.detector.strides(x, levels))
        return answers, self.masks(levels[0]), self.present(maps[-1].mean((2, 3)))


class DetectorRecipe:
    """Trains the one-stage detector with its two helpers, and then by what another detector says."""

    weights = "detect_fcos_voc20"
    title = "One-stage detector (FCOS)"
    seed = 1
    cycles = CYCLES

    def arguments(self, options: Options) -> dict[str, Any]:
        """What the detector is built with."""
        widths = [8, 8, 16, 16] if options.data is None else [48, 96, 192, 272]
        blocks = [1, 1, 1, 1] if options.data is None else [1, 2, 2, 2]
        backbone = {"widths": widths, "blocks": blocks, "stem_stride": 2, "stem_pool": True}
        return {"backbone": backbone, "width": 16 if options.data is None else 64, "depth": 2}

    def read(self, options: Options, split: str) -> tuple[list[Scene], list[str]]:
        """The photographs of a split and the class names; made ones where the recipe is only tried out."""
        if options.data is None:
            return make_scenes(8, 3, self.seed), list("abc")
        archive = options.data / "voc20" / "voc20.zip"
        return list(read_scenes(archive, split)), class_names(archive)

    def build(self, classes: int, options: Options) -> WithHelpers:
        """The untrained detector on the trained residual network."""
        torch.manual_seed(self.seed)
        arguments = self.arguments(options)
        detector: Any = build_model("fcos", {"classes": classes, **arguments})
        if options.data is not None:
            base = load_weights(BASE).model.state_dict()
            state = {name: value for name, value in base.items() if not name.startswith("fc.")}
            detector.backbone.load_state_dict(state)
        return WithHelpers(detector, classes, arguments["width"], arguments["backbone"]["widths"][-1])

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) every cycle and returns the last trainer, with the progress of all."""
        data, names = self.read(options, "train")
        held_out, _ = self.read(options, "val")
        small = read_small_scenes(options.data / "tiny200", names) if options.data is not None else data
        model = self.build(len(names), options)
        alone = train_cycles(
            model,
            self.cycles,
            lambda number, cycle: self.trainer(model, number, cycle, data, small, options),
            lambda network: precision(network.detector, held_out[::EVERY], FORM, options.device),  # type: ignore[arg-type]
        )
        teaching = Teaching(self.weights, len(self.cycles) + 1, TAUGHT, FORM, self.seed)
        taught = teaching.learn(model.detector, self.arguments(options), names, held_out, options)
        taught.progress = alone.progress.followed_by(taught.progress)
        return taught

    def trainer(
        self, model: WithHelpers, number: int, cycle: DetectorCycle, data: list[Scene], small: list[Scene], options: Options
    ) -> Trainer:
        """A trainer of ``model`` for one cycle, with a seed and a checkpoint of its own."""
        seed = self.seed + number - 1
        kind = cycle.batches
        order = oversample_rare_classes(data, kind.rare)
        sizes = [(end, 64 if options.quick else size) for end, size in kind.sizes]
        model.whole = kind.whole
        phases = [(end, Views(data, size, kind.mosaic, small, kind.small)) for end, size in sizes]

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + seed)
            views = next(views for end, views in phases if progress <= end)
            batch = [views.make(order[k]) for k in indices.tolist()]
            pictures = torch.stack([view.picture for view in batch]).to(options.device)
            x = normalise(pictures, FORM).contiguous(memory_format=torch.channels_last)
            answers, masks, present = model(x)
            boxes, labels = ([getattr(view, key).to(options.device) for view in batch] for key in ("boxes", "labels"))
            true = torch.stack([view.mask for view in batch]).to(options.device)
            losses = fcos_loss(answers, boxes, labels) | auxiliary_losses(masks, present, true, labels)
            return sum(losses.values()), {name: value.detach() for name, value in losses.items()}  # type: ignore[return-value]

        plan, checkpoint = quick_plan(cycle.plan, options, batch=4), checkpoint_of(self.weights, number, options)
        return Trainer(model, len(order), loss, plan, options.device, seed, checkpoint)

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out, _ = self.read(options, "val")
        found, true = find_all(model, held_out, FORM, options.device), truths(held_out)
        figures = {key: round(value, 4) for key, value in average_precision(found, true).items()}
        return {"voc20_val": {"n": len(held_out), **figures}}, {"certainty": certainty(judge(found, true))}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the detector and its card."""
        data, names = self.read(options, "train")
        arguments = {"classes": len(names), **self.arguments(options)}
        trained: Any = trainer.averaged.module
        shipped = card.half_precision_bytes(narrowed(trained.detector, self.arguments(options), names))
        form = FORM.record()
        model = card.shipped_copy(self.weights, "fcos", arguments, form, shipped)
        metrics, tables = self.evaluate(model.to(options.device), options)
        line = (
            f"Trained here on {len(data):,} photographs of PASCAL VOC and on others that another network labelled; AP50 "
            f"{metrics['voc20_val']['ap50']:.1%} on {metrics['voc20_val']['n']} more. {LIMITS[0]}"
        )
        entries = {
            "task": "detection", "title": self.title, "line": line, "architecture": "fcos", "arguments": arguments,
            "classes": names, "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": "PASCAL VOC 2007/2012 subset; Flickr8k and Caltech-101 with boxes by YOLOX-Nano",
                "source": "Everingham et al., Flickr photographs; masks also SBD; Hodosh et al. 2013; Fei-Fei et al. 2004; "
                "the other network: Megvii YOLOX, Apache-2.0, taught by COCO",
                "terms": "research", "train_pictures": len(data),
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


RECIPE = DetectorRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
