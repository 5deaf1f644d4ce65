"""Colours as Zhang et al. 2016 (arXiv:1603.08511) classify them: CIELAB, a grid of colour bins, and the ways to and fro.

CIELAB is scikit-image's (white point D65): L is the lightness, 0 to 100; a goes from green to red, b from blue to yellow,
both about -110 to 110. A pair of a and b without L is a colour at any lightness.
"""

import warnings

import numpy as np
import torch
from skimage.color import lab2rgb, rgb2lab
from torch import Tensor

from cnn_core.results import Floats, PictureArray

ROWS = 512
"""So many rows at a time are converted, so that a large upload needs little memory."""


def lab_of(picture: PictureArray) -> tuple[Floats, Floats]:
    """L (H, W) and a, b (H, W, 2), float32, of an RGB picture (H, W, 3) uint8."""
    height, width = picture.shape[:2]
    lab = np.empty((height, width, 3), np.float32)
    for top in range(0, height, ROWS):
        lab[top : top + ROWS] = rgb2lab(picture[top : top + ROWS].astype(np.float32) / 255)
    return lab[..., 0].copy(), lab[..., 1:].copy()


def rgb_of(lightness: Floats, ab: Floats) -> PictureArray:
    """The RGB picture (H, W, 3) uint8 of L (H, W) and a, b (H, W, 2); colours that a screen cannot show are clipped."""
    picture = np.empty((*lightness.shape, 3), np.uint8)
    for top in range(0, len(lightness), ROWS):
        part = slice(top, top + ROWS)
        lab = np.concatenate([lightness[part, :, None], ab[part]], -1).astype(np.float32)
        picture[part] = np.round(255 * np.clip(_quietly_rgb(lab), 0, 1))
    return picture


def _quietly_rgb(lab: Floats) -> Floats:
    """scikit-image's conversion without its warning about colours beyond blue, which are clipped as it says."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Conversion from CIE-LAB")
        return np.asarray(lab2rgb(lab))


def soft_encode(ab: Tensor, bins: Tensor, neighbours: int = 5, sigma: float = 5.0) -> Tensor:
    """Colours (n, 2) as shares of the nearest bins: (n, Q), each row adding up to 1 with ``neighbours`` numbers above 0.

    A bin's share falls with its distance like a bell curve of width ``sigma`` (the paper's section 2.1).
    """
    distances, nearest = torch.cdist(ab, bins).topk(neighbours, largest=False)
    shares = torch.exp(-(distances**2) / (2 * sigma**2))
    shares = shares / shares.sum(1, keepdim=True)
    return torch.zeros(len(ab), len(bins), device=ab.device).scatter_(1, nearest, shares)


def rebalancing_weights(prior: Tensor, uniform: float = 0.5) -> Tensor:
    """How much each bin counts, (Q,): the rarer the more; a pixel drawn at random counts 1 on average (section 2.2).

    Args:
        prior: each bin's share of all pixels, (Q,), adding up to 1.
        uniform: how much the prior is first mixed with equal shares (lambda), so that no bin counts without end.
    """
    weights = 1 / ((1 - uniform) * prior + uniform / len(prior))
    return weights / (prior * weights).sum()


def anneal(probabilities: Tensor, temperature: float) -> Tensor:
    """Probabilities (Q, ...) made more decided: p^(1/T), shared out again. T = 1 leaves them; at 0 the largest takes all."""
    if temperature <= 0:
        return torch.zeros_like(probabilities).scatter_(0, probabilities.argmax(0, keepdim=True), 1.0)
    return (probabilities.clamp(min=1e-12).log() / temperature).softmax(0)


def mean_colour(probabilities: Tensor, bins: Tensor) -> Tensor:
    """The mean a, b (2, ...) of probabilities (Q, ...) over bins (Q, 2); of ``annealed`` ones the paper's annealed mean."""
    return torch.einsum("q...,qc->c...", probabilities, bins)
