"""Pictures that show less than was there: few pixels, noise, shutters, the object or its background alone."""

from typing import Literal

import numpy as np
from PIL import Image

from cnn_core.errors import InputError
from cnn_core.results import PictureArray

GREY = 128
"""What stands where something was taken away."""
SLATS = 8
"""Shutters over the height of a picture."""

How = Literal["blur", "blocks", "noise", "shutters"]
SIDES = (8, 12, 16, 24, 32, 48, 64, 128)
"""Pixels on the longer side at each step."""
NOISE = (0.97, 0.94, 0.9, 0.85, 0.78, 0.68, 0.5, 0.2)
"""Share of the noise at each step."""
OPENED = (0.04, 0.08, 0.12, 0.2, 0.3, 0.45, 0.65, 1.0)
"""Share of each slat that is open at each step."""
STEPS = len(SIDES)

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 as shares 0..1 of the picture's width and height."""


def show_step_by_step(picture: PictureArray, how: How, seed: int = 0) -> list[PictureArray]:
    """STEPS pictures (H, W, 3), each showing more of the given one (H, W, 3).

    Args:
        picture: what is shown more and more of.
        how: "blur" (few pixels, enlarged smoothly), "blocks" (the same few pixels as squares), "noise", or "shutters".
        seed: of the noise.
    """
    height, width = picture.shape[:2]
    if how == "noise":
        return [mix_with_noise(picture, share, seed) for share in NOISE]
    if how == "shutters":
        return [close_shutters(picture, opened) for opened in OPENED]
    return [spread(shrink(picture, side), height, width, smooth=how == "blur") for side in SIDES]


def name_steps(how: How) -> list[str]:
    """What each of the STEPS is called, such as "8 px"."""
    if how == "noise":
        return [f"{share:.0%} noise" for share in NOISE]
    if how == "shutters":
        return [f"{opened:.0%} open" for opened in OPENED]
    return [f"{side} px" for side in SIDES]


def shrink(picture: PictureArray, longest: int) -> PictureArray:
    """The picture (H, W, 3) with so many pixels on its longer side, each the mean of the pixels that it stands for.

    A picture that is no larger comes back as it is.
    """
    height, width = picture.shape[:2]
    if max(height, width) <= longest:
        return picture
    scale = longest / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX), np.uint8)


def spread(picture: PictureArray, height: int, width: int, *, smooth: bool) -> PictureArray:
    """A small picture (h, w, 3) at the size (height, width, 3): every pixel becomes a block of one colour, or flows into the
    next if ``smooth`` (bicubic).
    """
    way = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
    return np.asarray(Image.fromarray(picture).resize((width, height), way), np.uint8)


def mix_with_noise(picture: PictureArray, share: float, seed: int) -> PictureArray:
    """(1 - share) * picture + share * noise, (H, W, 3) uint8.

    Args:
        picture: (H, W, 3) uint8.
        share: of the noise, 0..1.
        seed: of the noise, whose values are uniform in 0..255: the same seed gives the same noise at every share.
    """
    noise = np.random.default_rng(seed).integers(0, 256, picture.shape)
    return np.round((1 - share) * picture + share * noise).astype(np.uint8)


def close_shutters(picture: PictureArray, opened: float, slats: int = SLATS) -> PictureArray:
    """The picture (H, W, 3) behind grey slats: each is open from its upper edge on, for the share ``opened`` (0..1).

    Raises:
        InputError: more slats than rows.
    """
    height = len(picture)
    if not 1 <= slats <= height:
        raise InputError(f"{slats} slats need as many rows of pixels; this picture has {height}.")
    within = (np.arange(height) * slats / height) % 1  # (H,): how far down its slat each row begins
    hidden = picture.copy()
    hidden[within >= opened - 1e-9] = GREY
    return hidden


def keep_box(picture: PictureArray, box: Box) -> PictureArray:
    """The picture (H, W, 3) with grey in the place of everything outside the box: the object without its background."""
    x1, y1, x2, y2 = corners(picture, box)
    kept = np.full_like(picture, GREY)
    kept[y1:y2, x1:x2] = picture[y1:y2, x1:x2]
    return kept


def take_box_out(picture: PictureArray, box: Box) -> PictureArray:
    """The picture (H, W, 3) with grey in the place of the box: the background without its object."""
    x1, y1, x2, y2 = corners(picture, box)
    left = picture.copy()
    left[y1:y2, x1:x2] = GREY
    return left


def corners(picture: PictureArray, box: Box) -> tuple[int, int, int, int]:
    """A box in whole pixels of the picture.

    Raises:
        InputError: the shares are not within 0..1 and in order.
    """
    x1, y1, x2, y2 = box
    if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
        raise InputError(f"A box is x1 < x2 and y1 < y2, shares from 0 to 1 of the picture; got {box}.")
    height, width = picture.shape[:2]
    return round(x1 * width), round(y1 * height), round(x2 * width), round(y2 * height)
