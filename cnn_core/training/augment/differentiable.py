"""Random changes that gradients pass through: what real and generated pictures both undergo before a discriminator."""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor


def augment_differentiably(x: Tensor, rng: Generator) -> Tensor:
    """Pictures (N, 3, S, S) in -1..1 brightened, recoloured, moved and with a hole, each at random.

    Real and generated pictures both go through this before the discriminator sees them, so that it cannot learn a small data
    set by heart (DiffAugment: Zhao et al. 2020, arXiv:2006.10738).
    """
    n, _, size, _ = x.shape

    def uniform(low: float, high: float) -> Tensor:
        return (torch.rand(n, 1, 1, 1, generator=rng) * (high - low) + low).to(x)

    x = x + uniform(-0.5, 0.5)
    mean = x.mean(1, keepdim=True)  # (N, 1, S, S): each pixel's grey
    x = mean + (x - mean) * uniform(0, 2)
    mean = x.mean((1, 2, 3), keepdim=True)  # (N, 1, 1, 1): each picture's
    x = mean + (x - mean) * uniform(0.5, 1.5)
    return cut_hole(translate(x, size // 8, rng), size // 2, rng)


def translate(x: Tensor, reach: int, rng: Generator) -> Tensor:
    """Each picture (N, C, H, W) moved by up to ``reach`` pixels each way, with 0 where nothing was."""
    n, _, h, w = x.shape
    padded = F.pad(x, [reach] * 4)  # (N, C, H + 2 reach, W + 2 reach)
    down, right = (torch.randint(0, 2 * reach + 1, (n, 1), generator=rng).to(x.device) for _ in range(2))
    rows = torch.arange(h, device=x.device)[None] + down  # (N, H)
    columns = torch.arange(w, device=x.device)[None] + right  # (N, W)
    every = torch.arange(n, device=x.device)[:, None, None]  # (N, 1, 1)
    moved = padded.permute(0, 2, 3, 1)[every, rows[:, :, None], columns[:, None, :]]  # (N, H, W, C)
    return moved.permute(0, 3, 1, 2)  # (N, C, H, W)


def cut_hole(x: Tensor, side: int, rng: Generator) -> Tensor:
    """Each picture (N, C, H, W) with 0 in a square of this side somewhere; it may stick out."""
    n, _, h, w = x.shape
    top, left = (torch.randint(-side // 2, end - side // 2, (n, 1), generator=rng).to(x.device) for end in (h, w))  # (N, 1)
    rows, columns = torch.arange(h, device=x.device)[None], torch.arange(w, device=x.device)[None]
    in_rows, in_columns = (rows >= top) & (rows < top + side), (columns >= left) & (columns < left + side)  # (N, H), (N, W)
    hole = in_rows[:, :, None] & in_columns[:, None, :]  # (N, H, W)
    return x * ~hole[:, None]
