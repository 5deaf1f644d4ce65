"""SSD's default boxes: boxes of several sizes and shapes around the cells of several feature maps (Liu et al. 2015,
arXiv:1512.02325, section 2.2). Each that overlaps an object enough learns to name it and to correct its own place and size.

Numbers are shares of the picture: 0 is its left or upper edge, 1 its right or lower one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from cnn_core.ops.boxes import Floats, iou

SSD300 = ((38, (2.0,)), (19, (2.0, 3.0)), (10, (2.0, 3.0)), (5, (2.0, 3.0)), (3, (2.0,)), (1, (2.0,)))
"""Cells along each side of each of its six feature maps, and the aspect ratios (beside 1) of that map's boxes."""
SMALLEST, LARGEST = 0.2, 0.9
"""Scales of the first and of the last feature map's boxes."""
ENOUGH = 0.5
"""Default boxes with this IoU or more with an object answer for it."""

Maps = Sequence[tuple[int, tuple[float, ...]]]


@dataclass(frozen=True)
class DefaultBoxes:
    """All default boxes of a network.

    Attributes:
        boxes: (N, 4) float32 xyxy, shares of the picture; those at the edge reach beyond it.
        scales: (N,) side of a square of the same area, share of the picture.
        ratios: (N,) width over height.
        maps: (N,) number of the feature map, from 0, the finest.
    """

    boxes: Floats
    scales: Floats
    ratios: Floats
    maps: NDArray[np.int64]


@dataclass(frozen=True)
class Matches:
    """Which default boxes answer for an object.

    Attributes:
        overlaps: (N,) IoU of every default box with it.
        numbers: of those that answer, the best first; the best one answers however small its IoU is.
    """

    overlaps: Floats
    numbers: tuple[int, ...]


def scales_of(count: int, smallest: float = SMALLEST, largest: float = LARGEST) -> list[float]:
    """The scale of each of ``count`` feature maps, evenly from the smallest to the largest (the paper's equation 4)."""
    return [smallest + (largest - smallest) * k / (count - 1) for k in range(count)]


def shapes_of(scale: float, following: float, ratios: Sequence[float]) -> list[tuple[float, float]]:
    """(scale, ratio) of the boxes at one cell: squares of this scale and of one between it and the following map's, then
    each ratio wide and high."""
    return [(scale, 1.0), (sqrt(scale * following), 1.0), *((scale, r) for ratio in ratios for r in (ratio, 1 / ratio))]


@cache
def default_boxes(maps: tuple[tuple[int, tuple[float, ...]], ...] = SSD300) -> DefaultBoxes:
    """The default boxes of all cells of all feature maps, map by map, row by row."""
    scales = [*scales_of(len(maps)), 1.0]  # beyond the last map there is nothing: its second square tends to the whole
    rows = []
    for number, (cells, ratios) in enumerate(maps):
        shapes = shapes_of(scales[number], scales[number + 1], ratios)
        for place in range(cells * cells):
            x, y = (place % cells + 0.5) / cells, (place // cells + 0.5) / cells
            for scale, ratio in shapes:
                w, h = scale * sqrt(ratio) / 2, scale / sqrt(ratio) / 2
                rows.append((x - w, y - h, x + w, y + h, number, scale, ratio))
    table = np.array(rows)  # (N, 7)
    return DefaultBoxes(
        boxes=table[:, :4].astype(np.float32),
        scales=table[:, 5].astype(np.float32),
        ratios=table[:, 6].astype(np.float32),
        maps=table[:, 4].astype(np.int64),
    )


def match(defaults: DefaultBoxes, box: Floats) -> Matches:
    """The default boxes that answer for a box (4,) xyxy in shares of the picture."""
    overlaps = iou(defaults.boxes, box[None])[:, 0]  # (N, 1) -> (N,)
    order = np.argsort(-overlaps, kind="stable")
    return Matches(overlaps, tuple(int(k) for place, k in enumerate(order) if place == 0 or overlaps[k] >= ENOUGH))


def offsets(default: Floats, box: Floats) -> tuple[float, float, float, float]:
    """What a default box (4,) learns in order to become a box (4,), both xyxy (the paper's equation 2).

    Returns:
        how far the centre moves to the right and down, in the default box's widths and heights; the logarithms of how many
        times as wide and as high it becomes.
    """
    (x1, y1, x2, y2), (left, top, right, bottom) = (tuple(float(side) for side in sides) for sides in (default, box))
    w, h = x2 - x1, y2 - y1
    across, down = (left + right - x1 - x2) / 2 / w, (top + bottom - y1 - y2) / 2 / h
    return across, down, log((right - left) / w), log((bottom - top) / h)
