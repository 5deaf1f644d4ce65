"""A network with random numbers, and the operations of its paper in plain torch, to compute its answer a second time."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models import build_model


def random_network(architecture: str, arguments: dict[str, Any]) -> nn.Module:
    """In eval mode, every number random; variances are above 0."""
    model = build_model(architecture, arguments).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(7)
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if tensor.is_floating_point():
            spread = torch.randn(tensor.shape, generator=generator)
            tensor.copy_(0.5 + spread.abs() if "running_var" in name else spread / math.sqrt(max(tensor[0].numel(), 4)))
    return model


def random_input(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


def norm(x: Tensor, bn: nn.Module) -> Tensor:
    """(x - running mean) / sqrt(running variance + 1e-5) * gain + offset, for each channel."""
    mean, var, gain, offset = (
        part.view(1, -1, *(1,) * (x.ndim - 2)) for part in (bn.running_mean, bn.running_var, bn.weight, bn.bias)
    )
    return (x - mean) / (var + 1e-5).sqrt() * gain + offset


def layer(x: Tensor, sequence: nn.Module, stride: int = 1, dilation: int = 1) -> Tensor:
    """Convolution that keeps the size, batch normalisation, ReLU."""
    weight = sequence[0].weight
    return norm(F.conv2d(x, weight, None, stride, dilation * (weight.shape[-1] // 2), dilation), sequence[1]).relu()


def twice(x: Tensor) -> Tensor:
    """Each pixel becomes two by two."""
    return x.repeat_interleave(2, 2).repeat_interleave(2, 3)


def maps_of(*widths: int) -> list[Tensor]:
    """Random maps (2, width, 16 x 24 and halves of it)."""
    return [random_input(2, width, 16 >> k, 24 >> k) for k, width in enumerate(widths)]


def same(found: Tensor, wanted: Tensor) -> None:
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)
    assert float(wanted.std()) > 1e-3, "a constant proves nothing"
