"""All layers of a network at once: of each its liveliest channel and how many channels say nothing, in one forward pass.

What a layer answers is looked at as soon as it has run, and let go: memory holds one layer, not all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.explain.activations import as_maps, most_varied, shrunk
from cnn_core.models.lenet import LIMIT, ScaledTanh
from cnn_core.results import Activations, Floats
from cnn_core.runtime.borrowed import borrowed_copy, listening

KEPT = 64
"""Longer side of the maps that are kept."""
NEAR, MOSTLY = 0.01, 0.9
BOUNDS: dict[type[nn.Module], tuple[float, float]] = {
    nn.Tanh: (-1, 1),
    nn.Sigmoid: (0, 1),
    ScaledTanh: (-LIMIT, LIMIT),
}
"""Activations that have a smallest and a largest value, from which gradients hardly return."""


@dataclass(frozen=True)
class Health:
    """How many channels of a layer have nothing to say of a picture.

    Attributes:
        channels: C.
        dead: channels that are 0 everywhere.
        saturated: channels of a bounded activation of whose values nine in ten lie within 1 % of a bound.
        zeros: share of all values that are 0.
    """

    channels: int
    dead: int
    saturated: int
    zeros: float


@dataclass(frozen=True)
class Summary:
    """One layer's answer to one picture, in short.

    Attributes:
        shape: (C, h, w) of its maps; (C, 1, 1) of single numbers.
        channel: the one that varies most, see ``most_varied``.
        values: (h', w') of that channel, made smaller where it is larger than KEPT; of single numbers all C, in rows.
        signed: whether any value of the layer is negative.
        health: see there.
    """

    shape: tuple[int, ...]
    channel: int
    values: Floats
    signed: bool
    health: Health


def survey(model: nn.Module, x: Tensor, layers: Sequence[str], *more: Any) -> dict[str, Summary]:
    """Each layer's answer in short, by its name; of a layer with nothing to do (no object, no mask) there is none.

    Args:
        model: the network, left as found.
        x: its first input, of which the first entry is looked at.
        layers: module names, see ``outputs_of``.
        more: its further inputs.

    Raises:
        InputError: no such layer.
    """
    found: dict[str, Summary] = {}
    with torch.no_grad(), borrowed_copy(model) as network:

        def note(name: str, output: Tensor) -> None:
            if len(output):
                maps = Activations(name, as_maps(output)[0].float().cpu().numpy())
                found[name] = summarise(maps, bounds_of(network, name))

        with listening(network, layers, note):
            network(x, *more)
    return {name: found[name] for name in layers if name in found}


def bounds_of(model: nn.Module, layer: str) -> tuple[float, float] | None:
    """The smallest and the largest value that a layer can have, if it is an activation with such."""
    return BOUNDS.get(type(model.get_submodule(layer.partition("@")[0])))


def summarise(maps: Activations, bounds: tuple[float, float] | None = None) -> Summary:
    """A layer's answer in short.

    Args:
        maps: of the layer.
        bounds: the smallest and the largest value that its activation can have, if there are such.
    """
    number = most_varied(maps)
    one = shrunk(Activations(maps.layer, maps.values[number : number + 1]), KEPT).values[0]
    values = one if maps.values[0].size > 1 else in_rows(maps.values.ravel())
    return Summary(maps.values.shape, number, values, bool((maps.values < 0).any()), health_of(maps, bounds))


def health_of(maps: Activations, bounds: tuple[float, float] | None = None) -> Health:
    """How many channels say nothing; see ``Health`` and ``summarise``."""
    flat = maps.values.reshape(len(maps.values), -1)  # (C, h * w)
    saturated = 0
    if bounds:
        low, high = bounds
        near = np.minimum(flat - low, high - flat) <= NEAR * (high - low)
        saturated = int((near.mean(1) >= MOSTLY).sum())
    return Health(len(flat), int((flat == 0).all(1).sum()), saturated, float((flat == 0).mean()))


def in_rows(values: Floats) -> Floats:
    """(C,) numbers as a table of about as many rows as columns, filled up with 0."""
    side = int(np.ceil(np.sqrt(len(values))))
    return np.pad(values, (0, -len(values) % side)).reshape(-1, side)  # (C,) -> (rows, side)
