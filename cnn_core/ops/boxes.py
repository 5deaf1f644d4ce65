"""Boxes in plain numbers: overlap, non-maximum suppression step by step, and the ways in which lectures write a box down.

Boxes are xyxy: left, top, right, bottom in pixels, x to the right and y downwards, right and bottom exclusive. The same
functions in torch (``torchvision.ops``) serve training; these are for looking at, and tests hold the two to be equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def area(boxes: Floats) -> Floats:
    """Square pixels of boxes (..., 4); a box whose sides have crossed has none."""
    sides = np.clip(boxes[..., 2:] - boxes[..., :2], 0, None)
    return np.asarray(sides[..., 0] * sides[..., 1])


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of every box in ``a`` (N, 4) with every one in ``b`` (M, 4): (N, M), 0..1."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (N, M, 2)
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])  # (N, M, 2)
    shared = area(np.concatenate([low, high], -1))  # (N, M, 4) -> (N, M)
    union = area(a)[:, None] + area(b)[None] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))


def giou(a: Floats, b: Floats) -> float:
    """Generalised intersection over union of two boxes (4,): -1..1 (Rezatofighi et al. 2019, arXiv:1902.09630).

    The IoU less the share of the smallest box around both that neither fills: it says how far apart two boxes are that
    share nothing, where the IoU is 0 for all of them.
    """
    hull = np.concatenate([np.minimum(a[:2], b[:2]), np.maximum(a[2:], b[2:])])  # (2,) and (2,) -> (4,)
    overlap, around = float(iou(a[None], b[None])[0, 0]), float(area(hull))
    shared = overlap * (float(area(a)) + float(area(b))) / (1 + overlap)  # from IoU = shared / (a + b - shared)
    union = float(area(a)) + float(area(b)) - shared
    return overlap - (around - union) / around if around > 0 else overlap


@dataclass(frozen=True)
class Suppression:
    """One step of non-maximum suppression: the box that was kept, and those that overlapped it too much."""

    kept: int
    removed: tuple[int, ...]


def nms_steps(boxes: Floats, scores: Floats, iou_threshold: float) -> Iterator[Suppression]:
    """The steps of non-maximum suppression: keep the highest score, remove what overlaps it by more than the threshold.

    Args:
        boxes: (N, 4) of one class.
        scores: (N,).
        iou_threshold: 0..1; overlaps above it are taken for the same object.
    """
    waiting = list(np.argsort(-scores, kind="stable"))
    while waiting:
        best, *others = waiting
        overlaps = iou(boxes[[best]], boxes[others])[0]
        removed = tuple(int(k) for k, overlap in zip(others, overlaps, strict=True) if overlap > iou_threshold)
        yield Suppression(int(best), removed)
        waiting = [k for k in others if k not in removed]


def nms(boxes: Floats, scores: Floats, iou_threshold: float) -> list[int]:
    """The numbers of the boxes that non-maximum suppression keeps, highest score first; see ``nms_steps``."""
    return [step.kept for step in nms_steps(boxes, scores, iou_threshold)]


def nms_by_class(boxes: Floats, scores: Floats, labels: tuple[str, ...], iou_threshold: float) -> list[int]:
    """Like ``nms`` for each class on its own (a person may cover a horse), highest score first over all classes."""
    kept: list[int] = []
    for name in dict.fromkeys(labels):
        mine = np.flatnonzero(np.array(labels) == name)
        kept += [int(mine[k]) for k in nms(boxes[mine], scores[mine], iou_threshold)]
    return sorted(kept, key=lambda k: (-scores[k], k))


def to_centre_size(boxes: Floats, width: float, height: float) -> Floats:
    """xyxy pixels -> (b_x, b_y, b_h, b_w) with the box's centre, height and width as shares of the picture; y downwards."""
    x0, y0, x1, y1 = np.moveaxis(np.asarray(boxes, np.float32), -1, 0)
    return np.stack([(x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (y1 - y0) / height, (x1 - x0) / width], -1)


def to_corner_size(boxes: Floats, width: float, height: float) -> Floats:
    """xyxy pixels -> (b_x, b_y, b_h, b_w) with the box's lower left corner as shares; y upwards from below."""
    x0, y0, x1, y1 = np.moveaxis(np.asarray(boxes, np.float32), -1, 0)
    return np.stack([x0 / width, 1 - y1 / height, (y1 - y0) / height, (x1 - x0) / width], -1)
