"""How far scores can be believed: which boxes and pixels are right, and the numbers that make scores say so."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import brentq
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torchvision.ops import box_iou

from cnn_core.ops.calibration import MOST, expected_calibration_error, platt
from cnn_core.results import Floats
from cnn_core.tasks.certainty import scale_logits

RIGHT = 0.5
"""A box is right from this overlap with an object of its class that no better box has claimed."""
LEAST_SAID = 0.05
"""Answers that are said to be right less often are not counted: no page shows them."""
THRESHOLDS = np.arange(0.05, 0.96, 0.05)
ALMOST_FREE = 1e6
"""The inverse of the regularisation: two numbers need none."""


@dataclass(frozen=True)
class Judged:
    """What became of a detector's boxes.

    Attributes:
        scores: (n,).
        right: (n,), 1 or 0.
        picture: (n,), the number of each one's photograph.
        objects: how many there were to find.
    """

    scores: Floats
    right: Floats
    picture: Floats
    objects: int


def judge(found: Iterable[tuple[Tensor, Tensor, Tensor]], true: Iterable[tuple[Tensor, Tensor, Tensor]]) -> Judged:
    """Which boxes are right; the highest score of a photograph claims its object first.

    Args:
        found: for each picture boxes (n, 4), scores (n,), labels (n,).
        true: for each picture boxes (m, 4), labels (m,), difficult (m,); a box on a difficult one does not count.
    """
    rows: list[tuple[float, float, int]] = []
    objects = 0
    for number, ((boxes, scores, labels), (corners, classes, difficult)) in enumerate(zip(found, true, strict=True)):
        overlap = box_iou(boxes.float(), corners.float()) * (labels[:, None] == classes[None])  # (n, m)
        objects += int((~difficult).sum())
        for k in scores.argsort(descending=True).tolist():
            best = int(overlap[k].argmax()) if len(corners) else -1
            hit = best >= 0 and float(overlap[k, best]) >= RIGHT
            if hit:
                overlap[:, best] = 0  # claimed
            if not (hit and bool(difficult[best])):
                rows.append((float(scores[k]), float(hit), number))
    table = np.array(rows, np.float32).reshape(-1, 3)
    return Judged(table[:, 0], table[:, 1], table[:, 2], objects)


def fit_platt(scores: Floats, right: Floats) -> tuple[float, float]:
    """(slope, intercept) of ``platt`` for which what came out was likeliest; (1, 0) where all are right, or none."""
    if len(np.unique(right)) < 2:
        return 1.0, 0.0
    inside = np.clip(scores, 1 - MOST, MOST)
    fitted = LogisticRegression(C=ALMOST_FREE).fit(np.log(inside / (1 - inside))[:, None], right)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def best_threshold(said: Floats, right: Floats, objects: int) -> float:
    """The threshold, of 5 % to 95 %, with the highest F1: twice the hits, by all answers and all objects together."""
    kept = [said >= threshold for threshold in THRESHOLDS]
    f1 = [2 * right[chosen].sum() / max(int(chosen.sum()) + objects, 1) for chosen in kept]
    return round(float(THRESHOLDS[int(np.argmax(f1))]), 2)


def certainty(judged: Judged) -> dict[str, float]:
    """The card's table: slope and intercept, the calibration error without and with them, and the threshold of the best F1.

    The error with them is that of each half of the photographs where the other half chose both numbers.
    """
    scores, right = judged.scores, judged.right
    slope, intercept = fit_platt(scores, right)
    other = np.zeros_like(scores)
    for half in (0, 1):
        own = judged.picture % 2 == half  # (n,)
        other[own] = platt(scores[own], *fit_platt(scores[~own], right[~own]))
    said = platt(scores, slope, intercept)
    figures = {
        "slope": slope, "intercept": intercept, "error_before": shown_error(scores, right),
        "error": shown_error(other, right),
        "best_threshold": best_threshold(said, right, judged.objects),
    }  # fmt: skip
    return {name: round(value, 4) for name, value in figures.items()}


def shown_error(said: Floats, right: Floats) -> float:
    """The expected calibration error of the answers that a page may show."""
    shown = said >= LEAST_SAID
    return expected_calibration_error(said[shown], right[shown])


# ---------------------------------------------------------------- pixels


@dataclass(frozen=True)
class JudgedPixels:
    """Pixels of photographs that people outlined.

    Attributes:
        logits: (n, K) float32; class 0 is the background.
        true: (n,) int64.
        picture: (n,), the number of each one's photograph.
    """

    logits: Tensor
    true: Tensor
    picture: Tensor


def judge_pixels(answers: Iterable[tuple[Tensor, Tensor]], every: int = 101) -> JudgedPixels:
    """Some of the pixels of each photograph whose class is known.

    Args:
        answers: for each photograph logits (1, K, h, w) over it, and its mask (H, W), true classes below K.
        every: one in so many pixels is taken.
    """
    logits, true, picture = [], [], []
    for number, (inside, mask) in enumerate(answers):
        known = torch.nonzero(mask < inside.shape[1])[::every]  # (n, 2)
        size, own = torch.tensor(mask.shape), torch.tensor(inside.shape[2:])
        rows, columns = ((known + 0.5) * own / size).long().unbind(1)  # the nearest of the network's own pixels
        logits.append(inside[0, :, rows, columns].T.float())  # (K, n) -> (n, K)
        true.append(mask[known[:, 0], known[:, 1]].long())
        picture.append(torch.full((len(known),), number))
    return JudgedPixels(torch.cat(logits), torch.cat(true), torch.cat(picture))


def fit_slope(logits: Tensor, true: Tensor) -> float:
    """What logits (n, K) are multiplied by so that the likeliest class's mean probability is the share right (true: (n,)).

    One over a temperature (Guo et al. 2017, arXiv:1706.04599), from 0.05 to 5; 1 where there are no pixels.
    """
    if not len(true):
        return 1.0
    right = float((logits.argmax(1) == true).float().mean())

    def excess(slope: float) -> float:
        return float((slope * logits).softmax(1).amax(1).mean()) - right

    low, high = 0.05, 5.0
    if excess(low) >= 0 or excess(high) <= 0:
        return low if excess(low) >= 0 else high
    return float(brentq(excess, low, high, xtol=1e-4))


def fit_slopes(logits: Tensor, true: Tensor) -> tuple[float, float]:
    """``fit_slope`` of the pixels that are called background (class 0), and of the others."""
    named = logits.argmax(1) > 0  # (n,)
    return fit_slope(logits[~named], true[~named]), fit_slope(logits[named], true[named])


def pixel_certainty(judged: JudgedPixels) -> dict[str, float]:
    """The card's table: both slopes and the calibration errors without and with them, of all pixels and of the named ones.

    The errors with them are those of each half of the photographs where the other half chose them.
    """
    other = judged.logits.clone()
    for half in (0, 1):
        own = judged.picture % 2 == half  # (n,)
        other[own] = scale_logits(other[own], fit_slopes(judged.logits[~own], judged.true[~own]))
    errors = {}
    for words, scaled in (("error_before", judged.logits), ("error", other)):
        highest, called = scaled.softmax(1).max(1)
        said, right, named = highest.numpy(), (called == judged.true).float().numpy(), (called > 0).numpy()
        errors[words] = expected_calibration_error(said, right)
        errors[f"named_{words}"] = expected_calibration_error(said[named], right[named])
    background, thing = fit_slopes(judged.logits, judged.true)
    figures = {"background_slope": background, "slope": thing, **errors}
    return {name: round(value, 4) for name, value in figures.items()}


# ---------------------------------------------------------------- classes


def calibrate_last_layer(model: nn.Module, probabilities: Tensor, classes: Tensor) -> float:
    """Multiplies a classifier's last layer so that it is as sure of pictures like these as it is often right.

    Args:
        model: changed in place; its last linear layer gives the logits.
        probabilities: (N, K), its answers to the pictures.
        classes: (N,) int64, what they show.

    Returns:
        The factor (one over a temperature that is folded into the weights).
    """
    slope = fit_slope(probabilities.clamp(min=1e-12).log(), classes)  # logarithms are the logits but for a constant
    last = [layer for layer in model.modules() if isinstance(layer, nn.Linear)][-1]
    with torch.no_grad():
        for values in last.parameters():
            values.mul_(slope)
    return slope


def confidence_error(probabilities: Tensor, classes: Tensor) -> float:
    """The expected calibration error of the likeliest classes of pictures, (N, K) and (N,): 0..1."""
    confidence, answer = probabilities.max(1)
    return round(expected_calibration_error(confidence.numpy(), (answer == classes).float().numpy()), 4)
