"""Masks by hand: connected parts, holes, and masks laid over their boxes."""

import numpy as np
import pytest

from cnn_core.ops.masks import count_parts, keep_clicked, paste

FULL = np.ones((4, 4), np.float32)


def test_a_full_mask_fills_its_box() -> None:
    found = paste(FULL, np.array([2, 1, 6, 3], np.float32), (5, 8))
    expected = np.zeros((5, 8), bool)
    expected[1:3, 2:6] = True
    assert np.array_equal(found, expected)


def test_half_a_mask_is_half_the_box() -> None:
    half = np.zeros((28, 28), np.float32)
    half[:, 14:] = 1
    found = paste(half, np.array([0, 0, 100, 50], np.float32), (50, 100))
    assert found[:, 52:].all()
    assert not found[:, :48].any()


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(0.5, [False, False, True, True]), (0.25, [False, True, True, True]), (0.2, [False, True, True, True])],
)
def test_values_between_the_centres_of_cells_are_interpolated(threshold: float, expected: list[bool]) -> None:
    """Two cells over four pixels: the pixels' centres lie at -1/4, 1/4, 3/4 and 5/4 cells, so they read 0, 1/4, 3/4, 1."""
    mask = np.array([[0, 1], [0, 1]], np.float32)
    found = paste(mask, np.array([0, 0, 4, 2], np.float32), (2, 4), threshold)
    assert found.tolist() == [expected, expected]


@pytest.mark.parametrize("box", [(-10, -10, 5, 5), (90, 40, 200, 90), (-50, -50, 300, 300)])
def test_what_lies_beyond_the_picture_is_cut_off(box: tuple[float, ...]) -> None:
    found = paste(FULL, np.array(box, np.float32), (50, 100))
    x1, y1, x2, y2 = np.clip(box, 0, (100, 50, 100, 50))
    assert found.sum() == (x2 - x1) * (y2 - y1)


@pytest.mark.parametrize("box", [(5, 5, 5, 9), (200, 200, 300, 300), (9, 9, 3, 3)])
def test_an_empty_box_is_an_empty_mask(box: tuple[float, ...]) -> None:
    assert not paste(FULL, np.array(box, np.float32), (50, 100)).any()


def drawn(*rows: str) -> np.ndarray:
    """A mask from rows of text: # belongs."""
    return np.array([[sign == "#" for sign in row] for row in rows])


RINGS = drawn(
    "###...#",
    "#.#..##",
    "###...#",
    ".......",
    "##....#",
)


def test_parts_are_counted_with_corners_and_without_specks() -> None:
    assert count_parts(RINGS) == 4
    assert count_parts(RINGS, 2) == 3
    assert count_parts(RINGS, 4) == 2
    assert count_parts(RINGS, 5) == 1
    assert count_parts(drawn("#.", ".#")) == 1
    assert count_parts(drawn("..", "..")) == 0


def test_the_clicked_part_is_kept_and_its_hole_filled() -> None:
    kept = keep_clicked(RINGS, [(2.9, 0.1, True)])  # pixel (2, 0)
    assert np.array_equal(kept, drawn("###....", "###....", "###....", ".......", "......."))
    both = keep_clicked(RINGS, [(0, 0, True), (6.5, 4.5, True)])
    assert both.sum() == 10 and both[4, 6]


def test_a_negative_click_keeps_a_hole_open() -> None:
    kept = keep_clicked(RINGS, [(0, 0, True), (1.5, 1.5, False)])
    assert not kept[1, 1] and kept.sum() == 8


def test_what_is_open_to_the_border_is_no_hole_not_even_through_a_corner() -> None:
    assert np.array_equal(keep_clicked(drawn("###", "#.#", "#.#"), [(0, 0, True)]), drawn("###", "#.#", "#.#"))
    diamond = drawn(".#.", "#.#", ".#.")  # closed for a walk along rows and columns
    assert keep_clicked(diamond, [(1, 0, True)])[1, 1]


def test_without_a_positive_click_in_the_mask_every_part_is_kept() -> None:
    kept = keep_clicked(RINGS, [(3.5, 3.5, True)])
    assert kept.sum() == RINGS.sum() + 1  # and the hole filled


def test_a_click_on_the_far_border_is_in_the_last_pixel() -> None:
    assert keep_clicked(RINGS, [(7.0, 5.0, True)])[4, 6]
