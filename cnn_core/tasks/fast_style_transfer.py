"""Style transfer in one pass through a network that learned to paint (Johnson et al. 2016, arXiv:1603.08155)."""

import time
from dataclasses import dataclass

import numpy as np
import torch

from cnn_core.errors import InputError
from cnn_core.images import opening
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import picture_of, prepare

LEAST_SIDE = 32


@dataclass(frozen=True)
class OnePass:
    """A picture painted in one pass, (h, w, 3) uint8, and how long the network took, seconds."""

    picture: PictureArray
    seconds: float


@remembered
@on_network
def paint_in_one_pass(network: weights.Network, picture: PictureArray, shares: tuple[float, ...], longest: int) -> OnePass:
    """The picture painted by a style network in one pass, its longer side about ``longest`` pixels.

    Args:
        network: a style network.
        picture: (H, W, 3) uint8.
        shares: how much of each of the network's styles, adding up to 1.
        longest: pixels.

    Raises:
        InputError: no such network, or not one share for each of its styles.
    """
    return _one_pass(network, picture, shares, longest)


@remembered
@on_network
def paint_in_every_style(network: weights.Network, picture: PictureArray, longest: int) -> list[PictureArray]:
    """The picture painted in each of a network's styles, their longer sides about ``longest`` pixels."""
    one_hot = np.eye(network.card.arguments["styles"])
    return [_one_pass(network, picture, tuple(only.tolist()), longest).picture for only in one_hot]


def _one_pass(network: weights.Network, picture: PictureArray, shares: tuple[float, ...], longest: int) -> OnePass:
    styles = network.card.arguments["styles"]
    if len(shares) != styles:
        raise InputError(f"{network.card.title} has {styles} styles, so it needs {styles} shares; {len(shares)} came.")
    form = network.card.input
    shape = [max(LEAST_SIDE, side) for side in form.shape(picture.shape[0], picture.shape[1], longest)]
    x = prepare(picture, form, (shape[0], shape[1])).x
    mixture = torch.tensor([shares], dtype=torch.float32, device=network.device)
    started = time.perf_counter()
    answer = network(x, mixture)  # (1, 3, h, w) in 0..1; waits for a GPU to finish
    return OnePass(picture_of(answer), time.perf_counter() - started)


def blend(photograph: PictureArray, painting: PictureArray, strength: float) -> PictureArray:
    """A painting laid over the photograph it was made of, pixel by pixel: 0 gives the photograph, 1 the painting."""
    height, width = painting.shape[:2]
    small, _ = opening.fit(photograph, height, width, "stretch")
    mixed = (1 - strength) * small.astype(np.float32) + strength * painting
    return mixed.round().astype(np.uint8)
