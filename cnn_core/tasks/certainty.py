"""Scores as a detector gives them, and what they are worth."""

from cnn_core.ops.calibration import platt
from cnn_core.results import Floats
from cnn_core.runtime.cards import Card


def believed(scores: Floats, card: Card) -> Floats:
    """The share right among boxes with such scores (n,), 0..1, measured on photographs that no training saw.

    The order of the scores stays. A card that says nothing of it (a public network's) leaves them as they are.
    """
    table = card.record.get("certainty")
    return platt(scores, table["slope"], table["intercept"]) if table else scores
