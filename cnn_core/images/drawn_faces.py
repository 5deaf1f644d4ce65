"""Little faces drawn by programme from random numbers: a data set without end whose every picture may be shown.

Each face has a tone of skin, hair, eyes and ground, a shape of head, a hairline, eyes of some size, distance and glance, a
nose, a mouth that smiles or not, and light from some side: numbers that have nothing to do with each other. How lips, lids,
brows, nose and outline are coloured depends on the skin, so that every tone has features that are as clear as any other's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Numbers = NDArray[np.floating]
SKIN = (
    (0.96, 0.85, 0.76),
    (0.90, 0.74, 0.61),
    (0.81, 0.62, 0.47),
    (0.68, 0.48, 0.35),
    (0.54, 0.37, 0.26),
    (0.42, 0.28, 0.20),
    (0.34, 0.225, 0.165),
)
"""From light to dark, all of one family: a face may be brighter or darker than its tone, never of another hue."""
HAIR = (
    (0.09, 0.07, 0.06),
    (0.22, 0.14, 0.10),
    (0.38, 0.25, 0.15),
    (0.50, 0.24, 0.12),
    (0.82, 0.66, 0.38),
    (0.62, 0.61, 0.60),
    (0.88, 0.87, 0.85),
)
EYES = ((0.16, 0.10, 0.07), (0.28, 0.17, 0.09), (0.35, 0.25, 0.10), (0.22, 0.30, 0.20), (0.22, 0.30, 0.39))
DEEP = 0.36
"""Skin of less luminance than this gets lips and a ridge of the nose lighter than itself, other skin darker ones."""
ROSE = {"darker": (0.52, 0.14, 0.17), "lighter": (0.80, 0.48, 0.44)}
"""What is mixed into the skin for lips."""
BLUR = 0.018
"""How far out of focus the faces are, as a share of the picture's side."""
GROUND = ((0.75, 0.85, 0.95), (0.95, 0.85, 0.75), (0.80, 0.92, 0.80), (0.90, 0.80, 0.92), (0.98, 0.95, 0.80))


def coverage(distance: Numbers, size: int) -> Numbers:
    """How much of a pixel lies inside, 0..1, from the signed distance to the edge in units of half the picture."""
    return np.clip(0.5 - distance * size / 2, 0, 1)


