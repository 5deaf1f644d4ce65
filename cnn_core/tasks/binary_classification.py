"""Is it this or that? One logit, one sigmoid, one threshold, and two kinds of error."""

from dataclasses import dataclass

import numpy as np

from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.classification import logits_of


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
    return Decision(negative, positive, float(logits_of(picture, weights_name)[0]))


@dataclass(frozen=True)
class Counts:
    """How many of the labelled pictures fall into each of the four cases at one threshold."""

    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int

    @property
    def accuracy(self) -> float:
        """Share decided rightly, 0..1."""
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


def counts_at(scores: np.ndarray, labels: np.ndarray, threshold: float) -> Counts:
    """The four counts for probabilities ``scores`` (N,) of the positive class and ``labels`` (N,) of 0 or 1."""
    said, true = np.asarray(scores) >= threshold, np.asarray(labels) == 1
    return Counts(int((said & true).sum()), int((said & ~true).sum()), int((~said & ~true).sum()), int((~said & true).sum()))
