"""What pooling saves: the convolutions of a network that enlarges its maps again, beside the naive stack of the same ones.

The naive stack is what one would build first for a class at every pixel: the same convolutions with the same kernels, one
after the other, all at the size of the input. Convolutions that only enlarge a map (transposed ones) have no place in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnn_core.runtime.borrowed import private_copy

BYTES = 4
"""Of one value, as networks are trained."""


@dataclass(frozen=True)
class SizeCost:
    """All convolutions of a network whose maps have one size, and what the same ones cost in the naive stack.

    Attributes:
        size: height and width of their feature maps.
        convolutions: how many there are.
        multiply_adds: of one forward pass, without biases.
        values: numbers in the feature maps that they make; training keeps all of them for the backward pass.
        naive_multiply_adds: the same convolutions where every map is as large as the input.
        naive_values: the same of their maps.
    """

    size: tuple[int, int]
    convolutions: int
    multiply_adds: int
    values: int
    naive_multiply_adds: int
    naive_values: int


def costs_by_size(model: nn.Module, x: Tensor) -> list[SizeCost]:
    """One record for each size of the feature maps, the largest first.

    Args:
        model: a network of two-dimensional convolutions, left as found.
        x: any input that it accepts, (1, C, H, W).
    """
    network = private_copy(model)
    whole = x.shape[2] * x.shape[3]
    made: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def count(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        assert isinstance(module, nn.Conv2d)
        size = (output.shape[2], output.shape[3])
        made.setdefault(size, []).append((module.weight.numel(), output.shape[1]))

    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(count)
    with torch.no_grad():
        network(x)
    return [record(size, made[size], whole) for size in sorted(made, reverse=True)]


def record(size: tuple[int, int], convolutions: Sequence[tuple[int, int]], whole: int) -> SizeCost:
    """The costs of convolutions, each with so many weights and output channels, whose maps have ``size``.

    A convolution uses each of its weights once at each place of its output, and makes one value a channel there.
    """
    places = size[0] * size[1]
    weights, channels = (sum(column) for column in zip(*convolutions, strict=True))
    return SizeCost(size, len(convolutions), weights * places, channels * places, weights * whole, channels * whole)


def total(costs: Sequence[SizeCost]) -> SizeCost:
    """The sum of all, under the size of the largest maps."""
    return SizeCost(
        costs[0].size,
        sum(cost.convolutions for cost in costs),
        sum(cost.multiply_adds for cost in costs),
        sum(cost.values for cost in costs),
        sum(cost.naive_multiply_adds for cost in costs),
        sum(cost.naive_values for cost in costs),
    )
