"""Is it this or that? One logit, one sigmoid, one threshold, and two kinds of error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.classification import compute_logits

SIMILAR = 0.1
"""Probabilities that differ by at most this count as similar."""


def sigmoid(logit: float) -> float:
    """1 / (1 + exp(-z)): the probability of the positive class, from one logit."""
    return float(1 / (1 + np.exp(-np.float64(logit))))


@dataclass(frozen=True)
class Decision:
    """What a network of one logit says of one picture.

    Attributes:
        negative, positive: names of the two classes.
        logit: any real number; above 0 speaks for the positive class.
    """

    negative: str
    positive: str
    logit: float

    @property
    def probability(self) -> float:
        """Of the positive class, 0..1."""
        return sigmoid(self.logit)

    def name(self, threshold: float) -> str:
        """The positive class if its probability reaches the threshold, else the negative one."""
        return self.positive if self.probability >= threshold else self.negative


def decide(picture: PictureArray, weights_name: str) -> Decision:
    """Which of two classes a picture (H, W, 3) uint8 shows.

    Raises:
        InputError: no such network.
    """
    negative, positive = weights.card(weights_name).classes
    return Decision(negative, positive, float(compute_logits(picture, weights_name)[0]))


@dataclass(frozen=True)
class Counts:
    """The confusion table: how many of the labelled pictures fall into each of the four cases at one threshold."""

    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int

    @property
    def accuracy(self) -> float:
        """Share classified correctly, 0..1."""
        right = self.true_positive + self.true_negative
        return right / max(right + self.false_positive + self.false_negative, 1)

    @property
    def true_positive_rate(self) -> float:
        """Share of the positive pictures that are found (recall), 0..1."""
        return self.true_positive / max(self.true_positive + self.false_negative, 1)

    @property
    def false_positive_rate(self) -> float:
        """Share of the negative pictures that are wrongly called positive, 0..1."""
        return self.false_positive / max(self.false_positive + self.true_negative, 1)


def count_outcomes(scores: ArrayLike, labels: ArrayLike, threshold: float) -> Counts:
    """The four counts for probabilities ``scores`` (N,) of the positive class and ``labels`` (N,) of 0 or 1."""
    called, true = np.asarray(scores) >= threshold, np.asarray(labels) == 1
    return Counts(
        true_positive=int((called & true).sum()),
        false_positive=int((called & ~true).sum()),
        true_negative=int((~called & ~true).sum()),
        false_negative=int((~called & true).sum()),
    )


def similar_outcomes(card: Card, probability: float) -> tuple[float, int]:
    """How many validation pictures with a similar probability were positive.

    Args:
        card: of a network of one logit.
        probability: of the positive class, 0..1.

    Returns:
        (share of positive pictures 0..1, number of pictures); (0.0, 0) where there were none.
    """
    scores, labels = (np.asarray(card.record["validation"][key]) for key in ("scores", "labels"))
    similar = np.abs(scores - probability) <= SIMILAR
    return float(labels[similar].mean()) if similar.any() else 0.0, int(similar.sum())
