"""Scores that say how often they are right."""

import numpy as np

from cnn_core.results import Floats

MOST = 1 - 1e-6
"""A score of 0 or 1 would have an infinite logit."""


def platt(scores: Floats, slope: float, intercept: float) -> Floats:
    """The share right among answers with such scores: sigmoid(slope * logit(score) + intercept), 0..1, of any shape.

    Platt 1999, "Probabilistic outputs for support vector machines". A slope above 0 leaves the order of the scores as it is.
    """
    inside = np.clip(np.asarray(scores, np.float64), 1 - MOST, MOST)
    logits = slope * np.log(inside / (1 - inside)) + intercept
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def expected_calibration_error(said: Floats, right: Floats, bins: int = 10) -> float:
    """How far what is said (n,) 0..1 lies from the share right, on the mean over the answers, 0..1.

    Over ``bins`` ranges of equal width (Guo et al. 2017, arXiv:1706.04599).

    Args:
        said: the probability given with each answer.
        right: 1 where the answer was right, else 0, (n,).
        bins: how many ranges.
    """
    number = np.minimum((np.asarray(said) * bins).astype(int), bins - 1)  # (n,)
    count = np.bincount(number, minlength=bins)
    apart = np.bincount(number, said, bins) - np.bincount(number, right, bins)  # (bins,)
    return float(np.abs(apart).sum() / max(count.sum(), 1))
