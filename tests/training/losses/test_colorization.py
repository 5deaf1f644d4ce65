"""What a colorizer learns towards and how it is measured, worked by hand."""

import numpy as np
import pytest
import torch
from skimage.color import rgb2lab

from cnn_core.ops.colour_bins import lab_of
from cnn_core.results import Colorization
from cnn_core.tasks.colorization import apply_colours
from cnn_core.training.data.picture_sets import keep_colourful, sample_views
from cnn_core.training.engine import colour_evaluation
from cnn_core.training.engine.colour_evaluation import ColourFigures, area_under_curve
from cnn_core.training.losses.colorization import (
    chroma,
    colour_loss,
    lab_to_rgb,
    recognition_loss,
    recolour,
    rgb_to_lab,
)


def test_lab_of_batches_agrees_with_scikit_image() -> None:
    x = torch.rand(2, 3, 5, 7, generator=torch.Generator().manual_seed(0))
    x[0, :, 0, 0] = 0
    wanted = rgb2lab(x.permute(0, 2, 3, 1).numpy())
    assert np.abs(rgb_to_lab(x).permute(0, 2, 3, 1).numpy() - wanted).max() < 0.02


def test_the_way_back_from_lab_is_the_way_there_backwards() -> None:
    x = torch.rand(2, 3, 5, 7, generator=torch.Generator().manual_seed(1))
    x[0, :, 0, 0], x[0, :, 0, 1] = 0, 1
    lab = rgb_to_lab(x)
    assert (lab_to_rgb(lab[:, 0], lab[:, 1:]) - x).abs().max() < 1e-3


def test_sure_bins_colour_a_picture_and_their_colour_can_be_learned_through() -> None:
    wanted = torch.full((1, 3, 2, 2), 0.6)
    wanted[:, 0] = 0.8
    lab = rgb_to_lab(wanted)
    bins = torch.stack([lab[0, 1:, 0, 0], torch.zeros(2)])
    logits = torch.tensor([20.0, 0.0]).view(1, 2, 1, 1).requires_grad_()
    found = recolour(lab[:, 0], logits, bins)
    assert (found - wanted).abs().max() < 1e-3
    half = torch.zeros(1, 2, 1, 1, requires_grad=True)
    undecided = recolour(lab[:, 0], half, bins)
    a = rgb_to_lab(undecided.detach())[0, 1, 0, 0]
    assert float(a) == pytest.approx(float(bins[0, 0]) / 2, abs=0.1)
    undecided[:, 0].mean().backward()
    answer = Colorization(lab[0, 0].numpy(), torch.tensor([0.6, 0.4]).view(2, 1, 1).numpy(), bins.numpy())
    logits = torch.tensor([0.6, 0.4]).log().view(1, 2, 1, 1)
    same = recolour(lab[:, 0], logits, bins)[0].permute(1, 2, 0)
    assert np.abs(255 * same.numpy() - apply_colours(answer)).max() < 1  # as the app colours it
    assert half.grad is not None
    assert half.grad[0, 0] > 0 > half.grad[0, 1]


def test_disagreement_is_nothing_where_the_same_is_said_and_log_two_where_a_coin_is_thrown() -> None:
    sure, coin = torch.tensor([[50.0, 0.0]]), torch.zeros(1, 2)
    assert float(recognition_loss(sure, sure)) == pytest.approx(0, abs=1e-6)
    assert float(recognition_loss(coin, sure)) == pytest.approx(np.log(2), abs=1e-5)


def test_the_loss_of_a_certain_answer_is_the_entropy_of_the_code() -> None:
    bins = torch.tensor([[0.0, 0.0], [1000.0, 0.0], [2000.0, 0.0], [3000.0, 0.0], [4000.0, 0.0]])
    ab = torch.zeros(1, 2, 1, 2)
    ab[0, 0, 0, 1] = 1000.0  # far bins: the code is one-hot
    logits = torch.zeros(1, 5, 1, 2)
    even = colour_loss(logits, ab, bins, torch.ones(5))
    assert float(even) == pytest.approx(np.log(5))
    logits[0, 0, 0, 0] = 50.0  # sure and right at the first pixel only
    weights = torch.tensor([3.0, 1.0, 1.0, 1.0, 1.0])
    assert float(colour_loss(logits, ab, bins, weights)) == pytest.approx(np.log(5) / 4)


