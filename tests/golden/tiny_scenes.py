"""Golden pictures of the tiny world's networks: one scene that anybody can check by eye, drawn anew each time."""

from collections.abc import Callable

import numpy as np
import pytest

from cnn_core.images.drawn_world import draw_scene
from cnn_core.ops.tiny_things import true_things
from cnn_core.ops.tiny_world import RELATIONS, Thing, TinyScene
from cnn_core.tasks.tiny_scenes import find_things, relate_things

SCENE = TinyScene((
    Thing("ring", "purple", "plain", "large", 0.25, 0.3, 0.14),
    Thing("star", "yellow", "dotted", "small", 0.25, 0.3, 0.055),
    Thing("square", "green", "striped", "large", 0.7, 0.7, 0.13),
    Thing("triangle", "red", "plain", "small", 0.705, 0.7 - 0.85 * 0.13 - 0.58 * 0.06, 0.06),
))  # fmt: skip
"""A star in a ring, and a triangle on a square."""


def found() -> None:
    things, true = find_things(draw_scene(SCENE, 384)), true_things(SCENE)
    assert sorted(things.names()) == sorted(true.names())
    order = [things.names().index(name) for name in true.names()]  # the ring's centre and the star's are one
    assert np.allclose(things.boxes[order], true.boxes, atol=0.025)
    assert things.scores.min() > 0.9


def related() -> None:
    things = true_things(SCENE)
    star, ring, square, triangle = (
        [name.split()[-1] for name in things.names()].index(shape) for shape in ("star", "ring", "square", "triangle")
    )
    shares = relate_things(things)

    def said(one: int, other: int) -> set[str]:
        return {relation for relation, share in zip(RELATIONS, shares[one, other], strict=True) if share > 0.5}

    assert said(star, ring) == {"inside"} and said(ring, star) == {"larger than"}
    assert said(triangle, square) == {"above", "touching", "on"} and said(square, triangle) == {
        "below",
        "touching",
        "larger than",
    }
    assert said(star, square) == {"left of", "above"}
    assert shares[triangle, square, RELATIONS.index("on")] == pytest.approx(0.999, abs=0.005)


CHECKS: dict[str, Callable[[], None]] = {"find_things_tinyworld": found, "relate_things_tinyworld": related}
