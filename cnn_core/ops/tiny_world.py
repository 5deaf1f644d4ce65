"""A tiny world: scenes of a few things, made from a seed, of which everything is known.

Places are shares of the picture: (0, 0) is its upper left corner, (1, 1) the lower right one. No scene is a riddle: whether
one thing is left of another, above it, touches it or lies in it has one answer, with room to spare.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn_core.ops.tiny_shapes import HOLE, SHAPES

Numbers = NDArray[np.float32]

COLOURS = ("red", "yellow", "green", "blue", "purple", "grey")
PATTERNS = ("plain", "striped", "dotted")
SIZES = ("small", "large")
RADII = {"small": (0.058, 0.07), "large": (0.115, 0.15)}
FEWEST, MOST = 3, 8
WIDEST = 1.22
"""How far the farthest corner of any shape is from its centre, in radii."""

ASIDE = 0.03
"""One thing is left of another, or above it, if its centre lies at least this much farther left, or farther up."""
NEAR = 0.012
"""Things touch where a point lies this near to both."""
CLEAR = 0.03
"""No two things are nearer than this without touching, and no two centres nearly as far apart as ``ASIDE``."""
GRID = 64
"""Pixels a side of the grid on which outlines are compared."""
SEEN = 0.6
"""No more of a thing is hidden than leaves this share of it to be seen."""


@dataclass(frozen=True)
class Thing:
    """One thing.

    Attributes:
        shape: one of ``SHAPES``.
        colour: one of ``COLOURS``.
        pattern: one of ``PATTERNS``.
        size: one of ``SIZES``.
        x: its centre, 0..1 from left to right.
        y: its centre, 0..1 from top to bottom.
        radius: about half its width, as a share of the picture's side.
        turn: radians, clockwise.
    """

    shape: str
    colour: str
    pattern: str
    size: str
    x: float
    y: float
    radius: float
    turn: float = 0.0

    @property
    def name(self) -> str:
        """What it is called: "small striped red circle"; that it is plain goes without saying."""
        return " ".join((self.size, *(() if self.pattern == "plain" else (self.pattern,)), self.colour, self.shape))


@dataclass(frozen=True)
class TinyScene:
    """Things from the hindmost to the foremost, and the light that falls on them.

    Attributes:
        things: what is drawn later hides what was drawn before.
        light: radians, where the light comes from; 0 is the right, a quarter turn is below.
        ground: brightness of the ground, 0..1.
    """

    things: tuple[Thing, ...]
    light: float = -2.0
    ground: float = 0.85


def places(size: int) -> tuple[Numbers, Numbers]:
    """x and y of the centres of all pixels of a square picture, each (size, size), 0..1."""
    steps: Numbers = ((np.arange(size) + 0.5) / size).astype(np.float32)
    x, y = np.meshgrid(steps, steps)
    return x.astype(np.float32), y.astype(np.float32)


def distance(thing: Thing, x: Numbers, y: Numbers) -> Numbers:
    """Signed distance from places to a thing's outline, in shares of the picture's side. (H, W) -> (H, W)."""
    right, down = (x - thing.x) / thing.radius, (y - thing.y) / thing.radius
    cosine, sine = np.cos(thing.turn), np.sin(thing.turn)
    return np.asarray(
        thing.radius * SHAPES[thing.shape](right * cosine + down * sine, down * cosine - right * sine), np.float32
    )


def distances(things: tuple[Thing, ...], size: int = GRID) -> Numbers:
    """The signed distances to all things, (n, size, size)."""
    x, y = places(size)
    return np.stack([distance(thing, x, y) for thing in things])  # n times (size, size) -> (n, size, size)


def boxes(scene: TinyScene, size: int = 192) -> Numbers:
    """The bounding box of every thing, hidden parts too: (n, 4) xyxy, 0..1."""
    (x, y), found = places(size), []
    for thing in scene.things:
        reach = WIDEST * thing.radius
        left, top = (max(0, int((middle - reach) * size) - 1) for middle in (thing.x, thing.y))
        near = np.s_[top : int((thing.y + reach) * size) + 2, left : int((thing.x + reach) * size) + 2]
        inside = distance(thing, x[near], y[near]) <= 0
        rows, columns = np.flatnonzero(inside.any(1)) + top, np.flatnonzero(inside.any(0)) + left
        found.append((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    return np.array(found, np.float32) / np.float32(size)


def seen_shares(outlines: Numbers) -> Numbers:
    """What share of each thing nothing in front of it hides, (n,), from the signed distances (n, H, W)."""
    inside = outlines <= 0
    hidden = np.flip(np.cumsum(np.flip(inside, 0), 0), 0) - inside > 0  # whether a later thing lies there, (n, H, W)
    return np.asarray((inside & ~hidden).sum((1, 2)) / inside.sum((1, 2)), np.float32)


# ---------------------------------------------------------------- how two things stand


def gap(outlines: Numbers, one: int, other: int) -> float:
    """How far the point is that lies nearest to both: 0 or less where they overlap. ``outlines`` is (n, H, W)."""
    return float(np.maximum(outlines[one], outlines[other]).min())


def is_inside(one: Thing, other: Thing) -> bool:
    """Whether the first lies in the hole of the second."""
    apart = float(np.hypot(one.x - other.x, one.y - other.y))
    return other.shape == "ring" and one.size == "small" and other.size == "large" and apart < HOLE * other.radius / 2


def is_on(one: Thing, other: Thing) -> bool:
    """Whether the first stands on top of the second, if they touch: above it, and its centre over it."""
    return other.y - one.y > ASIDE and abs(one.x - other.x) < 0.5 * other.radius


RELATIONS = ("left of", "right of", "above", "below", "touching", "on", "inside", "larger than", "the same colour as")
"""What one thing can be to another."""


def relations(scene: TinyScene) -> set[tuple[int, str, int]]:
    """All that holds between two things: (number of the one, one of ``RELATIONS``, number of the other)."""
    outlines, found = distances(scene.things), set()
    for i, one in enumerate(scene.things):
        for j, other in enumerate(scene.things):
            if i == j:
                continue
            inside = is_inside(one, other)
            meet = gap(outlines, i, j) <= NEAR and not inside and not is_inside(other, one)
            holds = (
                other.x - one.x > ASIDE, one.x - other.x > ASIDE, other.y - one.y > ASIDE, one.y - other.y > ASIDE,
                meet, meet and is_on(one, other), inside, one.size == "large" and other.size == "small",
                one.colour == other.colour,
            )  # fmt: skip
            found |= {(i, relation, j) for relation, true in zip(RELATIONS, holds, strict=True) if true}
    return found
