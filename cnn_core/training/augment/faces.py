"""Random changes to faces that are aligned by their eyes: turned, lit from a side, coarse, partly hidden."""

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from cnn_core.training.augment.pictures import cutout, random_blur, uniform

TURN, ZOOM, MOVE = 0.17, 0.1, 0.06
"""Radians; share of the size; share of half the side."""
LIGHT, SIDE_LIGHT = 0.15, 0.25
"""How much brighter a whole face, and one of its sides, may become; grey levels 0..1."""
COARSE, HIDDEN = 0.2, 0.3
"""Shares of a batch that are seen from farther away, or with something before them."""
COARSEST = (24, 56)
"""Pixels of the coarse ones' side before they are enlarged again."""
GREY = 0.5


def random_place(x: Tensor, rng: Generator) -> Tensor:
    """Faces (N, 1, S, S), a little turned, scaled, moved, and mirrored half of the time."""
    n = len(x)
    angle, zoom = uniform(n, -TURN, TURN, rng), uniform(n, 1 - ZOOM, 1 + ZOOM, rng)
    right, down = uniform(n, -MOVE, MOVE, rng), uniform(n, -MOVE, MOVE, rng)
    mirror = torch.where(torch.rand(n, generator=rng) < 0.5, -1.0, 1.0)
    rows = torch.stack([mirror * angle.cos() * zoom, -angle.sin() * zoom, right], 1)  # (N, 3)
    theta = torch.stack([rows, torch.stack([mirror * angle.sin() * zoom, angle.cos() * zoom, down], 1)], 1)  # (N, 2, 3)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def side_light(x: Tensor, rng: Generator) -> Tensor:
    """Faces (N, 1, S, S) in 0..1 with another contrast, brightness, and a light that grows towards a random side."""
    n, side = len(x), x.shape[-1]
    contrast, light, strength = (
        uniform(n, *ends, rng)[:, None, None, None] for ends in ((0.65, 1.35), (-LIGHT, LIGHT), (0.0, SIDE_LIGHT))
    )
    towards = uniform(n, 0, 2 * math.pi, rng)[:, None, None]
    across = torch.linspace(-1, 1, side)
    ramp = towards.cos() * across + towards.sin() * across[:, None]  # (N, S, S)
    return ((x - GREY) * contrast + GREY + light + strength * ramp[:, None]).clamp(0, 1)


def coarsen(x: Tensor, share: float, rng: Generator) -> Tensor:
    """The last ``share`` of a batch (N, 1, S, S) as if cut from a small picture. The batch must be in random order."""
    count = int(len(x) * share)
    if not count:
        return x
    small = int(torch.randint(*COARSEST, (), generator=rng))
    away = F.interpolate(x[-count:], (small, small), mode="bilinear", align_corners=False, antialias=True)
    back = F.interpolate(away, x.shape[-2:], mode="bilinear", align_corners=False)
    return torch.cat([x[:-count], back])


def hide_parts(x: Tensor, share: float, rng: Generator) -> Tensor:
    """Each of ``share`` of the faces (N, 1, S, S) with a grey square before it, a fifth to two fifths of its side."""
    side = x.shape[-1]
    size = int(torch.randint(side // 5, 2 * side // 5, (), generator=rng))
    chosen = torch.rand(len(x), generator=rng) < share
    return torch.where(chosen[:, None, None, None], cutout(x, size, (float(torch.rand((), generator=rng)),), rng), x)


def augment_faces(pictures: Tensor, rng: Generator) -> Tensor:
    """Faces (N, S, S) uint8 -> (N, 3, S, S) in 0..1: turned, moved, lit, blurred, coarse and hidden at random."""
    x = side_light(random_place(pictures[:, None].float() / 255, rng), rng)
    x = coarsen(random_blur(x, 0.3, (0.5, 1.5), rng), COARSE, rng)
    return hide_parts(x, HIDDEN, rng).expand(-1, 3, -1, -1)
