"""A sanity check of explanations (Adebayo et al. 2018, arXiv:1810.03292): forget what was learned; the map must change."""

import copy

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.results import Floats

LAYERS = (nn.Conv2d, nn.Linear)


def layers_with_weights(model: nn.Module) -> list[str]:
    """The names of all convolutions and linear layers, from the picture to the label as the architecture lists them."""
    return [name for name, module in model.named_modules() if isinstance(module, LAYERS)]


def randomised(model: nn.Module, last: int, seed: int = 0) -> nn.Module:
    """A copy, in eval mode, whose ``last`` convolutions and linear layers have random weights and biases.

    They are drawn from a normal distribution with the mean and spread that each layer's learned numbers have, so that
    signals keep their size and only what was learned is lost. Batch normalisation stays.

    Raises:
        InputError: the network has fewer layers with weights.
    """
    names = layers_with_weights(model)
    if not 0 <= last <= len(names):
        raise InputError(f"The network has {len(names)} layers with weights; {last} cannot be randomised.")
    network = copy.deepcopy(model).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name in names[len(names) - last :]:
            for parameter in network.get_submodule(name).parameters(recurse=False):
                parameter.copy_(drawn_like(parameter, generator))
    return network


def drawn_like(numbers: Tensor, generator: torch.Generator) -> Tensor:
    """Random numbers with the shape, mean and standard deviation of ``numbers``."""
    noise = torch.randn(numbers.shape, generator=generator)
    return numbers.mean() + numbers.std(correction=0) * noise.to(numbers)


def rank_correlation(a: Floats, b: Floats) -> float:
    """Spearman's rank correlation of two maps of one shape: 1 the same order, 0 none, -1 reversed; 0 if one is constant."""
    if a.shape != b.shape:
        raise ValueError(f"expected two maps of one shape, got {a.shape} and {b.shape}")
    x, y = (mean_ranks(values) for values in (a, b))
    x, y = x - x.mean(), y - y.mean()
    spread = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / spread) if spread else 0.0


def mean_ranks(values: Floats) -> np.ndarray:
    """The rank of each value, counted from 0; equal values share the mean of their ranks."""
    _, group, size = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    return (np.cumsum(size) - (size + 1) / 2)[group]
