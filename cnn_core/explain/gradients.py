"""Explanations by the gradient of the answer with respect to the pixels, worked out by captum.

Integrated gradients: Sundararajan et al. 2017, arXiv:1703.01365. SmoothGrad: Smilkov et al. 2017, arXiv:1706.03825.
"""

from dataclasses import dataclass

import numpy as np
import torch
from captum.attr import IntegratedGradients, Saliency
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.explain.targets import Target
from cnn_core.results import Floats, Heatmap
from cnn_core.runtime.borrowed import gradients_on, private_copy


@dataclass(frozen=True)
class Attribution:
    """A share of the answer for every pixel.

    Attributes:
        values: (H, W) float32, signed, in the target's unit, summed over R, G and B.
        rise: the target for the picture less the target for the baseline; integrated gradients' values add up to it,
            except for what is lost because the integral is a sum of a few steps.
        heatmap: the positive part as 0..1, for drawing.
    """

    values: Floats
    rise: float
    heatmap: Heatmap

    @property
    def accounted(self) -> float:
        """The values' sum as a share of the rise; 1 is exact, 0 where nothing rises."""
        return float(self.values.sum() / self.rise) if self.rise else 0.0


def integrated_gradients(
    model: nn.Module, x: Tensor, target: Target, baseline: Tensor | None = None, steps: int = 20
) -> Attribution:
    """The target's rise from ``baseline`` to the picture ``x``, shared out among the pixels.

    Args:
        model: the network, left as found.
        x: one picture (1, 3, H, W), normalised.
        target: the number that is explained.
        baseline: where the path starts; None is zeros, the training pictures' mean colour. What looks like it gets nothing.
        steps: points on the straight path from baseline to picture (Gauss-Legendre), all in one batch.
    """
    if len(x) != 1:
        raise InputError(f"Integrated gradients explain one picture at a time; a batch of {len(x)} came.")
    network = private_copy(model)
    with gradients_on():
        picture = x.detach().clone()
        start = torch.zeros_like(picture) if baseline is None else baseline.detach().clone()
        method = IntegratedGradients(lambda pictures: target(network(pictures)))
        shares = method.attribute(picture, start, n_steps=steps).detach()  # (1, 3, H, W)
        with torch.no_grad():
            ends = target(network(torch.cat([picture, start])))
    values = shares.sum(1)[0].float().cpu().numpy()
    return Attribution(values, float(ends[0] - ends[1]), Heatmap(rescale(np.maximum(values, 0)), target.words))


def smooth_grad(
    model: nn.Module, x: Tensor, target: Target, noise: float = 0.15, samples: int = 16, seed: int = 0
) -> Heatmap:
    """How strongly each pixel moves the target, averaged over noisy copies of the picture; it does not say up or down.

    The noise is drawn here and not by captum's NoiseTunnel, which draws from the generator that all visitors share.

    Args:
        model: the network, left as found.
        x: one picture (1, 3, H, W), normalised.
        target: the number that is explained.
        noise: standard deviation of the noise, as a share of the picture's range.
        samples: noisy copies, all in one batch.
        seed: the same seed, the same noise.
    """
    if len(x) != 1:
        raise InputError(f"SmoothGrad explains one picture at a time; a batch of {len(x)} came.")
    network = private_copy(model)
    with gradients_on():
        picture = x.detach().clone()
        draw = torch.randn((samples, *x.shape[1:]), generator=torch.Generator().manual_seed(seed))
        copies = picture + noise * (picture.max() - picture.min()) * draw.to(picture)
        method = Saliency(lambda pictures: target(network(pictures)))
        gradients = method.attribute(copies.requires_grad_(True), abs=False).detach()  # (samples, 3, H, W)
    values = gradients.mean(0).abs().amax(0).float().cpu().numpy()
    return Heatmap(rescale(values), target.words)


def rescale(values: Floats) -> Floats:
    """Values of at least 0 as 0..1 of their 99th percentile: a few extreme pixels would leave the rest black."""
    top = np.percentile(values, 99) or values.max()
    return np.clip(values / top, 0, 1).astype(np.float32) if top > 0 else np.zeros_like(values, np.float32)


def smooth(values: Floats) -> Floats:
    """A map (h, w) blurred by one pixel (Gaussian), for the eye: strides leave single bright pixels in a regular pattern."""
    from torchvision.transforms.functional import gaussian_blur  # here: see public_weights.record_of

    return np.asarray(gaussian_blur(torch.from_numpy(values)[None], [5, 5], [1.0, 1.0])[0])  # (1, h, w) -> (h, w)
