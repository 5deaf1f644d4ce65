"""What a two-stage detector starts from and how it cuts: anchors, and RoIAlign in plain numbers.

torchvision's own parts do both inside the network; these are for looking at, and tests hold the two to be equal.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from cnn_core.results import Floats, PictureArray

Values = Floats | PictureArray


def anchors_at(x: float, y: float, sides: Sequence[float], ratios: Sequence[float]) -> Floats:
    """The boxes that a region proposal network tries at one place (Ren et al. 2015, arXiv:1506.01497, section 3.1.1).

    Args:
        x, y: the place, pixels.
        sides: of a square of each anchor's area, pixels.
        ratios: height over width.

    Returns:
        (ratios * sides, 4) float32 xyxy around the place; all sides of the first ratio come first.
    """
    halves = [(side / np.sqrt(ratio) / 2, side * np.sqrt(ratio) / 2) for ratio, side in product(ratios, sides)]
    return np.array([(x - w, y - h, x + w, y + h) for w, h in halves], np.float32)


def bilinear(values: Values, x: Floats, y: Floats) -> Floats:
    """The map's value between its cells, whose centres lie at (column + 0.5, row + 0.5); the border continues outwards.

    Args:
        values: (H, W, C).
        x: (n,) from the left, cells.
        y: (m,) from the top, cells.

    Returns:
        (m, n, C) float32, all rows with all columns.
    """
    height, width = values.shape[:2]
    left, top = np.clip(x - 0.5, 0, width - 1), np.clip(y - 0.5, 0, height - 1)
    x0, y0 = left.astype(int), top.astype(int)
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    right, down = (left - x0)[None, :, None], (top - y0)[:, None, None]
    upper = values[y0][:, x0] * (1 - right) + values[y0][:, x1] * right
    lower = values[y1][:, x0] * (1 - right) + values[y1][:, x1] * right
    return np.asarray(upper * (1 - down) + lower * down, np.float32)


def roi_align(values: Values, box: Sequence[float], bins: int, samples: int = 2) -> Floats:
    """A region of a map, whatever its size, as bins x bins numbers a channel (He et al. 2017, arXiv:1703.06870, section 3).

    The region is divided into equal bins without rounding to whole cells; in each the map is read at samples x samples
    places by bilinear interpolation, and the mean is kept.

    Args:
        values: (H, W, C).
        box: x1, y1, x2, y2 in cells of the map.
        bins: bins along each side.
        samples: places along each side of a bin.

    Returns:
        (bins, bins, C) float32.
    """
    x1, y1, x2, y2 = box
    steps = ((np.arange(bins * samples) + 0.5) / (bins * samples)).astype(np.float32)
    read = bilinear(values, x1 + steps * (x2 - x1), y1 + steps * (y2 - y1))
    return np.asarray(read.reshape(bins, samples, bins, samples, -1).mean((1, 3)))  # (rows, in a row, columns, in one, C)
