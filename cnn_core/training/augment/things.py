"""Things as a finder gives them, made from what is true: boxes a little off, attributes not quite sure."""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from cnn_core.ops.tiny_questions import ATTRIBUTES
from cnn_core.ops.tiny_world import MOST
from cnn_core.training.data.asked import Asked

SIZES = [len(names) for names in ATTRIBUTES.values()]
SHIFT = 0.005
"""How far the sides of boxes are off, as a share of the picture's side: the standard deviation."""
DOUBT = 0.3
"""The most that an attribute's probability moves to its other values; mostly far less."""


def true_rows(data: Asked, indices: Tensor) -> Tensor:
    """The things of some scenes, (N, 8, 4 + 17): boxes, then each attribute's probabilities; zeros after the last thing."""
    hot = [F.one_hot(data.attributes[indices][..., k].long(), size).float() for k, size in enumerate(SIZES)]
    there = torch.arange(MOST)[None] < data.counts[indices][:, None]  # (N, 8)
    return torch.cat([data.boxes[indices], *hot], -1) * there[..., None]  # (N, 8, 4), (N, 8, 17) -> (N, 8, 21)


def soften(rows: Tensor, rng: Generator) -> Tensor:
    """The same things, as if a network had found them. (N, 8, 21) -> (N, 8, 21)."""
    boxes, *attributes = rows.split([4, *SIZES], -1)
    moved = [boxes + SHIFT * torch.randn(boxes.shape, generator=rng)]
    for shares in attributes:
        doubt = DOUBT * torch.rand((*shares.shape[:-1], 1), generator=rng) ** 4
        others = torch.rand(shares.shape, generator=rng) ** 4
        moved.append((1 - doubt) * shares + doubt * others / others.sum(-1, keepdim=True))
    return torch.cat(moved, -1) * rows.any(-1, keepdim=True)  # (N, 8, 4), (N, 8, 17) -> (N, 8, 21)
