import numpy as np
import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.explain.gradients import integrated_gradients, rescale, smooth, smooth_grad
from cnn_core.explain.targets import class_score
from tests.explain.blackboard import Product, Weighted

SCORE = class_score(0)


def test_linear_network_shares_out_weight_times_value():
    x = torch.tensor([[1.0, 1.0], [2.0, 7.0], [9.0, 1.0]]).view(1, 3, 1, 2)
    answer = integrated_gradients(Weighted(), x, SCORE, steps=2)
    assert answer.values.tolist() == [[pytest.approx(1 * 1 + 3 * 2), pytest.approx(-2 * 1 + 5 * 1)]]
    assert answer.rise == pytest.approx(10)
    assert answer.accounted == pytest.approx(1)


def test_product_is_shared_in_halves():
    # Along the path a = 2t, b = 3t: the integral of b da is 6 t^2 / 2 = 3, and so is that of a db.
    answer = integrated_gradients(Product(), torch.tensor([[[[2.0, 3.0]]]]), SCORE)
    assert answer.values.tolist() == [[pytest.approx(3), pytest.approx(3)]]


def test_baseline_moves_the_path():
    # From (2, 0) to (2, 3) only b moves, so b gets all of the rise of 6.
    x, start = torch.tensor([[[[2.0, 3.0]]]]), torch.tensor([[[[2.0, 0.0]]]])
    assert integrated_gradients(Product(), x, SCORE, start).values.tolist() == [[0, pytest.approx(6)]]


def test_no_rise_accounts_for_nothing():
    assert integrated_gradients(Product(), torch.zeros(1, 1, 1, 2), SCORE).accounted == 0


def test_heatmap_has_only_what_speaks_for_the_answer():
    x = torch.tensor([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]).view(1, 3, 1, 2)  # shares 1 and -2
    assert integrated_gradients(Weighted(), x, SCORE).heatmap.values.tolist() == [[1, 0]]


def test_smooth_grad_of_a_linear_network_is_its_largest_weight_per_pixel():
    # Columns of the weights: (1, 3, 0) and (-2, 0, 5); noise changes nothing in a linear network.
    values = smooth_grad(Weighted(), torch.ones(1, 3, 1, 2) * torch.tensor([1.0, 2.0]), SCORE).values
    assert values[0, 0] / values[0, 1] == pytest.approx(3 / 5, abs=0.01)


def test_smooth_grad_averages_the_gradient_over_the_noise():
    x = torch.tensor([[[[2.0, 4.0]]]])  # the gradient of a * b is (b, a); the mean is taken over the noisy copies
    noise = 0.15 * 2 * torch.randn((16, 1, 1, 2), generator=torch.Generator().manual_seed(7)).mean(0).flatten()
    b, a = float(4 + noise[1]), float(2 + noise[0])
    values = smooth_grad(Product(), x, SCORE, seed=7).values[0]
    np.testing.assert_allclose(values, rescale(np.array([b, a], np.float32)), rtol=1e-5)


def test_the_same_seed_gives_the_same_map_and_leaves_the_common_generator_alone():
    x = torch.tensor([[[[2.0, 4.0]]]])
    state = torch.random.get_rng_state()
    one, same, other = (smooth_grad(Product(), x, SCORE, noise=1.0, seed=seed).values for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert torch.equal(state, torch.random.get_rng_state())


def test_bounded_and_smoothed():
    assert rescale(np.zeros((2, 2), np.float32)).max() == 0
    spike = np.zeros((9, 9), np.float32)
    spike[4, 4] = 1
    assert rescale(spike)[4, 4] == 1  # the 99th percentile is 0 here, so the largest value sets the scale
    assert smooth(spike).sum() == pytest.approx(1, abs=1e-5) and smooth(spike)[4, 4] < 0.2


@pytest.mark.parametrize("method", [integrated_gradients, smooth_grad])
def test_two_pictures_are_refused(method):
    with pytest.raises(InputError, match="a batch of 2"):
        method(Product(), torch.ones(2, 1, 1, 2), SCORE)
