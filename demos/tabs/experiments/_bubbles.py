"""Accuracy against arithmetic as circles to press, their areas the numbers of parameters; what two tabs share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cnn_core.runtime.cards import Card
from demos.charts import Axis

ARITHMETIC = "multiply-adds for one picture"
PRESS = "Press a circle, or reach it by the Tab key and press Enter: below, it can be opened. G: thousand million."


@dataclass(frozen=True)
class Bubble:
    """A network in the chart.

    Attributes:
        value: what a press sets.
        title: its name.
        parameters, multiply_adds: of one picture.
        accuracy: 0..1.
    """

    value: str
    title: str
    parameters: float
    multiply_adds: float
    accuracy: float

    @classmethod
    def of_card(cls, card: Card) -> "Bubble":
        """One of this project's networks."""
        return cls(card.name, card.title, card.parameters, card.multiply_adds, card.top1)

    @property
    def data(self) -> dict[str, Any]:
        """The circle, and what it says of the network."""
        about = (
            f"{self.title}: {self.accuracy:.1%} right, {self.multiply_adds / 1e6:,.1f} million multiply-adds, "
            f"{self.parameters:,} parameters"
        )
        place = {"x": self.multiply_adds, "y": 100 * self.accuracy, "size": self.parameters}
        return {"name": self.title, "value": self.value, "about": about, **place}


def draw_bubbles(bubbles: Sequence[Bubble], chosen: str, which: str, among: Sequence[Bubble]) -> dict[str, Any]:
    """A chart of some networks. The largest circle of all charts is that of the most parameters ``among`` these."""
    words, x, y = axes(bubbles, which)
    return {
        "words": words,
        "sets": "network",
        "chosen": chosen,
        "hint": "Press a circle to choose its network.",
        "x": {"title": x.title, "low": x.low, "high": x.high},
        "y": {"title": y.title, "low": y.low, "high": y.high},
        "largest": max(each.parameters for each in among),
        "bubbles": [each.data for each in bubbles],
    }


def axes(bubbles: Sequence[Bubble], which: str) -> tuple[str, Axis, Axis]:
    """What a chart of networks shows, in words, and its two axes, with room around the circles."""
    low, high = min(each.accuracy for each in bubbles), max(each.accuracy for each in bubbles)
    margin = 0.25 * max(high - low, 0.1)
    best, dearest = max(bubbles, key=lambda each: each.accuracy), max(bubbles, key=lambda each: each.multiply_adds)
    return (
        f"{which}: {best.title} is right most often ({best.accuracy:.0%}), {dearest.title} computes most.",
        Axis(
            title=ARITHMETIC, log=True, low=0.4 * min(each.multiply_adds for each in bubbles), high=3 * dearest.multiply_adds
        ),
        Axis(title="top-1 accuracy in %", low=100 * (low - margin), high=100 * (high + margin)),
    )
