"""Little colour pictures of six kinds of things, drawn by programme: textured, of any colour, on grounds of any kind.

What a thing is lies in its shape and its texture alone: things and grounds take their colours from the same chance, and a
thing may lie anywhere, larger or smaller, turned a little, to the left or to the right.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from cnn_core.images.drawn_classes import FINER, SIDE, Numbers, in_sixteenths, polygon

ColourPictures = NDArray[np.uint8]
Part = tuple[Numbers, str]
"""Corners (n, 2) around (0, 0), y downwards, and how the part is filled: "a", "b" or "dark", or a texture of a and b."""

TILES = ("car", "ship", "house", "tree", "fish", "beetle")
FINE = FINER * SIDE
NOISE = 12.0
"""Standard deviation of what is added to every number, of 255."""
LEAST_APART = 60.0
"""By so much, of 255, a thing's colour differs from its ground's at least, in the root of the squares' mean."""


def draw_tiles(labels: Sequence[int], rng: np.random.Generator) -> ColourPictures:
    """(N, SIDE, SIDE, 3) uint8 pictures, the n-th of class ``labels[n]``."""
    return np.stack([draw_tile(TILES[label], rng) for label in labels])  # N of (SIDE, SIDE, 3) -> (N, SIDE, SIDE, 3)


def draw_tile(kind: str, rng: np.random.Generator) -> ColourPictures:
    """One picture of a kind, (SIDE, SIDE, 3) uint8."""
    picture, colour = draw_ground(rng)
    radius = rng.uniform(0.26, 0.42) * FINE
    middle = rng.uniform(0.8 * radius, FINE - 0.8 * radius, 2)
    angle, mirrored = rng.normal(0, 0.15), rng.choice((-1, 1))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * (mirrored, 1)
    colours = pick_colours(colour, rng)
    for corners, fill in PARTS[kind]():
        mask = np.zeros((FINE, FINE), np.uint8)
        cv2.fillPoly(mask, [in_sixteenths(middle + radius * corners @ turn.T)], 255, cv2.LINE_8, 4)
        y, x = np.nonzero(mask)
        picture[y, x] = fill_places(fill, x, y, colours, rng)
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.clip(np.round(small + rng.normal(0, NOISE, small.shape)), 0, 255).astype(np.uint8)


