"""Losses of class masks by hand, and a base that stays as it was."""

import math

import pytest
import torch
from torch import nn

from cnn_core.training.engine.heads import FrozenBase
from cnn_core.training.losses.segmentation import mask_loss, selection_loss


def certain(classes: torch.Tensor, k: int) -> torch.Tensor:
    """Logits that are sure of these classes (h, w)."""
    return 40 * nn.functional.one_hot(classes.long(), k).movedim(-1, 0)[None].float()


def test_a_right_answer_costs_nothing() -> None:
    true = torch.tensor([[0, 1], [2, 1]], dtype=torch.uint8)
    assert {k: round(float(v), 5) for k, v in mask_loss(certain(true, 3), true[None]).items()} == {"entropy": 0, "dice": 0}


def test_guessing_by_hand() -> None:
    true = torch.tensor([[0, 0], [0, 1]], dtype=torch.uint8)
    losses = mask_loss(torch.zeros(1, 2, 2, 2), true[None])
    assert float(losses["entropy"]) == pytest.approx(0.693147)
    # class 0: 2 * 1.5 / (2 + 3), class 1: 2 * 0.5 / (2 + 1); one minus their mean
    assert float(losses["dice"]) == pytest.approx(1 - (3 / 5 + 1 / 3) / 2)


def test_ignored_pixels_count_for_nothing() -> None:
    right = torch.tensor([[0, 1], [1, 0]], dtype=torch.uint8)
    partly = torch.tensor([[0, 1], [255, 255]], dtype=torch.uint8)
    wrong_below = certain(torch.tensor([[0, 1], [0, 1]]), 2)
    assert float(sum(mask_loss(wrong_below, right[None]).values())) > 1
    assert float(sum(mask_loss(wrong_below, partly[None]).values())) == pytest.approx(0, abs=1e-5)


def test_background_counts_less() -> None:
    logits = torch.tensor([[0.0, 0.0], [math.log(3), 0.0]]).view(1, 2, 1, 2)  # class 0 gets 1/4, then 1/2
    true = torch.tensor([[0, 1]], dtype=torch.uint8)[None]
    entropy = mask_loss(logits, true, background=0.5)["entropy"]
    assert float(entropy) == pytest.approx((0.5 * math.log(4) + 1 * math.log(2)) / 1.5)


def test_every_second_row_and_column() -> None:
    true = torch.tensor([[0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1]], dtype=torch.uint8)
    shown = true.clone()
    shown[1], shown[:, 1], shown[:, 3] = 1 - true[1], 1 - true[:, 1], 1 - true[:, 3]  # wrong wherever it is not looked at
    losses = mask_loss(certain(shown, 2), true[None], step=2)
    assert {name: round(float(value), 5) for name, value in losses.items()} == {"entropy": 0, "dice": 0}


def test_an_undecided_selection_by_hand() -> None:
    true, known = torch.tensor([[[True, True, False, True]]]), torch.tensor([[[True, True, True, False]]])
    # log 2; of 3 known pixels 2 belong: 1 - (2 * 1 + 1) / (1.5 + 2 + 1)
    assert float(selection_loss(torch.zeros(1, 1, 1, 4), true, known)) == pytest.approx(math.log(2) + 1 / 3)


def test_nothing_known_is_no_error() -> None:
    losses = mask_loss(torch.zeros(1, 2, 4, 4, requires_grad=True), torch.full((1, 4, 4), 255, dtype=torch.uint8))
    assert all(float(value) == 0 for value in losses.values())


class Base(nn.Module):
    """Two maps behind a norm with statistics."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3)

    def maps(self, x: torch.Tensor) -> list[torch.Tensor]:
        return [self.norm(x)]


class Head(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 1)

    def forward(self, maps: list[torch.Tensor]) -> torch.Tensor:
        return self.conv(maps[0])


def test_the_base_neither_learns_nor_counts() -> None:
    base, head = Base(), Head()
    model = FrozenBase(base, head).train()
    model(torch.rand(4, 3, 5, 5) + 7).sum().backward()
    assert base.norm.running_mean is not None
    assert base.norm.running_mean.tolist() == [0, 0, 0]
    assert base.norm.weight.grad is None
    assert head.conv.weight.grad is not None
    assert head.training
    assert not base.training
