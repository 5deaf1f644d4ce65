"""Pictures of several channels at once, and of channels that say nothing to faint noise."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnn_core.explain.channel_atlas import own_means, visualise_channels
from cnn_core.explain.visualisation import LEAK, channel, leaking, visualise


class Shy(nn.Module):
    """Behind a ReLU: red from 0.6 on, green from 0.55 on, blue from 0 on. A grey of 0.5 excites the third channel alone."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(3, 3, 1)
        self.maps.weight.data = torch.eye(3).view(3, 3, 1, 1)  # (3, 3) -> (3, 3, 1, 1)
        self.maps.bias.data = torch.tensor([-0.6, -0.55, 0.0])
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 3)."""
        means: Tensor = self.relu(self.maps(x)).mean((2, 3))
        return means


def as_it_is(x: Tensor) -> Tensor:
    """No normalisation."""
    return x


def test_a_leak_changes_the_slope_of_a_silent_relu_and_no_answer() -> None:
    model = Shy()
    x = torch.tensor([0.5, 0.8, 0.5]).view(1, 3, 1, 1).requires_grad_()  # (3,) -> (1, 3, 1, 1)
    answer = leaking(model)(x)
    assert answer.tolist() == [[0, pytest.approx(0.25), pytest.approx(0.5)]]
    (slope,) = torch.autograd.grad(answer.sum(), x)
    assert slope.flatten().tolist() == pytest.approx([LEAK, 1 + LEAK, 1 + LEAK])
    assert not model.relu._forward_hooks


@pytest.mark.parametrize("frequencies", [False, True])
def test_a_channel_that_is_silent_at_first_gets_its_picture(frequencies: bool) -> None:
    stages = list(visualise(Shy(), as_it_is, channel("relu", 0), 16, 60, 0, jitter=False, frequencies=frequencies))
    assert stages[0].value == 0
    assert stages[-1].value > 0.02
    red, green, blue = stages[-1].picture.reshape(-1, 3).mean(0)  # (H, W, 3) -> (H * W, 3)
    assert red > 0.6 * 255
    assert red > max(green, blue)


def test_together_each_channel_gets_the_picture_that_it_gets_alone() -> None:
    model = Shy()
    found = visualise_channels(model, as_it_is, "relu", [2, 0], 24, 12, 5)
    for picture, k in zip(found, (2, 0), strict=True):
        *_, last = visualise(model, as_it_is, channel("relu", k), 24, 12, 5)
        assert np.abs(picture.astype(int) - last.picture).max() <= 1
    assert np.abs(found[0].astype(int) - found[1]).mean() > 5


def test_each_picture_answers_for_its_own_channel() -> None:
    value = torch.arange(12.0).view(2, 3, 1, 2)  # of the first picture 0 1 | 2 3 | 4 5, of the second 6 7 | 8 9 | 10 11
    assert own_means(value, [2, 0]).tolist() == [4.5, 6.5]
    assert own_means(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), [1, 2]).tolist() == [2, 6]
