"""What the tiny world's detector learns: which cells answer for which thing, and the losses of their answers."""

import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.ops.tiny_cells import PARTS
from cnn_core.ops.tiny_questions import ATTRIBUTES

NEAR = 0.75
"""The cells whose middles lie so near to a box's centre, in cells, both across and down, answer for it: one to four."""
ORDER = tuple(ATTRIBUTES)


def assign_cells(centres: Tensor, sizes: Tensor, counts: Tensor, height: int, width: int) -> Tensor:
    """For each cell and each of its two answers the number of its thing, or -1: (N, 2, h, w). Of several, the nearest.

    Args:
        centres: of the boxes, (N, 8, 2) as x, y in cells.
        sizes: (N, 8), 0 small, 1 large.
        counts: (N,), how many things there are.
    """
    rows, columns = (torch.arange(n, device=centres.device) + 0.5 for n in (height, width))
    across = (columns - centres[..., :1]).abs()[:, :, None]  # (w,), (N, 8, 1) -> (N, 8, 1, w)
    down = (rows - centres[..., 1:]).abs()[..., None]  # (h,), (N, 8, 1) -> (N, 8, h, 1)
    away = torch.maximum(across, down)  # (N, 8, h, w)
    there = torch.arange(centres.shape[1], device=centres.device) < counts[:, None]  # (N, 8)
    numbers = []
    for size in (0, 1):
        able = (there & (sizes == size))[..., None, None] & (away < NEAR)  # (N, 8, h, w)
        nearest, number = torch.where(able, away, float("inf")).min(1)  # (N, h, w) each
        numbers.append(torch.where(nearest.isfinite(), number, -1))
    return torch.stack(numbers, 1)  # two of (N, h, w) -> (N, 2, h, w)


def thing_loss(answers: Tensor, boxes: Tensor, attributes: Tensor, counts: Tensor) -> dict[str, Tensor]:
    """The losses of a batch, each a scalar to be added: "object", "box", "pattern", "colour", "shape".

    Binary cross-entropy of all answers (is something here?), divided by the number of those that should say yes; of these
    also the L1 distance of the box, in cells, and the cross-entropy of each attribute.

    Args:
        answers: (N, 2, V, h, w), see ``ops.tiny_cells``.
        boxes: (N, 8, 4) xyxy, 0..1.
        attributes: (N, 8, 4) numbers in ``ATTRIBUTES``.
        counts: (N,), how many of the 8 are there.
    """
    height, width = answers.shape[-2:]
    cells = torch.tensor([width, height], device=answers.device)
    centres, extents = (boxes[..., :2] + boxes[..., 2:]) / 2 * cells, (boxes[..., 2:] - boxes[..., :2]) * cells  # (N, 8, 2)
    numbers = assign_cells(centres, attributes[..., 0], counts, height, width)
    scene, size, row, column = (numbers >= 0).nonzero(as_tuple=True)  # (P,) each
    thing = numbers[scene, size, row, column]
    given = answers[scene, size, :, row, column].float()  # (P, V)
    corner = torch.stack([column, row], 1)  # two of (P,) -> (P, 2)
    wanted = torch.cat([centres[scene, thing] - corner, extents[scene, thing]], 1)  # two of (P, 2) -> (P, 4)
    count = max(len(thing), 1)
    is_thing = F.binary_cross_entropy_with_logits(answers[:, :, 0].float(), (numbers >= 0).float(), reduction="sum")
    losses = {"object": is_thing / count, "box": F.l1_loss(given[:, 1:5], wanted, reduction="sum") / count}
    for name, part in PARTS.items():
        true = attributes[scene, thing, ORDER.index(name)].long()
        losses[name] = F.cross_entropy(given[:, part], true, reduction="sum") / count
    return losses
