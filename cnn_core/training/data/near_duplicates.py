"""Finds training pictures that are copies of held-out ones, whatever size, crop or compression they come in."""

import torch
import torch.nn.functional as F
from torch import Tensor

THUMB = 8
PARTS = ((1.0, 1.0), (0.75, 1.0), (0.667, 1.0), (1.0, 0.75), (1.0, 0.667))
"""(width, height) of the middle of a picture, as shares: what a square crop keeps of pictures of common proportions."""
ALIKE = 0.97
CHUNK = 4096
PLAIN = 6.0


def thumbnails(pictures: Tensor, part: tuple[float, float] = (1.0, 1.0)) -> Tensor:
    """The middle of each picture (N, 3, H, W) uint8 as (N, 192) float32 of mean 0 and length 1; zeros for plain pictures."""
    height, width = pictures.shape[-2:]
    w, h = round(width * part[0]), round(height * part[1])
    top, left = (height - h) // 2, (width - w) // 2
    found = []
    for chunk in pictures.split(CHUNK):
        small = F.adaptive_avg_pool2d(chunk[..., top : top + h, left : left + w].float(), THUMB).flatten(1)
        small = small - small.mean(1, keepdim=True)
        plain = small.std(1, keepdim=True) < PLAIN
        found.append(F.normalize(small, dim=1).masked_fill(plain, 0.0))
    return torch.cat(found)


def fingerprints(pictures: Tensor) -> Tensor:
    """(5, N, 192) float16: the thumbnails of each of ``PARTS`` of pictures (N, 3, H, W) uint8."""
    return torch.stack([thumbnails(pictures, part).half() for part in PARTS])


def likeness(mine: Tensor, held_out: Tensor) -> Tensor:
    """(N,) float32: how much each picture is like the held-out one that it resembles most, -1..1.

    The whole of one picture is compared with each part of the other, both ways, as the correlation of their thumbnails.

    Args:
        mine: (5, N, 192) fingerprints of pictures that might be trained on.
        held_out: (5, M, 192) fingerprints.
    """
    best = torch.full((mine.shape[1],), -1.0)
    pairs = [(0, part) for part in range(len(PARTS))] + [(part, 0) for part in range(1, len(PARTS))]
    for first, second in pairs:
        others = held_out[second].float().T
        alike = [(chunk.float() @ others).amax(1) for chunk in mine[first].split(CHUNK)]
        best = torch.maximum(best, torch.cat(alike))
    return best
