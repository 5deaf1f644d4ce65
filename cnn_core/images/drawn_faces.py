"""Little faces drawn by programme from random numbers: a data set without end whose every picture may be shown.

Each face has a colour of skin, hair, eyes and ground, a shape of head, a hairline, eyes of some size, distance and glance, a
nose, a mouth that smiles or not, and light from some side: numbers that have nothing to do with each other.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Numbers = NDArray[np.floating]
SKIN = ((0.99, 0.87, 0.77), (0.93, 0.76, 0.60), (0.78, 0.57, 0.40), (0.55, 0.37, 0.24), (0.36, 0.23, 0.15))
HAIR = (
    (0.09, 0.07, 0.06),
    (0.35, 0.22, 0.12),
    (0.75, 0.55, 0.25),
    (0.70, 0.30, 0.12),
    (0.75, 0.75, 0.75),
    (0.20, 0.30, 0.60),
)
EYES = ((0.20, 0.35, 0.60), (0.25, 0.45, 0.25), (0.30, 0.18, 0.10), (0.10, 0.10, 0.10))
BLUR = 0.02
"""How far out of focus the faces are, as a share of the picture's side."""
GROUND = ((0.75, 0.85, 0.95), (0.95, 0.85, 0.75), (0.80, 0.92, 0.80), (0.90, 0.80, 0.92), (0.98, 0.95, 0.80))


def coverage(distance: Numbers, size: int) -> Numbers:
    """How much of a pixel lies inside, 0..1, from the signed distance to the edge in units of half the picture."""
    return np.clip(0.5 - distance * size / 2, 0, 1)


def ellipse(x: Numbers, y: Numbers, cx: Numbers, cy: Numbers, rx: Numbers, ry: Numbers) -> Numbers:
    """About the signed distance to an ellipse's edge, negative inside; all (N, S, S) or (N, 1, 1)."""
    return (np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * np.minimum(rx, ry)


def draw_faces(n: int, size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(n, size, size, 3) uint8 faces, each drawn from numbers of its own."""
    y, x = places(size)

    def number(low: float, high: float) -> Numbers:
        return rng.uniform(low, high, (n, 1, 1)).astype(np.float32)

    def colour(palette: tuple[tuple[float, float, float], ...], spread: float) -> Numbers:
        chosen = np.array(palette, np.float32)[rng.integers(0, len(palette), n)]
        return np.clip(chosen + rng.normal(0, spread, (n, 3)), 0, 1).astype(np.float32)[:, None, None]

    picture = np.broadcast_to(colour(GROUND, 0.04), (n, size, size, 3)).copy()

    def paint(distance: Numbers, tone: Numbers) -> None:
        share = coverage(distance, size)[..., None]
        picture[:] = picture * (1 - share) + tone * share

    cx, cy = number(-0.08, 0.08), number(0.0, 0.12)
    rx, ry = number(0.46, 0.62), number(0.56, 0.72)
    skin, hair = colour(SKIN, 0.03), colour(HAIR, 0.03)
    paint(ellipse(x, y, cx, cy - number(0.05, 0.2), rx + number(0.04, 0.2), ry + number(0.02, 0.12)), hair)
    head = ellipse(x, y, cx, cy, rx, ry)
    paint(head, skin)
    fringe = y - (cy - ry * number(0.35, 0.75)) - number(-0.25, 0.25) * (x - cx)
    paint(np.maximum(fringe, head), hair)
    apart, level, eye = number(0.18, 0.28), cy - number(0.0, 0.1), number(0.08, 0.14)
    glance, lid = number(-0.4, 0.4), number(0.55, 1.0)
    iris, white = colour(EYES, 0.03), np.ones((1, 1, 1, 3), np.float32)
    for side in (-1, 1):
        middle = cx + side * apart
        paint(ellipse(x, y, middle, level, eye, eye * lid), white)
        paint(ellipse(x, y, middle + glance * eye, level, eye * 0.55, eye * 0.55 * np.minimum(lid + 0.2, 1)), iris)
        paint(draw_brow(x - middle, y - level, eye, 0.25 * side * glance), hair * 0.8)
    paint(ellipse(x, y, cx, cy + 0.16, number(0.03, 0.07), number(0.06, 0.11)), skin * 0.82)
    width, bend, open_ = number(0.14, 0.3), number(-0.9, 1.6), number(0.02, 0.07)
    curve = y - (cy + ry * 0.58) + bend * ((x - cx) ** 2 - width**2 / 2)
    paint(np.maximum(np.abs(curve) - open_, np.abs(x - cx) - width), np.array([0.72, 0.22, 0.24], np.float32))
    return photograph(picture, x, y, number(0, 2 * np.pi), number(0.0, 0.2))


def places(size: int) -> list[Numbers]:
    """y and x of every pixel's middle, (1, size, size) each, -1..1."""
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size * 2 - 1
    return [part[None] for part in np.meshgrid(axis, axis, indexing="ij")]


def draw_brow(x: Numbers, y: Numbers, eye: Numbers, slope: Numbers) -> Numbers:
    """How far places are outside an eyebrow (below 0 inside); x and y from the eye's middle, ``eye`` its half width."""
    outside: Numbers = np.maximum(np.abs(y + eye * 1.6 + slope * x) - 0.025, np.abs(x) - eye * 1.1)
    return outside


def photograph(picture: Numbers, x: Numbers, y: Numbers, angle: Numbers, strength: Numbers) -> NDArray[np.uint8]:
    """Drawings (n, S, S, 3) in 0..1 lit from one side each and slightly out of focus, as uint8.

    Args:
        picture: the drawings.
        x, y: (1, S, S) places, -1..1.
        angle: (n, 1, 1) where the light comes from, radians.
        strength: (n, 1, 1) how much darker the other side is, 0..1.
    """
    light = 1 - strength * (1 + x * np.cos(angle) + y * np.sin(angle))
    sigma = BLUR * picture.shape[1]
    blurred = gaussian_filter(picture * light[..., None], (0, sigma, sigma, 0), mode="nearest")
    return np.asarray(np.round(255 * np.clip(blurred, 0, 1)), np.uint8)
