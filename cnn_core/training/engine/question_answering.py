"""Trains a network to answer questions about the tiny world, and counts by kind of question how often it is right."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.models import build_model
from cnn_core.ops.tiny_grammar import WORDS
from cnn_core.ops.tiny_questions import ANSWERS, KINDS, RELATIONAL
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.data.asked import Asked, make_or_read
from cnn_core.training.engine.loop import Loss, Plan, Trainer

FORM = Preprocessing(96, (0.75, 0.74, 0.72), (0.2, 0.2, 0.2))
SCENES, HELD_OUT, EACH = 24_000, 1_000, 16


@dataclass(frozen=True)
class QuestionRecipe:
    """A network that answers questions about the tiny world.

    Attributes:
        weights: task_architecture_data.
        title: on the page.
        architecture: see ``cnn_core.models``; it is called with pictures and questions.
        limits: what it cannot do.
        plan: how long and how fast.
        arguments: what the architecture is built with besides the numbers of words and answers.
    """

    weights: str
    title: str
    architecture: str
    limits: tuple[str, ...]
    plan: Plan
    arguments: dict[str, Any] = field(default_factory=dict)
    seed: int = 1

    def built_with(self) -> dict[str, Any]:
        """All the architecture's arguments; word 0 is none."""
        return {"words": len(WORDS) + 1, "outputs": len(ANSWERS), **self.arguments}

    def scenes(self, options: Options, held_out: bool) -> Asked:
        """The scenes to learn from, or those that are only for measuring: other seeds, so other scenes."""
        if options.quick:
            return make_or_read(None, 4, 3, FORM.size, self.seed)
        count, seed = (HELD_OUT, self.seed + 1000) if held_out else (SCENES, self.seed)
        return make_or_read(options.runs, count, EACH, FORM.size, seed)

    def loss_on(self, data: Asked, options: Options) -> Loss:
        """Cross-entropy of the answers to all questions about each scene, which is made a little darker or lighter."""
        rng = Generator().manual_seed(self.seed)

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            x = given(data.pictures[indices], options)
            x = x + 0.1 * torch.randn(len(x), 1, 1, 1, generator=rng).to(x.device)
            questions = data.questions[indices].flatten(0, 1).long()  # (N, Q, L) -> (N Q, L)
            answers = data.answers[indices].flatten().long().to(options.device)  # (N, Q) -> (N Q,)
            logits = model(x, questions.to(options.device)).float()
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
        trainer.run(lambda network: self.figures(network, held_out, options))
        return trainer

    @torch.inference_mode()
    def figures(self, model: nn.Module, held_out: Asked, options: Options) -> dict[str, float]:
        """The share answered rightly: of questions about single things, of relational ones, and of each kind, 0..1."""
        model.eval()
        right = torch.cat([
            model(given(pictures, options), questions.flatten(0, 1).long().to(options.device)).argmax(1).cpu()
            for pictures, questions in zip(held_out.pictures.split(50), held_out.questions.split(50), strict=True)
        ]) == held_out.answers.flatten()  # fmt: skip
        kinds = held_out.kinds.flatten()
        relational = torch.tensor([kind in RELATIONAL for kind in KINDS])[kinds.long()]
        shares = {"non_relational": right[~relational], "relational": right[relational]}
        shares |= {kind.replace(" ", "_"): right[kinds == k] for k, kind in enumerate(KINDS)}
        return {name: round(float(found.float().mean()), 4) if len(found) else 0.0 for name, found in shares.items()}

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, on scenes that it never saw."""
        held_out = self.scenes(options, held_out=True)
        return {"tinyworld_val": {"n": held_out.answers.numel(), **self.figures(model, held_out, options)}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the network and its card."""
        data, form = self.scenes(options, held_out=False), FORM.record()
        shipped = card.half_precision_bytes(trainer.averaged.module)
        model = card.shipped_copy(self.weights, self.architecture, self.built_with(), form, shipped).to(options.device)
        metrics, tables = self.evaluate(model, options)
        figures = metrics["tinyworld_val"]
        line = (
            f"Trained here on {data.answers.numel():,} questions about {len(data):,} drawn scenes; of {figures['n']:,} "
            f"about other scenes it answers {figures['non_relational']:.1%} rightly where they are about single things, "
            f"{figures['relational']:.1%} where about how things stand. {self.limits[0]}"
        )
        entries = {
            "task": "question_answering", "title": self.title, "architecture": self.architecture, "line": line,
            "arguments": self.built_with(), "classes": list(ANSWERS), "limits": list(self.limits), "input": form,
            "metrics": metrics,
            "data": {
                "name": "the tiny world", "source": "drawn by cnn_core.images.drawn_world", "terms": "none",
                "train_pictures": len(data), "words": list(WORDS),
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


def given(pictures: Tensor, options: Options) -> Tensor:
    """Pictures (N, S, S, 3) uint8 as the network gets them, (N, 3, S, S)."""
    x = pictures.permute(0, 3, 1, 2).to(options.device)  # (N, S, S, 3) -> (N, 3, S, S)
    return normalise(x.float(), FORM).contiguous(memory_format=torch.channels_last)
