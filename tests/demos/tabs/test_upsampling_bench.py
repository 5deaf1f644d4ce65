"""Upsampling bench: the verdict on the checkerboard, the stamps in words, what is not a table."""

from dataclasses import replace

import numpy as np
import pytest

from cnn_core.errors import InputError
from demos import runner
from demos.tabs.look_inside import upsampling_bench

DEMO = replace(upsampling_bench.DEMO, name="upsampling_bench")
ONES = np.ones((3, 3))


@pytest.mark.parametrize(
    ("kernel", "stride", "words"),
    [
        (ONES, 2, "**Checkerboard.** The stride 2 does not divide a kernel of 3 by 3: numbers get 1 to 4 stamps."),
        (ONES, 3, "The stride 3 divides a kernel of 3 by 3"),
        (np.outer([1, 2, 1], [1, 2, 1]), 2, "**This kernel makes up for it:**"),
        (np.ones((2, 2)), 4, "**Checkerboard.**"),  # holes between the stamps
    ],
)
def test_the_verdict(kernel, stride, words):
    assert words in upsampling_bench.verdict(kernel.astype(float), stride)


def test_a_map_of_ones_shows_the_pattern_that_the_verdict_names():
    sentence = upsampling_bench.verdict(ONES, 2)
    assert sentence.endswith("a pattern of 1 to 4.")


def test_each_number_of_the_first_row_is_explained():
    rows = upsampling_bench.stamps_of(np.array([[5.0, 6.0]]), np.array([[1.0, 2.0, 1.0]]), 2)
    assert rows == [[0, "5·1", "5"], [1, "5·2", "10"], [2, "5·1 + 6·1", "11"], [3, "6·2", "12"], [4, "6·1", "6"]]


def test_every_panel_is_drawn(monkeypatch):
    monkeypatch.setattr(upsampling_bench, "inside_networks", lambda picture: [])
    panels, *_ = upsampling_bench.run(upsampling_bench.LECTURE, upsampling_bench.BLUR, 2, None)
    assert [title for _, title in panels][4] == "max-unpooling"
    squares = [tuple(side // upsampling_bench.SQUARE for side in picture.shape[:2]) for picture, _ in panels]
    assert squares == [(4, 4), (2, 2), (4, 4), (4, 4), (4, 4), (5, 5), (4, 4), (5, 5)]


def test_nonsense_is_a_sentence():
    with pytest.raises(InputError, match="not a number"):
        list(runner.answers(DEMO, runner.example_values(DEMO, {"numbers": "one two"})))
