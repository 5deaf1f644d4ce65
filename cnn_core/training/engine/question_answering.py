"""Trains a network to answer questions about the tiny world's things, and counts by kind how often it is right."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.images.drawn_world import draw_scene
from cnn_core.models import build_model
from cnn_core.ops.tiny_grammar import WORDS
from cnn_core.ops.tiny_questions import ANSWERS, KINDS, RELATIONAL
from cnn_core.runtime import weights
from cnn_core.tasks.question_answering import PICTURE_SIDE, rows_of
from cnn_core.tasks.tiny_scenes import FINDER, find_things
from cnn_core.training import card
from cnn_core.training.augment.things import SIZES, soften, true_rows
from cnn_core.training.command import Options
from cnn_core.training.data.asked import Asked, asked_in, scene_and_chance
from cnn_core.training.engine.accuracy import calibration
from cnn_core.training.engine.loop import Loss, Plan, Trainer

SCENES, HELD_OUT, EACH = 60_000, 1_000, 16
HELD_OUT_SEED = 1001
"""No training has this seed, so its scenes are new to all of them."""


@dataclass(frozen=True)
class QuestionRecipe:
    """A network that answers questions about the tiny world.

    Attributes:
        weights: task_architecture_data.
        title: on the page.
        limits: what it cannot do.
        plan: how long and how fast; a sample is a scene with all its questions.
        blind: whether it gets no things, only the words.
        arguments: what the architecture is built with besides the numbers of words, answers and attributes.
    """

    weights: str
    title: str
    limits: tuple[str, ...]
    plan: Plan
    blind: bool = False
    architecture: str = "relation_network"
    arguments: dict[str, Any] = field(default_factory=dict)
    seed: int = 1

    def built_with(self) -> dict[str, Any]:
        """All the architecture's arguments; word 0 is none."""
        return {"words": len(WORDS) + 1, "outputs": len(ANSWERS), "attributes": sum(SIZES), **self.arguments}

    def scenes(self, options: Options, held_out: bool) -> Asked:
        """The scenes to learn from, or those that are only for measuring: other seeds, so other scenes."""
        if options.quick:
            return asked_in(None, 4, 3, self.seed)
        return asked_in(options.runs, *((HELD_OUT, EACH, HELD_OUT_SEED) if held_out else (SCENES, EACH, self.seed)))

    def shown(self, rows: Tensor) -> Tensor:
        """What the network gets to see of the things: all, or nothing."""
        return torch.zeros_like(rows) if self.blind else rows

    def loss_on(self, data: Asked, options: Options) -> Loss:
        """Cross-entropy of the answers to all questions about each scene, its things given as if they had been found."""
        rng = Generator().manual_seed(self.seed)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            rows = self.shown(soften(true_rows(data, indices), rng)).to(options.device)
            answers = data.answers[indices].flatten().long().to(options.device)  # (N, Q) -> (N Q,)
            logits = model(rows, questions_of(data, indices).to(options.device)).float()
            return F.cross_entropy(logits, answers), {"right": (logits.argmax(1) == answers).float().mean().detach()}

        return loss

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, held_out = (self.scenes(options, held_out=held) for held in (False, True))
        torch.manual_seed(self.seed)
        model = build_model(self.architecture, self.built_with())
        plan = Plan(epochs=1, batch=2, adaptive=True, rate=1e-3) if options.quick else self.plan
        trainer = Trainer(
            model, len(data), self.loss_on(data, options), plan, options.device, self.seed, options.checkpoint(self.weights)
        )
        rows = true_rows(held_out, torch.arange(len(held_out)))
        trainer.run(lambda network: shares_right(held_out, self.answer(network, held_out, rows, options).argmax(-1)))
        return trainer

    @torch.inference_mode()
    def answer(self, model: nn.Module, data: Asked, rows: Tensor, options: Options) -> Tensor:
        """The probabilities of all answers to each question about each scene, given its things. (N, 8, 21) -> (N, Q, K)."""
        model.eval()
        given = self.shown(rows).to(options.device)
        parts = [
            model(given[part], questions_of(data, part).to(options.device)).float().softmax(1).cpu()
            for part in torch.arange(len(data)).split(100)
        ]
        return torch.as_tensor(torch.cat(parts).unflatten(0, data.answers.shape))  # (N Q, K) -> (N, Q, K)

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, on scenes that it never saw: with the things found in pictures, and the true ones."""
        data = self.scenes(options, held_out=True)
        count = data.answers.numel()
        true = self.answer(model, data, true_rows(data, torch.arange(len(data))), options)
        figures, found = {"tinyworld_val": true}, true
        if not (self.blind or options.quick):
            found = self.answer(model, data, found_rows(len(data)), options)
            figures = {"tinyworld_val": found, "tinyworld_val_true_things": true}
        tables = {
            "answers": by_answer(data, found.argmax(-1)),
            "calibration": calibration(found.flatten(0, 1), data.answers.flatten().long()),
        }
        return {name: {"n": count, **shares_right(data, one.argmax(-1))} for name, one in figures.items()}, tables

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the network and its card."""
        data, form = self.scenes(options, held_out=False), weights.card(FINDER).input.record()
        shipped = card.half_precision_bytes(trainer.averaged.module)
        model = card.shipped_copy(self.weights, self.architecture, self.built_with(), form, shipped).to(options.device)
        metrics, tables = self.evaluate(model, options)
        entries = {
            "task": "question_answering", "title": self.title, "architecture": self.architecture,
            "line": self.line(len(data), data.answers.numel(), metrics["tinyworld_val"]),
            "arguments": self.built_with(), "classes": list(ANSWERS), "limits": list(self.limits), "input": form,
            "metrics": metrics,
            "data": {
                "name": "the tiny world", "source": "made by cnn_core.ops.tiny_asking", "terms": "none",
                "train_pictures": len(data), "words": list(WORDS), "drawn": False,
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)

    def line(self, scenes: int, questions: int, figures: dict[str, float]) -> str:
        """The card's one sentence or two: trained on what, how good, what it gets wrong."""
        where = "without seeing anything of them" if self.blind else "whose things another network finds in the picture"
        return (
            f"Trained here on {questions:,} questions about {scenes:,} scenes; of {figures['n']:,} about other scenes, "
            f"{where}, it answers {figures['non_relational']:.1%} rightly where they are about what things are, "
            f"{figures['relational']:.1%} where about how they stand. {self.limits[0]}"
        )


def questions_of(data: Asked, indices: Tensor) -> Tensor:
    """All questions about some scenes, one after the other, no longer than the longest of them. (N, Q, L) -> (N Q, L')."""
    questions = data.questions[indices].flatten(0, 1).long()
    return questions[:, : int((questions > 0).sum(1).max())]


def found_rows(count: int) -> Tensor:
    """What the finder finds in the pictures of the held-out scenes, (N, 8, 21)."""
    pictures = (draw_scene(scene_and_chance(HELD_OUT_SEED, n)[0], PICTURE_SIDE) for n in range(count))
    return torch.stack([torch.from_numpy(rows_of(find_things(picture))) for picture in pictures])  # N times (8, 21)


def shares_right(data: Asked, answers: Tensor) -> dict[str, float]:
    """The share of right answers (N, Q): of questions about single things, of relational ones, and of each kind, 0..1."""
    right, kinds = answers == data.answers, data.kinds.long()
    relational = torch.tensor([kind in RELATIONAL for kind in KINDS])[kinds]  # (N, Q)
    groups = {"non_relational": ~relational, "relational": relational}
    groups |= {kind.replace(" ", "_"): kinds == k for k, kind in enumerate(KINDS)}
    return {name: share(right[chosen]) for name, chosen in groups.items()}


def by_answer(data: Asked, answers: Tensor) -> dict[str, float]:
    """For each true answer, how often it was given; answers that never were true are left out."""
    right = answers == data.answers
    return {answer: share(right[data.answers == k]) for k, answer in enumerate(ANSWERS) if bool((data.answers == k).any())}


def share(right: Tensor) -> float:
    """The mean of yes and no, 0..1; 0 where there is none."""
    return round(float(right.float().mean()), 4) if len(right) else 0.0
