"""Colours: CIELAB agrees with scikit-image, encoding and annealing worked by hand."""

import math

import numpy as np
import pytest
import torch
from skimage.color import rgb2lab

from cnn_core.images import samples
from cnn_core.ops.colour_bins import ROWS, anneal, lab_of, mean_colour, rebalancing_weights, rgb_of, soft_encode
from cnn_core.results import Colorization
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.colorization import apply_colours, choose_colours, input_shape
from cnn_core.tasks.preprocessing import grey_of


def test_known_colours() -> None:
    lightness, ab = lab_of(np.array([[[255, 255, 255], [0, 0, 0], [255, 0, 0]]], np.uint8))
    assert lightness[0] == pytest.approx([100, 0, 53.24], abs=0.02)
    assert ab[0, 0] == pytest.approx([0, 0], abs=0.02)
    assert ab[0, 2] == pytest.approx([80.09, 67.20], abs=0.02)


def test_the_strips_of_a_tall_picture_agree_with_scikit_image() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (2 * ROWS + 7, 3, 3), np.uint8)
    lightness, ab = lab_of(picture)
    whole = rgb2lab(picture)
    assert np.abs(lightness - whole[..., 0]).max() < 0.01
    assert np.abs(ab - whole[..., 1:]).max() < 0.02
    assert (rgb_of(lightness, ab) == picture).all()


def test_a_soft_code_worked_by_hand() -> None:
    bins = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [50.0, 50.0]])
    code = soft_encode(torch.tensor([[0.0, 0.0], [10.0, 0.0]]), bins, neighbours=3)
    near, far = math.exp(-100 / 50), math.exp(-200 / 50)  # distances 10 and 14.1, sigma 5
    assert code[0].tolist() == pytest.approx([1 / (1 + 2 * near), near / (1 + 2 * near), near / (1 + 2 * near), 0])
    assert code[1].tolist() == pytest.approx([near / (1 + near + far), 1 / (1 + near + far), far / (1 + near + far), 0])


def test_rare_bins_count_more_and_a_pixel_counts_one_on_average() -> None:
    prior = torch.tensor([0.9, 0.1])
    weights = rebalancing_weights(prior, 0.5)
    assert float((prior * weights).sum()) == pytest.approx(1)
    assert float(weights[1] / weights[0]) == pytest.approx((0.45 + 0.25) / (0.05 + 0.25))
    assert rebalancing_weights(prior, 1.0).tolist() == pytest.approx([1, 1])


def test_the_annealed_mean_worked_by_hand() -> None:
    p = torch.tensor([0.8, 0.2])
    bins = torch.tensor([[0.0, 0.0], [10.0, 20.0]])
    assert anneal(p, 1.0).tolist() == pytest.approx([0.8, 0.2])
    assert anneal(p, 0.5).tolist() == pytest.approx([0.64 / 0.68, 0.04 / 0.68])  # squares, shared out again
    assert anneal(p, 0.0).tolist() == [1, 0]
    assert mean_colour(p, bins).tolist() == pytest.approx([2, 4])
    assert mean_colour(anneal(p, 0.5), bins).tolist() == pytest.approx([10 * 0.04 / 0.68, 20 * 0.04 / 0.68])


def answer(picture: np.ndarray) -> Colorization:
    """Red is likely on the left, blue on the right."""
    bins = np.array([[40.0, 20.0], [10.0, -40.0]], np.float32)
    probabilities = np.array([[[0.9, 0.2]], [[0.1, 0.8]]], np.float32)
    return Colorization(lab_of(picture)[0], probabilities, bins)


def test_the_lightness_is_kept() -> None:
    picture = samples.load("chelsea")
    kept = lab_of(apply_colours(answer(picture), 0.38))[0]
    # within the rounding to whole numbers and what a screen can show: very dark and very light colours are clipped
    middle = (lab_of(picture)[0] > 35) & (lab_of(picture)[0] < 70)
    assert np.abs(kept - lab_of(picture)[0])[middle].max() < 1


def test_colours_lie_where_the_network_put_them() -> None:
    grey = np.full((20, 40, 3), 128, np.uint8)
    found = answer(grey)
    assert choose_colours(found, 0.0).tolist() == [[[40, 20], [10, -40]]]
    assert found.at(0, 0).tolist() == pytest.approx([0.9, 0.1])
    assert found.at(39, 19).tolist() == pytest.approx([0.2, 0.8])
    shown = apply_colours(found, 0.0).astype(int)
    assert shown[10, 2, 0] > shown[10, 2, 2]
    assert shown[10, 37, 2] > shown[10, 37, 0]


def test_grey_is_the_lightness_three_times() -> None:
    assert grey_of(np.array([[0.0, 50.0, 100.0]], np.float32))[0].tolist() == [[0] * 3, [128] * 3, [255] * 3]


def test_small_pictures_are_enlarged_three_times_at_most() -> None:
    form = Preprocessing(256, (0.5,) * 3, (0.25,) * 3, channels="lightness", stride=32)
    assert input_shape(64, 64, form) == (192, 192)
    assert input_shape(480, 640, form) == (192, 256)
    assert input_shape(160, 160, form) == (256, 256)
