"""Generation: pictures from noise vectors, ways between them, and how real the discriminator finds a picture."""

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cnn_core.images import opening
from cnn_core.models import GenerativeAdversarialNetwork
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import prepare

COMPANIONS = 15
"""The discriminator sees each picture beside so many generated ones, always the same."""

JPEG_START = b"\xff\xd8\xff"
SAME_DIRECTION = 1e-4


def draw_noise(count: int, size: int, seed: int, truncation: float = 1.0) -> Floats:
    """Noise vectors (count, size) float32 from the normal distribution, the same for the same seed, times ``truncation``.

    Below 1 the vectors lie nearer to the middle, where the generator was trained most: better pictures, less variety.
    """
    noise = np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)
    return noise * np.float32(truncation)


def interpolate(first: Floats, second: Floats, count: int) -> Floats:
    """``count`` vectors from one to another (Z,), (Z,) -> (count, Z), along the great circle (White 2016, arXiv:1609.04468).

    Normal vectors of many dimensions all have about the same length; the straight line would pass through shorter ones,
    which the generator hardly ever saw.
    """
    lengths = [max(float(np.linalg.norm(vector)), 1e-9) for vector in (first, second)]
    a, b = first / lengths[0], second / lengths[1]
    angle = np.arccos(np.clip(a @ b, -1, 1))
    shares = np.linspace(0, 1, count)[:, None]  # (count, 1)
    if np.sin(angle) < SAME_DIRECTION:
        return ((1 - shares) * first + shares * second).astype(np.float32)
    turned = (np.sin((1 - shares) * angle) * a + np.sin(shares * angle) * b) / np.sin(angle)
    return np.asarray(turned * ((1 - shares) * lengths[0] + shares * lengths[1]), np.float32)


def to_pictures(x: Tensor) -> list[PictureArray]:
    """(N, 3, S, S) in -1..1 -> N pictures (S, S, 3) uint8."""
    pixels = ((x.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()  # (N, S, S, 3)
    return [np.ascontiguousarray(part) for part in pixels]


@on_network
def generate(network: weights.Network, noise: Floats) -> list[PictureArray]:
    """The pictures (S, S, 3) uint8 that a generator makes of noise vectors (N, Z)."""
    model = network.offering(GenerativeAdversarialNetwork)
    with network.running():
        return to_pictures(model.generator(torch.from_numpy(noise).to(network.device)).float())


@on_network
def score_realness(network: weights.Network, pictures: Sequence[PictureArray]) -> Floats:
    """How real the discriminator finds pictures (H, W, 3) uint8, (N,) float32: above 0 rather real, below rather generated.

    The discriminator compares the pictures of a batch; each one is scored beside the same generated ones.
    """
    model = network.offering(GenerativeAdversarialNetwork)
    x = torch.cat([prepare(picture, network.card.input).x for picture in pictures]).to(network.device)  # (N, 3, S, S)
    noise = torch.from_numpy(draw_noise(COMPANIONS, network.card.arguments["latent"], 0)).to(network.device)
    with network.running():
        companions = model.generator(noise)  # (COMPANIONS, 3, S, S)
        scores = [float(model(torch.cat([one[None], companions]))[0]) for one in x]  # batches (1 + COMPANIONS, 3, S, S)
    return np.array(scores, np.float32)


def read_film(weights_name: str) -> list[PictureArray]:
    """Samples from the same noise vectors at several moments of the training, the earliest first; [] if none were kept."""
    film = weights.load(weights_name).offering(GenerativeAdversarialNetwork).film
    data = bytes(film.cpu().numpy())
    starts = [k for k in range(len(data)) if data[k : k + len(JPEG_START)] == JPEG_START]
    return [opening.open_picture(data[a:b]) for a, b in itertools.pairwise([*starts, len(data)])]
