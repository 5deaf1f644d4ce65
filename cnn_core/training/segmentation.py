"""What all recipes of class masks share: a decoder on the detector's frozen maps, its losses, and how it is measured."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchmetrics.classification import MulticlassJaccardIndex

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.detection import prepared
from cnn_core.tasks.semantic_segmentation import class_map, of_the_picture
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.loop import Plan, Trainer
from cnn_core.training.scene_augmentation import Views
from cnn_core.training.voc import IGNORE, Scene, class_names, made_scenes, scenes
from cnn_core.weights import InputFormat
from cnn_core.weights import load as load_weights

BACKGROUND = "background"
LIMITS = (
    "It knows 20 classes of PASCAL VOC; everything else is background to it.",
    "It learned from about 3,300 masks: thin parts (legs, bicycle frames) and classes with few photographs come out badly.",
    "It does not tell two objects of one class apart.",
)


def mask_loss(logits: Tensor, true: Tensor) -> dict[str, Tensor]:
    """Cross-entropy and soft Dice of class masks, both without the pixels to be ignored: {"entropy", "dice"}.

    Dice (Milletari et al. 2016, arXiv:1606.04797) counts every class that is there alike, however small.

    Args:
        logits: (N, K, h, w).
        true: (N, H, W) uint8; the logits are enlarged to it.
    """
    logits = F.interpolate(logits.float(), true.shape[-2:], mode="bilinear", align_corners=False)
    target = true.long()
    known = target != IGNORE
    entropy = F.cross_entropy(logits, target, ignore_index=IGNORE, reduction="sum") / known.sum().clamp(min=1)
    share = logits.softmax(1) * known[:, None]
    wanted = F.one_hot(torch.where(known, target, 0), logits.shape[1]).movedim(-1, 1) * known[:, None]
    both, sizes = (share * wanted).sum((0, 2, 3)), (share + wanted).sum((0, 2, 3))
    there = wanted.sum((0, 2, 3)) > 0
    dice = (1 - 2 * both / sizes.clamp(min=1))[there].mean() if there.any() else share.sum() * 0
    return {"entropy": entropy, "dice": dice}


class FrozenBase(nn.Module):
    """A head that learns on a base that does not: the base stays in eval mode and gets no gradients."""

    def __init__(self, base: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.base, self.head = base.eval().requires_grad_(False), head

    def train(self, mode: bool = True) -> "FrozenBase":
        """Only the head changes its mode."""
        self.training = mode
        self.head.train(mode)
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> what the head answers."""
        with torch.no_grad():
            maps = self.base.maps(x)  # type: ignore[operator]
        return self.head(maps)


