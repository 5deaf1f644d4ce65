"""Results on unequal sides: which cell a pixel asks, and which wrong shapes are refused."""

from typing import Any

import numpy as np
import pytest

from cnn_core.results import Candidates, Classification, Colorization, Face, FoundFaces, Instances, Segmentation


def floats(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


GRID = np.arange(6, dtype=np.float32).reshape(1, 2, 3) / 10  # cells 0 .1 .2 over .3 .4 .5
SEGMENTATION = Segmentation(("a", "b"), np.zeros((8, 30), np.uint8), np.concatenate([GRID, 1 - GRID]))
COLOURS = Colorization(floats(8, 30), np.concatenate([GRID, 1 - GRID]), floats(2, 2))


@pytest.mark.parametrize(
    ("x", "y", "cell"),
    [(0, 0, 0), (9, 3, 0), (10, 3, 1), (20, 0, 2), (29, 3, 2), (0, 4, 3), (9, 7, 3), (19, 7, 4), (29, 7, 5)],
)
def test_a_pixel_asks_the_cell_that_covers_it(x: int, y: int, cell: int) -> None:
    assert SEGMENTATION.at(x, y) == {"a": pytest.approx(cell / 10), "b": pytest.approx(1 - cell / 10)}
    assert COLOURS.at(x, y).tolist() == pytest.approx([cell / 10, 1 - cell / 10])


def test_the_likeliest_classes_stand_on_a_grid() -> None:
    classes, probabilities = SEGMENTATION.likeliest(2, 100)
    assert classes.tolist() == [[[1, 1, 1], [1, 1, 0]], [[0, 0, 0], [0, 0, 1]]]  # the last place is undecided
    assert probabilities[0] == pytest.approx(np.float32([[1, 0.9, 0.8], [0.7, 0.6, 0.5]]))
    assert probabilities[1] == pytest.approx(np.float32([[0, 0.1, 0.2], [0.3, 0.4, 0.5]]))
    (best,), (share,) = SEGMENTATION.likeliest(1, 2)  # as many places across as down would be too many
    assert (best.tolist(), share.tolist()) == ([[1]], [[pytest.approx(0.6)]])
    fine = np.arange(32, dtype=np.float32).reshape(1, 4, 8) / 100  # every other row and column of it
    _, (seen,) = Segmentation(("a",), np.zeros((8, 30), np.uint8), fine).likeliest(1, 8)
    assert seen == pytest.approx(np.float32([[9, 11, 13, 15], [25, 27, 29, 31]]) / 100)


def test_entropy_is_in_bits_and_the_best_is_by_probability() -> None:
    answer = Classification(("a", "b", "c"), np.float32([9, 0, 0]), np.float32([0.25, 0.25, 0.5]))
    assert answer.entropy == pytest.approx(1.5)
    assert (answer.best, answer.top(1)) == (2, [("c", 0.5)])


@pytest.mark.parametrize("make", [
    lambda: Candidates(floats(1, 4), floats(1), ("a", "b"), floats(2, 4), 3),
    lambda: Candidates(floats(2, 4), floats(2), ("a", "b"), floats(1, 4), 3),
    lambda: Candidates(floats(2, 4), floats(1), ("a", "b"), floats(2, 4), 3),
    lambda: Candidates(floats(2, 4), np.float32([0.1, 0.2]), ("a", "b"), floats(2, 4), 3),
    lambda: Instances(floats(2, 4), floats(1), ("a",), floats(1, 7, 7), (9, 9), floats(0, 4)),
    lambda: Instances(floats(1, 4), floats(2), ("a",), floats(1, 7, 7), (9, 9), floats(0, 4)),
    lambda: Instances(floats(1, 4), floats(1), ("a",), floats(2, 7, 7), (9, 9), floats(0, 4)),
    lambda: Instances(floats(1, 4), floats(1), ("a",), floats(7, 7), (9, 9), floats(0, 4)),
    lambda: Segmentation(("a", "b"), np.zeros((2, 3), np.uint8), floats(3, 2, 3)),
    lambda: Segmentation(("a", "b"), np.zeros((2, 3), np.uint8), floats(2, 6)),
    lambda: Segmentation(("a", "b"), np.zeros(6, np.uint8), floats(2, 2, 3)),
    lambda: Segmentation(("a", "b"), np.full((2, 3), 2, np.uint8), floats(2, 2, 3)),
    lambda: Colorization(floats(6), floats(2, 1, 1), floats(2, 2)),
    lambda: Colorization(floats(2, 3), floats(3, 1, 1), floats(2, 2)),
    lambda: Colorization(floats(2, 3), floats(2, 1), floats(2, 2)),
    lambda: Colorization(floats(2, 3), floats(2, 1, 1), floats(2, 3)),
    lambda: FoundFaces(floats(2, 4), floats(1), floats(1, 5, 2)),
    lambda: FoundFaces(floats(1, 4), floats(1), floats(1, 2, 5)),
    lambda: Face(floats(4), 0.5, floats(5, 2), np.zeros((96, 96, 3), np.uint8), floats(1, 8)),
])  # fmt: skip
def test_wrong_shapes_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        make()


def test_right_shapes_are_accepted() -> None:
    assert Candidates(floats(2, 4), np.float32([0.5, 0.5]), ("a", "b"), floats(2, 4), 3).total == 3
    assert Segmentation(("a", "b"), np.ones((2, 3), np.uint8), floats(2, 1, 1)).at(2, 1) == {"a": 0, "b": 0}
    assert FoundFaces(floats(0, 4), floats(0), floats(0, 5, 2)).scores.size == 0
    assert Instances(floats(1, 4), floats(1), ("a",), floats(1, 7, 7), (9, 9), floats(0, 4)).shape == (9, 9)
