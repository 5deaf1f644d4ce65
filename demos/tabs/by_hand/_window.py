"""Which pixels of a photo the tab "Pixels and convolution" opens with."""

import numpy as np

from cnn_core.results import Floats, PictureArray

WINDOW = 12
"""Pixels of its side."""
FLAT = 8.0
"""Standard deviation of grey, of 0..255, below which a window shows next to nothing."""
STEP = 4
"""Pixels between the windows that are compared."""


def find_window(picture: PictureArray, photo: PictureArray, place: tuple[int, int] | None) -> tuple[int, int]:
    """The window's left and upper edge in the small photo: around a place in the picture, or the middle; never beyond it.

    Where the middle is flat, the window with the greatest contrast.
    """
    corner = []
    for n, (whole, small) in enumerate(zip(picture.shape[1::-1], photo.shape[1::-1], strict=True)):
        centre = small // 2 if place is None else place[n] * small // whole
        corner.append(int(np.clip(centre - WINDOW // 2, 0, max(0, small - WINDOW))))
    x, y = corner
    grey = photo.mean(2)  # (H, W, 3) -> (H, W)
    if place is None and contrast(grey, x, y) < FLAT:
        columns, rows = (range(0, max(1, count - WINDOW), STEP) for count in (len(grey[0]), len(grey)))
        corners = [(x, y), *((a, b) for b in rows for a in columns)]
        x, y = max(corners, key=lambda corner: contrast(grey, *corner))
    return x, y


def contrast(grey: Floats, x: int, y: int) -> float:
    """The standard deviation of the window (WINDOW, WINDOW) of a grey photo (H, W) with that left and upper edge."""
    return float(grey[y : y + WINDOW, x : x + WINDOW].std())
