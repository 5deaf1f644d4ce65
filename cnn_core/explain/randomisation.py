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


def randomise(model: nn.Module, last: int, seed: int = 0) -> nn.Module:
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
                parameter.copy_(draw_like(parameter, generator))
    return network


def draw_like(numbers: Tensor, generator: torch.Generator) -> Tensor:
    """Random numbers with the shape, mean and standard deviation of ``numbers``."""
    noise = torch.randn(numbers.shape, generator=generator)
    return numbers.mean() + numbers.std(correction=0) * noise.to(numbers)


def rank_correlation(a: Floats, b: Floats) -> float:
    """Spearman's rank correlation of two maps of one shape: 1 the same order, 0 none, -1 reversed; 0 if one is constant.

    Raises:
        ValueError: the maps have two shapes.
    """
    if a.shape != b.shape:
        raise ValueError(f"expected two maps of one shape, got {a.shape} and {b.shape}")
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    from scipy.stats import spearmanr  # here: it takes a second to import, and one tab alone needs it

    return float(spearmanr(a.ravel(), b.ravel()).statistic)
