"""One object's box and whether there is one, on the residual network's frozen maps; the class is that network's own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.augment.pictures import random_light
from cnn_core.training.command import Options, main
from cnn_core.training.data.labelled import LabelledPictures, make_pictures, read_class_names, read_shards
from cnn_core.training.engine.accuracy import accuracies
from cnn_core.training.engine.classification import TINY200
from cnn_core.training.engine.heads import RESIDUAL as BASE
from cnn_core.training.engine.heads import FrozenBase, channels_of, residual_network
from cnn_core.training.engine.loop import Loss, Plan, Trainer
from cnn_core.training.losses.detection import paired_iou
from cnn_core.training.losses.localisation import localisation_loss

EMPTY = 0.2
"""Share of the training pictures that are parts beside the object: c_o must be 0 there, and the box does not matter."""
LIMITS = (
    "It looks for one object only: of two it boxes one, or something in between.",
    "It knows Tiny ImageNet's 200 classes and was trained where one thing fills much of the picture.",
)


def sample_parts(boxes: Tensor, size: int, rng: Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Which part of each picture to show: (xyxy of the parts as shares, the boxes seen in them as shares, present).

    Most parts hold the whole object; a share of ``EMPTY`` lies beside it where there is room.

    Args:
        boxes: (N, 4) xyxy pixels, both corners inclusive.
        size: of the pictures.
        rng: the source of randomness.
    """
    n = len(boxes)
    box = boxes.float() / size
    box[:, 2:] += 1 / size
    share = torch.rand(n, 4, generator=rng) ** 2  # mostly near the picture's own edges
    whole = torch.tensor([0.0, 0.0, 1.0, 1.0])
    part = whole + share * (box - whole)
    # the widest strip beside the object
    room = torch.stack([box[:, 0], box[:, 1], 1 - box[:, 2], 1 - box[:, 3]], 1)
    widest, side = room.max(1)
    strips = whole.repeat(n, 1)
    for k, (edge, place) in enumerate(((0, 2), (1, 3), (2, 0), (3, 1))):
        strips[side == k, place] = box[side == k, edge]
    empty = (widest > 0.3) & (torch.rand(n, generator=rng) < EMPTY / 0.6)
    part = torch.where(empty[:, None], strips, part)
    scale = part[:, 2:] - part[:, :2]
    seen = ((box.view(n, 2, 2) - part[:, None, :2]) / scale[:, None]).view(n, 4).clamp(0, 1)
    return part, seen, ~empty


def crop_parts(pictures: Tensor, part: Tensor, mirror: Tensor, size: int) -> Tensor:
    """The parts (N, 4) of pictures (N, 3, h, w) at ``size``, mirrored where asked: (N, 3, size, size)."""
    middle, half = part[:, :2] + part[:, 2:] - 1, part[:, 2:] - part[:, :2]
    zero = torch.zeros(len(part))
    width = torch.where(mirror, -half[:, 0], half[:, 0])
    rows = [torch.stack([width, zero, middle[:, 0]], 1), torch.stack([zero, half[:, 1], middle[:, 1]], 1)]
    grid = F.affine_grid(torch.stack(rows, 1), [len(part), 3, size, size], align_corners=False)
    return F.grid_sample(pictures, grid.to(pictures.device), padding_mode="reflection", align_corners=False)


def mirror_boxes(boxes: Tensor) -> Tensor:
    """Boxes xyxy (N, 4), shares of the picture, in its mirror image: the right edge becomes the left one."""
    return torch.stack([1 - boxes[:, 2], boxes[:, 1], 1 - boxes[:, 0], boxes[:, 3]], 1)  # (N, 4)


