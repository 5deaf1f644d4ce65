"""What a network's layers answer to one picture."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.results import Activations
from cnn_core.runtime.borrowed import outputs_of


def activations(model: nn.Module, x: Tensor, layer: str) -> Activations:
    """The channels of one layer for one picture ``x`` (1, 3, H, W).

    Raises:
        InputError: no such layer, or not exactly one picture.
    """
    return activations_of_several(model, x, [layer])[layer]


def activations_of_several(model: nn.Module, x: Tensor, layers: Sequence[str], *more: Any) -> dict[str, Activations]:
    """The channels of several layers for one picture ``x`` (1, 3, H, W), in one forward pass; by layer name.

    Args:
        model: the network, left as found.
        x: its first input.
        layers: module names, see ``outputs_of``.
        more: its further inputs.

    Raises:
        InputError: no such layer, or not exactly one picture.
    """
    if len(x) != 1:
        raise InputError(f"Activations are of one picture at a time; a batch of {len(x)} came.")
    return first_activations(model, x, layers, *more)


def first_activations(model: nn.Module, x: Tensor, layers: Sequence[str], *more: Any) -> dict[str, Activations]:
    """As ``activations_of_several``, of the first of several inputs, and of the first of several regions cut out of it."""
    with torch.no_grad():
        _, found = outputs_of(model, x, layers, *more)
    if empty := [name for name, value in found.items() if not len(value)]:
        raise InputError(f"The network found nothing in this picture, so the layer {empty[0]!r} had nothing to look at.")
    return {name: Activations(name, as_maps(value)[0].float().cpu().numpy()) for name, value in found.items()}


def most_varied(maps: Activations) -> int:
    """The channel whose values differ most from place to place; of channels that are single numbers, the largest."""
    return by_variety(maps)[0]


def by_variety(maps: Activations) -> list[int]:
    """All channels, the one whose values differ most from place to place first; single numbers, the largest first."""
    spread = maps.values.std((1, 2)) if maps.values[0].size > 1 else maps.values[:, 0, 0]
    return [int(k) for k in np.argsort(-spread, kind="stable")]


def shrunk(maps: Activations, most: int) -> Activations:
    """The maps with no side above ``most``: squares of values averaged, as few as it takes; as they are if they fit."""
    count, height, width = maps.values.shape
    factor = -(-max(height, width) // most)
    if factor == 1:
        return maps
    h, w = height // factor, width // factor  # what fills no square is left out
    squares = maps.values[:, : h * factor, : w * factor].reshape(count, h, factor, w, factor)
    return Activations(maps.layer, squares.mean((2, 4)))  # (C, h, factor, w, factor) -> (C, h, w)


def as_maps(value: Tensor) -> Tensor:
    """A layer's output (N, C, h, w) or (N, C) as (N, C, h, w), where a vector becomes maps of one pixel."""
    return value if value.ndim == 4 else value.flatten(1)[:, :, None, None]
