"""Which cell answers for an object: YOLO's one cell of a grid, and FCOS's several cells of a pyramid.

YOLO: Redmon et al. 2015, arXiv:1506.02640. FCOS: Tian et al. 2019, arXiv:1904.01355, with the centre rule of
arXiv:2006.09214, as this project's detector learns it (cnn_core/training/losses/detection.py; a test holds the two equal).
"""

from dataclasses import dataclass

import numpy as np

from cnn_core.ops.boxes import Floats

RADIUS = 1.5
"""FCOS: only cells whose centres lie within so many strides of the object's centre answer for it."""
REACH = {8: (0.0, 64.0), 16: (64.0, 128.0), 32: (128.0, float("inf"))}
"""Stride of a level -> the distance to the farthest side, pixels, from which and up to which its cells answer."""


@dataclass(frozen=True)
class GridCell:
    """The cell of a grid that answers for an object, and what it should answer.

    Attributes:
        column, row: from 0.
        x, y: the box's centre within the cell, 0 (left, top) to 1 (right, bottom).
        h, w: the box's height and width as shares of the picture.
    """

    column: int
    row: int
    x: float
    y: float
    h: float
    w: float


def responsible_cell(box: Floats, width: int, height: int, cells: int) -> GridCell:
    """The cell of a grid of cells x cells over a picture in which the centre of a box (4,) xyxy lies."""
    x1, y1, x2, y2 = (float(side) for side in box)
    across, down = (x1 + x2) / 2 / width * cells, (y1 + y2) / 2 / height * cells
    column, row = (min(int(place), cells - 1) for place in (across, down))  # a centre on the last edge is in the last cell
    return GridCell(column, row, across - column, down - row, (y2 - y1) / height, (x2 - x1) / width)


def grid_outputs(cells: int, boxes: int, classes: int) -> int:
    """The numbers of a grid's answer to a picture: for each cell so many boxes, each with its c, and one class vector."""
    return cells * cells * (5 * boxes + classes)


@dataclass(frozen=True)
class PyramidCell:
    """A cell of one level of a feature pyramid that answers for an object, and what it should answer.

    Attributes:
        stride: input pixels from one cell to the next.
        column, row: from 0.
        distances: (4,) from the cell's centre to the box's left, top, right and bottom side, input pixels, all above 0.
    """

    stride: int
    column: int
    row: int
    distances: tuple[float, float, float, float]

    @property
    def centre(self) -> tuple[float, float]:
        """x, y in input pixels."""
        return (self.column + 0.5) * self.stride, (self.row + 0.5) * self.stride


def pyramid_cells(box: Floats, width: int, height: int) -> list[PyramidCell]:
    """The cells that answer for a box (4,) xyxy, in pixels of an input of this size; the finest level first.

    A cell does so if its centre lies in the box and near the box's centre, and if its level is made for such distances.
    """
    x1, y1, x2, y2 = (float(side) for side in box)
    found = []
    for stride, (least, most) in REACH.items():
        for row in range(height // stride):
            for column in range(width // stride):
                x, y = (column + 0.5) * stride, (row + 0.5) * stride
                distances = (x - x1, y - y1, x2 - x, y2 - y)
                is_near = max(abs(x - (x1 + x2) / 2), abs(y - (y1 + y2) / 2)) < RADIUS * stride
                if min(distances) > 0 and is_near and least <= max(distances) < most:
                    found.append(PyramidCell(stride, column, row, distances))
    return found


def centrality(cell: PyramidCell) -> float:
    """How far a cell's centre lies from the middle of its box, pixels; 0 in the very middle."""
    left, top, right, bottom = cell.distances
    return float(np.hypot(right - left, bottom - top) / 2)
