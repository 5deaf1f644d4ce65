"""All layers in short: a network of two layers worked on paper, dead and saturated channels counted on fingers."""

import numpy as np
import pytest
import torch
from torch import nn

from cnn_core.explain import survey as module
from cnn_core.explain.survey import Health, health_of, in_rows, summarise, survey
from cnn_core.models.lenet import ScaledTanh
from cnn_core.results import Activations

X = torch.tensor([[[[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]]]])


def two_layers() -> nn.Sequential:
    """1x1 kernels 1, -1, 0 with biases 0, 1, -0.5, ReLU; then one sum of the three, tanh."""
    model = nn.Sequential(nn.Conv2d(1, 3, 1), nn.ReLU(), nn.Conv2d(3, 1, 1, bias=False), nn.Tanh())
    with torch.no_grad():
        model[0].weight[:] = torch.tensor([1.0, -1.0, 0.0]).view(3, 1, 1, 1)
        model[0].bias[:] = torch.tensor([0.0, 1.0, -0.5])
        model[2].weight[:] = torch.tensor([10.0, -10.0, 4.0]).view(1, 3, 1, 1)
    return model


def test_two_layers_worked_on_paper() -> None:
    found = survey(two_layers(), X, ["0", "1", "3"])
    assert found["0"].signed and found["0"].health == Health(3, 0, 0, 2 / 18)  # 0.0 of channel 0, and 1 - 1 of channel 1
    relu = found["1"]  # 1 0 3 / .5 0 0; 0 3 0 / .5 1 2; 0
    assert (relu.shape, relu.channel, relu.signed) == ((3, 2, 3), 1, False)  # spread 1.11 against 1.08
    assert relu.values.tolist() == [[0, 3, 0], [0.5, 1, 2]]
    assert relu.health == Health(3, 1, 0, (3 + 2 + 6) / 18)
    ends = found["3"]  # 10, -30, 30, 0, -10, -20 through tanh: one of six is not at a bound
    assert ends.health == Health(1, 0, 0, 1 / 6)
    assert survey(two_layers(), X[..., :1, :], ["3"])["3"].health.saturated == 1


def test_single_numbers_are_shown_in_rows() -> None:
    assert in_rows(np.arange(5, dtype=np.float32)).tolist() == [[0, 1, 2], [3, 4, 0]]
    summary = summarise(Activations("fc", np.array([1, 5, -2, 4], np.float32).reshape(4, 1, 1)))
    assert (summary.shape, summary.channel, summary.values.tolist()) == ((4, 1, 1), 1, [[1, 5], [-2, 4]])


@pytest.mark.parametrize(("bounds", "saturated"), [((-1.0, 1.0), 1), ((0.0, 1.0), 2), (None, 0)])
def test_saturated_is_near_a_bound_nearly_everywhere(bounds: tuple[float, float] | None, saturated: int) -> None:
    values = np.zeros((2, 1, 10), np.float32)  # channel 0: nine of ten at 0.99; channel 1: all 0
    values[0, 0, :9], values[0, 0, 9] = 0.991, 0.5
    assert health_of(Activations("x", values), bounds) == Health(2, 1, saturated, 0.5)


def test_lenets_own_tanh_has_its_own_bounds() -> None:
    assert module.BOUNDS[ScaledTanh] == (-1.7159, 1.7159)
    ends = survey(nn.Sequential(ScaledTanh()), torch.full((1, 2, 1, 3), 9.0), ["0"])
    assert ends["0"].health == Health(2, 0, 2, 0.0)


def test_large_maps_are_kept_small_and_empty_layers_left_out() -> None:
    class Nothing(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x[:0]

    model = nn.Sequential(nn.Identity(), Nothing())
    found = survey(model, torch.rand(1, 1, 70, 130), ["0", "1"])
    assert list(found) == ["0"] and found["0"].values.shape == (23, 43) and found["0"].shape == (1, 70, 130)
