"""Grad-CAM (Selvaraju et al. 2016, arXiv:1610.02391): where a layer saw what speaks for an answer.

Departure from the paper: none in the map; it works on any layer with height and width, not only on the last convolution.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.explain.targets import Target
from cnn_core.results import Floats, Heatmap
from cnn_core.runtime.borrowed import gradients_on, outputs_of


def grad_cam(model: nn.Module, x: Tensor, target: Target, layer: str) -> Heatmap:
    """Where in the picture ``x`` (1, 3, H, W) ``layer`` found evidence for ``target``; (h, w) of that layer, 0..1.

    Raises:
        InputError: no such layer, or one without height and width.
    """
    return Heatmap(rescale_positive(weighted_maps(model, x, [target], layer)[0]), target.words, layer)


def weighted_maps(model: nn.Module, x: Tensor, targets: Sequence[Target], layer: str) -> Floats:
    """(T, h, w) float32: for each target, the sum of the layer's channels, each weighted by its mean gradient, *signed*.

    Grad-CAM is the positive part. The maps of several targets cost one forward pass and one backward pass each.

    Raises:
        InputError: no such layer, or one without height and width.
    """
    return weighted_maps_and_output(model, x, lambda output: targets, layer)[0]


def weighted_maps_and_output(
    model: nn.Module, x: Tensor, choose: Callable[[Tensor], Sequence[Target]], layer: str
) -> tuple[Floats, Tensor]:
    """The maps of ``weighted_maps``, and the network's output for ``x`` (1, 3, H, W), from one forward pass.

    Args:
        model: the network, left as found.
        x: one normalised picture.
        choose: gives the targets once the output is known, e.g. the class with the largest score.
        layer: a layer with height and width.

    Raises:
        InputError: no such layer, or one without height and width.
    """
    with gradients_on():
        output, found = outputs_of(model, x.detach().clone().requires_grad_(True), [layer])
        channels = found[layer]  # (1, C, h, w)
        if channels.ndim != 4 or math.prod(channels.shape[2:]) == 1:
            raise InputError(f"The layer {layer!r} has no height and width, so it cannot say where. Choose an earlier one.")
        maps = []
        for target in choose(output):
            (gradient,) = torch.autograd.grad(target(output).sum(), channels, retain_graph=True)
            importance = gradient.mean((2, 3), keepdim=True)  # (1, C, 1, 1): how much each channel counts
            maps.append((importance * channels).sum(1)[0])  # (1, C, h, w) -> (h, w)
        return torch.stack(maps).detach().float().cpu().numpy(), output.detach()


def rescale_positive(signed: Floats) -> Floats:
    """The positive part of a signed map (h, w) as shares 0..1 of its largest value; all 0 where nothing is positive."""
    positive = np.maximum(signed, 0).astype(np.float32)
    return positive / positive.max() if positive.max() > 0 else positive
