"""Are derivatives right? The blackboard network's, found in two other ways: by torch, and by trying."""

import numpy as np
import torch
import torch.nn.functional as F

from cnn_core.ops.backpropagation import Numbers, Parameters, forward

STEP = 1e-5


def by_autograd(x: Numbers, parameters: Parameters, label: int) -> Parameters:
    """The loss's derivatives by torch's layers and automatic differentiation.

    Args:
        x: (6, 6).
        parameters: of K classes.
        label: the true class, 0..K-1.
    """
    kernel, bias, weights, biases = (
        torch.tensor(values, dtype=torch.float64, requires_grad=True)
        for values in (parameters.kernel, parameters.bias, parameters.weights, parameters.biases)
    )
    image = torch.tensor(x, dtype=torch.float64)[None, None]  # (1, 1, 6, 6)
    maps = F.max_pool2d(F.relu(F.conv2d(image, kernel[None, None], bias[None])), 2)  # (1, 1, 2, 2)
    logits = F.linear(maps.flatten(1), weights, biases)  # (1, K)
    F.cross_entropy(logits, torch.tensor([label])).backward()
    found = [leaf.grad for leaf in (kernel, bias, weights, biases)]
    return Parameters.from_flat(torch.cat([grad.flatten() for grad in found if grad is not None]).numpy())  # (10 + 5 K,)


def by_difference(x: Numbers, parameters: Parameters, label: int) -> Parameters:
    """The loss's derivatives by trying: each parameter a little larger and a little smaller, the losses' difference.

    Args:
        x: (6, 6).
        parameters: of K classes.
        label: the true class, 0..K-1.
    """
    row = parameters.flat()
    found = np.empty_like(row)
    for k in range(len(row)):
        move = np.zeros_like(row)
        move[k] = STEP
        more, less = (forward(x, Parameters.from_flat(moved), label).loss for moved in (row + move, row - move))
        found[k] = (more - less) / (2 * STEP)
    return Parameters.from_flat(found)
