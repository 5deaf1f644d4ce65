"""Little grey pictures of ten digits or eight shapes, drawn by programme: classes without end that may be shown and learned.

The digits are written by hands: each has a slant, a proportion, a thickness of its pen, and a way of its own to bend every
stroke. What differs from digit to digit of one hand is less than what differs from hand to hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
GreyPictures = NDArray[np.uint8]

SIDE = 24
"""Pixels of a picture on one side."""

FINER = 4
"""So many times larger everything is drawn, and then made smaller: soft edges, and pens of any thickness."""

NOISE = 14.0
"""Standard deviation of what is added to every pixel, of 255."""

DIGITS = tuple("0123456789")
SHAPES = ("circle", "ring", "square", "triangle", "star", "plus", "crescent", "arrow")

STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "0": (((0.5, 0), (0.1, 0.2), (0, 0.55), (0.2, 0.95), (0.5, 1), (0.85, 0.9), (1, 0.5), (0.85, 0.1), (0.5, 0)),),
    "1": (((0.25, 0.25), (0.55, 0), (0.55, 0.5), (0.55, 1)),),
    "2": (((0.05, 0.25), (0.3, 0), (0.75, 0.05), (0.9, 0.3), (0.6, 0.6), (0.05, 1)), ((0.05, 1), (0.5, 0.97), (1, 1))),
    "3": (((0.1, 0.1), (0.5, 0), (0.85, 0.2), (0.4, 0.47)), ((0.4, 0.47), (0.95, 0.65), (0.7, 0.97), (0.3, 1), (0, 0.85))),
    "4": (((0.65, 0), (0.3, 0.35), (0, 0.7)), ((0, 0.7), (0.5, 0.68), (1, 0.7)), ((0.7, 0.4), (0.7, 0.7), (0.7, 1))),
    "5": (
        ((0.9, 0), (0.5, 0.02), (0.15, 0)),
        ((0.15, 0), (0.1, 0.42)),
        ((0.1, 0.42), (0.6, 0.38), (0.95, 0.65), (0.6, 1), (0, 0.92)),
    ),
    "6": (((0.8, 0), (0.3, 0.25), (0.03, 0.65), (0.3, 1), (0.75, 0.97), (0.95, 0.7), (0.6, 0.5), (0.2, 0.6), (0.05, 0.75)),),
    "7": (((0, 0), (0.5, 0.02), (1, 0)), ((1, 0), (0.65, 0.45), (0.35, 1))),
    "8": (
        ((0.5, 0.47), (0.12, 0.3), (0.2, 0.05), (0.5, 0), (0.8, 0.05), (0.88, 0.3), (0.5, 0.47)),
        ((0.5, 0.47), (0.05, 0.65), (0.1, 0.92), (0.5, 1), (0.9, 0.92), (0.95, 0.65), (0.5, 0.47)),
    ),
    "9": (((0.9, 0.3), (0.6, 0.5), (0.15, 0.4), (0.1, 0.15), (0.45, 0), (0.85, 0.1), (0.93, 0.35), (0.8, 0.7), (0.5, 1)),),
}  # fmt: skip
"""Digit -> its strokes: points (x, y) of a box of side 1, y downwards, through which the pen goes."""


@dataclass(frozen=True)
class Hand:
    """How one hand writes.

    Attributes:
        slant: how far to the right the top leans, as a share of the height.
        width: of a digit, as a share of its height.
        pen: thickness, as a share of the height.
        bends: digit -> how far this hand moves each point of its strokes, (points, 2), as shares of the box.
    """

    slant: float
    width: float
    pen: float
    bends: dict[str, Numbers]


def draw_hand(rng: np.random.Generator) -> Hand:
    """A hand of its own."""
    bends = {digit: rng.normal(0, 0.05, (sum(map(len, strokes)), 2)) for digit, strokes in STROKES.items()}
    return Hand(rng.uniform(-0.15, 0.4), rng.uniform(0.45, 0.8), rng.uniform(0.08, 0.17), bends)


def draw_digits(labels: Sequence[int], hands: Sequence[Hand], rng: np.random.Generator) -> GreyPictures:
    """(N, SIDE, SIDE) uint8 digits, the n-th of class ``labels[n]``, each by one of the hands."""

    def draw(canvas: GreyPictures, label: int) -> None:
        hand = hands[int(rng.integers(len(hands)))]
        height = rng.uniform(0.55, 0.78) * len(canvas)
        middle = len(canvas) * rng.uniform(0.44, 0.56, 2)
        for stroke in bend_strokes(DIGITS[label], hand, rng):
            path = middle + height * smooth(stroke)
            cv2.polylines(canvas, [in_sixteenths(path)], False, 255, max(1, round(hand.pen * height)), cv2.LINE_8, 4)

    return draw_all(labels, draw, rng)


def bend_strokes(digit: str, hand: Hand, rng: np.random.Generator) -> list[Numbers]:
    """A digit's strokes as this hand writes them this time: points (n, 2) around (0, 0), of height 1."""
    strokes = STROKES[digit]
    points = np.concatenate([np.array(stroke, float) for stroke in strokes])  # of all strokes, (points, 2)
    points = points + hand.bends[digit] + rng.normal(0, 0.02, points.shape) - 0.5
    x = points[:, 0] * hand.width - points[:, 1] * hand.slant
    return np.split(np.stack([x, points[:, 1]], 1), np.cumsum([len(stroke) for stroke in strokes])[:-1])


