"""The figures of a card, worked by hand: how often right, how sure, what is taken for what, how far from the training."""

import pytest
import torch
from torch import nn

from cnn_core.training.engine.accuracy import accuracies, calibration, per_class, probabilities_of, teacher_targets
from cnn_core.training.engine.classification import smooth_labels
from cnn_core.training.engine.gan import histogram, nearest_distances
from cnn_core.training.engine.loop import Plan, Trainer

CPU = torch.device("cpu")
LABELS = torch.tensor([0, 0, 0, 1, 2])
SAID = torch.tensor([[0.8, 0.15, 0.05], [0.25, 0.35, 0.4], [0.1, 0.3, 0.6], [0.55, 0.35, 0.1], [0.02, 0.03, 0.95]])
"""Right, wrong (2), wrong (2), wrong (0), right."""


def test_right_two_times_in_five() -> None:
    assert accuracies(SAID, LABELS) == {"top1": pytest.approx(0.4)}


def test_among_the_five_likeliest_of_six() -> None:
    rows = torch.tensor([[6.0, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]]).softmax(1)
    assert accuracies(rows, torch.tensor([0, 0, 4])) == pytest.approx({"top1": 1 / 3, "top5": 2 / 3})


def test_a_classes_share_and_its_rival() -> None:
    found = per_class(SAID, LABELS, ["cat", "cup", "dog"])
    assert found == {"right": [0.333, 0.0, 1.0], "mistaken_for": ["dog", "cat", ""]}


def test_how_often_an_answer_of_a_certain_probability_is_right() -> None:
    """The largest are 0.8, 0.4, 0.6, 0.55 and 0.95: in (0.7, 0.8], (0.3, 0.4], twice in (0.5, 0.6], in (0.9, 1]."""
    found = calibration(torch.cat([SAID, SAID[:1]]), torch.cat([LABELS, torch.tensor([1])]))
    assert found["edges"] == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert sum(found["n"]) == 6
    assert found["n"][9] == 1
    assert found["right"][9] == 1
    assert sum(n * share for n, share in zip(found["n"], found["right"], strict=True)) == pytest.approx(2)


class Reads(nn.Module):
    """Two logits: how bright the leftmost column is, and 0."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        bright = x[:, 0, :, 0].mean(1)
        return torch.stack([bright, torch.zeros_like(bright)], 1)


def test_probabilities_are_softmax_of_the_prepared_pictures() -> None:
    pictures = torch.zeros(300, 3, 2, 4, dtype=torch.uint8)  # more than one batch
    pictures[299, 0] = 30
    found = probabilities_of(Reads().train(), pictures, lambda x: x.float() / 10, CPU)
    assert found.shape == (300, 2)
    assert found[0].tolist() == [0.5, 0.5]
    assert float(found[299, 0]) == pytest.approx(torch.tensor(3.0).sigmoid().item())


def test_a_teacher_sees_each_picture_moved_and_mirrored() -> None:
    """Columns 1, 2, 3, 4: leftmost stands 1; mirrored 4; moved by one 4 (from the right end); that mirrored 3."""
    pictures = torch.tensor([1, 2, 3, 4], dtype=torch.uint8).expand(1, 3, 2, 4).contiguous()
    found = teacher_targets(Reads(), pictures, lambda x: x.float(), CPU)
    wanted = torch.tensor([1.0, 4.0, 4.0, 3.0]).sigmoid().mean()
    assert float(found[0, 0]) == pytest.approx(float(wanted), abs=1e-6)


def test_a_tenth_of_each_label_is_spread() -> None:
    wanted = torch.tensor([[0.025, 0.025, 0.925, 0.025], [0.925, 0.025, 0.025, 0.025]])
    torch.testing.assert_close(smooth_labels(torch.tensor([2, 0]), 4, 0.1), wanted)


def test_how_far_the_nearest_known_one_is() -> None:
    known = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    assert nearest_distances(torch.tensor([[0.0, 1.0], [3.0, 10.0]]), known).tolist() == pytest.approx([1, 6])


def test_shares_between_edges_and_beyond() -> None:
    found = histogram(torch.tensor([0.5, 1.5, 1.6, 99.0]), torch.tensor([0.0, 1.0, 2.0]))
    assert found == [0.25, 0.75]  # what is beyond the last edge counts at it


def run(plan: Plan, steepness: float = 1.0) -> Trainer:
    """One weight that begins at 0; the loss is minus the weight times ``steepness``, so that it should rise."""
    model = nn.Sequential(nn.Linear(1, 1, bias=False))
    nn.init.zeros_(model.get_submodule("0").weight)  # type: ignore[arg-type]

    def loss(model: nn.Module, indices: torch.Tensor, progress: float) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        return -steepness * model.get_submodule("0").weight.sum(), {}  # type: ignore[operator, union-attr]

    trainer = Trainer(model, 20, loss, plan, CPU, seed=0, checkpoint=None)
    trainer.run()
    return trainer


def test_the_shipped_weights_are_a_running_average() -> None:
    """At a decay of 0.5 the average lags behind, but by no more than the way of the last steps."""
    plan = Plan(epochs=4, batch=1, rate=0.1, momentum=0.5, weight_decay=0.0, ema=0.5)
    trainer = run(plan)
    now, averaged = (float(m.get_submodule("0").weight.detach()) for m in (trainer.model, trainer.averaged.module))  # type: ignore[arg-type]
    assert 0.5 * now < averaged < now


def test_long_gradients_are_shortened() -> None:
    plan = Plan(epochs=1, batch=1, rate=0.1, momentum=0.5, weight_decay=0.0, clip=1.0)
    steep, plain = (float(run(plan, steepness).model.get_submodule("0").weight) for steepness in (50.0, 1.0))  # type: ignore[arg-type]
    assert steep == pytest.approx(plain, rel=1e-3)