class LocaliseRecipe:
    """Trains the head that boxes one object and says whether there is one."""

    weights = "localise_box_tiny200"
    architecture = "box_head"
    seed = 1
    plan = Plan(epochs=4, batch=128, rate=0.05, warm_up=0.1, weight_decay=1e-4)

    def base(self, options: Options) -> nn.Module:
        """See ``residual_network``."""
        return residual_network(options)

    def form(self) -> Preprocessing:
        """The base's own preprocessing: the head sees what the base was trained on."""
        return replace(TINY200.form)

    def arguments(self, base: nn.Module, options: Options) -> dict[str, Any]:
        """What the head is built with."""
        return {"widths": channels_of(base, 2, options), "hidden": 16 if options.data is None else 128}

    def read(self, options: Options, split: str) -> tuple[LabelledPictures, list[str]]:
        """The pictures of a split with their boxes, and the class names."""
        if options.data is None:
            return make_pictures(16, 64, 4, self.seed), list("abcd")
        folder = options.data / "tiny200"
        return read_shards(folder, split), read_class_names(folder)

    def loss_on(self, data: LabelledPictures, options: Options) -> Loss:
        """The loss over random parts of the pictures, mirrored half of the time, their boxes with them."""
        rng = Generator().manual_seed(self.seed)
        size = self.form().size

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            part, seen, there = sample_parts(data.boxes[indices], data.pictures.shape[-1], rng)  # type: ignore[index]
            mirror = torch.rand(len(indices), generator=rng) < 0.5
            x = crop_parts(data.pictures[indices].to(options.device).float() / 255, part, mirror, size)
            x = normalise(255 * random_light(x, 0.2, rng), self.form()).contiguous(memory_format=torch.channels_last)
            target = torch.where(mirror[:, None], mirror_boxes(seen), seen).to(options.device)
            losses = localisation_loss(model(x).float(), target, there.to(options.device))
            return losses["box"] + losses["objectness"], {name: value.detach() for name, value in losses.items()}

        return loss

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, _ = self.read(options, "train")
        held_out, _ = self.read(options, "val")
        torch.manual_seed(self.seed)
        base = self.base(options)
        model = FrozenBase(base, build_model(self.architecture, self.arguments(base, options)))
        plan = Plan(epochs=1, batch=8) if options.quick else self.plan
        trainer = Trainer(
            model, len(data), self.loss_on(data, options), plan, options.device, self.seed, options.checkpoint(self.weights)
        )
        trainer.run(lambda network: self.figures(network, held_out, options))
        return trainer

    @torch.inference_mode()
    def figures(self, model: nn.Module, held_out: LabelledPictures, options: Options) -> dict[str, float]:
        """On whole pictures and on parts beside the object: {"top1", "top5", "iou50", "iou", "present", "absent"}, 0..1."""
        model.eval()
        base: Any = model.base
        size, side = self.form().size, held_out.pictures.shape[-1]
        logits, overlaps, present, absent = [], [], [], []
        rng = Generator().manual_seed(self.seed)
        for indices in torch.arange(len(held_out)).split(250):
            pictures, true = held_out.pictures[indices], held_out.boxes[indices].float()  # type: ignore[index]
            x = F.interpolate(pictures, [size, size], mode="bilinear", antialias=True)
            maps = base.maps(normalise(x.to(options.device), self.form()).contiguous(memory_format=torch.channels_last))
            outputs = model.head(maps).float().cpu()  # type: ignore[operator]
            logits.append(base.fc(torch.flatten(base.pool(maps[-1]), 1)).cpu())
            true[:, 2:] += 1
            overlaps.append(paired_iou(outputs[:, 1:] * side, true))
            present.append(outputs[:, 0] > 0)
            part, _, there = sample_parts(held_out.boxes[indices], side, rng)  # type: ignore[index]
            if not there.all():
                beside = crop_parts(
                    pictures[~there].float(), part[~there], torch.zeros(int((~there).sum()), dtype=torch.bool), size
                )
                absent.append(model(normalise(beside.to(options.device), self.form()))[:, 0].cpu() <= 0)
        found = torch.cat(overlaps)
        return {
            **accuracies(torch.cat(logits).softmax(1), held_out.labels),
            "iou50": float((found >= 0.5).float().mean()), "iou": float(found.mean()),
            "present": float(torch.cat(present).float().mean()),
            "absent": float(torch.cat(absent).float().mean()) if absent else 0.0,
        }  # fmt: skip

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        held_out, _ = self.read(options, "val")
        figures = self.figures(model, held_out, options)
        return {"tiny200_val": {"n": len(held_out), **{key: round(value, 4) for key, value in figures.items()}}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        data, names = self.read(options, "train")
        trained: Any = trainer.averaged.module
        arguments = self.arguments(trained.base, options)
        form = self.form().record()
        shipped = card.half_precision_bytes(trained.head)
        head = card.shipped_copy(self.weights, self.architecture, arguments, form, shipped)
        model = OnBase(trained.base, head).eval().to(options.device)
        metrics, tables = self.evaluate(model, options)
        figures = metrics["tiny200_val"]
        line = (
            f"A head trained here on {len(data):,} pictures of {TINY200.name}; IoU of 0.5 or more in {figures['iou50']:.1%}"
        )
        entries = {
            "task": "localisation", "title": "One object's box", "architecture": self.architecture, "base": BASE,
            "line": f"{line} of {figures['n']:,} others. {LIMITS[0]}", "arguments": arguments, "classes": names,
            "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": TINY200.name, "source": TINY200.source, "terms": TINY200.terms, "train_pictures": len(data),
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


RECIPE = LocaliseRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
