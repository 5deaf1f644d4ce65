"""The kernels of a network's first convolution: the only ones that can be looked at as pictures."""

import numpy as np
from torch import nn

from cnn_core.results import Floats


def first_kernels(model: nn.Module) -> Floats | None:
    """(C_out, 3, k, k) float32, the weights of the first convolution; None if the network has none over colours."""
    first = _first_convolution(model)
    return None if first is None else first.weight.detach().float().cpu().numpy().copy()


def first_biases(model: nn.Module) -> Floats | None:
    """(C_out,) float32, what the first convolution adds to each channel; zeros if it has none, None as ``first_kernels``."""
    first = _first_convolution(model)
    if first is None:
        return None
    if first.bias is None:
        return np.zeros(first.out_channels, np.float32)
    return first.bias.detach().cpu().numpy().astype(np.float32)


def _first_convolution(model: nn.Module) -> nn.Conv2d | None:
    first = next((module for module in model.modules() if isinstance(module, nn.Conv2d)), None)
    return first if first is not None and first.weight.shape[1] == 3 else None