def draw_ground(rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """A ground (FINE, FINE, 3), 0..255, and its mean colour (3,): two textures above each other, and things lying about."""
    above, below = draw_colour(rng), draw_colour(rng)
    picture = np.empty((FINE, FINE, 3))
    horizon = int(rng.uniform(0.2, 0.8) * FINE)
    for part, colour in ((picture[:horizon], above), (picture[horizon:], below)):
        cells = int(rng.choice((2, 4, 8, 16)))  # soft as clouds, or grained as sand
        spots = rng.normal(0, rng.uniform(4, 30), (cells, cells, 1))
        part[:] = colour + cv2.resize(spots, part.shape[1::-1], interpolation=cv2.INTER_CUBIC)[..., None]
    for _ in range(rng.integers(0, 5)):
        corners = rng.uniform(0, FINE, 2) + rng.uniform(3, 14) * polygon(int(rng.integers(3, 9)))
        cv2.fillPoly(picture, [in_sixteenths(corners)], draw_colour(rng).tolist(), cv2.LINE_8, 4)
    return picture, picture.mean((0, 1))


def draw_colour(rng: np.random.Generator) -> Numbers:
    """Any colour (3,), neither black nor white."""
    return rng.uniform(30, 225, 3)


def pick_colours(ground: Numbers, rng: np.random.Generator) -> dict[str, Numbers]:
    """Two colours for a thing, both unlike the ground's and unlike each other, and a dark one."""
    found: list[Numbers] = []
    while len(found) < 2:
        colour = draw_colour(rng)
        if all(np.sqrt(np.square(colour - other).mean()) > LEAST_APART for other in (ground, *found)):
            found.append(colour)
    return {"a": found[0], "b": found[1], "dark": rng.uniform(10, 60, 3)}


def fill_places(
    fill: str, x: NDArray[np.int64], y: NDArray[np.int64], colours: dict[str, Numbers], rng: np.random.Generator
) -> Numbers:
    """The colours (n, 3) of n places of a part: one for all, or two in a pattern."""
    if fill in colours:
        return colours[fill]
    right, down = rng.uniform(0, 99, 2)
    share = PATTERNS[fill](x + right, y + down, rng)[:, None]  # (n,) -> (n, 1)
    mixed: Numbers = share * colours["a"] + (1 - share) * colours["b"]
    return mixed


PATTERNS: dict[str, Callable[[Numbers, Numbers, np.random.Generator], Numbers]] = {
    "stripes": lambda x, y, rng: (np.sin(x * 2 * np.pi / 14) > 0).astype(float),
    "bricks": lambda x, y, rng: ((y % 10 > 2) & ((x + 9 * (y // 10 % 2)) % 18 > 2)).astype(float),
    "scales": lambda x, y, rng: (np.hypot((x + 6 * (y // 8 % 2)) % 12 - 6, y % 8) > 5.5).astype(float),
    "dots": lambda x, y, rng: (np.hypot(x % 18 - 9, (y + 9 * (x // 18 % 2)) % 18 - 9) > 5).astype(float),
    "leaves": lambda x, y, rng: rng.uniform(0, 1, (64, 64))[(y // 4).astype(int), (x // 4).astype(int)],
}
"""Pattern -> the share 0..1 of the first colour at places x and y, (n,)."""


def box(left: float, top: float, right: float, bottom: float) -> Numbers:
    """The corners of a rectangle, (4, 2)."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def ellipse(x: float, y: float, across: float, down: float) -> Numbers:
    """An ellipse around (x, y) as many corners (n, 2)."""
    return polygon(24) * (across, down) + (x, y)


def car() -> list[Part]:
    """Body, roof, window and two wheels."""
    roof = np.array([(-0.55, -0.1), (-0.35, -0.5), (0.3, -0.5), (0.6, -0.1)])
    wheels = [(ellipse(x, 0.35, 0.22, 0.22), "dark") for x in (-0.52, 0.52)]
    return [(box(-1, -0.12, 1, 0.35), "a"), (roof, "a"), (0.62 * roof - (0, 0.1), "b"), *wheels]


def ship() -> list[Part]:
    """Hull, mast and two sails of stripes."""
    hull = np.array([(-1, 0.35), (1, 0.35), (0.65, 0.8), (-0.7, 0.8)])
    sails = [np.array([(0.07, -0.9), (0.75, 0.22), (0.07, 0.22)]), np.array([(-0.1, -0.75), (-0.1, 0.22), (-0.65, 0.22)])]
    return [(hull, "a"), (box(-0.06, -1, 0.04, 0.35), "dark"), *((sail, "stripes") for sail in sails)]


def house() -> list[Part]:
    """Walls of bricks, a roof, a door and a window."""
    roof = np.array([(-0.95, -0.15), (0, -0.95), (0.95, -0.15)])
    return [(box(-0.72, -0.15, 0.72, 0.85), "bricks"), (roof, "b"), (box(-0.5, 0.25, -0.1, 0.85), "dark"),
            (box(0.15, 0.1, 0.52, 0.45), "dark")]  # fmt: skip


def tree() -> list[Part]:
    """A trunk and a crown of leaves."""
    crowns = [ellipse(-0.3, -0.2, 0.5, 0.45), ellipse(0.3, -0.15, 0.5, 0.45), ellipse(0, -0.5, 0.5, 0.48)]
    return [(box(-0.13, 0, 0.13, 1), "dark"), *((crown, "leaves") for crown in crowns)]


def fish() -> list[Part]:
    """A body of scales, a tail and an eye."""
    tail = np.array([(0.45, 0), (1, -0.5), (0.85, 0), (1, 0.5)])
    return [(tail, "b"), (ellipse(-0.2, 0, 0.75, 0.45), "scales"), (ellipse(-0.65, -0.1, 0.11, 0.11), "dark")]


def beetle() -> list[Part]:
    """Legs, a body of dots and a head."""
    legs = [np.array([(x - 0.07, 0), (x * 1.7 - 0.07, s * 0.85), (x * 1.7 + 0.07, s * 0.85), (x + 0.07, 0)])
            for x in (-0.35, 0, 0.35) for s in (-1, 1)]  # fmt: skip
    return [*((leg, "dark") for leg in legs), (ellipse(-0.75, 0, 0.25, 0.28), "dark"), (ellipse(0.1, 0, 0.75, 0.56), "dots")]


PARTS: dict[str, Callable[[], list[Part]]] = {
    "car": car, "ship": ship, "house": house, "tree": tree, "fish": fish, "beetle": beetle
}  # fmt: skip
"""Kind -> its parts, the first below; nothing reaches much farther than 1."""
