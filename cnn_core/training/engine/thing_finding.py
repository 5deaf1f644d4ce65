"""Trains a small detector on scenes of the tiny world, and counts the things that it finds with every attribute right."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.ops.boxes import iou
from cnn_core.ops.tiny_cells import VALUES, things_of
from cnn_core.ops.tiny_questions import ATTRIBUTES
from cnn_core.ops.tiny_things import Things, match_boxes
from cnn_core.ops.tiny_world import SIZES
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.data.tiny_pictures import TinyPictures, join, tiny_pictures_in
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, quick_plan, train_cycles
from cnn_core.training.engine.loop import Loss, Trainer
from cnn_core.training.losses.tiny_things import thing_loss

FORM = Preprocessing(128, (0.75, 0.74, 0.72), (0.2, 0.2, 0.2))
SCENES, HELD_OUT = 5_000, 1_000
"""How many scenes a file to learn from holds, and how many are only for measuring."""
SLOTS = len(SIZES)


@dataclass(frozen=True)
class FinderRecipe:
    """A detector of the tiny world's things.

    Attributes:
        weights: task_architecture_data.
        title: on the page.
        arguments: what the architecture is built with besides the numbers of an answer.
        limits: what it cannot do.
        cycles: one after the other; each says how many files of scenes it learns from.
    """

    weights: str
    title: str
    arguments: dict[str, Any]
    limits: tuple[str, ...]
    cycles: tuple[Cycle[int], ...]
    architecture: str = "grid_detector"
    seed: int = 1

    def built_with(self) -> dict[str, Any]:
        """All the architecture's arguments."""
        return {"slots": SLOTS, "values": VALUES, **self.arguments}

    def loss_on(self, data: TinyPictures, options: Options) -> Loss:
        """The detector's losses on scenes that are mirrored half of the time, and made a little darker or lighter."""
        rng = torch.Generator().manual_seed(self.seed)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            x, boxes = given(data.pictures[indices], options), data.boxes[indices].to(options.device)
            mirrored = (torch.rand(len(x), generator=rng) < 0.5).to(x.device)
            x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
            boxes = torch.where(mirrored[:, None, None], mirror_boxes(boxes), boxes)
            x = x * (1 + 0.1 * torch.randn(len(x), 1, 1, 1, generator=rng)).to(x.device)
            x = (x + 0.1 * torch.randn(len(x), 1, 1, 1, generator=rng).to(x.device)).contiguous(
                memory_format=torch.channels_last
            )
            attributes, counts = (part[indices].to(options.device) for part in (data.attributes, data.counts))
            losses = thing_loss(model(x), boxes, attributes, counts)
            return torch.stack(list(losses.values())).sum(), {name: value.detach() for name, value in losses.items()}

        return loss

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        held_out = scenes(options, self.seed)
        torch.manual_seed(self.seed)
        model = build_model(self.architecture, self.built_with())

        def trainer_of(number: int, cycle: Cycle[int]) -> Trainer:
            data = scenes(options, self.seed, cycle.batches)
            plan, checkpoint = quick_plan(cycle.plan, options, batch=2), checkpoint_of(self.weights, number, options)
            own_seed = self.seed + number - 1
            return Trainer(model, len(data), self.loss_on(data, options), plan, options.device, own_seed, checkpoint)

        return train_cycles(model, self.cycles, trainer_of, lambda network: figures(network, held_out, options))

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, on scenes that it never saw."""
        held_out = scenes(options, self.seed)
        return {"tinyworld_val": {"n": len(held_out), **figures(model, held_out, options)}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the network and its card."""
        form, count = FORM.record(), SCENES * max(cycle.batches for cycle in self.cycles)
        shipped = card.half_precision_bytes(trainer.averaged.module)
        model = card.shipped_copy(self.weights, self.architecture, self.built_with(), form, shipped).to(options.device)
        metrics, tables = self.evaluate(model, options)
        found = metrics["tinyworld_val"]
        line = (
            f"Trained here on {count:,} drawn scenes; in {found['n']:,} others it finds {found['found']:.1%} of the "
            f"things, {found['right']:.1%} with every attribute right. {self.limits[0]}"
        )
        entries = {
            "task": "tiny_scenes", "title": self.title, "architecture": self.architecture, "line": line,
            "arguments": self.built_with(), "classes": [name for names in ATTRIBUTES.values() for name in names],
            "limits": list(self.limits), "input": form, "metrics": metrics,
            "data": {
                "name": "the tiny world", "source": "drawn by cnn_core.images.drawn_world", "terms": "none",
                "train_pictures": count,
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


def scenes(options: Options, seed: int, files: int = 0) -> TinyPictures:
    """The scenes of so many files to learn from, or, of none, those that are only for measuring: from other seeds."""
    if options.quick:
        return tiny_pictures_in(None, 4, FORM.size, seed)
    if not files:
        return tiny_pictures_in(options.runs, HELD_OUT, FORM.size, seed + 1000)
    return join([tiny_pictures_in(options.runs, SCENES, FORM.size, seed + k) for k in range(files)])


def given(pictures: Tensor, options: Options) -> Tensor:
    """Pictures (N, S, S, 3) uint8 as the network gets them, (N, 3, S, S)."""
    x = pictures.permute(0, 3, 1, 2).to(options.device)  # (N, S, S, 3) -> (N, 3, S, S)
    return normalise(x.float(), FORM).contiguous(memory_format=torch.channels_last)


def mirror_boxes(boxes: Tensor) -> Tensor:
    """Boxes (..., 4) xyxy, 0..1, as they lie in the mirror image; what is no box is none there."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    return torch.stack([1 - x2, y1, 1 - x1, y2], -1)  # four of (...) -> (..., 4)


@torch.inference_mode()
def find_in(model: nn.Module, pictures: Tensor, options: Options) -> list[Things]:
    """What the network finds in pictures (N, S, S, 3) uint8."""
    model.eval()
    answers = torch.cat([model(given(part, options)).float().cpu() for part in pictures.split(50)])  # (N, 2, V, h, w)
    return [things_of(each) for each in answers.numpy()]


def figures(model: nn.Module, held_out: TinyPictures, options: Options) -> dict[str, float]:
    """Shares of the true things, 0..1: found at all, with every attribute right, with each; and what was made up.

    "false" is the share of found things that are none; "scenes" the share of scenes in which all is right.
    """
    found, true_count = find_in(model, held_out.pictures, options), 0
    rights, overlaps, spare, whole = [], [], 0, 0
    for k, things in enumerate(found):
        n = int(held_out.counts[k])
        boxes, true = held_out.boxes[k, :n].numpy(), held_out.attributes[k, :n].numpy()
        pairs = match_boxes(things.boxes, boxes)
        said = np.stack([getattr(things, f"{name}s").argmax(1) for name in ATTRIBUTES], 1)  # four of (n,) -> (n, 4)
        right = np.array([said[one] == true[other] for one, other in pairs.items()]).reshape(-1, 4)  # (pairs, 4)
        rights.append(right)
        overlaps += [float(iou(things.boxes[[one]], boxes[[other]])[0, 0]) for one, other in pairs.items()]
        true_count, spare = true_count + n, spare + len(things) - len(pairs)
        whole += len(things) == n and len(pairs) == n and bool(right.all())
    right = np.concatenate(rights)
    shares = {"found": len(right) / true_count, "right": float(right.all(1).sum()) / true_count}
    shares |= {name: float(right[:, k].sum()) / true_count for k, name in enumerate(ATTRIBUTES)}
    made = max(len(right) + spare, 1)
    shares |= {"false": spare / made, "scenes": whole / len(held_out), "overlap": float(np.mean(overlaps or [0.0]))}
    return {name: round(share, 4) for name, share in shares.items()}
