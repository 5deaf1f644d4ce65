"""Trainings of several cycles: each starts from the averaged weights of the one before, at a high learning rate again.

Such warm restarts (Loshchilov and Hutter 2017, arXiv:1608.03983) let a network be trained longer without starting anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from torch import nn

from cnn_core.training.command import Options
from cnn_core.training.engine.loop import Plan, Trainer
from cnn_core.training.engine.progress import Progress

Batches = TypeVar("Batches")
"""What a kind of recipe says about its batches: how classifiers' pictures are changed, which photographs a head sees ..."""


@dataclass(frozen=True)
class Cycle(Generic[Batches]):
    """One one-cycle of a training.

    Attributes:
        plan: how long and how fast.
        batches: what the batches are made of in this cycle.
        teacher: the name of the shipped weights whose answers are half of what is to be learned (Hinton et al. 2015,
            arXiv:1503.02531), "itself" for the network as the cycle before left it (Furlanello et al. 2018,
            arXiv:1805.04770); None for the labels alone.
    """

    plan: Plan
    batches: Batches
    teacher: str | None = None


def train_cycles(
    model: nn.Module,
    cycles: Sequence[Cycle[Batches]],
    trainer_of: Callable[[int, Cycle[Batches]], Trainer],
    evaluate: Callable[[nn.Module], dict[str, float]],
) -> Trainer:
    """Trains (or resumes) every cycle; returns the last trainer, with the progress of all.

    Args:
        model: trained in place.
        cycles: one after the other.
        trainer_of: (number from 1, cycle) -> a trainer of ``model`` for this cycle.
        evaluate: see ``Trainer.run``.
    """
    progress = Progress()
    for number, cycle in enumerate(cycles, 1):
        trainer = trainer_of(number, cycle)
        trainer.run(evaluate)
        model.load_state_dict(trainer.averaged.module.state_dict())
        progress = progress.followed_by(trainer.progress)
    trainer.progress = progress
    return trainer


def quick_plan(plan: Plan, options: Options, batch: int = 8) -> Plan:
    """The plan, or one epoch of small batches where the recipe is only tried out."""
    return replace(plan, epochs=1, batch=batch) if options.quick else plan


def checkpoint_of(weights: str, number: int, options: Options) -> Path | None:
    """The checkpoint file of one cycle: each has its own."""
    return options.checkpoint(weights if number == 1 else f"{weights}_{number}")
