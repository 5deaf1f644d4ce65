"""Batches that mix the everyday sets: each has its share; rare classes and everyday kinds come often."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from cnn_core.training.augment.pictures import random_blur, random_light, random_resized_crop, uniform
from cnn_core.training.data.everyday import TRAIN, PictureSet
from cnn_core.training.data.everyday_classes import NOTHING
from cnn_core.training.data.pack_photographs import SIDE

SHARES = {"tiny200": 0.36, "mini84": 0.28, "caltech": 0.13, "imagenette": 0.05, "voc_crops": 0.10, "nothing": 0.08}
"""How much of a batch each pool gets."""
FAVOURED = ("person", "car", "bird", "dog", "cat", "chair", "bottle", "cup", "laptop", "bicycle")
FAVOUR = 3.0
SCALE = (0.35, 1.0)
SMALLEST = 0.6
MADE_SURFACES = 600


@dataclass(frozen=True)
class Pool:
    """Pictures of one size to draw from.

    Attributes:
        pictures: (N, 3, H, W) uint8.
        classes: (N,) int64; ``NOTHING`` for nothing in the list.
        weights: (N,) float32: how likely each is drawn, up to a factor; 0 for what is not trained on.
    """

    pictures: Tensor
    classes: Tensor
    weights: Tensor


def balanced(classes: Tensor, favoured: Sequence[int] = ()) -> Tensor:
    """(N,) float32 weights: a class of n pictures is drawn sqrt(n) times as often as one of a single picture.

    Args:
        classes: (N,) int64, ``NOTHING`` or more.
        favoured: classes drawn FAVOUR times as often as that.
    """
    counts = torch.bincount(classes + 1)
    weights = counts[classes + 1].float().rsqrt()
    return torch.where(torch.isin(classes, torch.tensor(favoured, dtype=torch.long)), FAVOUR * weights, weights)


def made_surfaces(n: int, size: int, seed: int) -> Tensor:
    """(n, 3, size, size) uint8: plain colours, slopes of colour, stripes and noise of all grains - nothing to name."""
    generator = Generator().manual_seed(seed)
    found = []
    for number in range(n):
        grain = int(2 ** float(uniform(1, 0, 7, generator)))
        strength = (0.0, 0.05, 0.2, 1.0)[number % 4]
        noise = torch.randn(1, 3, max(size // grain, 2), max(size // grain, 2), generator=generator)
        noise = F.interpolate(noise, (size, size), mode="bilinear", align_corners=False)[0]
        corners = torch.rand(1, 3, 2, 2, generator=generator)
        slope = F.interpolate(corners, (size, size), mode="bilinear", align_corners=True)[0]
        spread = float(uniform(1, 0, 1, generator))
        plain = slope * spread + (1 - spread) * corners[0, :, :1, :1]
        waves = torch.sin(torch.arange(size) * float(uniform(1, 0.05, 1.5, generator))) * 0.2 * (number % 5 == 0)
        found.append(plain + noise * 0.3 * strength + waves)
    return (torch.stack(found).clamp(0, 1) * 255).to(torch.uint8)


def pools_of(sets: Sequence[PictureSet], favoured: Sequence[int], surfaces: int = MADE_SURFACES) -> dict[str, Pool]:
    """The training pictures of each set, and nothing at all as a pool of its own; the sets' own memory is used.

    Args:
        sets: as read.
        favoured: classes to draw more often.
        surfaces: how many of the pictures of nothing are made here.
    """
    pools, empty = {}, [made_surfaces(surfaces, SIDE, 5)]
    for one in sets:
        trained = one.split == TRAIN
        weights = balanced(torch.where(trained, one.classes, NOTHING), favoured)
        pools[one.name] = Pool(one.pictures, one.classes, weights * (trained & (one.classes != NOTHING)))
        if one.pictures.shape[-1] == SIDE:
            empty.append(one.pictures[trained & (one.classes == NOTHING)])
    nothing = torch.cat(empty)  # (n, 3, SIDE, SIDE)
    pools["nothing"] = Pool(nothing, torch.full((len(nothing),), NOTHING), torch.ones(len(nothing)))
    return pools


def counts_of(batch: int) -> dict[str, int]:
    """How many pictures of a batch come from each pool; together ``batch``."""
    counts = {name: round(share * batch) for name, share in SHARES.items()}
    counts["tiny200"] += batch - sum(counts.values())
    return counts


def rescaled(x: Tensor, generator: Generator) -> Tensor:
    """Half of the pictures, on average, all shrunk with antialiasing to one random size: details lost as in real use.

    (N, C, H, W) float32 -> (N, C, h, w) with h from SMALLEST x H to H.
    """
    size = round(x.shape[-1] * float(uniform(1, SMALLEST, 1.0, generator)))
    return F.interpolate(x, (size, size), mode="bilinear", antialias=True, align_corners=False)


def views(pictures: Tensor, size: int, generator: Generator) -> Tensor:
    """Random views (N, 3, size, size) float32 0..1 of pictures (N, 3, H, W) uint8 that lie in random order."""
    x = pictures.float() / 255
    half = len(x) // 2
    soft = random_resized_crop(rescaled(x[:half], generator), size, SCALE, generator)
    sharp = F.interpolate(x[half:], (size, size), mode="bilinear", antialias=True) if x.shape[-1] > 1.5 * size else x[half:]
    return torch.cat([soft, random_resized_crop(sharp, size, SCALE, generator)])


def draw(pools: dict[str, Pool], batch: int, size: int, generator: Generator, device: torch.device) -> tuple[Tensor, Tensor]:
    """One batch: views (batch, 3, size, size) float32 0..1, in random order, and their classes (batch,), on the device.

    Args:
        pools: as ``pools_of`` makes them.
        batch: pictures.
        size: height and width, pixels.
        generator: the source of every random choice.
        device: where the views are made.
    """
    found, classes = [], []
    for name, count in counts_of(batch).items():
        pool = pools[name]
        chosen = torch.multinomial(pool.weights, count, replacement=True, generator=generator)
        found.append(views(pool.pictures[chosen].to(device), size, generator))
        classes.append(pool.classes[chosen])
    order = torch.randperm(batch, generator=generator)
    x = random_light(torch.cat(found)[order], 0.25, generator)
    return random_blur(x, 0.2, (0.3 * size / 64, size / 64), generator), torch.cat(classes)[order].to(device)


def targets(classes: Tensor, k: int, smoothing: float) -> Tensor:
    """What the network is to answer: (N, K) probabilities; for ``NOTHING`` the same for all K classes.

    Args:
        classes: (N,) int64, 0..K-1 or ``NOTHING``.
        k: number of classes.
        smoothing: share of each row that is spread over all classes (Szegedy et al. 2016).
    """
    known = (classes != NOTHING)[:, None]
    one_hot = F.one_hot(classes.clamp(min=0), k).float() * (1 - smoothing) + smoothing / k
    return torch.where(known, one_hot, torch.full_like(one_hot, 1 / k))
