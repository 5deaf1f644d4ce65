"""The kernels of a network's first convolution: the only ones that can be looked at as pictures."""

from torch import nn

from cnn_core.results import Floats


def first_kernels(model: nn.Module) -> Floats | None:
    """(C_out, 3, k, k) float32, the weights of the first convolution; None if the network has none over colours."""
    first = next((module for module in model.modules() if isinstance(module, nn.Conv2d)), None)
    if first is None or first.weight.shape[1] != 3:
        return None
    return first.weight.detach().float().cpu().numpy().copy()
