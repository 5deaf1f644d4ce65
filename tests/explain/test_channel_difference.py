"""Channels that differ most between two pictures, on fingers."""

import numpy as np
import pytest

from cnn_core.explain.channel_difference import differences, most_different
from cnn_core.results import Activations


def test_means_are_compared_in_standard_deviations() -> None:
    one = Activations("x", np.array([[[1, 3]], [[5, 5]], [[0, 0]], [[0, 10]]], np.float32))
    other = Activations("x", np.array([[[4, 6], [5, 5]], [[5, 5], [5, 5]], [[0, 0], [0, 0]], [[2, 8], [5, 5]]], np.float32))
    # channel 0: means 2 and 5, variances 1 and 0.5; 1: the same number everywhere; 2: dead in both; 3: means 5 and 5
    assert differences(one, other).tolist() == pytest.approx([-3 / 0.75**0.5, 0, 0, 0])
    assert most_different(one, other, 2) == [0, 1]


def test_two_constants_differ_much_but_not_endlessly() -> None:
    one, other = (Activations("x", np.full((1, 1, 1), value, np.float32)) for value in (4.0, 2.0))
    assert differences(one, other).tolist() == pytest.approx([2 / (0.05 * 4)])
