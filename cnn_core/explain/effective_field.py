"""How strongly one value of a layer follows each pixel: the effective receptive field beside the theoretical one.

Luo et al. 2016, "Understanding the effective receptive field in deep convolutional neural networks", arXiv:1701.04128.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.results import Floats
from cnn_core.runtime.borrowed import gradients_on, outputs_of

DRAWS = 8
"""Random signs for the channels: so many backward passes."""

CHANNELS = 8
"""Of each layer of a stack."""


@dataclass(frozen=True)
class Layer:
    """One convolution of a stack: ``kernel`` weights on a side, ``dilation`` pixels apart, at every ``stride``-th place."""

    kernel: int
    stride: int = 1
    dilation: int = 1


@dataclass(frozen=True)
class Growth:
    """What a layer adds to the field: ``field`` = field before + (kernel - 1) * dilation * step before.

    Attributes:
        field: side in input pixels of what one value sees.
        step: input pixels between neighbouring values.
    """

    field: int
    step: int


def follow_stack(layers: Sequence[Layer]) -> list[Growth]:
    """The field and the step after each layer of a stack, by the formula of the blackboard."""
    field, step, found = 1, 1, []
    for layer in layers:
        field += (layer.kernel - 1) * layer.dilation * step
        step *= layer.stride
        found.append(Growth(field, step))
    return found


def build_stack(layers: Sequence[Layer], seed: int) -> nn.Sequential:
    """These convolutions, each of CHANNELS channels and followed by a ReLU, with random weights; modules "0", "1", ...

    The padding keeps the map's size but for the strides. Weights as He et al. 2015 draw them; no biases.
    """
    rng, stack, inputs = torch.Generator().manual_seed(seed), nn.Sequential(), 3
    for layer in layers:
        padding = layer.dilation * (layer.kernel - 1) // 2
        convolution = nn.Conv2d(inputs, CHANNELS, layer.kernel, layer.stride, padding, layer.dilation, bias=False)
        spread = (2 / (inputs * layer.kernel**2)) ** 0.5
        convolution.weight.data = spread * torch.randn(convolution.weight.shape, generator=rng)
        stack.append(nn.Sequential(convolution, nn.ReLU()))
        inputs = CHANNELS
    return stack.eval()


def effective_field(model: nn.Module, x: Tensor, layer: str, row: int, column: int, *more: Any, seed: int = 0) -> Floats:
    """How much the layer's values at one place change with each pixel: (H, W) float32, at least 0.

    For each pixel the root mean square, over random signs of the channels, of the derivative of the channels' signed sum: as
    large as the root of the sum over channels of the squared derivatives, without a backward pass for each channel.

    Args:
        model: the network, left as found.
        x: pictures (N, 3, H, W) as the network wants them; the first is looked at.
        layer: one of its modules, whose output is (N, C, h, w).
        row, column: the place, 0..h-1 and 0..w-1.
        more: the network's further inputs.
        seed: of the signs.
    """
    with gradients_on():
        picture = x.detach().clone().requires_grad_(True)
        values = outputs_of(model, picture, [layer], *more)[1][layer][0, :, row, column]  # (C,)
        rng, squares = torch.Generator().manual_seed(seed), torch.zeros(x.shape[-2:])
        for _ in range(DRAWS):
            signs = 2 * torch.randint(0, 2, values.shape, generator=rng).to(values) - 1
            (slope,) = torch.autograd.grad(values @ signs, picture, retain_graph=True)
            squares += slope[0].square().sum(0).cpu()  # (3, H, W) -> (H, W)
    found: Floats = (squares / DRAWS).sqrt().numpy()
    return found


def side_that_holds(field: Floats, x: float, y: float, share: float) -> int:
    """The side of the smallest square around a place that holds a share of the field's sum, in pixels; 0 for an empty field.

    Args:
        field: (H, W), at least 0.
        x, y: the square's middle, in pixels; whole numbers are pixels' middles.
        share: 0..1.
    """
    if not field.any():
        return 0
    rows, columns = np.indices(field.shape)
    away = np.maximum(abs(rows - y), abs(columns - x)).ravel()  # (H * W,)
    order = np.argsort(away, kind="stable")
    held = np.cumsum(field.ravel()[order], dtype=np.float64)
    return int(2 * away[order][np.searchsorted(held, share * held[-1] * (1 - 1e-9))]) + 1
