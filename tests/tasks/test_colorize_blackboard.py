"""Colorization by a network whose answer is worked on paper, from picture to picture, through the public functions."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.ops.colour_bins import lab_of
from cnn_core.results import Colorization
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.colorization import apply_colours, choose_colours, colorize, input_shape
from tests.blackboard import network_of, put_up

FORM = Preprocessing(12, (0.5, 0.5, 0.25), (0.25, 0.25, 0.5), channels="lightness", stride=4)
BINS = torch.tensor([[40.0, 20.0], [10.0, -40.0]])


class Colorizer(nn.Module):
    """For every fourth pixel the mean of the first channel speaks for the first bin, that of the third for the second."""

    def __init__(self) -> None:
        super().__init__()
        self.base, self.head = nn.Identity(), nn.Module()
        self.head.bins = BINS

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x[:, [0, 2]], 4)  # (1, 2, h / 4, w / 4)


def flag() -> np.ndarray:
    """(8, 12, 3): above, 4 columns of red (L 53.24) and 8 of blue (L 32.30); below, white (L 100)."""
    picture = np.full((8, 12, 3), 255, np.uint8)
    picture[:4, :4], picture[:4, 4:] = (255, 0, 0), (0, 0, 255)
    return picture


def test_lightness_alone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """2.55 L is 136, 82 and 255. Of 255 that is v; the logits are (v - 0.5) / 0.25 and (v - 0.25) / 0.5."""
    name = put_up(monkeypatch, network_of(Colorizer(), "colorization", form=FORM))
    answer = colorize(flag(), name)
    v = np.array([[136, 82, 82], [255, 255, 255]]) / 255
    first = 1 / (1 + np.exp((v - 0.25) / 0.5 - (v - 0.5) / 0.25))
    assert answer.probabilities == pytest.approx(np.stack([first, 1 - first]), abs=1e-5)
    assert answer.lightness.shape == (8, 12)
    assert answer.lightness[[0, 0, 3, 4], [3, 4, 11, 0]] == pytest.approx([53.24, 32.30, 32.30, 100], abs=0.01)
    assert answer.bins.tolist() == BINS.tolist()
    grey = np.repeat(np.array([[127, 77], [255, 255]], np.uint8).repeat(4, 0).repeat((4, 8), 1)[..., None], 3, -1)
    same = colorize(grey, name)  # greys of nearly these lightnesses: 53.2, 32.6, 100
    assert same.probabilities == pytest.approx(answer.probabilities, abs=0.01)


def test_small_pictures_are_enlarged_at_most_three_times() -> None:
    form = Preprocessing(64, (0.5,) * 3, (0.25,) * 3, channels="lightness", stride=4)
    assert input_shape(2, 4, form) == (8, 12)  # three times is 6 x 12, and 6 becomes a multiple of 4
    assert input_shape(600, 1200, form) == (32, 64)


def test_colours_at_three_temperatures() -> None:
    """0.8 and 0.2; T = 1/2 squares them and shares out again: 16/17 and 1/17. The second pixel has 0.3 and 0.7."""
    probabilities = np.array([[[0.8, 0.3]], [[0.2, 0.7]]], np.float32)
    answer = Colorization(np.full((2, 4), 60, np.float32), probabilities, BINS.numpy())
    assert choose_colours(answer, 0.0).tolist() == [[[40, 20], [10, -40]]]
    assert choose_colours(answer, 1.0)[0] == pytest.approx(np.array([[34, 8], [19, -22]]), abs=1e-4)
    assert choose_colours(answer, 0.5)[0, 0] == pytest.approx([(16 * 40 + 10) / 17, (16 * 20 - 40) / 17], abs=1e-3)


def test_a_lightness_and_its_colour_are_joined() -> None:
    """L 53.24 with a 80.09 and b 67.20 is pure red."""
    bins = np.array([[80.09, 67.20], [0, 0]], np.float32)
    sure = np.array([[[1.0]], [[0.0]]], np.float32)
    lightness = np.array([[53.24, 53.24]], np.float32)
    found = apply_colours(Colorization(lightness, sure, bins), 0.0)
    assert np.abs(found.astype(int) - [[[255, 0, 0], [255, 0, 0]]]).max() <= 2


def test_colours_are_enlarged_smoothly_and_keep_their_places() -> None:
    """From one to four columns the second colour counts 0, 1/4, 3/4 and 1; one row has the first alone."""
    probabilities = np.array([[[1, 0], [1, 1]], [[0, 1], [0, 0]]], np.float32)
    bins = np.array([[0, 0], [20, -12]], np.float32)
    found = apply_colours(Colorization(np.full((4, 4), 60, np.float32), probabilities, bins), 0.0)
    lightness, ab = lab_of(found)
    share = np.array([1, 0.75, 0.25, 0])[:, None] * np.array([0, 0.25, 0.75, 1])[None]
    assert np.abs(ab - share[..., None] * [20, -12]).max() < 1
    assert np.abs(lightness - 60).max() < 0.5


def test_the_papers_temperature_is_the_default() -> None:
    probabilities = np.array([[[0.6]], [[0.4]]], np.float32)
    answer = Colorization(np.full((1, 1), 60, np.float32), probabilities, BINS.numpy())
    assert np.array_equal(apply_colours(answer), apply_colours(answer, 0.38))
