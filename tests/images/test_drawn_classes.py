"""Drawn digits and shapes: areas and curves on paper, hands that differ, and held-out pictures that stay so."""

import numpy as np
import pytest

from cnn_core.images import drawn_sets
from cnn_core.images.drawn_classes import (
    DIGITS,
    SHAPES,
    SIDE,
    STROKES,
    Hand,
    bend_strokes,
    draw_digits,
    draw_hand,
    draw_shapes,
    outline,
    smooth,
)
from cnn_core.images.drawn_sets import draw_data


def area(corners: np.ndarray) -> float:
    x, y = corners.T
    return float(abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2)


PLAIN = Hand(0.0, 1.0, 0.1, {digit: np.zeros((sum(map(len, strokes)), 2)) for digit, strokes in STROKES.items()})


@pytest.mark.parametrize(
    ("shape", "areas"),
    [
        ("square", [2.0]),  # its diagonal is 2
        ("triangle", [3 * np.sqrt(3) / 4]),
        ("plus", [2 * 1.92 * 0.56 - 0.56**2]),
        ("arrow", [0.9 * 1.5 / 2 + 1.05 * 0.5]),  # head and shaft
        ("star", [5 * 0.4 * np.sin(np.pi / 5)]),  # ten triangles with sides 1 and 0.4
        ("ring", [np.pi, 0.55**2 * np.pi]),
    ],
)
def test_the_area_of_a_shape_on_paper(shape: str, areas: list[float]) -> None:
    assert [area(corners) for corners, _ in outline(shape)] == pytest.approx(areas, rel=0.01)
    assert max(np.hypot(*corners.T).max() for corners, _ in outline(shape)) <= 1.01


def test_a_ring_is_hollow_and_a_circle_is_not() -> None:
    def bright(name: str) -> float:
        pictures = draw_shapes([SHAPES.index(name)] * 200, np.random.default_rng(0)).astype(float)
        return float((pictures > 120).mean())

    assert bright("ring") == pytest.approx(bright("circle") * (1 - 0.55**2), rel=0.1)
    assert bright("crescent") < 0.75 * bright("circle")


def test_shapes_lie_anywhere_and_whole_within_the_picture() -> None:
    pictures = draw_shapes([2] * 300, np.random.default_rng(1)).astype(float)
    weight = np.maximum(pictures - 110, 0)
    middle = (weight * np.arange(SIDE)).sum((1, 2)) / weight.sum((1, 2))
    assert middle.min() < 7 and middle.max() > 16
    edge = np.concatenate([pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]], 1)
    assert (edge > 150).mean() < 0.01


def test_a_smooth_curve_goes_through_its_points_and_a_straight_one_stays_straight() -> None:
    points = np.array([(0, 0), (1, 2), (4, 2), (5, 0)], float)
    curve = smooth(points, parts=4)
    assert curve.shape == (13, 2)
    assert np.allclose(curve[::4], points)
    assert curve[6].tolist() == pytest.approx([(9 * (1 + 4) - (0 + 5)) / 16, (9 * 4 - 0) / 16])  # -1 9 9 -1 over 16
    assert np.allclose(smooth(np.array([(0.0, 1.0), (2.0, 3.0)]), 2), [(0, 1), (1, 2), (2, 3)])


def test_a_hand_slants_and_narrows_what_it_writes() -> None:
    def one(slant: float, width: float) -> np.ndarray:
        hand = Hand(slant, width, 0.1, PLAIN.bends)
        (stroke,) = bend_strokes("1", hand, np.random.default_rng(0))
        return stroke

    plain, slanted, narrow = one(0, 1), one(0.3, 1), one(0, 0.5)
    assert plain == pytest.approx(np.array(STROKES["1"][0]) - 0.5, abs=0.08)
    assert slanted[:, 0] - plain[:, 0] == pytest.approx(-0.3 * plain[:, 1])  # the top (y < 0) to the right
    assert narrow[:, 0] == pytest.approx(plain[:, 0] / 2)
    assert [len(stroke) for stroke in bend_strokes("4", PLAIN, np.random.default_rng(0))] == [3, 3, 3]


def test_hands_differ_more_than_the_digits_of_one() -> None:
    rng = np.random.default_rng(0)
    hands = [draw_hand(rng) for _ in range(6)]
    written = np.array([[np.concatenate(bend_strokes("5", hand, rng)) for _ in range(5)] for hand in hands])
    within, between = written.std(1).mean(), written.mean(1).std(0).mean()
    assert 1.5 * within < between


def test_a_thick_pen_leaves_more_ink_and_all_ten_digits_are_there() -> None:
    thin, thick = (Hand(0.1, 0.6, pen, PLAIN.bends) for pen in (0.08, 0.17))
    ink = [(draw_digits(list(range(10)), [hand], np.random.default_rng(2)) > 110).mean((1, 2)) for hand in (thin, thick)]
    assert (ink[1] > 1.3 * ink[0]).all()
    assert (ink[0] > 0.02).all()
    assert set(STROKES) == set(DIGITS)


def test_the_seed_decides_and_no_two_are_alike() -> None:
    for draw in (
        lambda seed: draw_shapes([1] * 8, np.random.default_rng(seed)),
        lambda seed: draw_digits([3] * 8, [PLAIN], np.random.default_rng(seed)),
    ):
        some = draw(1)
        assert (some.shape, some.dtype) == ((8, SIDE, SIDE), np.uint8)
        assert np.array_equal(some, draw(1)) and not np.array_equal(some, draw(2))
        assert len({picture.tobytes() for picture in some}) == 8


@pytest.mark.parametrize("kind", drawn_sets.CLASSES)
def test_nothing_held_out_was_learned_from(kind: str) -> None:
    data = draw_data(kind, 200, False, 0)  # as many as are held out: the same chance would draw the same
    learned, held_out = ({picture.tobytes() for picture in part} for part in (data.pictures, data.held_out))
    assert (len(learned), len(held_out)) == (200, 200)
    assert not learned & held_out
    apart = np.abs(data.held_out[:, None].astype(np.int16) - data.pictures[None]).mean((2, 3))
    assert apart.min() > 8  # grey values a pixel: not the same drawing with other noise, either
    for labels in (data.labels, data.held_out_labels):
        counts = np.bincount(labels, minlength=len(data.classes))
        assert counts.max() - counts.min() <= 1


def test_held_out_digits_are_by_other_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[Hand]] = []

    def draw(labels: list[int], hands: list[Hand], rng: np.random.Generator) -> np.ndarray:
        asked.append(hands)
        return np.zeros((len(labels), SIDE, SIDE), np.uint8)

    monkeypatch.setattr(drawn_sets, "draw_digits", draw)
    draw_data.__wrapped__("digits", 200, False, 9)
    assert [len(hands) for hands in asked] == [8, 4]
    assert not {hand.slant for hand in asked[0]} & {hand.slant for hand in asked[1]}