def test_a_colour_between_bins_is_shared_by_its_neighbours() -> None:
    bins = torch.tensor([[0.0, 0.0], [5.0, 0.0], [0.0, 10.0], [900.0, 0.0], [0.0, 900.0], [-900.0, 0.0]])
    logits = torch.tensor([1.0, 2.0, 4.0, 0.0, 0.0, 0.0]).view(1, 6, 1, 1)
    code = np.array([1, np.exp(-0.5), np.exp(-2)]) / (1 + np.exp(-0.5) + np.exp(-2))  # distances 0, 5 and 10, sigma 5
    wanted = np.log(np.exp([1, 2, 4]).sum() + 3) - (code * [1, 2, 4]).sum()
    assert float(colour_loss(logits, torch.zeros(1, 2, 1, 1), bins, torch.ones(6))) == pytest.approx(wanted, rel=1e-5)


def test_each_pixel_is_compared_with_its_own_colour() -> None:
    bins = 1000.0 * torch.tensor([[0, 0], [1, 0], [0, 1], [1, 2], [2, 1], [3, 3]])
    kinds = torch.tensor([[0, 1, 2], [3, 4, 5]])  # two rows, three columns
    ab = bins[kinds].permute(2, 0, 1)[None]
    logits = 60.0 * torch.nn.functional.one_hot(kinds).permute(2, 0, 1)[None].float()
    assert float(colour_loss(logits, ab, bins, torch.ones(6))) == pytest.approx(0, abs=1e-5)
    assert float(colour_loss(logits.flip(3), ab, bins, torch.ones(6))) == pytest.approx(60 * 4 / 6, rel=1e-3)


def test_the_area_under_the_curve_worked_by_hand() -> None:
    # a perfect pixel is within every threshold, one 150.5 away within none, one 100 away within 100 ... 150: 51 of 151
    assert area_under_curve(np.array([0.0], np.float32)) == 1
    assert area_under_curve(np.array([150.5], np.float32)) == 0
    assert area_under_curve(np.array([100.0], np.float32)) == pytest.approx(51 / 151)
    both = np.array([0.0, 150.5], np.float32)
    assert area_under_curve(both) == pytest.approx(0.5)
    assert area_under_curve(both, np.array([3.0, 1.0], np.float32)) == pytest.approx(0.75)


def test_figures_of_the_truth_and_of_grey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colour_evaluation, "LEAST_PIXELS", 1)
    picture = np.full((8, 8, 3), (200, 60, 60), np.uint8)
    lightness, ab = lab_of(picture)
    bins = np.array([ab[0, 0], [0, 0]], np.float32)
    figures = {}
    for name, k in (("true", 0), ("grey", 1)):
        probabilities = np.zeros((2, 2, 2), np.float32)
        probabilities[k] = 1
        measure = ColourFigures(bins)
        measure.add(picture, Colorization(lightness, probabilities, bins))
        figures[name] = measure.figures()
    assert figures["true"]["auc"] > 0.98
    assert figures["true"]["delta_e"] < 1
    assert figures["grey"]["auc"] == pytest.approx(figures["grey"]["grey_auc"])
    assert figures["grey"]["auc"] == pytest.approx(1 - np.linalg.norm(ab[0, 0]) / 151, abs=0.01)
    assert figures["grey"]["delta_e"] == pytest.approx(figures["grey"]["grey_delta_e"], abs=0.5)


def test_grey_pictures_are_left_out() -> None:
    pictures = torch.full((2, 3, 8, 8), 90, dtype=torch.uint8)
    pictures[1, 0] = 160
    assert chroma(pictures)[0] == pytest.approx(0, abs=0.1)
    assert torch.equal(keep_colourful(pictures), pictures[1:])


def test_views_are_drawn_from_all_sets() -> None:
    dark, bright = torch.zeros(3, 3, 12, 12, dtype=torch.uint8), torch.full((2, 3, 20, 20), 255, dtype=torch.uint8)
    views = sample_views([dark, bright], torch.tensor([4, 1]), 8, 0.3, torch.Generator().manual_seed(0))
    assert views.shape == (2, 3, 8, 8)
    assert [round(float(v)) for v in views.mean((1, 2, 3))] == [0, 1]
