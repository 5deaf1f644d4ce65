"""Masks over boxes as pixels of the whole picture."""

import numpy as np
import pytest

from cnn_core.ops.masks import paste

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


@pytest.mark.parametrize("box", [(-10, -10, 5, 5), (90, 40, 200, 90), (-50, -50, 300, 300)])
def test_what_lies_beyond_the_picture_is_cut_off(box: tuple[float, ...]) -> None:
    found = paste(FULL, np.array(box, np.float32), (50, 100))
    x1, y1, x2, y2 = np.clip(box, 0, (100, 50, 100, 50))
    assert found.sum() == (x2 - x1) * (y2 - y1)


@pytest.mark.parametrize("box", [(5, 5, 5, 9), (200, 200, 300, 300), (9, 9, 3, 3)])
def test_an_empty_box_is_an_empty_mask(box: tuple[float, ...]) -> None:
    assert not paste(FULL, np.array(box, np.float32), (50, 100)).any()
