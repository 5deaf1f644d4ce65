"""Scores as a network gives them, and what they are worth."""

import torch
from torch import Tensor

from cnn_core.ops.calibration import platt
from cnn_core.results import Floats
from cnn_core.runtime.cards import Card


def believed(scores: Floats, card: Card) -> Floats:
    """The share right among boxes with such scores (n,), 0..1, measured on photographs that no training saw.

    The order of the scores stays. A card that says nothing of it (a public network's) leaves them as they are.
    """
    table = card.record.get("certainty")
    return platt(scores, table["slope"], table["intercept"]) if table else scores


def scale_logits(logits: Tensor, slopes: tuple[float, float]) -> Tensor:
    """Logits (n, K, ...) multiplied by the first slope where class 0, the background, is the likeliest, else by the second.

    Which class is the likeliest stays; with slopes from ``believed_slopes`` softmax makes shares right of them.
    """
    background, thing = slopes
    return logits * torch.where(logits.argmax(1, keepdim=True) == 0, background, thing)


def believed_slopes(card: Card) -> tuple[float, float]:
    """A segmenter's two slopes, measured on photographs that no training saw; 1 where its card says nothing of it."""
    table = card.record.get("pixels")
    return (table["background_slope"], table["slope"]) if table else (1.0, 1.0)
