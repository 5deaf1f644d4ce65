"""The outlines of the tiny world's things, as signed distances: negative inside, positive outside, 0 on the outline.

A shape is given in its own units: its centre at (0, 0), a radius of about 1, y downwards.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]


def circle(x: Numbers, y: Numbers) -> Numbers:
    """A disc of radius 1."""
    return np.asarray(np.hypot(x, y) - 1, np.float32)


def box(x: Numbers, y: Numbers, half_width: float, half_height: float) -> Numbers:
    """A rectangle."""
    right, below = np.abs(x) - half_width, np.abs(y) - half_height
    outside = np.hypot(np.maximum(right, 0), np.maximum(below, 0))
    return np.asarray(outside + np.minimum(np.maximum(right, below), 0), np.float32)


def square(x: Numbers, y: Numbers) -> Numbers:
    """A square with sides of 1.7."""
    return box(x, y, 0.85, 0.85)


def triangle(x: Numbers, y: Numbers) -> Numbers:
    """A triangle with equal sides that points up; beyond its corners the distance is a little too small."""
    return np.asarray(np.maximum(y, np.sqrt(0.75) * np.abs(x) - 0.5 * y) - 0.58, np.float32)


def cross(x: Numbers, y: Numbers) -> Numbers:
    """Two bars across one another."""
    return np.minimum(box(x, y, 1.0, 0.34), box(x, y, 0.34, 1.0))


def star(x: Numbers, y: Numbers) -> Numbers:
    """A star of five points, one of them up; all five are folded into one, so its distance is that to one edge."""
    half = np.pi / 5
    outer, inner = np.array((1.15, 0.0)), 0.52 * np.array((np.cos(half), np.sin(half)))
    angle = np.mod(np.arctan2(x, -y) + half, 2 * half) - half
    along, beside = np.hypot(x, y) * np.cos(angle), np.hypot(x, y) * np.abs(np.sin(angle))
    edge = (inner - outer) / np.hypot(*(inner - outer))
    return np.asarray((along - outer[0]) * edge[1] - (beside - outer[1]) * edge[0], np.float32)


def ring(x: Numbers, y: Numbers) -> Numbers:
    """A disc of radius 1 with a hole of radius ``HOLE``."""
    middle = (1 + HOLE) / 2
    return np.asarray(np.abs(np.hypot(x, y) - middle) - (1 - middle), np.float32)


HOLE = 0.62

SHAPES: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "circle": circle,
    "square": square,
    "triangle": triangle,
    "star": star,
    "cross": cross,
    "ring": ring,
}
"""What a shape is called -> its signed distance."""
