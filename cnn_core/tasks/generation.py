"""Pictures from numbers drawn at random: samples, ways between them, and what the discriminator thinks of a picture."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnn_core.images import opening
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import prepare

WHOLE = 1.0
COMPANY = 15


def latents(count: int, size: int, seed: int, truncation: float = WHOLE) -> Floats:
    """(count, size) float32 numbers from the normal distribution, the same for the same seed, times ``truncation``.

    Below 1 the vectors lie nearer to the middle, where the generator was trained most: better pictures, less variety.
    """
    drawn = np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)
    return drawn * np.float32(truncation)


def between(first: Floats, second: Floats, count: int) -> Floats:
    """``count`` vectors from one to another (Z,), (Z,) -> (count, Z), along the great circle (White 2016, arXiv:1609.04468).

    Normal vectors of many dimensions all have about the same length; the straight line would pass through shorter ones,
    which the generator hardly ever saw.
    """
    lengths = [max(float(np.linalg.norm(vector)), 1e-9) for vector in (first, second)]
    a, b = first / lengths[0], second / lengths[1]
    angle = np.arccos(np.clip(a @ b, -1, 1))
    shares = np.linspace(0, 1, count)[:, None]
    if np.sin(angle) < 1e-4:
        return ((1 - shares) * first + shares * second).astype(np.float32)
    turned = (np.sin((1 - shares) * angle) * a + np.sin(shares * angle) * b) / np.sin(angle)
    return (turned * ((1 - shares) * lengths[0] + shares * lengths[1])).astype(np.float32)


def to_pictures(x: Tensor) -> list[PictureArray]:
    """(N, 3, S, S) in -1..1 -> N pictures (S, S, 3) uint8."""
    pixels = ((x.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return [np.ascontiguousarray(part) for part in pixels]


def to_tensor(pictures: Sequence[PictureArray], size: int) -> Tensor:
    """Pictures (H, W, 3) uint8 -> (N, 3, size, size) in -1..1, their middle squares."""
    squares = [opening.fit(picture, size, size, "crop")[0] for picture in pictures]
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 127.5 - 1


@on_network
def generate(network: weights.Network, vectors: Floats) -> list[PictureArray]:
    """The pictures (S, S, 3) uint8 that a generator makes of noise vectors (N, Z)."""
    model: Any = network.model
    with network.running():
        return to_pictures(model.generator(torch.from_numpy(vectors).to(network.device)).float())


@on_network
def realness(network: weights.Network, pictures: Sequence[PictureArray]) -> Floats:
    """How real the discriminator finds pictures, (N,) float32: above 0 rather real, below 0 rather generated.

    The discriminator compares the pictures of a batch; each one is scored beside the same generated ones.
    """
    x = torch.cat([prepare(picture, network.card.input).x for picture in pictures]).to(network.device)  # (N, 3, S, S)
    model: Any = network.model
    with network.running():
        company = model.generator(torch.from_numpy(latents(COMPANY, model.generator.latent, 0)).to(network.device))
        scores = [float(model(torch.cat([one[None], company]))[0]) for one in x]  # each batch (1 + COMPANY, 3, S, S)
    return np.array(scores, np.float32)


def film(weights_name: str) -> list[PictureArray]:
    """Samples from the same latent vectors at several moments of the training, the earliest first; [] if none were kept."""
    model: Any = weights.load(weights_name).model
    data = bytes(model.film.cpu().numpy())
    starts = [k for k in range(len(data) - 2) if data[k : k + 3] == b"\xff\xd8\xff"]
    return [opening.open_picture(data[a:b]) for a, b in itertools.pairwise([*starts, len(data)])]
