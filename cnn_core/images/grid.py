"""Small pictures of one size side by side, and the way back from a click to the one that was meant."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnn_core.errors import InputError
from cnn_core.results import Floats, PictureArray


@dataclass(frozen=True)
class Grid:
    """Cells of one size in rows, with gaps between them and none around.

    Attributes:
        count: how many cells.
        height, width: of one cell, pixels.
        columns: cells in a full row.
        gap: pixels between neighbours.
        factor: pixels of the grid per value of a map.
    """

    count: int
    height: int
    width: int
    columns: int
    gap: int
    factor: int = 1

    def __post_init__(self) -> None:
        if self.columns < 1 or self.gap < 0:
            raise InputError(f"A grid needs at least 1 column and no negative gap, got {self.columns} and {self.gap}.")

    @classmethod
    def of(cls, maps: Floats, columns: int, gap: int, cell: int) -> "Grid":
        """The grid for maps (N, ..., h, w): each enlarged by the largest whole factor with which it fits ``cell`` pixels.

        A map that is larger than ``cell`` is shown one value a pixel.
        """
        height, width = maps.shape[-2:]
        factor = max(1, cell // max(height, width))
        return cls(len(maps), height * factor, width * factor, columns, gap, factor)

    def corner(self, cell: int) -> tuple[int, int]:
        """x and y of the upper left pixel of a cell."""
        row, column = divmod(cell, self.columns)
        return column * (self.width + self.gap), row * (self.height + self.gap)

    def at(self, x: int, y: int) -> int | None:
        """The number of the cell that the pixel (x, y) belongs to; None on a gap or outside."""
        column, inside_x = divmod(x, self.width + self.gap)
        row, inside_y = divmod(y, self.height + self.gap)
        cell = row * self.columns + column
        outside = x < 0 or y < 0 or column >= self.columns or cell >= self.count
        return None if outside or inside_x >= self.width or inside_y >= self.height else cell

    def joined(self, cells: Sequence[PictureArray], ground: int) -> PictureArray:
        """(H, W, 3): all cells, (h, w, 3) each, enlarged in hard-edged blocks on a ground of that grey (0..255)."""
        rows, columns = -(-self.count // self.columns), min(self.count, self.columns)
        size = rows * (self.height + self.gap) - self.gap, columns * (self.width + self.gap) - self.gap, 3
        picture = np.full(size, ground, np.uint8)
        for number, cell in enumerate(cells):
            x, y = self.corner(number)
            block = cell.repeat(self.factor, axis=0).repeat(self.factor, axis=1)
            picture[y : y + self.height, x : x + self.width] = block
        return picture
