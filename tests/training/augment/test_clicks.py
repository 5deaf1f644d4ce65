"""Simulated clicks and what the click network gets of them."""

import numpy as np
import pytest
import torch

from cnn_core.models import build_model
from cnn_core.models.click_head import REACH, click_maps
from cnn_core.training.augment.clicks import innermost_pixel, largest_component, next_click, sample_inner_pixel
from cnn_core.training.losses.segmentation import selection_loss


def square(x1: int, y1: int, x2: int, y2: int, side: int = 20) -> np.ndarray:
    mask = np.zeros((side, side), bool)
    mask[y1:y2, x1:x2] = True
    return mask


def test_the_middle_of_a_square() -> None:
    assert innermost_pixel(square(4, 6, 13, 15)) == (8, 10)
    assert innermost_pixel(square(0, 0, 0, 0)) is None


def test_a_random_click_lies_well_inside() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        x, y = sample_inner_pixel(square(4, 4, 16, 16), rng)  # type: ignore[misc]
        assert 6 <= x <= 13
        assert 6 <= y <= 13


def test_the_largest_of_two_parts() -> None:
    assert np.array_equal(largest_component(square(0, 0, 3, 3) | square(10, 10, 18, 18)), square(10, 10, 18, 18))


def test_the_next_click_goes_into_the_largest_mistake() -> None:
    everywhere = np.ones((20, 20), bool)
    true = square(0, 0, 10, 10)
    assert next_click(square(0, 0, 1, 1), true, everywhere) == (pytest.approx(5.5, abs=1), pytest.approx(5.5, abs=1), True)
    assert next_click(true | square(12, 12, 19, 19), true, everywhere) == (15.5, 15.5, False)
    assert next_click(true, true, everywhere) is None


def test_what_nobody_knows_is_no_mistake() -> None:
    true = square(0, 0, 10, 10)
    assert next_click(true | square(12, 12, 19, 19), true, ~square(11, 11, 20, 20)) is None


def test_click_maps_by_hand() -> None:
    maps = click_maps([[(6.0, 2.0, True)], [(2.0, 2.0, False)]], 2, 3, 4, torch.zeros(1))
    assert maps.shape == (2, 4, 2, 3)
    assert float(maps[0, 0, 0, 1]) == 1  # the place whose middle is (6, 2)
    assert float(maps[0, 0, 0, 0]) == pytest.approx(np.exp(-16 / (2 * REACH**2)))
    assert float(maps[0, 2:].abs().sum()) == 0
    assert float(maps[1, 2, 0, 0]) == 1


def test_a_click_elsewhere_answers_otherwise() -> None:
    head = build_model("click_head", {"widths": [4, 6], "hidden": [8, 8]}).eval()
    maps = [torch.rand(1, 4, 16, 16), torch.rand(1, 6, 8, 8)]
    with torch.inference_mode():
        left, right, middle, nothing = (
            head(maps, clicks) for clicks in ([[(8.0, 8.0, True)]], [[(56.0, 8.0, True)]], [[(32.0, 32.0, True)]], None)
        )
    assert left.shape == (1, 1, 16, 16)
    assert not torch.allclose(left, right)
    assert torch.allclose(middle, nothing)


def test_a_right_selection_costs_next_to_nothing() -> None:
    true = torch.zeros(1, 8, 8, dtype=torch.bool)
    true[0, :4] = True
    sure = torch.where(true, 30.0, -30.0)[:, None]
    known = torch.ones_like(true)
    assert float(selection_loss(sure, true, known)) == pytest.approx(0, abs=1e-4)
    assert float(selection_loss(-sure, true, known)) > 10
    known[0, 4:] = False
    half_wrong = torch.where(true, 30.0, 30.0)[:, None]
    assert float(selection_loss(half_wrong, true, known)) == pytest.approx(0, abs=1e-4)
