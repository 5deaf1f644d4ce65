"""A network that fits on a blackboard, forwards and backwards by hand: every value, and the loss's derivative by each.

    image x (6, 6) -> convolution z (4, 4) -> ReLU a (4, 4) -> max pooling p (2, 2) -> dense layer s (K,) -> softmax q (K,)
    -> cross-entropy L = -log q[label]

The chain rule goes back through the same layers: each derivative is one that is known already, times a factor that stands in
the forward pass. All in float64, without torch, which ``cnn_core.explain.gradient_check`` asks for the same derivatives.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SIDE, KERNEL, POOL = 6, 3, 2
"""Pixels of the image, of the kernel and of a pooled block on one side."""

MAP = SIDE - KERNEL + 1
POOLED = MAP // POOL


@dataclass(frozen=True)
class Parameters:
    """What is learned; also the loss's derivative by each of them.

    Attributes:
        kernel: (3, 3).
        bias: of the convolution.
        weights: (K, 4) of the dense layer, a row for each class; the columns are ``pooled`` row by row.
        biases: (K,) of the dense layer.
    """

    kernel: Numbers
    bias: float
    weights: Numbers
    biases: Numbers

    def flat(self) -> Numbers:
        """All of them in one row, in the order above: (10 + 5 K,)."""
        return np.concatenate([self.kernel.ravel(), [self.bias], self.weights.ravel(), self.biases])  # (9 + 1 + 4 K + K,)

    @classmethod
    def from_flat(cls, row: Numbers) -> "Parameters":
        """``flat`` undone: (10 + 5 K,) -> the parameters of K classes."""
        area, entries = KERNEL**2, POOLED**2
        classes = (len(row) - area - 1) // (entries + 1)
        dense = row[area + 1 :]  # (4 K + K,)
        weights = dense[: classes * entries].reshape(classes, entries)  # (4 K,) -> (K, 4)
        return cls(
            row[:area].reshape(KERNEL, KERNEL), float(row[area]), weights, dense[classes * entries :]
        )  # (9,) -> (3, 3)


@dataclass(frozen=True)
class Activations:
    """What the forward pass leaves: the layers' values, which the backward pass needs.

    Attributes:
        z: (4, 4), the convolution's sums.
        relu: (4, 4).
        pooled: (2, 2).
        winners: (2, 2), which value of ``relu``, counted row by row, was the largest of each block; the first of equal ones.
        logits: (K,).
        probabilities: (K,), their softmax.
        loss: cross-entropy in nats.
    """

    z: Numbers
    relu: Numbers
    pooled: Numbers
    winners: NDArray[np.int64]
    logits: Numbers
    probabilities: Numbers
    loss: float


@dataclass(frozen=True)
class Gradients:
    """The derivative of the loss by each parameter and by each value of each layer; shapes as theirs."""

    parameters: Parameters
    x: Numbers
    z: Numbers
    relu: Numbers
    pooled: Numbers
    logits: Numbers


def draw_parameters(classes: int, seed: int) -> Parameters:
    """Random parameters with two decimals, so that a class can do sums with them; the dense layer's biases are 0."""
    rng = np.random.default_rng(seed)
    kernel, weights = (rng.normal(0, 0.4, shape).round(2) for shape in ((KERNEL, KERNEL), (classes, POOLED**2)))
    return Parameters(kernel, round(float(rng.normal(0, 0.2)), 2), weights, np.zeros(classes))


def forward(x: Numbers, parameters: Parameters, label: int) -> Activations:
    """All values of the network for an image.

    Args:
        x: (6, 6), 0..1.
        parameters: of K classes.
        label: the true class, 0..K-1.
    """
    z = np.empty((MAP, MAP))
    for i, j in np.ndindex(MAP, MAP):
        z[i, j] = (x[i : i + KERNEL, j : j + KERNEL] * parameters.kernel).sum() + parameters.bias
    relu = np.maximum(z, 0)
    pooled, winners = np.empty((POOLED, POOLED)), np.empty((POOLED, POOLED), np.int64)
    for i, j in np.ndindex(POOLED, POOLED):
        row, column = np.unravel_index(relu[POOL * i : POOL * (i + 1), POOL * j : POOL * (j + 1)].argmax(), (POOL, POOL))
        winners[i, j] = (POOL * i + row) * MAP + POOL * j + column
        pooled[i, j] = relu.flat[winners[i, j]]
    logits = parameters.weights @ pooled.ravel() + parameters.biases  # (K, 4) @ (4,) + (K,)
    exponentials = np.exp(logits - logits.max())  # without the largest logit, which changes no probability, e^s may overflow
    probabilities = exponentials / exponentials.sum()
    loss = float(np.log(exponentials.sum()) - (logits[label] - logits.max()))  # -log q[label], also where q[label] is 0
    return Activations(z, relu, pooled, winners, logits, probabilities, loss)


def backward(x: Numbers, parameters: Parameters, label: int, values: Activations) -> Gradients:
    """The loss's derivatives, from the last layer to the first.

    Args:
        x, parameters, label: as in the forward pass.
        values: what that returned.
    """
    logits = values.probabilities.copy()
    logits[label] -= 1  # dL/ds = q - (1 at the label, 0 elsewhere)
    weights = np.outer(logits, values.pooled)  # s = W p + c: dL/dW = dL/ds p; (K,), (4,) -> (K, 4)
    pooled = (parameters.weights.T @ logits).reshape(POOLED, POOLED)  # (4, K) @ (K,) -> (4,) -> (2, 2)
    relu = np.zeros((MAP, MAP))
    relu.flat[values.winners.ravel()] = pooled.ravel()  # only the maximum of each block has a part in the loss
    z = relu * (values.z > 0)
    kernel, image = np.zeros((KERNEL, KERNEL)), np.zeros((SIDE, SIDE))
    for i, j in np.ndindex(MAP, MAP):  # the kernel is used at every place: its derivatives add up
        kernel += z[i, j] * x[i : i + KERNEL, j : j + KERNEL]
        image[i : i + KERNEL, j : j + KERNEL] += z[i, j] * parameters.kernel
    return Gradients(Parameters(kernel, float(z.sum()), weights, logits), image, z, relu, pooled, logits)


def descend(parameters: Parameters, gradients: Parameters, rate: float) -> Parameters:
    """One step of gradient descent: every parameter minus ``rate`` times its derivative."""
    return Parameters.from_flat(parameters.flat() - rate * gradients.flat())
