"""Trainings of several cycles: one history, one network that goes on from where the one before ended."""

import math
from dataclasses import replace
from pathlib import Path

import torch

from cnn_core.models import build_model
from cnn_core.training.command import Options
from cnn_core.training.data.labelled import LabelledPictures
from cnn_core.training.engine.accuracy import teacher_targets
from cnn_core.training.engine.classification import (
    CIFAR10,
    ITSELF,
    ClassificationRecipe,
    Cycle,
    cifar_augment,
    smooth_labels,
)
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.progress import Progress

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
    whole = first.followed_by(second)
    assert (whole.step, whole.minutes) == (30, 5.0)
    assert [(record["epoch"], record["minutes"]) for record in whole.history] == [(1, 1.5), (2, 3), (3, 5)]
    assert Progress().followed_by(first) == first


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


def test_each_step_counts_its_own_batch() -> None:
    made = recipe(Plan(epochs=1, batch=8), Plan(epochs=2, batch=4))
    options = Options(CPU, None, Path(), None)
    progress = made.train(options).progress  # of 16 pictures
    assert progress.step == 2 + 8
    assert progress.samples == 16 + 32


def test_a_batch_is_given_to_the_network_as_the_app_gives_a_picture() -> None:
    class Recorder(torch.nn.Module):
        """Keeps what it is given."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.given = x
            return torch.zeros(len(x), 2)

    made, recorder = recipe(Plan(epochs=1)), Recorder()
    colour = torch.tensor([51, 102, 204], dtype=torch.uint8).view(1, 3, 1, 1).expand(2, 3, 32, 32)
    data = LabelledPictures(colour, torch.tensor([0, 1]), None)
    trainer = made.trainer(torch.nn.Linear(1, 1), 1, made.cycles[0], data, Options(CPU, None, Path(), None))
    trainer.loss(recorder, torch.tensor([0, 1]), 0.0)
    # (51 / 255 - 0.4913) / 0.2452 and so on: CIFAR-10's mean and std of red, green and blue
    wanted = torch.tensor([(0.2 - 0.4913) / 0.2452, (0.4 - 0.4821) / 0.2428, (0.8 - 0.4465) / 0.2606]).view(1, 3, 1, 1)
    assert torch.allclose(recorder.given, wanted.expand(2, 3, 32, 32), atol=1e-5)
    assert torch.allclose(made.prepare(colour), wanted.expand(2, 3, 32, 32), atol=1e-5)


def test_a_picture_is_learned_with_its_own_label() -> None:
    """The answer is always (0, 3): -ln p is 0.0486 for class 1 and 3.0486 for class 0; 0.05 of each label is elsewhere."""

    class Always(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.tensor([[0.0, 3.0]]).expand(len(x), 2)

    made = recipe(Plan(epochs=1))
    data = LabelledPictures(torch.zeros(3, 3, 32, 32, dtype=torch.uint8), torch.tensor([0, 0, 1]), None)
    trainer = made.trainer(torch.nn.Linear(1, 1), 1, made.cycles[0], data, Options(CPU, None, Path(), None))
    costs = {1: 0.95 * 0.048587 + 0.05 * 3.048587, 0: 0.95 * 3.048587 + 0.05 * 0.048587}
    for indices, labels in (([2], [1]), ([2, 0], [1, 0])):
        value, seen = trainer.loss(Always(), torch.tensor(indices), 0.0)
        assert math.isclose(float(value), sum(costs[label] for label in labels) / len(labels), abs_tol=1e-4)
        assert float(seen["top1"]) == 1 / len(labels)


def test_labels_give_most_to_their_class_and_a_share_to_all() -> None:
    assert torch.allclose(smooth_labels(torch.tensor([1]), 4, 0.2), torch.tensor([[0.05, 0.85, 0.05, 0.05]]))


def test_a_teacher_answers_for_a_picture_and_its_moved_and_mirrored_copies() -> None:
    class Corner(torch.nn.Module):
        """The logit of class 0 is the first pixel."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.stack([x[:, 0, 0, 0], torch.zeros(len(x))], 1)

    picture = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    picture[..., 0, 0] = 1
    targets = teacher_targets(Corner(), picture, lambda part: part.float(), CPU)
    # as it is: (0, 0) is 1; mirrored: (0, 1) is; moved by one: (1, 1); moved and mirrored: (1, 0)
    bright = 1 / (1 + math.exp(-1))
    assert torch.allclose(targets, torch.tensor([[(bright + 3 * 0.5) / 4, (1 - bright + 3 * 0.5) / 4]]))


def test_a_taught_cycle_learns_half_from_the_network_before() -> None:
    made = recipe(Plan(epochs=1))
    options = Options(CPU, None, Path(), None, quick=True)
    data, _ = made.read(options, "train")
    model = build_model("vgg", {"classes": 4, "widths": [4, 8], "depths": [1, 1]})
    alone = made.targets(model, made.cycles[0], data, options)
    taught = made.targets(model, replace(made.cycles[0], teacher=ITSELF), data, options)
    targets = teacher_targets(model, data.pictures, made.prepare, CPU)
    assert torch.allclose(alone, smooth_labels(data.labels, 4, 0.1))
    assert torch.allclose(taught, (alone + targets) / 2)
    assert torch.allclose(taught.sum(1), torch.ones(len(data)))
