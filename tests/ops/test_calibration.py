"""Platt scaling and the calibration error, worked by hand."""

import math

import numpy as np
import pytest

from cnn_core.ops.calibration import expected_calibration_error, platt


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_platt_by_hand() -> None:
    """A score of 3/4 has the logit ln 3: twice that less ln 3 is ln 3 again; a half has the logit 0."""
    assert platt(floats(0.75, 0.5), 2.0, -math.log(3)) == pytest.approx([0.75, 0.25])
    assert platt(floats(0.2), 1.0, 0.0) == pytest.approx([0.2])


def test_platt_keeps_the_order_and_bears_nought_and_one() -> None:
    found = platt(floats(0, 0.1, 0.6, 0.9, 1), 3.0, -1.0)
    assert (np.diff(found) > 0).all() and 0 < found[0] < 0.001 and found[4] > 0.999


def test_the_error_is_the_mean_distance_within_ranges() -> None:
    """Two answers said to be right at 0.9, one was: 0.4 off; two at 0.1 and 0.15, none was: 0.125 off."""
    said, right = floats(0.9, 0.9, 0.1, 0.15), floats(1, 0, 0, 0)
    assert expected_calibration_error(said, right) == pytest.approx((2 * 0.4 + 2 * 0.125) / 4)
    assert expected_calibration_error(floats(0.7, 0.7, 0.7, 0.7, 0.7), floats(1, 1, 1, 0, 0)) == pytest.approx(0.1)
    # the last range has its upper end, too: of 1.95 answers said to be right in it one is
    assert expected_calibration_error(floats(1.0, 0.95), floats(0, 1)) == pytest.approx(0.95 / 2)
    assert expected_calibration_error(floats(), floats()) == 0
