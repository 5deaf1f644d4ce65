"""Trainings of several cycles: one history, one network that goes on from where the one before ended."""

from pathlib import Path

import torch

from cnn_core.training.classification import CIFAR10, ClassificationRecipe, Cycle, cifar_augment, joined
from cnn_core.training.command import Options
from cnn_core.training.loop import Plan, Progress

CPU = torch.device("cpu")


def recipe(*plans: Plan) -> ClassificationRecipe:
    """A tiny recipe on made pictures, one cycle for each plan."""
    return ClassificationRecipe(
        weights="classify_vgg_made",
        title="Made",
        architecture="vgg",
        arguments={"widths": [4, 8], "depths": [1, 1]},
        data=CIFAR10,
        cycles=tuple(Cycle(plan, cifar_augment()) for plan in plans),
        limits=("Nothing.",),
    )


def test_the_record_goes_on_counting() -> None:
    first = Progress(20, 3.0, [{"epoch": 1.0, "minutes": 1.5}, {"epoch": 2.0, "minutes": 3.0}])
    second = Progress(10, 2.0, [{"epoch": 1.0, "minutes": 2.0}])
    whole = joined(first, second)
    assert (whole.step, whole.minutes) == (30, 5.0)
    assert [(record["epoch"], record["minutes"]) for record in whole.history] == [(1, 1.5), (2, 3), (3, 5)]
    assert joined(Progress(), first) == first


def test_the_second_cycle_starts_from_the_first_ones_average() -> None:
    standing = Plan(epochs=1, rate=0.0, weight_decay=0.0, ema=0.0)
    options = Options(CPU, None, Path(), None, quick=True)
    moving = Plan(epochs=1, rate=0.2, ema=0.5)
    once, twice = (recipe(*plans).train(options).averaged.module.state_dict() for plans in ((moving,), (moving, standing)))
    kernels = [name for name, value in once.items() if value.ndim == 4]
    assert kernels
    assert all(torch.allclose(once[name], twice[name], atol=1e-6) for name in kernels)


def test_each_cycle_keeps_a_checkpoint_of_its_own(tmp_path: Path) -> None:
    plan = Plan(epochs=1, batch=8)
    made = recipe(plan, plan)
    options = Options(CPU, None, tmp_path, tmp_path)
    steps = made.train(options).progress.step
    assert {path.name for path in tmp_path.glob("*.ckpt")} == {"classify_vgg_made.ckpt", "classify_vgg_made_2.ckpt"}
    again = made.train(options)  # finished: nothing is trained twice
    assert again.progress.step == steps
    assert [record["epoch"] for record in again.progress.history] == [1, 2]
