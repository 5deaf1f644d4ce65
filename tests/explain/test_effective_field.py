"""Fields by the blackboard's formula, traced through a network, and by derivatives of a convolution known in full."""

import numpy as np
import pytest
import torch
from torch import nn

from cnn_core.explain.effective_field import Growth, Layer, build_stack, effective_field, follow_stack, side_that_holds
from cnn_core.explain.receptive_field import receptive_fields


def test_a_stack_worked_by_hand() -> None:
    """3; then 3 + 2 * 1 = 5 and every second place; then 5 + 4 * 3 * 2 = 29; then 29 + 0 * 2, every sixth."""
    layers = [Layer(3), Layer(3, 2), Layer(5, 1, 3), Layer(1, 3)]
    assert follow_stack(layers) == [Growth(3, 1), Growth(5, 2), Growth(29, 2), Growth(29, 6)]


@pytest.mark.parametrize(
    "layers",
    [[Layer(3), Layer(3, 1, 2), Layer(3, 1, 4)], [Layer(7, 2), Layer(1), Layer(3, 2), Layer(5, 1, 2)], [Layer(1, 3)]],
)
def test_the_network_that_is_built_has_these_fields(layers: list[Layer]) -> None:
    """Traced operation by operation, which knows nothing of the formula."""
    model = build_stack(layers, 0)
    names = [str(k) for k in range(len(layers))]
    traced = receptive_fields(model, torch.zeros(1, 3, 96, 80), names)
    assert [(traced[name].size, traced[name].stride) for name in names] == [(g.field, g.step) for g in follow_stack(layers)]


def test_the_derivatives_of_one_convolution_are_its_weights() -> None:
    """Two channels: at each pixel the root of the sum of the squares of their weights, in all three colours."""
    model = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1, bias=False))
    weight = torch.arange(54, dtype=torch.float32).reshape(2, 3, 3, 3) - 20
    model[0].weight.data = weight
    found = effective_field(model, torch.zeros(1, 3, 6, 9), "0", 2, 7)
    wanted = weight.square().sum((0, 1)).sqrt().numpy()  # (2, 3, 3, 3) -> (3, 3)
    crossed = 2 * np.abs((weight[0] * weight[1]).sum(0).numpy())  # what eight random signs may leave of the mixed terms
    assert np.abs(found[1:4, 6:9] ** 2 - wanted**2).max() <= crossed.max() + 1e-3
    found[1:4, 6:9] = 0
    assert not found.any()


def test_one_channel_is_exact_and_a_relu_that_is_shut_lets_nothing_through() -> None:
    model = nn.Sequential(nn.Conv2d(3, 1, (1, 3), padding=(0, 1)), nn.ReLU())
    model[0].weight.data = torch.tensor([[[[1.0, 2, 2]], [[0, 3, 1]], [[0, 6, 2]]]])
    model[0].bias.data = torch.tensor([1.0])
    x = torch.zeros(1, 3, 2, 5)
    assert effective_field(model, x, "1", 1, 2)[1].tolist() == [0, 1, 7, 3, 0]  # roots of 1, 4 + 9 + 36 and 4 + 1 + 4
    model[0].bias.data = torch.tensor([-1.0])
    assert not effective_field(model, x, "1", 1, 2).any()


def test_the_same_seed_the_same_stack_and_as_strong_in_each_layer() -> None:
    one, same, other = (build_stack([Layer(5), Layer(3)], seed)[1][0].weight for seed in (4, 4, 5))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert float(one.std()) == pytest.approx((2 / (8 * 9)) ** 0.5, rel=0.15)


def test_the_smallest_square_that_holds_a_share() -> None:
    field = np.zeros((9, 11), np.float32)
    field[4, 5], field[4, 6], field[1, 5] = 6, 2, 2  # 0, 1 and 3 pixels away
    assert [side_that_holds(field, 5, 4, share) for share in (0.5, 0.6, 0.7, 0.8, 0.9, 1)] == [1, 1, 3, 3, 7, 7]
    assert side_that_holds(np.zeros((3, 3), np.float32), 1, 1, 0.9) == 0
