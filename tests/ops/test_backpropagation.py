"""The network on the blackboard, worked by hand: two pixels, an asymmetric kernel, two classes.

The pixel (row 0, column 1) lies under k(0, 1) at z(0, 0) and under k(0, 0) at z(0, 1); the pixel (3, 4) under k(1, 2) at
z(2, 2), k(1, 1) at z(2, 3), k(0, 1) at z(3, 3), and under zeros of the kernel at z(1, 2), z(1, 3), z(3, 2).
"""

import numpy as np
import pytest

from cnn_core.ops.backpropagation import Numbers, Parameters, backward, descend, draw_parameters, forward

KERNEL = np.array([[1.0, 2, 0], [0, -1, 3], [4, 0, 0]])


@pytest.fixture
def image() -> Numbers:
    x = np.zeros((6, 6))
    x[0, 1] = x[3, 4] = 1
    return x


@pytest.fixture
def parameters() -> Parameters:
    return Parameters(KERNEL, -0.5, np.array([[1.0, 0, 0, 0], [0, 0, 0, 2]]), np.array([0, -3.5]))


def test_every_value_of_the_forward_pass(image: Numbers, parameters: Parameters) -> None:
    values = forward(image, parameters, 0)
    assert values.z.tolist() == [[1.5, 0.5, -0.5, -0.5], [-0.5] * 4, [-0.5, -0.5, 2.5, -1.5], [-0.5, -0.5, -0.5, 1.5]]
    assert values.relu.tolist() == [[1.5, 0.5, 0, 0], [0] * 4, [0, 0, 2.5, 0], [0, 0, 0, 1.5]]
    assert values.pooled.tolist() == [[1.5, 0], [0, 2.5]]
    assert values.winners.tolist() == [[0, 2], [8, 10]]  # of equal values the first
    assert values.logits.tolist() == [1.5, 1.5]  # 1 * 1.5 + 0 and 2 * 2.5 - 3.5
    assert values.probabilities.tolist() == [0.5, 0.5]
    assert values.loss == pytest.approx(np.log(2))


def test_every_derivative_of_the_backward_pass(image: Numbers, parameters: Parameters) -> None:
    found = backward(image, parameters, 0, forward(image, parameters, 0))
    assert found.logits.tolist() == [-0.5, 0.5]  # 0.5 - 1, 0.5 - 0
    assert found.parameters.biases.tolist() == [-0.5, 0.5]
    assert found.parameters.weights.tolist() == [[-0.75, 0, 0, -1.25], [0.75, 0, 0, 1.25]]
    assert found.pooled.tolist() == [[-0.5, 0], [0, 1]]  # 1 * -0.5, and 2 * 0.5
    z = np.zeros((4, 4))
    z[0, 0], z[2, 2] = -0.5, 1
    assert np.array_equal(found.z, z) and np.array_equal(found.relu, z)
    assert found.parameters.bias == 0.5  # -0.5 + 1
    kernel = np.zeros((3, 3))
    kernel[0, 1], kernel[1, 2] = -0.5, 1  # where the two pixels lie under the kernel
    assert np.array_equal(found.parameters.kernel, kernel)
    x = np.zeros((6, 6))
    x[:3, :3] -= 0.5 * KERNEL
    x[2:5, 2:5] += KERNEL
    assert np.array_equal(found.x, x)


def test_a_maximum_off_the_blocks_diagonal_is_remembered_where_it_stood(parameters: Parameters) -> None:
    """A pixel at (0, 2) lies under k(0, 1) at z(0, 1), under k(0, 0) at z(0, 2), under a 0 at z(0, 0)."""
    x = np.zeros((6, 6))
    x[0, 2] = 1
    values = forward(x, parameters, 0)
    assert values.winners.tolist() == [[1, 2], [8, 10]] and values.pooled.tolist() == [[1.5, 0.5], [0, 0]]
    assert np.argwhere(backward(x, parameters, 1, values).z).tolist() == [[0, 1]]  # W reads only p1 and p4, which is 0


def test_a_step_goes_against_the_derivatives(image: Numbers, parameters: Parameters) -> None:
    values = forward(image, parameters, 0)
    after = descend(parameters, backward(image, parameters, 0, values).parameters, 0.1)
    assert after.kernel[0, 1] == pytest.approx(2.05) and after.kernel[1, 2] == pytest.approx(2.9) and after.kernel[2, 0] == 4
    assert after.bias == pytest.approx(-0.55)
    assert after.weights[1, 3] == pytest.approx(1.875) and after.weights[0, 0] == pytest.approx(1.075)
    assert after.biases == pytest.approx([0.05, -3.55])
    assert forward(image, after, 0).loss < values.loss


def test_where_no_sum_is_above_zero_only_the_biases_of_the_dense_layer_learn(image: Numbers) -> None:
    dead = Parameters(-np.ones((3, 3)), -0.5, np.ones((3, 4)), np.zeros(3))
    found = backward(image, dead, 2, forward(image, dead, 2)).parameters
    assert not found.kernel.any() and found.bias == 0 and not found.weights.any()
    assert found.biases == pytest.approx([1 / 3, 1 / 3, -2 / 3])


def test_a_sum_of_exactly_zero_gets_no_derivative() -> None:
    still = Parameters(np.zeros((3, 3)), 0.0, np.ones((2, 4)) * [[1], [2]], np.zeros(2))
    found = backward(np.ones((6, 6)), still, 0, forward(np.ones((6, 6)), still, 0))
    assert found.relu.any() and not found.z.any()


def test_large_logits_leave_a_loss() -> None:
    sure = Parameters(np.zeros((3, 3)), 0.0, np.zeros((2, 4)), np.array([0.0, 900.0]))
    assert forward(np.zeros((6, 6)), sure, 0).loss == pytest.approx(900)
    assert forward(np.zeros((6, 6)), sure, 1).loss == pytest.approx(0)


def test_a_row_of_parameters_and_back(parameters: Parameters) -> None:
    row = parameters.flat()
    assert row.tolist() == [1, 2, 0, 0, -1, 3, 4, 0, 0, -0.5, 1, 0, 0, 0, 0, 0, 0, 2, 0, -3.5]
    again = Parameters.from_flat(row)
    assert again.kernel[1, 2] == 3 and again.bias == -0.5 and again.weights[1, 3] == 2 and again.biases.tolist() == [0, -3.5]


def test_first_parameters_have_two_decimals_and_follow_their_seed() -> None:
    one, same, other = draw_parameters(3, 7).flat(), draw_parameters(3, 7).flat(), draw_parameters(3, 8).flat()
    assert len(one) == 25 and np.array_equal(one, same) and not np.array_equal(one, other)
    assert np.allclose(100 * one, (100 * one).round())
