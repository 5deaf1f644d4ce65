"""How a colorizer is measured: distances of its colours, and whether a classifier recognises what it coloured."""

import numpy as np
import torch
import torch.nn.functional as F
from skimage.color import deltaE_ciede2000
from torch import Tensor, nn

from cnn_core.ops.colour_bins import lab_of, rgb_of
from cnn_core.results import Colorization, Floats, PictureArray
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.colorization import PAPER_TEMPERATURE, apply_colours, choose_colours, input_shape
from cnn_core.tasks.preprocessing import grey_of, normalise, prepare
from cnn_core.training.command import Options
from cnn_core.training.data.labelled import read_shards
from cnn_core.training.engine.accuracy import accuracies, probabilities_of

CLASSIFIER = "classify_resnet_tiny200"
FARTHEST = 150
"""Distances in a, b are counted up to this (Zhang et al. 2016, section 3.1)."""

LEAST_PIXELS = 100


def bins_of(model: nn.Module) -> Tensor:
    """The colours (Q, 2) float32 that a network with a ``ColourHead`` chooses from, on the CPU."""
    return model.get_submodule("head").get_buffer("bins").float().cpu()


def predict_colours(model: nn.Module, picture: PictureArray, form: Preprocessing, device: torch.device) -> Colorization:
    """A network's colours for a photograph's lightness, prepared as in the app."""
    x = prepare(picture, form, input_shape(picture.shape[0], picture.shape[1], form)).x.to(device)  # (1, 3, H, W)
    probabilities = model(x)[0].float().softmax(0).cpu().numpy()  # (Q, h, w)
    return Colorization(lab_of(picture)[0], probabilities, bins_of(model).numpy())


@torch.inference_mode()
def measure_recognition(model: nn.Module, form: Preprocessing, options: Options) -> dict[str, float]:
    """How often a classifier is right on Tiny ImageNet's validation pictures: true, grey, and coloured from grey."""
    assert options.data is not None
    held_out = read_shards(options.data / "tiny200", "val")
    network = load_weights(CLASSIFIER, options.device)
    plain = [picture.permute(1, 2, 0).contiguous().numpy() for picture in held_out.pictures]
    versions = {
        "true": plain,
        "grey": [grey_of(lab_of(picture)[0]) for picture in plain],
        "coloured": [apply_colours(predict_colours(model, picture, form, options.device)) for picture in plain],
    }
    size = (network.card.input.size,) * 2

    def prepare(x: Tensor) -> Tensor:
        return normalise(F.interpolate(x, size, mode="bilinear", antialias=True), network.card.input)

    found = {}
    for name, pictures in versions.items():
        stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)  # (n, H, W, 3) -> (n, 3, H, W)
        probabilities = probabilities_of(network.model, stacked, prepare, options.device)
        found[f"{name}_top1"] = accuracies(probabilities, held_out.labels)["top1"]
    recovered = (found["coloured_top1"] - found["grey_top1"]) / max(found["true_top1"] - found["grey_top1"], 1e-6)
    rounded = {key: round(value, 4) for key, value in found.items()}
    return {"n": len(plain), **rounded, "recovered": round(min(max(recovered, 0.0), 1.0), 4)}


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
        """One photograph (H, W, 3) uint8 and the colours predicted for it; compared on the network's own grid."""
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
