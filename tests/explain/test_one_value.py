"""A value taken apart: two layers worked on paper, with padding, BN, ReLU, a skip connection, stamps and pooling."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnn_core.errors import InputError
from cnn_core.explain.kernel_sums import gather
from cnn_core.explain.one_value import take_apart
from cnn_core.ops import convolution
from cnn_core.runtime import weights
from cnn_core.tasks.feeding import feed

X = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[0.5, 0.0, -1.0], [2.0, 1.0, 0.0]]]])  # (1, 2, 2, 3)


class TwoLayers(nn.Module):
    """3x3 convolution over two channels with padding, BN, ReLU; a 1x1 convolution with a channel of x added."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn, self.relu = nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU()
        self.mix, self.end = nn.Conv2d(2, 1, 1, bias=False), nn.ReLU()
        with torch.no_grad():
            self.conv.weight.zero_()
            self.conv.weight[1, 0] = torch.tensor([[0.0, 1, 0], [0, 2, 0], [0, 0, -1]])
            self.conv.weight[1, 1, 1, 0] = 10.0  # the left neighbour in channel 1
            self.conv.bias[:] = torch.tensor([7.0, 0.25])
            self.bn.running_mean[:], self.bn.running_var[:] = torch.tensor([0.0, 4.25]), torch.tensor([1.0, 4.0])
            self.bn.weight[:], self.bn.bias[:] = torch.tensor([1.0, 3.0]), torch.tensor([0.0, 0.5])
            self.bn.eps = 0.0
            self.mix.weight[:] = torch.tensor([[0.0, -2.0]]).view(1, 2, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.relu(self.bn(self.conv(x)))
        return self.end(x[:, :1] + self.mix(y))


LAYERS = ["relu", "end"]


def test_patch_times_kernel_bias_normalisation_relu_worked_on_paper() -> None:
    """At row 1, column 1: 2 * 5 + 1 * 2 above, the corner below lies in the padding; 10 * 2 from the left of channel 1."""
    found = take_apart(TwoLayers().eval(), [X], LAYERS, "relu", (1, 1, 1))
    assert found.kind == "convolution" and [(term.channel, term.sum) for term in found.terms] == [(1, 20), (0, 12)]
    assert found.terms[1].patch.tolist() == [[1, 2, 3], [4, 5, 6], [0, 0, 0]]
    assert found.terms[0].patch.tolist() == [[0.5, 0, -1], [2, 1, 0], [0, 0, 0]]
    assert found.terms[1].weights is not None and found.terms[1].weights.tolist() == [[0, 1, 0], [0, 2, 0], [0, 0, -1]]
    assert (found.bias, found.total) == (0.25, 32.25)
    (norm, relu) = found.steps
    assert norm.words == "batch normalisation: (x - 4.25) / 2 · 3 + 0.5" and norm.value == 42.5  # 28 / 2 * 3 + 0.5
    assert relu.value == found.value == 42.5 and relu.words.startswith("ReLU")


def test_a_skip_connection_adds_what_it_brings() -> None:
    """At row 0, column 1: 2 * 2 - 6 in the corner, 10 * 0.5; 3.25 - 4.25 = -1, / 2 * 3 + 0.5 = -1, ReLU 0; 2 + 0."""
    found = take_apart(TwoLayers().eval(), [X], LAYERS, "end", (0, 0, 1))
    assert [(term.channel, term.sum) for term in found.terms] == [(0, 0), (1, 0)] and found.total == 0
    assert [(step.words[:2], step.value) for step in found.steps] == [("+ ", 2), ("Re", 2)]
    assert "2, which a skip connection brings" in found.steps[0].words
    shut = take_apart(TwoLayers().eval(), [X], LAYERS, "end", (0, 1, 1))
    assert (shut.total, shut.steps[0].value, shut.value) == (-85, 5 - 85, 0)


def test_dilated_and_strided_kernels_see_what_the_convolution_of_whole_maps_sees() -> None:
    model = nn.Sequential(nn.Conv2d(2, 3, 3, 2, 2, 2))
    x = torch.randn(1, 2, 9, 8, generator=torch.Generator().manual_seed(1))
    found = take_apart(model, [x], ["0"], "0", (2, 1, 3))
    patch = convolution.patch(x[0].double().numpy(), 1, 3, 3, 2, 2, 2)
    assert all(np.array_equal(term.patch, patch[term.channel]) for term in found.terms)
    assert sum(term.sum for term in found.terms) + found.bias == pytest.approx(found.value, abs=1e-5)


def test_each_group_of_a_convolution_looks_at_its_own_channels() -> None:
    model = nn.Sequential(nn.Conv2d(4, 2, 1, groups=2, bias=False))
    nn.init.ones_(model[0].weight)
    x = torch.tensor([1.0, 2.0, 3.0, 4.0]).view(1, 4, 1, 1)
    assert [(term.channel, term.sum) for term in take_apart(model, [x], ["0"], "0", (1, 0, 0)).terms] == [(3, 4), (2, 3)]


def test_stamps_of_a_transposed_convolution_are_found_again() -> None:
    """Stride 2, padding 1, a column 1 2 3: place 1 gets 3 of input 0 and 1 of input 1; place 2 gets 2 of input 1."""
    model = nn.Sequential(nn.ConvTranspose2d(1, 1, (3, 1), (2, 1), (1, 0), bias=False))
    with torch.no_grad():
        model[0].weight[:] = torch.tensor([1.0, 2.0, 3.0]).view(1, 1, 3, 1)
    x = torch.tensor([5.0, 7.0]).view(1, 1, 2, 1)
    first, second = (take_apart(model, [x], ["0"], "0", (0, row, 0)) for row in (1, 2))
    assert (
        first.kind == "transposed convolution" and first.terms[0].patch.ravel().tolist() == [7, 0, 5] and first.value == 22
    )
    assert second.terms[0].patch.ravel().tolist() == [0, 7, 0] and second.value == 14


@pytest.mark.parametrize(
    ("pool", "kind", "patch", "value"),
    [
        (nn.MaxPool2d(2, 1, 1), "max pooling", [[-np.inf, -np.inf], [-1, -2]], -1),
        (nn.AvgPool2d(2, 1, 1), "average pooling", [[0, 0], [-1, -2]], -0.75),
        (nn.AdaptiveAvgPool2d(1), "average pooling", [[-1, -2], [-3, -8]], -3.5),
    ],
)
def test_a_pooling_has_a_window_and_no_weights(pool: nn.Module, kind: str, patch: list[Any], value: float) -> None:
    x = torch.tensor([[[[-1.0, -2.0], [-3.0, -8.0]]]])
    place = (0, 0, 0) if isinstance(pool, nn.AdaptiveAvgPool2d) else (0, 0, 1)
    found = take_apart(nn.Sequential(pool), [x], ["0"], "0", place)
    assert (found.kind, found.value, found.steps) == (kind, value, ())
    assert found.terms[0].patch.tolist() == patch and found.terms[0].weights is None


class Flat(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 2)
        with torch.no_grad():
            self.fc.weight[:] = torch.arange(8.0).view(2, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.fc(torch.flatten(x, 1)).tanh()
        return F.relu(y)


def test_a_dense_layer_after_maps_has_a_patch_for_each_channel() -> None:
    x = torch.tensor([[[[1.0, 2.0]], [[3.0, 0.5]]]])
    found = take_apart(Flat(), [x], ["fc"], "fc", (1, 0, 0))
    assert found.kind == "dense layer" and [(t.channel, t.sum) for t in found.terms] == [(0, 4 + 10), (1, 18 + 3.5)][::-1]
    assert found.terms[0].patch.tolist() == [[3, 0.5]] and found.value == pytest.approx(35.5 + found.bias)


def test_of_maps_put_side_by_side_the_one_that_holds_the_channel_is_followed() -> None:
    class Beside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.end = nn.Conv2d(2, 1, 1), nn.Identity()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            made: torch.Tensor = self.end(torch.cat([x, self.one(x)], 1))
            return made

    assert take_apart(Beside(), [X], ["end"], "end", (2, 0, 0)).kind == "convolution"
    kept = take_apart(Beside(), [X], ["end"], "end", (1, 0, 2))
    assert kept.terms == () and kept.value == -1 and "as it came" in kept.kind


@pytest.mark.parametrize("place", [(2, 0, 0), (0, 2, 0), (0, 0, -1)])
def test_a_value_that_is_not_there_is_refused(place: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="there is none at"):
        take_apart(TwoLayers().eval(), [X], LAYERS, "relu", place)


def test_outside_lies_what_it_is_told() -> None:
    x = torch.arange(6.0).view(1, 2, 3)
    assert gather(x, (np.array([1, 2]), np.array([-1, 0, 2])), 9.0).tolist() == [[[9, 3, 5], [9, 9, 9]]]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(weights.names()) - set(weights.names("question_answering"))))
def test_every_layer_of_every_network_can_be_taken_apart(name: str) -> None:
    """The products add up to the total, and what was done to it to the value that the layer has."""
    network = weights.load(name)
    picture = np.random.default_rng(0).integers(0, 256, (96, 64, 3), np.uint8)
    fed = feed(network, picture)
    layers = [layer for layer, _ in fed.model.layers()]  # type: ignore[operator]
    for layer in layers:
        found = take_apart(fed.model, fed.inputs, layers, layer, (0, 0, 0))
        assert found.terms or layer == "measured", layer
        weighted = [term.sum for term in found.terms]
        assert sum(weighted) + found.bias == pytest.approx(found.total, rel=1e-3, abs=1e-3) or not weighted
        assert (found.steps[-1].value if found.steps else found.total) == pytest.approx(found.value, rel=1e-4, abs=1e-5)