def ellipse(x: Numbers, y: Numbers, cx: Numbers, cy: Numbers, rx: Numbers, ry: Numbers) -> Numbers:
    """About the signed distance to an ellipse's edge, negative inside; all (N, S, S) or (N, 1, 1)."""
    return (np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * np.minimum(rx, ry)


@dataclass(frozen=True)
class Features:
    """The colours (N, 1, 1, 3), 0..1, of what is drawn on faces of some skin and hair."""

    hair: Numbers
    outline: Numbers
    lips: Numbers
    lid: Numbers
    white: Numbers
    brow: Numbers
    nose: Numbers


def luminance(colour: Numbers) -> Numbers:
    """How bright colours (..., 3) look, (..., 1) in 0..1 (ITU-R BT.601)."""
    weighed: Numbers = colour @ np.array([[0.299], [0.587], [0.114]], np.float32)
    return weighed


def features_on(skin: Numbers, hair: Numbers) -> Features:
    """What stands out from the skin (N, 1, 1, 3): darker than a light one; lips and nose lighter than a deep one."""
    bright, deep = luminance(skin), luminance(skin) < DEEP
    near = np.abs(luminance(hair) - bright) < 0.12  # hair that would look like skin
    hair = np.where(near & (bright < 0.3), hair + 0.22, np.where(near, 0.62 * hair, hair))
    rose = np.where(deep, *(np.array(ROSE[which], np.float32) for which in ("lighter", "darker")))
    return Features(
        hair=hair,
        outline=0.72 * skin,
        lips=0.35 * skin + 0.65 * rose,
        lid=0.38 * skin,
        white=np.broadcast_to(0.78 + 0.17 * bright, skin.shape),
        brow=np.minimum(0.75 * hair, 0.5 * skin),
        nose=np.where(deep, 1.3 * skin + 0.04, 0.82 * skin),
    )


def choose_colours(palette: Sequence[Sequence[float]], n: int, rng: np.random.Generator) -> Numbers:
    """For each of n faces one colour of a palette, somewhat brighter or darker: (n, 1, 1, 3) float32, 0..1."""
    chosen = np.array(palette, np.float32)[rng.integers(0, len(palette), n)]
    return np.clip(chosen * rng.uniform(0.93, 1.05, (n, 1)), 0, 1).astype(np.float32)[:, None, None]


def draw_faces(n: int, size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(n, size, size, 3) uint8 faces, each drawn from numbers of its own."""
    y, x = places(size)

    def number(low: float, high: float) -> Numbers:
        return rng.uniform(low, high, (n, 1, 1)).astype(np.float32)

    picture = np.broadcast_to(choose_colours(GROUND, n, rng), (n, size, size, 3)).copy()

    def paint(distance: Numbers, tone: Numbers) -> None:
        share = coverage(distance, size)[..., None]
        picture[:] = picture * (1 - share) + tone * share

    cx, cy = number(-0.08, 0.08), number(0.0, 0.12)
    rx, ry = number(0.48, 0.62), number(0.6, 0.74)
    skin = choose_colours(SKIN, n, rng)
    tones = features_on(skin, choose_colours(HAIR, n, rng))
    paint(ellipse(x, y, cx, cy - number(0.05, 0.2), rx + number(0.04, 0.2), ry + number(0.02, 0.12)), tones.hair)
    head = ellipse(x, y, cx, cy, rx, ry)
    paint(head, tones.outline)
    paint(head + 0.05, skin)
    fringe = y - (cy - ry * number(0.4, 0.75)) - number(-0.25, 0.25) * (x - cx)
    paint(np.maximum(fringe, head), tones.hair)
    paint(ellipse(x, y, cx, cy + 0.17, number(0.03, 0.06), number(0.07, 0.11)), tones.nose)
    apart, level, eye, lid = number(0.2, 0.28), cy - number(0.0, 0.1), number(0.11, 0.15), number(0.5, 0.75)
    glance, iris = number(-0.3, 0.3), choose_colours(EYES, n, rng)
    for side in (-1, 1):
        middle = cx + side * apart
        opening = ellipse(x, y, middle, level, eye, eye * lid)
        paint(ellipse(x, y, middle, level - 0.035, eye * 1.1, eye * lid * 1.1), tones.lid)
        paint(opening, tones.white)
        paint(np.maximum(ellipse(x, y, middle + glance * eye, level, eye * 0.62, eye * 0.62), opening), iris)
        paint(draw_brow(x - middle, y - level, eye, 0.2 * side * glance), tones.brow)
    width, bend, thick = number(0.16, 0.3), number(-0.3, 1.5), number(0.035, 0.065)
    curve = y - (cy + ry * 0.6) + bend * ((x - cx) ** 2 - width**2 / 2)
    paint(np.maximum(np.abs(curve) - thick, np.abs(x - cx) - width), tones.lips)
    return photograph(picture, x, y, number(0, 2 * np.pi), number(0.0, 0.15))


def places(size: int) -> list[Numbers]:
    """y and x of every pixel's middle, (1, size, size) each, -1..1."""
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size * 2 - 1
    return [part[None] for part in np.meshgrid(axis, axis, indexing="ij")]


def draw_brow(x: Numbers, y: Numbers, eye: Numbers, slope: Numbers) -> Numbers:
    """How far places are outside an eyebrow (below 0 inside); x and y from the eye's middle, ``eye`` its half width."""
    outside: Numbers = np.maximum(np.abs(y + eye * 1.75 + slope * x) - 0.03, np.abs(x) - eye * 1.15)
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
