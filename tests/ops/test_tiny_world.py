"""The tiny world: areas and distances worked by hand, how two things stand, and scenes without riddles."""

from itertools import combinations

import numpy as np
import pytest

from cnn_core.ops import tiny_shapes
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_world import (
    FEWEST,
    MOST,
    Thing,
    TinyScene,
    boxes,
    distance,
    distances,
    gap,
    places,
    relations,
    seen_shares,
)


def thing(shape: str, x: float, y: float, size: str = "large", colour: str = "red", radius: float = 0.12) -> Thing:
    return Thing(shape, colour, "plain", size, x, y, radius)


SIDE = 0.34  # half the width of a cross's bars
AREAS = {
    "circle": np.pi,
    "square": 1.7**2,
    "triangle": 0.58**2 * 3 * np.sqrt(3),  # three times the square root of three times the inner radius squared
    "cross": 2 * 2 * 2 * SIDE - (2 * SIDE) ** 2,
    "star": 10 * 0.5 * 1.15 * 0.52 * np.sin(np.pi / 5),  # ten triangles between two radii
    "ring": np.pi * (1 - 0.62**2),
}


@pytest.mark.parametrize("shape", AREAS)
def test_a_shape_has_its_area(shape: str) -> None:
    x, y = places(400)
    inside = tiny_shapes.SHAPES[shape](3 * x - 1.5, 3 * y - 1.5) <= 0
    assert inside.mean() * 9 == pytest.approx(AREAS[shape], rel=0.01)


@pytest.mark.parametrize(
    ("shape", "x", "y", "expected"),
    [
        ("circle", 3.0, 4.0, 4.0),
        ("square", 0.0, -0.25, -0.6),
        ("square", 0.85 + 0.3, 0.85 + 0.4, 0.5),
        ("triangle", 0.0, 0.58, 0.0),
        ("triangle", 0.0, -1.16, 0.0),  # it points up
        ("cross", 0.0, 1.3, 0.3),
        ("star", 0.0, -1.15, 0.0),
        ("star", 0.0, 0.52, 0.0),  # between its two lower points
        ("ring", 0.0, 0.0, 0.62),
        ("ring", 0.0, 0.81, -0.19),
    ],
)
def test_a_distance_is_the_one_on_paper(shape: str, x: float, y: float, expected: float) -> None:
    found = tiny_shapes.SHAPES[shape](np.float32([[x]]), np.float32([[y]]))
    assert found[0, 0] == pytest.approx(expected, abs=1e-5)


def test_a_thing_lies_where_it_is_put_and_turns_clockwise() -> None:
    (box,) = boxes(TinyScene((Thing("square", "red", "plain", "large", 0.3, 0.7, 0.1),)))
    assert box == pytest.approx([0.3 - 0.085, 0.7 - 0.085, 0.3 + 0.085, 0.7 + 0.085], abs=0.006)
    turned = Thing("triangle", "red", "plain", "large", 0.5, 0.5, 0.2, turn=np.pi / 2)
    assert distance(turned, np.float32([[0.5 + 1.16 * 0.2]]), np.float32([[0.5]]))[0, 0] == pytest.approx(0, abs=1e-5)


def test_what_lies_in_front_hides() -> None:
    back, front = (
        thing("square", 0.4, 0.5, radius=0.2),
        thing("square", 0.57, 0.5, radius=0.2),
    )  # sides of 0.34; half covered
    assert seen_shares(distances((back, front), 200)) == pytest.approx([0.5, 1.0], abs=0.02)


def test_how_two_things_stand() -> None:
    left, right = thing("circle", 0.3, 0.6), thing("square", 0.7, 0.62, "small", radius=0.06)
    found = relations(TinyScene((left, right)))
    assert found == {(0, "left of", 1), (1, "right of", 0), (0, "larger than", 1), (0, "the same colour as", 1),
                     (1, "the same colour as", 0)}  # fmt: skip


def test_what_stands_on_something_touches_it_and_is_above_it() -> None:
    below = thing("square", 0.5, 0.7, colour="blue")
    above = thing("circle", 0.52, 0.7 - 0.12 * 0.85 - 0.06, "small", radius=0.06)
    found = relations(TinyScene((below, above)))
    assert found == {(1, "above", 0), (0, "below", 1), (0, "touching", 1), (1, "touching", 0), (1, "on", 0),
                     (0, "larger than", 1)}  # fmt: skip
    beside = thing("circle", 0.5 + 0.12 * 0.85 + 0.06, 0.7, "small", radius=0.06)
    assert (1, "touching", 0) in (met := relations(TinyScene((below, beside)))) and (1, "on", 0) not in met


def test_what_lies_in_a_ring_neither_touches_it_nor_stands_on_it() -> None:
    ring, dot = thing("ring", 0.5, 0.5, radius=0.15), thing("circle", 0.5, 0.5, "small", "blue", 0.06)
    found = relations(TinyScene((ring, dot)))
    assert found == {(1, "inside", 0), (0, "larger than", 1)}
    assert (1, "inside", 0) not in relations(TinyScene((thing("circle", 0.5, 0.5, radius=0.15), dot)))


def test_scenes_leave_no_doubt_and_no_thing_out() -> None:
    rng, counts = np.random.default_rng(0), set()
    for _ in range(24):
        scene = make_scene(rng)
        counts.add(len(scene.things))
        outlines, found = distances(scene.things), relations(scene)
        assert seen_shares(outlines).min() >= 0.6
        for (i, one), (j, other) in combinations(enumerate(scene.things), 2):
            for apart in (abs(one.x - other.x), abs(one.y - other.y)):
                assert not 0.015 < apart < 0.045
            inside = {(i, "inside", j), (j, "inside", i)} & found
            assert inside or not 0.006 < gap(outlines, i, j) < 0.03
        framed = boxes(scene)
        assert framed.min() >= 0 and framed.max() <= 1
    assert counts == set(range(FEWEST, MOST + 1))


def test_a_seed_makes_the_same_scene_again() -> None:
    one, again, other = (make_scene(np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert one == again != other
