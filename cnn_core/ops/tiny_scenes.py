"""Scenes of the tiny world, made from random numbers; none has two answers to "is this left of that?"."""

from dataclasses import replace

import numpy as np

from cnn_core.ops.tiny_shapes import HOLE, SHAPES
from cnn_core.ops.tiny_world import (
    ASIDE,
    CLEAR,
    COLOURS,
    FEWEST,
    MOST,
    NEAR,
    PATTERNS,
    RADII,
    SEEN,
    SIZES,
    WIDEST,
    Thing,
    TinyScene,
    distances,
    gap,
    is_inside,
    seen_shares,
)

LARGE = 0.45
"""Share of large things among those that stand by themselves."""
BESIDE = {"on": 0.16, "inside": 0.5, "touching": 0.1}
"""How often a thing is put on the one before, into it (if that is a large ring), or so that it touches it."""
TRIES = 60


def make_scene(rng: np.random.Generator) -> TinyScene:
    """A scene of 3 to 8 things; the same numbers make the same scene."""
    count = int(rng.integers(FEWEST, MOST + 1))
    things: tuple[Thing, ...] = ()
    while len(things) < count:
        more = add_thing(rng, things)
        things = () if more is None else (*things, more)  # where no room was found, all anew
    return TinyScene(things, float(rng.uniform(-np.pi, 0)), float(rng.uniform(0.72, 0.92)))


def add_thing(rng: np.random.Generator, things: tuple[Thing, ...]) -> Thing | None:
    """One thing more: somewhere, or on, in or at the last one; None where ``TRIES`` places all left something in doubt."""
    for _ in range(TRIES):
        size = SIZES[int(rng.random() < LARGE)]
        shape, colour, pattern = (str(rng.choice(list(names))) for names in (SHAPES, COLOURS, PATTERNS))
        x, y, radius, turn = (
            rng.uniform(0.1, 0.9),
            rng.uniform(0.1, 0.9),
            rng.uniform(*RADII[size]),
            rng.uniform(-0.25, 0.25),
        )
        thing = Thing(shape, colour, pattern, size, float(x), float(y), float(radius), float(turn))
        if things:
            thing = put_beside(rng, thing, things[-1])
        if is_within(thing) and is_clear(things, thing):
            return thing
    return None


def put_beside(rng: np.random.Generator, thing: Thing, last: Thing) -> Thing:
    """The thing where it is, or now and then on, in or at the last one."""
    chance = rng.random()
    if last.shape == "ring" and last.size == "large" and chance < BESIDE["inside"]:
        return replace(thing, size="small", x=last.x, y=last.y, radius=min(RADII["small"][1], HOLE * last.radius / 1.25))
    if chance < BESIDE["on"] and last.shape in FLAT and thing.shape in STANDING:
        aside = float(rng.uniform(-0.01, 0.01))
        up = FLAT[last.shape] * last.radius + STANDING[thing.shape] * thing.radius
        return replace(thing, x=last.x + aside, y=last.y - up, turn=0.0)
    if BESIDE["on"] <= chance < BESIDE["on"] + BESIDE["touching"]:
        side = 1 if last.x < 0.5 else -1
        return replace(thing, x=last.x + side * 0.95 * (last.radius + thing.radius))
    return thing


def is_within(thing: Thing) -> bool:
    """Whether the whole thing lies in the picture."""
    return max(abs(thing.x - 0.5), abs(thing.y - 0.5)) + WIDEST * thing.radius <= 0.5


def is_clear(things: tuple[Thing, ...], new: Thing) -> bool:
    """Whether the relations of a new thing to all others are beyond doubt, and enough is seen of everything."""
    for thing in things:
        if any(ASIDE / 2 < apart < 1.5 * ASIDE for apart in (abs(new.x - thing.x), abs(new.y - thing.y))):
            return False
    close = [
        thing
        for thing in things
        if np.hypot(new.x - thing.x, new.y - thing.y) < WIDEST * (new.radius + thing.radius) + 2 * CLEAR
    ]
    if not close:
        return True
    outlines = distances((*close, new))
    for k, thing in enumerate(close):
        if not is_inside(new, thing) and NEAR / 2 < gap(outlines, k, -1) < CLEAR:
            return False
    return float(seen_shares(distances((*things, new))).min()) >= SEEN


FLAT = {"square": 0.85, "cross": 1.0, "circle": 1.0, "ring": 1.0}
"""Shapes on which a thing can stand -> how far they reach up, in radii."""
STANDING = {"square": 0.85, "triangle": 0.58, "circle": 1.0, "cross": 1.0, "ring": 1.0}
"""Shapes that can stand on something -> how far they reach down, in radii."""
