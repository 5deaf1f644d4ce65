"""Scenes put together of other pictures: side by side, one pasted onto another, an animal cut out and set down elsewhere."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from cnn_core.results import PictureArray

WHITE = 228
"""Pixels of a studio photograph whose channels are all at least this bright belong to its background."""
GAP, RIM = 15, 5
"""Pixels: gaps in the cut-out thing up to this wide are closed; its rim, lit by the white around it, is taken off."""


def mirror(picture: PictureArray) -> PictureArray:
    """The picture (H, W, 3) with left and right exchanged."""
    return np.ascontiguousarray(picture[:, ::-1])


def scale_to_height(picture: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """The picture (H, W[, C]) at that height, its proportions kept."""
    width = round(picture.shape[1] * height / picture.shape[0])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def put_side_by_side(pictures: Sequence[PictureArray], height: int = 400) -> PictureArray:
    """(height, W, 3): the pictures in one row, for what is asked of pictures with several things in them."""
    return np.hstack([scale_to_height(picture, height) for picture in pictures])  # (height, W1, 3), ... -> (height, W, 3)


def double_width(picture: PictureArray, height: int = 400, width: int = 768) -> PictureArray:
    """(height, width, 3): a surface (H, W, 3) and its mirror image, so that no seam is seen, cut to this size."""
    return np.hstack([picture, mirror(picture)])[:height, :width].copy()  # 2 x (H, W, 3) -> (H, 2 W, 3)


def paste(scene: PictureArray, picture: PictureArray, corner: tuple[int, int], height: int) -> PictureArray:
    """The scene (H, W, 3) with a picture on it.

    Args:
        scene: stays as it is.
        picture: what is pasted, whole.
        corner: its upper left corner (x, y), pixels of the scene.
        height: its height there, pixels.
    """
    return set_down(scene, picture, np.ones(picture.shape[:2], bool), corner, height)


def set_down(
    scene: PictureArray, picture: PictureArray, mask: NDArray[np.bool_], corner: tuple[int, int], height: int
) -> PictureArray:
    """The scene with what ``mask`` (h, w) keeps of a picture (h, w, 3); otherwise as ``paste``."""
    (x, y), result = corner, scene.copy()
    small = scale_to_height(picture, height)
    share = scale_to_height(np.uint8(255) * mask, height)[..., None] / 255  # (h, w) -> (h, w, 1)
    there = result[y : y + height, x : x + small.shape[1]]
    there[:] = np.round(there * (1 - share) + small * share)
    return result


def mask_on_white(picture: PictureArray) -> NDArray[np.bool_]:
    """Which pixels (H, W) of a studio photograph (H, W, 3) are its subject: the largest part that is not white, unholed."""
    dark = (picture.min(2) < WHITE).astype(np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((GAP, GAP), np.uint8))
    _, parts, facts, _ = cv2.connectedComponentsWithStats(closed)
    largest = (parts == 1 + facts[1:, cv2.CC_STAT_AREA].argmax()).astype(np.uint8)  # row 0 is the background
    outlines, _ = cv2.findContours(largest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(largest), outlines, -1, 1, cv2.FILLED)
    return np.asarray(cv2.erode(filled, np.ones((RIM, RIM), np.uint8), borderValue=1), bool)


def cover(picture: PictureArray, corners: tuple[int, int, int, int], colour: tuple[int, int, int]) -> PictureArray:
    """A picture (H, W, 3) with a rectangle of one colour, RGB, painted over x1, y1 to x2, y2 (pixels)."""
    x1, y1, x2, y2 = corners
    painted = picture.copy()
    painted[y1:y2, x1:x2] = colour
    return painted


def dye(picture: PictureArray, tint: tuple[float, float, float]) -> PictureArray:
    """A grey picture (H, W, 3) in one colour: each channel times its factor."""
    return np.asarray(np.clip(picture * np.array(tint), 0, 255), np.uint8)
