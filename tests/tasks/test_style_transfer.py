"""Gram matrices and losses worked by hand; a painting that comes nearer to what it is to be."""

import pytest
import torch
from torch import Tensor, nn

from cnn_core.tasks.style_transfer import (
    Wanted,
    content_loss,
    gram,
    maps_of,
    painted,
    relative_error,
    style_loss,
    total_variation,
)


def as_it_is(x: Tensor) -> Tensor:
    """No normalisation."""
    return x


def test_the_gram_matrix_is_the_mean_product_of_two_channels() -> None:
    maps = torch.tensor([[[[1.0, 2.0]], [[3.0, -1.0]]]])  # (1, 2, 1, 2)
    # 1*1 + 2*2 = 5, 1*3 + 2*-1 = 1, 3*3 + 1 = 10; two places
    assert gram(maps).tolist() == [[[2.5, 0.5], [0.5, 5.0]]]


def test_the_gram_matrix_does_not_know_where() -> None:
    maps = torch.randn(2, 5, 4, 6, generator=torch.Generator().manual_seed(0))
    order = torch.randperm(24, generator=torch.Generator().manual_seed(1))
    moved = maps.flatten(2)[:, :, order].view_as(maps)
    assert torch.allclose(gram(maps), gram(moved), atol=1e-6)


def test_losses_are_shares_of_what_is_wanted() -> None:
    wanted = torch.tensor([[[[3.0, 4.0]]]])
    assert relative_error(torch.zeros_like(wanted), wanted).item() == 1
    assert relative_error(wanted, wanted).item() == 0
    found = {"a": torch.zeros(1, 1, 1, 2), "b": wanted}
    assert content_loss(found, {"a": wanted, "b": wanted}).item() == 0.5
    assert style_loss(found, {"a": gram(wanted), "b": gram(wanted)}).item() == 0.5


def test_total_variation_worked_by_hand() -> None:
    x = torch.tensor([[[[0.0, 1.0], [0.0, 3.0]]]])
    # down: 0, 2 -> mean square 2; across: 1, 3 -> mean square 5
    assert total_variation(x).item() == 7


class Small(nn.Module):
    """Two random layers."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 8, 3, 2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 8, H/2, W/2)."""
        return self.second(self.first(x).relu())


def test_from_noise_to_the_content() -> None:
    model, chance = Small(), torch.Generator().manual_seed(0)
    picture, noise = (torch.rand(1, 3, 12, 16, generator=chance) for _ in range(2))
    wanted = Wanted(maps_of(model, as_it_is, picture, ["first"]), {})
    stages = list(painted(model, as_it_is, noise, wanted, 0.0, 0.0, 60))
    assert stages[-1].content < stages[0].content / 50
    assert stages[-1].style == 0
    assert abs(stages[-1].picture / 255 - picture[0].permute(1, 2, 0).numpy()).mean() < 0.02


def test_style_and_content_are_both_approached_and_the_network_left_as_found() -> None:
    model, chance = Small(), torch.Generator().manual_seed(0)
    content, style = torch.rand(1, 3, 12, 16, generator=chance) ** 2, torch.rand(1, 3, 20, 20, generator=chance)
    grams = {name: gram(maps) for name, maps in maps_of(model, as_it_is, style, ["first", "second"]).items()}
    wanted = Wanted(maps_of(model, as_it_is, content, ["second"]), grams)
    assert wanted.layers == ["second", "first"]
    stages = list(painted(model, as_it_is, content, wanted, 10.0, 0.0, 40))
    assert stages[0].content == pytest.approx(0, abs=1e-9)
    assert stages[-1].style < stages[0].style / 3
    assert all(p.grad is None for p in model.parameters())
    assert stages[-1].picture.shape == (12, 16, 3)