@dataclass(frozen=True)
class SegmentationRecipe:
    """Everything that makes one decoder of class masks on the one-stage detector's maps.

    Attributes:
        weights, title: names for the files and for people.
        architecture, arguments: for ``build_model``; widths and classes are added.
        stages: how many of the base's last maps the decoder uses.
        plan: how long and how fast.
        limits: what it cannot do, in sentences.
    """

    weights: str
    title: str
    architecture: str
    arguments: dict[str, Any]
    stages: int
    plan: Plan
    limits: tuple[str, ...]
    base: str = "detect_fcos_voc20"
    size: int = 224
    mosaic: float = 0.2
    seed: int = 1

    def loaded_base(self, options: Options) -> Any:
        """The shipped detector, or a small untrained one where the recipe is only tried out."""
        if options.data is None:
            backbone = {"widths": [8, 8, 16, 16], "blocks": [1, 1, 1, 1], "stem_stride": 2, "stem_pool": True}
            return build_model("fcos", {"classes": 3, "backbone": backbone, "width": 16}).eval()
        return load_weights(self.base, options.device).model

    def form(self, options: Options) -> InputFormat:
        """The base's own input format."""
        return load_weights(self.base).card.input if options.data else InputFormat(96, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))

    def whole_arguments(self, base: Any, classes: int, options: Options) -> dict[str, Any]:
        """What the decoder is built with."""
        maps = base.maps(torch.zeros(1, 3, 64, 64, device=options.device))
        return {**self.arguments, "widths": [part.shape[1] for part in maps][-self.stages :], "outputs": classes}

    def read(self, options: Options, split: str) -> tuple[list[Scene], list[str]]:
        """The photographs of a split that have masks, and the class names with the background first."""
        if options.data is None:
            return made_scenes(8, 3, self.seed), [BACKGROUND, *"abc"]
        archive = options.data / "voc20" / "voc20.zip"
        return [scene for scene in scenes(archive, split) if scene.mask is not None], [BACKGROUND, *class_names(archive)]

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, names = self.read(options, "train")
        held_out, _ = self.read(options, "val")
        views = Views(data, 64 if options.quick else self.size, self.mosaic)
        form = self.form(options)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + self.seed)
            batch = [views.make(int(k)) for k in indices]
            x = normalise(torch.stack([view.picture for view in batch]).to(options.device), form)
            true = torch.stack([view.mask for view in batch]).to(options.device)
            losses = mask_loss(model(x.contiguous(memory_format=torch.channels_last)), true)
            return losses["entropy"] + losses["dice"], {name: value.detach() for name, value in losses.items()}

        torch.manual_seed(self.seed)
        base = self.loaded_base(options)
        head = build_model(self.architecture, self.whole_arguments(base, len(names), options))
        plan = Plan(epochs=1, batch=4) if options.quick else self.plan
        model = FrozenBase(base, head)
        trainer = Trainer(model, len(data), loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: {"miou": self.overlap(network, held_out, len(names), options)})
        return trainer

    @torch.inference_mode()
    def overlap(self, model: nn.Module, held_out: list[Scene], classes: int, options: Options) -> float:
        """Mean intersection over union of the classes, in the photographs' own pixels, as the app segments them."""
        metric = MulticlassJaccardIndex(num_classes=classes, ignore_index=IGNORE)
        for scene in held_out:
            x, placement = prepared(scene.picture.permute(1, 2, 0).numpy(), self.form(options))
            found = class_map(of_the_picture(model(x.to(options.device)), placement), placement)
            metric.update(torch.from_numpy(found)[None].long(), scene.mask[None].long())  # type: ignore[index]
        return float(metric.compute())

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out, names = self.read(options, "val")
        miou = self.overlap(model, held_out, len(names), options)
        return {"voc20_val": {"n": len(held_out), "miou": round(miou, 4)}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the decoder and its card."""
        data, names = self.read(options, "train")
        trained: Any = trainer.averaged.module
        arguments = self.whole_arguments(trained.base, len(names), options)
        form = {k: v for k, v in asdict(self.form(options)).items() if v is not None}
        shipped = card.half_precision_bytes(trained.head)
        head = card.shipped_copy(self.weights, self.architecture, arguments, form, shipped)
        model = OnBase(trained.base, head).eval().to(options.device)
        metrics, tables = self.evaluate(model, options)
        figures = metrics["voc20_val"]
        history = trainer.progress.history
        entries = {
            "task": "semantic_segmentation", "title": self.title, "architecture": self.architecture, "base": self.base,
            "line": f"A decoder trained here on {len(data):,} photographs of PASCAL VOC; mean IoU {figures['miou']:.1%} on "
            f"{figures['n']} others. {self.limits[0]}",
            "arguments": arguments, "classes": names, "limits": list(self.limits), "input": form, "metrics": metrics,
            "data": {
                "name": "PASCAL VOC 2007/2012 subset, those with masks",
                "source": "Everingham et al.; masks VOC2012 and SBD (Hariharan et al. 2011)", "terms": "research",
                "train_pictures": len(data),
            },
            "training": card.training_record(
                command, self.seed, trainer.progress.minutes, trainer.progress.step * trainer.plan.batch
            ),
            "curves": {key: [record[key] for record in history] for key in history[0]}, **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)
