"""What a colorizer is trained with: colours as a classification over bins (Zhang et al. 2016, arXiv:1603.08511)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.ops.colour_bins import soft_encode
from cnn_core.tasks.colorization import PAPER_TEMPERATURE

WHITE = (0.95047, 1.0, 1.08883)
TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))


def rgb_to_lab(x: Tensor) -> Tensor:
    """RGB (N, 3, H, W) in 0..1 -> L in 0..100, a, b of the same shape: scikit-image's ``rgb2lab``, on any device."""
    linear = torch.where(x > 0.04045, ((x + 0.055) / 1.055).clamp(min=0) ** 2.4, x / 12.92)
    matrix = torch.tensor(TO_XYZ, device=x.device) / torch.tensor(WHITE, device=x.device)[:, None]  # (3, 3)
    xyz = torch.einsum("ij,njhw->nihw", matrix, linear)  # (N, 3, H, W): the matrix times each pixel's colour
    f = torch.where(xyz > 0.008856, xyz.clamp(min=1e-8) ** (1 / 3), 7.787 * xyz + 16 / 116)
    fx, fy, fz = f.unbind(1)  # three times (N, H, W)
    return torch.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], 1)  # (N, 3, H, W)


def lab_to_rgb(lightness: Tensor, ab: Tensor) -> Tensor:
    """L (N, H, W) and a, b (N, 2, H, W) -> RGB (N, 3, H, W) in 0..1, clipped: ``rgb_to_lab`` backwards, differentiable."""
    y = (lightness + 16) / 116
    f = torch.stack([y + ab[:, 0] / 500, y, y - ab[:, 1] / 200], 1)  # (N, 3, H, W)
    xyz = torch.where(f > 6 / 29, f.clamp(min=0.1) ** 3, (f - 16 / 116) / 7.787)
    white = torch.tensor(WHITE, device=ab.device)[:, None, None]  # (3, 1, 1)
    to_rgb = torch.linalg.inv(torch.tensor(TO_XYZ)).to(ab.device)  # (3, 3)
    linear = torch.einsum("ij,njhw->nihw", to_rgb, xyz * white)  # (N, 3, H, W)
    curved = 1.055 * linear.clamp(min=0.003) ** (1 / 2.4) - 0.055
    return torch.where(linear > 0.0031308, curved, 12.92 * linear).clamp(0, 1)


def chroma(pictures: Tensor) -> Tensor:
    """The mean distance of a picture's colours from grey: (N, 3, H, W) uint8 -> (N,)."""
    small = F.interpolate(pictures.float() / 255, (16, 16), mode="area")
    ab = rgb_to_lab(small)[:, 1:]  # (N, 2, 16, 16)
    return ab.square().sum(1).sqrt().mean((1, 2))  # (N, 16, 16) -> (N,)


def colour_loss(logits: Tensor, ab: Tensor, bins: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy with the soft code of the true colours, each pixel weighted as its nearest bin is: a scalar.

    Args:
        logits: (N, Q, h, w).
        ab: the true colours at that size, (N, 2, h, w).
        bins: (Q, 2).
        weights: of each bin, (Q,).
    """
    code = soft_encode(ab.permute(0, 2, 3, 1).reshape(-1, 2), bins)  # (N, 2, h, w) -> (N h w, 2) -> (N h w, Q)
    scores = logits.permute(0, 2, 3, 1).reshape(-1, len(bins)).float()  # (N, Q, h, w) -> (N h w, Q)
    entropy = -(code * scores.log_softmax(1)).sum(1)  # (N h w,)
    counts = weights[code.argmax(1)]  # (N h w,)
    return (counts * entropy).sum() / counts.sum()


def recolour(lightness: Tensor, logits: Tensor, bins: Tensor) -> Tensor:
    """L (N, H, W) with the annealed mean of the colours' logits (N, Q, h, w): RGB (N, 3, H, W) in 0..1."""
    ab = torch.einsum("nqhw,qc->nchw", (logits / PAPER_TEMPERATURE).softmax(1), bins)  # (N, 2, h, w)
    return lab_to_rgb(lightness, F.interpolate(ab, lightness.shape[1:], mode="bilinear", align_corners=False))


def recognition_loss(logits: Tensor, true_logits: Tensor) -> Tensor:
    """How far a classifier's logits (N, C) are from those for the true pictures: KL(softmax(true) || softmax), a scalar."""
    return F.kl_div(logits.log_softmax(1), true_logits.softmax(1), reduction="batchmean")
