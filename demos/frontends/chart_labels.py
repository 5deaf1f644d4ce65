"""Where the names of a chart's points stand, so that they cover neither each other nor another point."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from demos.charts import Axis, Chart, Points, middle_and_reach, places

WIDTHS = (280.0, 520.0, 900.0)
"""Pixels between the axes for which the places must do: a telephone, a stage, a projector."""
LETTER, LINE = 7.8, 18.0
"""Pixels that a letter and a line take."""
LIFTS = (0, 18, -18, 36, -36, 54, -54, 72, -72)
AWAY = 5.0

Side = Literal["right", "left", "middle"]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom; pixels, y downwards."""


@dataclass(frozen=True)
class Place:
    """Where a name stands.

    Attributes:
        dx, dy: pixels from the point's middle, y downwards.
        side: of the point.
    """

    dx: float
    dy: float
    side: Side


def label_places(chart: Chart, height: float, largest: float, plain: float) -> list[list[Place]]:
    """A place for each label of each layer of points, in their order; [] for other layers and points without labels.

    Args:
        chart: whose axes, if the points have names, should say where they begin and end.
        height: pixels between the axes.
        largest: the area of the largest point of several sizes, in square pixels; on a narrow chart less.
        plain: the area of a point that has no size of its own.
    """
    if not any(isinstance(layer, Points) and layer.labels for layer in chart.layers):
        return [[] for _ in chart.layers]
    circles = [[*_circles(chart, width, height, largest, plain)] for width in WIDTHS]
    taken = [[_around(x, y, radius) for layer in at_width for x, y, radius in layer] for at_width in circles]
    found: list[list[Place]] = []
    for number, layer in enumerate(chart.layers):
        names = layer.labels if isinstance(layer, Points) else ()
        found.append([_place(name, [c[number][k] for c in circles], taken, height) for k, name in enumerate(names)])
    return found


def _place(name: str, at: list[tuple[float, float, float]], taken: list[list[Box]], height: float) -> Place:
    """The first place that is free at every width, else at most of them; it is taken then."""
    away = at[-1][2] + AWAY
    beside = [[Place(away + abs(y) / 3, y, "right"), Place(-away - abs(y) / 3, y, "left")] for y in LIFTS]
    above = [Place(0, sign * (away + LINE / 2), "middle") for sign in (-1, 1)]
    wanted = [*beside[0], *above, *chain.from_iterable(beside[1:])]
    boxes = {place: [_box(name, x, y, place) for x, y, _ in at] for place in wanted}

    def free(place: Place, k: int) -> bool:
        left, top, right, bottom = boxes[place][k]
        inside = left >= -AWAY and right <= WIDTHS[k] + AWAY and top >= 0 and bottom <= height
        return inside and not any(_overlap(boxes[place][k], other) for other in taken[k])

    best = max(boxes, key=lambda place: sum(free(place, k) for k in range(len(WIDTHS))))
    for k, box in enumerate(boxes[best]):
        taken[k].append(box)
    return best


def _circles(
    chart: Chart, width: float, height: float, largest: float, plain: float
) -> Iterator[list[tuple[float, float, float]]]:
    """For each layer its points' middles and radii in pixels; nothing for other layers."""
    for layer in chart.layers:
        if not isinstance(layer, Points):
            yield []
            continue
        sizes = tuple(layer.sizes)
        most = layer.largest or max(sizes, default=1.0)
        areas = [min(largest, 4 * width) * size / most for size in sizes] or [plain] * len(tuple(layer.x))
        across = _shares(chart, chart.x, "x", width / height)
        up = _shares(chart, chart.y, "y", height / width)
        yield [
            (width * across(x), height * (1 - up(y)), math.sqrt(area / math.pi))
            for x, y, area in zip(layer.x, layer.y, areas, strict=True)
        ]


def _shares(chart: Chart, axis: Axis, direction: Literal["x", "y"], shape: float) -> Callable[[float], float]:
    """The function that says how far along an axis a value lies, 0..1. ``shape``: this axis's length over the other's."""
    if chart.equal:
        middle, reach = middle_and_reach(chart, direction)
        low, high = middle - reach * max(1, shape), middle + reach * max(1, shape)
    else:
        values = [value for layer in chart.layers for value in places(layer, direction)]
        low = min(values) if axis.low is None else axis.low
        high = max(values) if axis.high is None else axis.high
    scale = math.log if axis.log else float
    begin, length = scale(low), (scale(high) - scale(low)) or 1.0
    return lambda value: (scale(value) - begin) / length


def _around(x: float, y: float, radius: float) -> Box:
    return x - radius, y - radius, x + radius, y + radius


def _box(name: str, x: float, y: float, place: Place) -> Box:
    """What a name covers beside the point (x, y)."""
    long, high = LETTER * len(name), LINE / 2
    left = x + place.dx - long * {"right": 0, "middle": 0.5, "left": 1}[place.side]
    return left, y + place.dy - high, left + long, y + place.dy + high


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
