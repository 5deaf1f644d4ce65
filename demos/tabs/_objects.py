"""What the tabs that find objects say of them in the same way."""

from collections.abc import Sequence

from cnn_core.results import Floats
from cnn_core.runtime.cards import Card
from demos.tabs._certainty import HALF

PLURALS = {"person": "people", "bus": "buses", "sheep": "sheep"}
"""Names of classes whose plural is not made with an s."""


def count_objects(labels: Sequence[str], otherwise: str) -> str:
    """How many of each class, in the order of their first label, or ``otherwise`` if there is none. Markdown."""
    counts = {name: list(labels).count(name) for name in dict.fromkeys(labels)}
    return ", ".join(f"{count} **{name_of(name, count)}**" for name, count in counts.items()) or otherwise


def say_objects(labels: Sequence[str], scores: Sequence[float], otherwise: str) -> str:
    """The headline: how many of each class; those that are as likely wrong as right are said apart. Markdown.

    Args:
        labels: the class of each object.
        scores: how often such objects are right, 0..1.
        otherwise: what to say if there is none.
    """
    sure = [label for label, score in zip(labels, scores, strict=True) if score >= HALF]
    unsure = [label for label, score in zip(labels, scores, strict=True) if score < HALF]
    if not unsure:
        return count_objects(sure, otherwise)
    doubt = f"Not sure - perhaps {count_objects(unsure, '')}{' more' if sure else ''}"
    return f"{count_objects(sure, '')}. {doubt}" if sure else doubt


def say_trust(card: Card) -> str:
    """What a detector's confidence is worth, and where it makes the fewest mistakes."""
    table = card.record.get("certainty")
    if table is None:
        return "This confidence is the public network's own: nobody measured here how often such boxes are right."
    n, off, best = first_of(card)["n"], 100 * table["error"], table["best_threshold"]
    return (
        f"80% means: about 80% of such boxes were right on {n:,} photographs never trained on (on average {off:.1f} points "
        f"off). From {best:.0%} on, wrong boxes and missed objects balance best there (F1)."
    )


def first_of(card: Card) -> dict[str, float]:
    """The figures on the card's first data set."""
    return dict(next(iter(card.metrics.values())))


def name_of(name: str, count: int) -> str:
    """The class's name for so many objects: singular or plural."""
    return name if count == 1 else PLURALS.get(name, f"{name}s")


def corners(box: Floats) -> str:
    """The corners of a box (4,) in whole pixels."""
    x1, y1, x2, y2 = (round(float(side)) for side in box)
    return f"{x1}, {y1} to {x2}, {y2}"
