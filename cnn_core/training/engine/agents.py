"""Trains an agent that follows instructions and measures how often it arrives in rooms that it never saw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.navigator import Navigator
from cnn_core.ops.tiny_errands import Errand, make_errand
from cnn_core.ops.tiny_instructions import WORDS
from cnn_core.ops.tiny_rooms import ACTIONS
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.engine.following import AT_ONCE, FORM, Learners, succeed
from cnn_core.training.engine.loop import Loss, Plan, Trainer

HELD_OUT, HELD_OUT_SEED = 1_000, 1_000
TRIED_AT_ONCE = 100
LESSONS = 6_400
"""Lessons of ``AT_ONCE`` steps in an epoch, each of one agent."""
TAUGHT_UNTIL, TAUGHT_LEAST = 1 / 3, 0.1
"""The teacher's share of the actions falls from 1 to the least in this share of the training."""


@dataclass(frozen=True)
class AgentRecipe:
    """An agent that follows instructions in drawn rooms.

    Attributes:
        weights: task_architecture_data.
        title: on the page.
        limits: what it cannot do.
        plan: how long and how fast; its samples are lessons.
        arguments: what the network is built with besides the numbers of words and actions.
    """

    weights: str
    title: str
    limits: tuple[str, ...]
    plan: Plan
    arguments: dict[str, Any] = field(default_factory=dict)
    seed: int = 1

    def built_with(self) -> dict[str, Any]:
        """All the architecture's arguments; word 0 is none."""
        return {"words": len(WORDS) + 1, "actions": len(ACTIONS), **self.arguments}

    def loss_of(self, size: int, options: Options) -> Loss:
        """The loss of agents that go on from lesson to lesson; which samples are asked for does not matter."""
        learners = Learners(size, self.seed)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            by_teacher = max(TAUGHT_LEAST, 1 - progress / TAUGHT_UNTIL)
            return learners.lesson(cast(Navigator, model), by_teacher, options.device)

        return loss

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        torch.manual_seed(self.seed)
        model = build_model("navigator", self.built_with())
        plan = Plan(epochs=1, batch=2, adaptive=True, rate=1e-3) if options.quick else self.plan
        lessons = 4 if options.quick else LESSONS
        loss = self.loss_of(plan.batch, options)
        trainer = Trainer(model, lessons, loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: self.figures(network, options))
        return trainer

    def figures(self, model: nn.Module, options: Options) -> dict[str, float]:
        """The share of errands that succeed, 0..1, and the mean SPL; by the kind of instruction, too."""
        rng = np.random.default_rng(self.seed + HELD_OUT_SEED)
        errands = [make_errand(rng) for _ in range(4 if options.quick else HELD_OUT)]
        found = []
        for begin in range(0, len(errands), TRIED_AT_ONCE):
            found += succeed(cast(Navigator, model.eval()), errands[begin : begin + TRIED_AT_ONCE], options.device)
        return measure(errands, found)

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, in rooms that it never saw."""
        return {"tinyrooms_val": {"n": 4 if options.quick else HELD_OUT, **self.figures(model, options)}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the network and its card."""
        form = FORM.record()
        shipped = card.half_precision_bytes(trainer.averaged.module)
        model = card.shipped_copy(self.weights, "navigator", self.built_with(), form, shipped).to(options.device)
        metrics, tables = self.evaluate(model, options)
        figures = metrics["tinyrooms_val"]
        steps = trainer.progress.samples * AT_ONCE
        line = (
            f"Trained here on {steps:,} steps in drawn rooms, by imitation of the shortest way; of {figures['n']:,} errands "
            f"in rooms it never saw it fulfils {figures['success']:.1%} (SPL {figures['spl']:.2f}). {self.limits[0]}"
        )
        entries = {
            "task": "instruction_following", "title": self.title, "architecture": "navigator", "line": line,
            "arguments": self.built_with(), "classes": list(ACTIONS), "limits": list(self.limits), "input": form,
            "metrics": metrics,
            "data": {
                "name": "rooms of the tiny world", "source": "drawn by cnn_core.images.drawn_rooms", "terms": "none",
                "train_pictures": steps, "words": list(WORDS),
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


def measure(errands: Sequence[Errand], found: Sequence[tuple[bool, float, int]]) -> dict[str, float]:
    """Means over errands of what ``succeed`` found, 0..1: success and SPL of all, success of two kinds of instructions."""
    arrived = np.array([success for success, _, _ in found])
    relational = np.array([errand.instruction.other is not None for errand in errands])
    means = {
        "success": arrived, "spl": np.array([spl for _, spl, _ in found]),
        "success_by_name": arrived[~relational], "success_by_relation": arrived[relational],
    }  # fmt: skip
    return {name: round(float(values.mean()), 4) if len(values) else 0.0 for name, values in means.items()}
