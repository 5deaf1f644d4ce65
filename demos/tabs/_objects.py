"""What the tabs that find objects say of them in the same way."""

from collections.abc import Sequence

from cnn_core.results import Floats

PLURALS = {"person": "people", "bus": "buses", "sheep": "sheep"}
"""Names of classes whose plural is not made with an s."""


def count_objects(labels: Sequence[str], otherwise: str) -> str:
    """How many of each class, in the order of their first label, or ``otherwise`` if there is none. Markdown."""
    counts = {name: list(labels).count(name) for name in dict.fromkeys(labels)}
    return ", ".join(f"{count} **{name_of(name, count)}**" for name, count in counts.items()) or otherwise


def name_of(name: str, count: int) -> str:
    """The class's name for so many objects: singular or plural."""
    return name if count == 1 else PLURALS.get(name, f"{name}s")


def corners(box: Floats) -> str:
    """The corners of a box (4,) in whole pixels."""
    x1, y1, x2, y2 = (round(float(side)) for side in box)
    return f"{x1}, {y1} to {x2}, {y2}"
