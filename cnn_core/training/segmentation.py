"""What all recipes of class masks share: a decoder on the detector's frozen maps, its losses, and how it is measured."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchmetrics.classification import MulticlassJaccardIndex

from cnn_core.models import build_model
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.detection import prepared
from cnn_core.tasks.semantic_segmentation import class_map, of_the_picture
from cnn_core.training.command import Options
from cnn_core.training.heads import VOC, FrozenBase, base_of, form_of, photographs, shipped_model, widths_of, write_card
from cnn_core.training.loop import Plan, Trainer
from cnn_core.training.scene_augmentation import Views
from cnn_core.training.voc import IGNORE, Scene

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
    size: int = 224
    mosaic: float = 0.2
    seed: int = 1

    def arguments_for(self, base: Any, classes: int, options: Options) -> dict[str, Any]:
        """What the decoder is built with."""
        return {**self.arguments, "widths": widths_of(base, self.stages, options), "outputs": classes}

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, names = photographs(options, "train", masks=True)
        held_out, _ = photographs(options, "val", masks=True)
        classes = 1 + len(names)
        views = Views(data, 64 if options.quick else self.size, self.mosaic)
        form = form_of(options)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            torch.manual_seed(int(1e9 * progress) + self.seed)
            batch = [views.make(int(k)) for k in indices]
            x = normalise(torch.stack([view.picture for view in batch]).to(options.device), form)
            true = torch.stack([view.mask for view in batch]).to(options.device)
            losses = mask_loss(model(x.contiguous(memory_format=torch.channels_last)), true)
            return losses["entropy"] + losses["dice"], {name: value.detach() for name, value in losses.items()}

        torch.manual_seed(self.seed)
        base = base_of(options)
        head = build_model(self.architecture, self.arguments_for(base, classes, options))
        plan = Plan(epochs=1, batch=4) if options.quick else self.plan
        model = FrozenBase(base, head)
        trainer = Trainer(model, len(data), loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: {"miou": self.overlap(network, held_out, classes, options)})
        return trainer

    @torch.inference_mode()
    def overlap(self, model: nn.Module, held_out: list[Scene], classes: int, options: Options) -> float:
        """Mean intersection over union of the classes, in the photographs' own pixels, as the app segments them."""
        metric = MulticlassJaccardIndex(num_classes=classes, ignore_index=IGNORE)
        for scene in held_out:
            x, placement = prepared(scene.picture.permute(1, 2, 0).numpy(), form_of(options))
            found = class_map(of_the_picture(model(x.to(options.device)), placement), placement)
            metric.update(torch.from_numpy(found)[None].long(), scene.mask[None].long())  # type: ignore[index]
        return float(metric.compute())

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out, names = photographs(options, "val", masks=True)
        miou = self.overlap(model, held_out, 1 + len(names), options)
        return {"voc20_val": {"n": len(held_out), "miou": round(miou, 4)}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the decoder and its card."""
        data, names = photographs(options, "train", masks=True)
        trained: Any = trainer.averaged.module
        arguments, form = self.arguments_for(trained.base, 1 + len(names), options), form_of(options)
        shipped, model = shipped_model(self.weights, self.architecture, arguments, form, trained)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["voc20_val"]
        line = f"A decoder trained here on {len(data):,} photographs of PASCAL VOC; mean IoU {figures['miou']:.1%} on "
        entries = {
            "task": "semantic_segmentation", "title": self.title, "architecture": self.architecture,
            "line": f"{line}{figures['n']} others. {self.limits[0]}", "arguments": arguments,
            "classes": [BACKGROUND, *names], "limits": list(self.limits), "metrics": metrics,
            "input": {k: v for k, v in asdict(form).items() if v is not None},
            "data": {**VOC, "train_pictures": len(data)}, "command": command, **tables,
        }  # fmt: skip
        return write_card(options, self.weights, model, shipped, trainer, self.seed, entries)
