"""Masks in plain pixels: connected parts, holes, and a small mask laid over its box."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from cnn_core.results import Floats

Mask = NDArray[np.bool_]
Click = tuple[float, float, bool]
"""(x, y, belongs): pixels, and whether the object is there."""


def count_parts(mask: Mask, smallest: int = 1) -> int:
    """How many connected parts a mask (H, W) has; pixels that touch at a corner are connected.

    Args:
        mask: bool.
        smallest: parts of fewer pixels are not counted.
    """
    _, _, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return int((facts[1:, cv2.CC_STAT_AREA] >= smallest).sum())  # row 0 is what lies outside of the mask


def keep_clicked(mask: Mask, clicks: Sequence[Click]) -> Mask:
    """The connected parts of a mask (H, W) under the positive clicks, their holes filled.

    A hole is what the mask encloses; one in which a negative click lies stays open. If no positive click lies in the mask,
    every part of it is kept.
    """
    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    clicked = {parts[pixel_of(mask, click)] for click in clicks if click[2]} - {0}
    kept = np.isin(parts, list(clicked)) if clicked else mask
    _, outside = cv2.connectedComponents((~kept).astype(np.uint8), connectivity=4)
    open_parts = {*outside[0], *outside[-1], *outside[:, 0], *outside[:, -1]}  # what reaches the border is no hole
    open_parts |= {outside[pixel_of(mask, click)] for click in clicks if not click[2]}
    return kept | ~np.isin(outside, list(open_parts | {0}))


def pixel_of(mask: Mask, click: Click) -> tuple[int, int]:
    """The (row, column) of the mask's pixel in which a click lies; the nearest one for a click on the very border."""
    height, width = mask.shape
    return min(max(int(click[1]), 0), height - 1), min(max(int(click[0]), 0), width - 1)


def paste(mask: Floats, box: Floats, shape: tuple[int, int], threshold: float = 0.5) -> Mask:
    """A mask over its box (m, m) as the pixels of the whole picture that it covers, (H, W) bool.

    Args:
        mask: (m, m) 0..1; its cells fill the box, and between their centres it is read by bilinear interpolation.
        box: (4,) xyxy in pixels of the picture.
        shape: (H, W).
        threshold: values from here on belong to the object.
    """
    height, width = shape
    x1, y1, x2, y2 = (float(side) for side in box)
    left, top, right, bottom = max(int(x1), 0), max(int(y1), 0), min(int(np.ceil(x2)), width), min(int(np.ceil(y2)), height)
    result = np.zeros(shape, bool)
    if right <= left or bottom <= top or x2 <= x1 or y2 <= y1:
        return result
    side = mask.shape[0]
    columns = (np.arange(left, right) + 0.5 - x1) / (x2 - x1) * side - 0.5  # each pixel's centre in cells of the mask
    rows = (np.arange(top, bottom) + 0.5 - y1) / (y2 - y1) * side - 0.5
    grid_x, grid_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))  # (bottom - top, right - left) each
    cells = np.ascontiguousarray(mask, np.float32)
    values = cv2.remap(cells, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    result[top:bottom, left:right] = values >= threshold
    return result
