"""What a colorizer is trained towards, and how it is measured."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from skimage.color import deltaE_ciede2000
from torch import Tensor

from cnn_core.ops.colour_bins import lab_of, rgb_of, soft_encode
from cnn_core.results import Colorization, Floats
from cnn_core.tasks.colorization import PAPER_TEMPERATURE, choose_colours

FARTHEST = 150
"""Distances in a, b are counted up to this (Zhang et al. 2016, section 3.1)."""

LEAST_PIXELS = 100
WHITE = (0.95047, 1.0, 1.08883)
TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))


def lab_tensor(x: Tensor) -> Tensor:
    """RGB (N, 3, H, W) in 0..1 -> L, a, b of the same shape: scikit-image's ``rgb2lab``, for batches on any device."""
    linear = torch.where(x > 0.04045, ((x + 0.055) / 1.055).clamp(min=0) ** 2.4, x / 12.92)
    matrix = torch.tensor(TO_XYZ, device=x.device) / torch.tensor(WHITE, device=x.device)[:, None]
    xyz = torch.einsum("ij,njhw->nihw", matrix, linear)
    f = torch.where(xyz > 0.008856, xyz.clamp(min=1e-8) ** (1 / 3), 7.787 * xyz + 16 / 116)
    fx, fy, fz = f.unbind(1)
    return torch.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], 1)


def rgb_tensor(lightness: Tensor, ab: Tensor) -> Tensor:
    """L (N, H, W) and a, b (N, 2, H, W) -> RGB (N, 3, H, W) in 0..1, clipped: ``lab_tensor`` backwards, differentiable."""
    y = (lightness + 16) / 116
    f = torch.stack([y + ab[:, 0] / 500, y, y - ab[:, 1] / 200], 1)
    xyz = torch.where(f > 6 / 29, f.clamp(min=0.1) ** 3, (f - 16 / 116) / 7.787)
    white = torch.tensor(WHITE, device=ab.device)[:, None, None]
    linear = torch.einsum("ij,njhw->nihw", torch.linalg.inv(torch.tensor(TO_XYZ)).to(ab.device), xyz * white)
    curved = 1.055 * linear.clamp(min=0.003) ** (1 / 2.4) - 0.055
    return torch.where(linear > 0.0031308, curved, 12.92 * linear).clamp(0, 1)


def chroma(pictures: Tensor) -> Tensor:
    """The mean distance of a picture's colours from grey: (N, 3, H, W) uint8 -> (N,)."""
    small = F.interpolate(pictures.float() / 255, (16, 16), mode="area")
    return lab_tensor(small)[:, 1:].norm(dim=1).mean((1, 2))