def smooth(points: Numbers, parts: int = 6) -> Numbers:
    """A curve through points (n, 2) as many short lines: Catmull and Rom's spline, ends being their own neighbours."""
    before, after = np.vstack([points[:1], points[:-2]]), np.vstack([points[2:], points[-1:]])
    here, ahead = points[:-1], points[1:]
    t = np.linspace(0, 1, parts, endpoint=False)[:, None, None]
    curve = 2 * here + (ahead - before) * t + (2 * before - 5 * here + 4 * ahead - after) * t**2
    curve = (curve + (3 * here - before - 3 * ahead + after) * t**3) / 2  # (parts, n - 1, 2)
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])  # part after part of line after line


def draw_shapes(labels: Sequence[int], rng: np.random.Generator) -> GreyPictures:
    """(N, SIDE, SIDE) uint8 shapes, the n-th of class ``labels[n]``, of any size, anywhere, turned by any angle."""

    def draw(canvas: GreyPictures, label: int) -> None:
        side = len(canvas)
        radius = rng.uniform(0.2, 0.36) * side
        middle = rng.uniform(radius, side - radius, 2)
        angle = rng.uniform(0, 2 * np.pi)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for corners, tone in outline(SHAPES[label]):
            cv2.fillPoly(canvas, [in_sixteenths(middle + radius * corners @ turn.T)], tone, cv2.LINE_8, 4)

    return draw_all(labels, draw, rng)


def outline(shape: str) -> list[tuple[Numbers, int]]:
    """A shape as polygons (corners (n, 2) around (0, 0), tone), the first below; nothing reaches farther than 1."""
    match shape:
        case "ring":
            return [(polygon(40), 255), (0.55 * polygon(40), 0)]
        case "crescent":
            return [(polygon(40), 255), (0.85 * polygon(40) + (0.5, 0), 0)]
        case "star":
            return [(polygon(10) * np.where(np.arange(10) % 2, 0.4, 1.0)[:, None], 255)]
        case "plus":
            arm = np.array([(0.96, -0.28), (0.96, 0.28), (0.28, 0.28)])
            return [(np.vstack([arm @ quarter_turns(n) for n in range(4)]), 255)]
        case "arrow":
            upper = np.array([(1, 0), (0.1, 0.75), (0.1, 0.25), (-0.95, 0.25)])
            return [(np.vstack([upper, upper[:0:-1] * (1, -1)]), 255)]
    return [(polygon({"circle": 40, "square": 4, "triangle": 3}[shape]), 255)]


def quarter_turns(count: int) -> Numbers:
    """The matrix (2, 2) that turns rows of places by so many quarters, from x towards y."""
    return np.linalg.matrix_power(np.array([[0.0, 1.0], [-1.0, 0.0]]), count)


def polygon(corners: int) -> Numbers:
    """The corners of a regular polygon on the circle of radius 1, (corners, 2)."""
    angle = np.arange(corners) * (2 * np.pi / corners)
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def in_sixteenths(places: Numbers) -> NDArray[np.int32]:
    """Places (n, 2) in pixels as OpenCV takes fractions: whole sixteenths of a pixel."""
    return np.round(places * 16).astype(np.int32)


def draw_all(labels: Sequence[int], draw: Callable[[GreyPictures, int], None], rng: np.random.Generator) -> GreyPictures:
    """(N, SIDE, SIDE) uint8 pictures: what ``draw`` leaves on a black canvas, as bright on dark, with noise."""
    masks = np.empty((len(labels), SIDE, SIDE), np.float32)
    for mask, label in zip(masks, labels, strict=True):
        canvas = np.zeros((FINER * SIDE, FINER * SIDE), np.uint8)
        draw(canvas, int(label))
        mask[:] = cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA) / 255
    dark, bright = rng.uniform(10, 60, (len(masks), 1, 1)), rng.uniform(140, 245, (len(masks), 1, 1))
    pictures = dark + (bright - dark) * masks + rng.normal(0, NOISE, masks.shape)
    return np.clip(np.round(pictures), 0, 255).astype(np.uint8)
