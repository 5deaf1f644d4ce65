"""What people measured on images before networks learned what to measure: edges by direction, and colours, region by region.

Gradients: Dalal and Triggs 2005, "Histograms of oriented gradients for human detection", by scikit-image. Everything is for
images of 32 x 32 pixels, CIFAR-10's.
"""

import numpy as np
from skimage.color import rgb2lab

from cnn_core.results import Floats, PictureArray

SIDE = 32
DIRECTIONS = 9
"""Of an edge, 0 to 180 degrees."""

CELLS = (4, 8)
"""Pixels of a cell on one side: small cells see parts, large ones the outline."""

REGIONS = 4
"""Of the colours, on one side: each of 8 x 8 pixels."""

RANGES = ((0, 100), (-40, 40), (-40, 40))
"""Of L, a and b of CIELAB; what lies beyond counts as the last bin's."""

BINS = 6
LENGTH = sum((SIDE // cell - 1) ** 2 * 4 * DIRECTIONS for cell in CELLS) + REGIONS**2 * len(RANGES) * BINS


def gradient_histograms(picture: PictureArray, cell: int) -> Floats:
    """In each cell, how strong the edges of each direction are, divided by the strength of the 2 x 2 cells around.

    Args:
        picture: (32, 32, 3) uint8 RGB; of each pixel the channel with the strongest gradient counts.
        cell: pixels on one side.

    Returns:
        (n - 1)^2 * 4 * 9 numbers 0..1 for n = 32 / cell, block by block.
    """
    from skimage.feature import hog  # here: no page needs it to open

    found: Floats = hog(picture, DIRECTIONS, (cell, cell), (2, 2), channel_axis=-1).astype(np.float32)
    return found


def colour_histograms(picture: PictureArray) -> Floats:
    """In each of 4 x 4 regions, the shares of the pixels with each L, a and b of CIELAB; square roots of them.

    Args:
        picture: (32, 32, 3) uint8 RGB.

    Returns:
        4 * 4 * 3 * 6 numbers 0..1, region by region. Roots, because small shares say as much as large ones.
    """
    low, high = np.array(RANGES).T
    bins = ((rgb2lab(picture) - low) / (high - low) * BINS).clip(0, BINS - 1).astype(int)  # (32, 32, 3): whole parts
    side = SIDE // REGIONS
    counted = np.eye(BINS)[bins].reshape(REGIONS, side, REGIONS, side, len(RANGES), BINS)  # (32, 32, 3, 6) by regions
    found: Floats = np.sqrt(counted.mean((1, 3))).astype(np.float32).ravel()  # (4, 4, 3, 6) -> (288,)
    return found


def describe(picture: PictureArray) -> Floats:
    """All features of an image (32, 32, 3) uint8 RGB: (LENGTH,) float32, gradients first."""
    return np.concatenate([*(gradient_histograms(picture, cell) for cell in CELLS), colour_histograms(picture)])


def edges_by_cell(picture: PictureArray, cell: int = CELLS[0]) -> Floats:
    """How strong the edges of each direction are in each cell, for a drawing: (n, n, 9), 0..1 for n = 32 / cell.

    Each cell stands in up to four of the blocks of ``gradient_histograms``; this is the mean of what they say of it.
    Direction k is that of a gradient at k * 20 + 10 degrees from the horizontal; the edge runs at right angles to it.
    """
    count = SIDE // cell
    blocks = gradient_histograms(picture, cell).reshape(count - 1, count - 1, 2, 2, DIRECTIONS)
    total, seen = np.zeros((count, count, DIRECTIONS), np.float32), np.zeros((count, count, 1), np.float32)
    for i, j in np.ndindex(2, 2):
        total[i : count - 1 + i, j : count - 1 + j] += blocks[:, :, i, j]
        seen[i : count - 1 + i, j : count - 1 + j] += 1
    return total / seen