def colour_loss(logits: Tensor, ab: Tensor, bins: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy with the soft code of the true colours, each pixel weighted as its nearest bin is: a scalar.

    Args:
        logits: (N, Q, h, w).
        ab: the true colours at that size, (N, 2, h, w).
        bins: (Q, 2).
        weights: of each bin, (Q,).
    """
    flat = ab.permute(0, 2, 3, 1).reshape(-1, 2)
    code = soft_encode(flat, bins)
    said = logits.permute(0, 2, 3, 1).reshape(-1, len(bins)).float().log_softmax(1)
    counts = weights[code.argmax(1)]
    return -(counts * (code * said).sum(1)).sum() / counts.sum()


def recoloured(lightness: Tensor, logits: Tensor, bins: Tensor) -> Tensor:
    """L (N, H, W) with the annealed mean of what was said (N, Q, h, w) of its colours: RGB (N, 3, H, W) in 0..1."""
    ab = torch.einsum("nqhw,qc->nchw", (logits / PAPER_TEMPERATURE).softmax(1), bins)
    return rgb_tensor(lightness, F.interpolate(ab, lightness.shape[1:], mode="bilinear", align_corners=False))


def disagreement(said: Tensor, wanted: Tensor) -> Tensor:
    """How far a classifier's logits (N, C) are from its logits for the true pictures: KL(wanted || said), a scalar."""
    return F.kl_div(said.log_softmax(1), wanted.softmax(1), reduction="batchmean")


# ---------------------------------------------------------------- how it is measured


def area_under_curve(errors: Floats, weights: Floats | None = None) -> float:
    """The share of pixels nearer than t to the truth, averaged over the thresholds t = 0, 1, ..., 150: 0..1.

    Args:
        errors: distances in a, b, (n,).
        weights: how much each pixel counts, (n,); None for all alike.
    """
    counts = np.ones_like(errors) if weights is None else weights
    within = np.bincount(np.ceil(errors).astype(np.int64).clip(0, FARTHEST + 1), counts, FARTHEST + 2)
    return float((np.cumsum(within)[: FARTHEST + 1] / counts.sum()).mean())


class ColourFigures:
    """Figures over many photographs, added one by one: how near a colorizer comes, and how near grey would be.

    For the balanced figures every bin counts alike that at least ``LEAST_PIXELS`` of these very photographs' pixels are
    nearest to. (The paper divides by each bin's share in ImageNet; with so few photographs, single pixels of the rarest
    colours would then decide.)

    Args:
        bins: (Q, 2).
    """

    def __init__(self, bins: Floats) -> None:
        self.bins = torch.from_numpy(bins)
        self.errors: list[Floats] = []
        self.grey_errors: list[Floats] = []
        self.nearest: list[np.ndarray] = []
        self.delta: list[float] = []
        self.grey_delta: list[float] = []

    def add(self, picture: np.ndarray, answer: Colorization) -> None:
        """One photograph (H, W, 3) uint8 and what was said of its lightness; compared on the network's own grid."""
        h, w = answer.probabilities.shape[1:]
        small = F.interpolate(torch.from_numpy(picture).permute(2, 0, 1)[None].float(), (h, w), mode="area")
        lightness, true = lab_of(small[0].permute(1, 2, 0).round().to(torch.uint8).numpy())
        found = choose_colours(answer, PAPER_TEMPERATURE)
        self.nearest.append(torch.cdist(torch.from_numpy(true.reshape(-1, 2)), self.bins).argmin(1).numpy())
        self.errors.append(np.linalg.norm(found - true, axis=-1).ravel())
        self.grey_errors.append(np.linalg.norm(true, axis=-1).ravel())
        shown = lab_of(rgb_of(lightness, found))
        for kept, ab in ((self.delta, shown[1]), (self.grey_delta, np.zeros_like(true))):
            lab, truth = (np.concatenate([lightness[..., None], colours], -1) for colours in (ab, true))
            kept.append(float(deltaE_ciede2000(truth, lab).mean()))

    def figures(self) -> dict[str, float]:
        """{"auc", "auc_balanced", "delta_e"} and the same of grey pictures with "grey_" before."""
        errors, grey, nearest = (np.concatenate(parts) for parts in (self.errors, self.grey_errors, self.nearest))
        counts = np.bincount(nearest, minlength=len(self.bins))
        weights = np.where(counts >= LEAST_PIXELS, 1 / counts.clip(min=1), 0.0)[nearest]
        return {
            "auc": area_under_curve(errors),
            "auc_balanced": area_under_curve(errors, weights),
            "grey_auc": area_under_curve(grey),
            "grey_auc_balanced": area_under_curve(grey, weights),
            "delta_e": float(np.mean(self.delta)),
            "grey_delta_e": float(np.mean(self.grey_delta)),
        }


def bins_and_prior(folder: Path) -> tuple[Floats, Floats]:
    """The 313 bins (Q, 2) and the smoothed share of each of all pixels (Q,), as Zhang et al. 2016 give them."""
    bins = np.load(folder / "pts_in_hull.npy", allow_pickle=False).astype(np.float32)
    return bins, np.load(folder / "prior_prob_smoothed.npy", allow_pickle=False).astype(np.float32)
