"""Three ways to the same derivatives: by hand, by torch, by trying. Each is checked alone, then they are compared."""

import numpy as np
import pytest

from cnn_core.explain.gradient_check import by_autograd, by_difference
from cnn_core.ops.backpropagation import Parameters, backward, forward

IMAGE = np.zeros((6, 6))
IMAGE[0, 1] = IMAGE[3, 4] = 1
TWO_CLASSES = Parameters(
    np.array([[1.0, 2, 0], [0, -1, 3], [4, 0, 0]]), -0.5, np.array([[1.0, 0, 0, 0], [0, 0, 0, 2]]), np.array([0, -3.5])
)


@pytest.mark.parametrize("find", [by_autograd, by_difference])
def test_what_was_worked_by_hand_in_test_backpropagation(find) -> None:
    found = find(IMAGE, TWO_CLASSES, 0)
    assert found.kernel.ravel() == pytest.approx([0, -0.5, 0, 0, 0, 1, 0, 0, 0], abs=1e-8)
    assert found.bias == pytest.approx(0.5) and found.biases == pytest.approx([-0.5, 0.5])
    assert found.weights.ravel() == pytest.approx([-0.75, 0, 0, -1.25, 0.75, 0, 0, 1.25], abs=1e-8)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("classes", [2, 3])
def test_any_network_any_image(seed: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    parameters = Parameters.from_flat(rng.normal(0, 0.5, 10 + 5 * classes))
    x, label = rng.uniform(0, 1, (6, 6)), seed % classes
    by_hand = backward(x, parameters, label, forward(x, parameters, label)).parameters.flat()
    assert np.abs(by_hand - by_autograd(x, parameters, label).flat()).max() < 1e-12
    assert np.abs(by_hand - by_difference(x, parameters, label).flat()).max() < 1e-7
