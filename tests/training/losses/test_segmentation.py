"""Losses of class masks by hand, and a base that stays as it was."""

import pytest
import torch
from torch import nn

from cnn_core.training.engine.heads import FrozenBase
from cnn_core.training.losses.segmentation import mask_loss


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
    model = FrozenBase(Base(), Head()).train()
    model(torch.rand(4, 3, 5, 5) + 7).sum().backward()
    assert model.base.norm.running_mean.tolist() == [0, 0, 0]
    assert model.base.norm.weight.grad is None
    assert model.head.conv.weight.grad is not None
    assert model.head.training
    assert not model.base.training
