"""Which parts of which pictures excite a channel most: a look at what a channel has learned to find."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.explain.activations import as_maps
from cnn_core.explain.receptive_field import EVERYTHING, Follow, ReceptiveField
from cnn_core.results import Floats
from cnn_core.runtime.borrowed import outputs_of


@dataclass(frozen=True)
class Patch:
    """The part of one picture that a channel's value sees.

    Attributes:
        picture: which of the pictures.
        box: (x1, y1, x2, y2) as shares 0..1 of its width and height.
        value: the channel's value there.
    """

    picture: int
    box: tuple[float, float, float, float]
    value: float


@dataclass(frozen=True)
class Excitations:
    """Where each channel of a layer answers most strongly in each of N pictures.

    Attributes:
        values: (N, C) float32, the largest value of each channel in each picture; -inf where the layer had nothing to do.
        places: (N, C, 2) int, its row and column.
        field: what one value of the layer sees.
        sizes: (height, width) of each picture as the network gets it.
    """

    values: Floats
    places: np.ndarray
    field: ReceptiveField
    sizes: tuple[tuple[int, int], ...]

    def top(self, channel: int, n: int) -> list[Patch]:
        """The ``n`` patches, each from another picture, that excite ``channel`` most, strongest first."""
        strongest = np.argsort(-self.values[:, channel], kind="stable")[:n]
        return [self._patch(k, channel) for k in strongest.tolist() if np.isfinite(self.values[k, channel])]

    def _patch(self, picture: int, channel: int) -> Patch:
        height, width = self.sizes[picture]
        row, column = self.places[picture, channel].tolist()
        x1, y1, x2, y2 = self.field.box(row, column, height, width)
        return Patch(picture, (x1 / width, y1 / height, x2 / width, y2 / height), float(self.values[picture, channel]))


def excitations(model: nn.Module, pictures: Sequence[Tensor], layers: Sequence[str]) -> dict[str, Excitations]:
    """The strongest answer of every channel of these layers to each of the pictures, (1, 3, h, w) each; by layer name.

    Raises:
        InputError: no such layer.
    """
    found: list[dict[str, tuple[Floats, np.ndarray]]] = []
    follow = Follow(pictures[0])
    with torch.no_grad():
        with follow:
            outputs = outputs_of(model, pictures[0], layers)[1]
        fields = {name: _field_of(follow, output) for name, output in outputs.items()}
        for x in pictures:
            outputs = outputs_of(model, x, layers)[1]
            found.append({name: _strongest(output) for name, output in outputs.items()})
    sizes = tuple((x.shape[2], x.shape[3]) for x in pictures)
    return {
        name: Excitations(
            np.stack([one[name][0] for one in found]), np.stack([one[name][1] for one in found]), fields[name], sizes
        )
        for name in layers
    }


def _field_of(follow: Follow, output: Tensor) -> ReceptiveField:
    return follow.field_or_everything(output) if math.prod(output.shape[2:]) > 1 else EVERYTHING


def _strongest(output: Tensor) -> tuple[Floats, np.ndarray]:
    """The largest value of each channel (C,) of the first of N outputs, and its row and column (C, 2)."""
    if not len(output):
        return np.full(output.shape[1], -np.inf, np.float32), np.zeros((output.shape[1], 2), int)
    maps = as_maps(output)[0]  # (C, h, w)
    values, flat = maps.flatten(1).max(1)
    places = torch.stack([flat // maps.shape[2], flat % maps.shape[2]], 1)
    return values.float().cpu().numpy(), places.cpu().numpy()
