"""Trains a head that says how things stand to one another, and measures scene graphs: by the head and by rules on boxes."""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.ops.boxes import Floats
from cnn_core.ops.scene_graph import Truth, rule
from cnn_core.ops.tiny_cells import VALUES
from cnn_core.ops.tiny_questions import ATTRIBUTES
from cnn_core.ops.tiny_things import Things
from cnn_core.ops.tiny_world import RELATIONS
from cnn_core.runtime.weights import load as load_weights
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.data.tiny_pictures import TinyPictures
from cnn_core.training.engine.graph_recall import Relate, grade, measure
from cnn_core.training.engine.heads import FrozenBase
from cnn_core.training.engine.loop import Loss, Plan, Trainer
from cnn_core.training.engine.thing_finding import FORM, SLOTS, find_in, scenes

FILES = 3
"""How many of the finder's files of scenes it learns from."""
QUICKLY = 100
"""While it trains it is measured on so many of the held-out scenes."""
KNOWN = tuple(len(names) for names in ATTRIBUTES.values())


@dataclass(frozen=True)
class RelationRecipe:
    """A head on the finder's maps that looks at pairs of things.

    Attributes:
        weights: task_architecture_data.
        title: on the page.
        base_name: of the finder.
        limits: what it cannot do.
        plan: how long and how fast.
        arguments: what the head is built with besides the numbers of attributes and relations.
    """

    weights: str
    title: str
    base_name: str
    limits: tuple[str, ...]
    plan: Plan
    arguments: dict[str, Any] = field(default_factory=dict)
    architecture: str = "relation_head"
    seed: int = 1

    def base(self, options: Options) -> nn.Module:
        """A copy of the shipped finder (a checkpoint may hold an older one), or a small one to try the recipe out."""
        if not options.quick:
            return deepcopy(load_weights(self.base_name, options.device).model)
        return build_model("grid_detector", {"slots": SLOTS, "values": VALUES, "widths": [4, 4, 4, 8], "blocks": 1}).eval()

    def built_with(self) -> dict[str, Any]:
        """All the head's arguments."""
        return {"attributes": sum(KNOWN), "outputs": len(RELATIONS), **self.arguments}

    def loss_on(self, data: TinyPictures, options: Options) -> Loss:
        """Binary cross-entropy of every relation of every ordered pair; boxes and attributes as unsure as a finder's."""
        rng = torch.Generator().manual_seed(self.seed)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            boxes = data.boxes[indices] + 0.003 * torch.randn(len(indices), 8, 4, generator=rng)
            doubt = 0.2 * torch.rand(len(indices), 8, 1, generator=rng) ** 4
            things = sure(data.attributes[indices]) * (1 - doubt) + doubt * torch.cat(
                [torch.full((n,), 1 / n) for n in KNOWN]
            )
            told = (boxes.to(options.device), things.to(options.device))
            logits = model.head([told[0]], *told).float()  # type: ignore[operator]  # (N, 8, 8, 9)
            pairs = real_pairs(data.counts[indices])
            wanted = data.relations[indices][pairs].float().to(options.device)
            return F.binary_cross_entropy_with_logits(logits[pairs.to(options.device)], wanted), {}

        return loss

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, held_out = scenes(options, self.seed, FILES), scenes(options, self.seed)
        torch.manual_seed(self.seed)
        model = FrozenBase(self.base(options), build_model(self.architecture, self.built_with()))
        plan = Plan(epochs=1, batch=2, adaptive=True, rate=1e-3) if options.quick else self.plan
        trainer = Trainer(
            model, len(data), self.loss_on(data, options), plan, options.device, self.seed, options.checkpoint(self.weights)
        )
        true, holds = all_true(held_out)
        trainer.run(lambda network: measure(grade(by_head(network, options), true[:QUICKLY], holds[:QUICKLY])))
        return trainer

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card: head and rules, with true things and with found ones, on scenes it never saw."""
        held_out = scenes(options, self.seed)
        true, found = all_true(held_out), find_in(model.base, held_out.pictures, options)  # type: ignore[arg-type]
        head = by_head(model, options)
        ways = {
            "tinyworld_val": grade(head, *true), "found_things": grade(head, *true, found),
            "rules_true_things": grade(by_rule, *true), "rules_found_things": grade(by_rule, *true, found),
        }  # fmt: skip
        return {name: {"n": len(held_out), **measure(graded)} for name, graded in ways.items()}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the head and its card."""
        data, form = scenes(options, self.seed, FILES), FORM.record()
        trained: Any = trainer.averaged.module
        arguments = self.built_with()
        shipped = card.half_precision_bytes(trained.head)
        head = card.shipped_copy(self.weights, self.architecture, arguments, form, shipped)
        model = OnBase(self.base(options), head).eval().to(options.device)  # as it is shipped now
        metrics, tables = self.evaluate(model, options)
        true, found = metrics["tinyworld_val"], metrics["found_things"]
        line = (
            f"A head trained here on {len(data):,} drawn scenes; in {true['n']:,} others it names {true['named']:.1%} of "
            f"all that holds between true things, {found['named']:.1%} between found ones. {self.limits[0]}"
        )
        entries = {
            "task": "scene_graph", "title": self.title, "architecture": self.architecture, "line": line,
            "base": self.base_name, "arguments": arguments, "classes": list(RELATIONS), "limits": list(self.limits),
            "input": form, "metrics": metrics,
            "data": {
                "name": "the tiny world", "source": "drawn by cnn_core.images.drawn_world", "terms": "none",
                "train_pictures": len(data),
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


def sure(attributes: Tensor) -> Tensor:
    """Numbers in ``ATTRIBUTES`` (N, 8, 4) as probabilities of 0 and 1, (N, 8, 17)."""
    parts = [F.one_hot(attributes[..., k].long(), n).float() for k, n in enumerate(KNOWN)]
    return torch.cat(parts, -1)  # four of (N, 8, .) -> (N, 8, 17)


def real_pairs(counts: Tensor) -> Tensor:
    """Whether two numbers stand for two different things of a scene, (N, 8, 8)."""
    there = torch.arange(8) < counts[:, None]  # (N, 8)
    return there[:, :, None] & there[:, None] & ~torch.eye(8, dtype=torch.bool)


def all_true(held_out: TinyPictures) -> tuple[list[Things], list[Truth]]:
    """The true things and relations of all scenes."""
    counts = held_out.counts.tolist()
    holds = [held_out.relations[k, :n, :n].numpy() for k, n in enumerate(counts)]
    return [held_out.things(k) for k in range(len(held_out))], holds


def by_rule(number: int, things: Things) -> Floats:
    """The relations by rules on the boxes."""
    return rule(things)


def by_head(model: nn.Module, options: Options) -> Relate:
    """The relations as a network of base and head sees them."""

    @torch.inference_mode()
    def relate(number: int, things: Things) -> Floats:
        if len(things) < 2:
            return np.zeros((len(things), len(things), len(RELATIONS)), np.float32)
        told = [torch.from_numpy(part)[None].to(options.device) for part in (things.boxes, things.attributes())]
        logits = model.head(told[:1], *told)  # type: ignore[operator]
        return np.asarray(logits[0].float().sigmoid().cpu().numpy())

    return relate
