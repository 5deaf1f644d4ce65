"""The tiny world's scenes as pictures: soft light from one side, soft shadows, stripes and dots."""

import numpy as np
from numpy.typing import NDArray

from cnn_core.ops.tiny_world import WIDEST, Numbers, Thing, TinyScene, distance, places

TONES = {
    "red": (0.82, 0.16, 0.15),
    "yellow": (0.93, 0.78, 0.15),
    "green": (0.18, 0.58, 0.25),
    "blue": (0.15, 0.36, 0.80),
    "purple": (0.55, 0.22, 0.66),
    "grey": (0.45, 0.46, 0.48),
}
"""Colour -> red, green, blue, 0..1."""
PERIOD = 0.034
"""From stripe to stripe and from dot to dot, as a share of the picture's side."""
PALE = 0.62
"""How far stripes and dots are mixed with white."""
SHADOW = 0.022
"""How far shadows fall, and how soft their edge is."""


def draw_scene(scene: TinyScene, size: int) -> NDArray[np.uint8]:
    """A scene as a square picture, (size, size, 3) uint8. The same scene looks the same at every size."""
    x, y = places(size)
    light = np.array((np.cos(scene.light), np.sin(scene.light)), np.float32)
    slope = (x - 0.5) * light[0] + (y - 0.5) * light[1]  # how much farther towards the light, (size, size)
    picture = np.repeat((scene.ground + 0.12 * slope)[..., None], 3, axis=2) * np.array((1.0, 0.985, 0.95), np.float32)
    for thing in scene.things:
        window = window_of(thing, size)
        near_x, near_y, part = x[window], y[window], picture[window]
        shadow = cover(distance(thing, near_x + SHADOW * light[0], near_y + SHADOW * light[1]), 1 / SHADOW)
        share = cover(distance(thing, near_x, near_y), size)[..., None]
        part *= 1 - 0.35 * shadow[..., None]
        part[:] = part * (1 - share) + paint(thing, near_x, near_y, light) * share
    return np.asarray(np.clip(picture, 0, 1) * 255 + 0.5, np.uint8)


def window_of(thing: Thing, size: int) -> tuple[slice, slice]:
    """The rows and columns in which a thing and its shadow lie: nothing else of the picture changes."""
    reach = WIDEST * thing.radius + 2 * SHADOW
    rows, columns = (
        slice(max(0, int((middle - reach) * size)), int((middle + reach) * size) + 2) for middle in (thing.y, thing.x)
    )
    return rows, columns


def cover(outline: Numbers, sharpness: float) -> Numbers:
    """How much of each pixel lies inside, 0..1, from the signed distance to an outline; its edge is 1 / sharpness wide."""
    share: Numbers = np.clip(0.5 - outline * sharpness, 0, 1)
    return share


def paint(thing: Thing, x: Numbers, y: Numbers, light: Numbers) -> Numbers:
    """A thing's surface everywhere: its colour, its pattern, brighter towards the light. (H, W) -> (H, W, 3), 0..1."""
    tone = np.array(TONES[thing.colour], np.float32)
    right, down = x - thing.x, y - thing.y
    pale = PALE * marks(thing.pattern, right, down)[..., None]
    shade = 1 + 0.9 * (right * light[0] + down * light[1])
    return np.asarray((tone * (1 - pale) + pale) * shade[..., None], np.float32)


def marks(pattern: str, right: Numbers, down: Numbers) -> Numbers:
    """Where a pattern has its pale marks, 0..1, from places relative to the thing's centre. (H, W) -> (H, W)."""
    turns = 2 * np.pi / PERIOD
    if pattern == "striped":
        return np.asarray(0.5 + 0.5 * np.sin(turns * (right + down) / np.sqrt(2)), np.float32) ** 0.7
    if pattern == "dotted":
        return np.asarray(np.cos(0.5 * turns * right) * np.cos(0.5 * turns * down), np.float32) ** 4
    return np.zeros_like(right)
