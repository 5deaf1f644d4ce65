"""Random changes to whole batches of training pictures, as tensor operations (no worker processes needed)."""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Generator, Tensor
from torchvision.transforms.v2.functional import gaussian_blur


def uniform(n: int, low: float, high: float, rng: Generator) -> Tensor:
    """(n,) float32 numbers drawn uniformly from [low, high)."""
    return torch.rand(n, generator=rng) * (high - low) + low


def random_resized_crop(x: Tensor, size: int, scale: tuple[float, float], rng: Generator) -> Tensor:
    """A random part of each picture, mirrored half of the time, resampled to ``size``.

    Args:
        x: (N, C, H, W) float32.
        size: height and width of the result, pixels.
        scale: smallest and largest area of the part, as shares of the picture; its aspect lies in 3/4..4/3.
        rng: the source of randomness.

    Returns:
        (N, C, size, size) float32.
    """
    n = len(x)
    area = uniform(n, *scale, rng)
    aspect = torch.exp(uniform(n, math.log(3 / 4), math.log(4 / 3), rng))
    h, w = (area / aspect).sqrt().clamp(max=1), (area * aspect).sqrt().clamp(max=1)
    centre_y = (1 - h) * uniform(n, -1, 1, rng)
    centre_x = (1 - w) * uniform(n, -1, 1, rng)
    mirror = torch.where(torch.rand(n, generator=rng) < 0.5, -1.0, 1.0)
    zero = torch.zeros(n)
    theta = torch.stack([torch.stack([w * mirror, zero, centre_x], 1), torch.stack([zero, h, centre_y], 1)], 1)
    grid = F.affine_grid(theta, [n, x.shape[1], size, size], align_corners=False)
    return F.grid_sample(x, grid.to(x.device), padding_mode="reflection", align_corners=False)


def random_shift(x: Tensor, margin: int, rng: Generator) -> Tensor:
    """Each picture moved by up to ``margin`` pixels each way (edges reflected) and mirrored half of the time: CIFAR's crop.

    (N, C, H, W) -> (N, C, H, W).
    """
    n, _, h, w = x.shape
    padded = F.pad(x, [margin] * 4, mode="reflect")
    top = torch.randint(0, 2 * margin + 1, (n, 1), generator=rng)
    left = torch.randint(0, 2 * margin + 1, (n, 1), generator=rng)
    columns = torch.arange(w).expand(n, w)
    mirror = torch.rand(n, 1, generator=rng) < 0.5
    columns = torch.where(mirror, columns.flip(1), columns) + left
    rows = torch.arange(h).expand(n, h) + top
    return padded[torch.arange(n)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def random_blur(x: Tensor, share: float, sigma: tuple[float, float], rng: Generator) -> Tensor:
    """The first ``share`` of the batch blurred by one random Gaussian: the look of an antialiased photograph.

    Tiny ImageNet was made without antialiasing; without this a network meets smooth, properly resized pictures unprepared.
    (N, C, H, W) -> (N, C, H, W); sigma in pixels. The batch must be in random order.
    """
    count = int(len(x) * share)
    if not count:
        return x
    width = float(uniform(1, *sigma, rng))
    return torch.cat([gaussian_blur(x[:count], [5, 5], [width, width]), x[count:]])


def random_light(x: Tensor, strength: float, rng: Generator) -> Tensor:
    """Brightness and contrast of each picture changed by up to ``strength`` (0.2 = 20 %). (N, C, H, W) -> the same."""
    n = len(x)
    mean = x.mean((1, 2, 3), keepdim=True)
    contrast = uniform(n, 1 - strength, 1 + strength, rng).view(n, 1, 1, 1).to(x.device)  # (N,) -> (N, 1, 1, 1)
    brightness = uniform(n, 1 - strength, 1 + strength, rng).view(n, 1, 1, 1).to(x.device)
    return (x - mean) * contrast + mean * brightness


def cutout(x: Tensor, side: int, fill: Sequence[float], rng: Generator) -> Tensor:
    """A square of ``side`` pixels at a random place of each picture painted over.

    DeVries and Taylor 2017, arXiv:1708.04552.

    (N, C, H, W) -> the same shape; ``fill`` is the paint, one number a channel (the mean colour).
    """
    n, _, h, w = x.shape
    y0 = torch.randint(-side // 2, h - side // 2, (n, 1), generator=rng)
    x0 = torch.randint(-side // 2, w - side // 2, (n, 1), generator=rng)
    rows, columns = torch.arange(h), torch.arange(w)
    inside_y = (rows >= y0) & (rows < y0 + side)
    inside_x = (columns >= x0) & (columns < x0 + side)
    hole = inside_y[:, None, :, None] & inside_x[:, None, None, :]
    return torch.where(hole.to(x.device), torch.tensor(fill, device=x.device).view(1, -1, 1, 1), x)
