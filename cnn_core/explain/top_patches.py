"""Which parts of which pictures excite a channel most: a look at what a channel has learned to find."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.explain.activations import as_maps
from cnn_core.explain.receptive_field import EVERYTHING, ReceptiveField, receptive_fields
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
        values: (N, C) float32, the largest value of each channel in each picture.
        places: (N, C, 2) int, its row and column.
        field: what one value of the layer sees.
        size: (height, width) of the network's input.
    """

    values: Floats
    places: np.ndarray
    field: ReceptiveField
    size: tuple[int, int]

    def top(self, channel: int, n: int) -> list[Patch]:
        """The ``n`` patches, each from another picture, that excite ``channel`` most, strongest first."""
        strongest = np.argsort(-self.values[:, channel], kind="stable")[:n]
        return [self._patch(int(picture), channel) for picture in strongest]

    def _patch(self, picture: int, channel: int) -> Patch:
        height, width = self.size
        row, column = self.places[picture, channel].tolist()
        x1, y1, x2, y2 = self.field.box(row, column, height, width)
        return Patch(picture, (x1 / width, y1 / height, x2 / width, y2 / height), float(self.values[picture, channel]))


def excitations(model: nn.Module, x: Tensor, layer: str) -> Excitations:
    """The strongest answer of every channel of ``layer`` to each of the pictures ``x`` (N, 3, H, W).

    Raises:
        InputError: no such layer.
    """
    with torch.no_grad():
        maps = as_maps(outputs_of(model, x, [layer])[1][layer])  # (N, C, h, w)
    values, flat = maps.flatten(2).max(2)
    places = torch.stack([flat // maps.shape[3], flat % maps.shape[3]], 2)
    field = receptive_fields(model, x[:1], [layer])[layer] if math.prod(maps.shape[2:]) > 1 else EVERYTHING
    return Excitations(values.float().cpu().numpy(), places.cpu().numpy(), field, (x.shape[2], x.shape[3]))
