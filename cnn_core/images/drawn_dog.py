"""A dog drawn by programme: the installed packages have photographs of a cat and none of a dog."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cnn_core.results import PictureArray

SIDE, FINER = 320, 4
"""Pixels of the picture's side, and how many times finer it is drawn."""
Colour = tuple[int, int, int]
Ellipse = tuple[tuple[int, int], tuple[int, int], int, Colour]
"""Middle (x, y), half axes, turn in degrees, colour."""

SKY, LAWN, HORIZON = (170, 205, 235), (120, 160, 90), 128
BROWN, DARK, LIGHT, LINE = (176, 122, 66), (110, 68, 32), (226, 196, 158), (60, 40, 30)
PARTS: tuple[Ellipse, ...] = (
    ((160, 330), (110, 120), 0, BROWN),  # body
    ((160, 320), (55, 110), 0, LIGHT),  # chest
    ((160, 150), (88, 92), 0, BROWN),  # head
    ((78, 150), (30, 78), 14, DARK),  # ears
    ((242, 150), (30, 78), -14, DARK),
    ((160, 120), (22, 60), 0, LIGHT),  # blaze
    ((160, 200), (54, 46), 0, LIGHT),  # muzzle
    ((126, 136), (14, 15), 0, (40, 24, 14)),  # eyes
    ((194, 136), (14, 15), 0, (40, 24, 14)),
    ((130, 131), (4, 4), 0, (255, 255, 255)),
    ((198, 131), (4, 4), 0, (255, 255, 255)),
    ((160, 180), (24, 17), 0, (28, 22, 22)),  # nose
    ((154, 174), (7, 4), 0, (120, 110, 110)),
    ((160, 238), (17, 26), 0, (214, 92, 104)),  # tongue
)
LIPS = ((138, 214), (182, 214))
FUR, SHADE = 9.0, 0.22
"""The fur's standard deviation in tones, and how much darker the corners are than the middle."""


def draw_dog() -> PictureArray:
    """(320, 320, 3): a brown and white dog with hanging ears on a lawn, seen from the front, with strokes for its fur."""
    large = np.empty((SIDE * FINER, SIDE * FINER, 3), np.uint8)
    large[:], large[: HORIZON * FINER] = LAWN, SKY
    for middle, axes, turn, colour in PARTS:
        _ellipse(large, middle, axes, (turn, 0, 360), colour, cv2.FILLED)
    for lip in LIPS:
        _ellipse(large, lip, (22, 14), (0, 0, 180), LINE, 3 * FINER)
    cv2.line(large, (160 * FINER, 196 * FINER), (160 * FINER, 216 * FINER), LINE, 3 * FINER, cv2.LINE_AA)
    picture = cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
    return np.asarray(np.clip((picture + _strokes()) * _light(), 0, 255), np.uint8)


def _ellipse(
    picture: PictureArray,
    middle: tuple[int, int],
    axes: tuple[int, int],
    arc: tuple[int, int, int],
    colour: Colour,
    line: int,
) -> None:
    """Draws (part of) an ellipse at ``FINER`` times these coordinates; ``arc`` is its turn, its start and its end."""
    (x, y), (a, b), (turn, begin, end) = middle, axes, arc
    cv2.ellipse(picture, (x * FINER, y * FINER), (a * FINER, b * FINER), turn, begin, end, colour, line, cv2.LINE_AA)


def _strokes() -> NDArray[np.float64]:
    """Grey noise (S, S, 1), drawn out downwards like fur."""
    noise = np.random.default_rng(3).normal(0, 1, (SIDE, SIDE))
    drawn = cv2.GaussianBlur(noise, (0, 0), sigmaX=0.8, sigmaY=3)
    return np.asarray(FUR * drawn / drawn.std())[..., None]


def _light() -> NDArray[np.float64]:
    """Factors (S, S, 1): light from the upper left."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    return np.asarray(1.08 - SHADE * np.hypot(x - 140, y - 110) / 200)[..., None]
