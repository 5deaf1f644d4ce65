"""Charts as plain data: what is drawn over which axes. No browser library, no colours of a page.

A demo returns a ``Chart`` for a ``Plot``; demos/frontends turn it into a drawing of the page or into a picture.
"""

import itertools
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

INK, GREY = "ink", "grey"
"""Colours that are parts to play: that of the page's letters, and one for what is only there to compare with."""
SERIES = ("#2A84C6", "#D55E00", "#0D966C", "#B65F91", "#A87700")
"""One for each name in a chart, in this order; each has a contrast of at least 3 to a white page and to a dark one."""

ROOM = 1.25
"""How much farther than its points an ``equal`` chart reaches."""

Shape = Literal["circle", "star", "cross"]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One direction of a chart.

    Attributes:
        title: what the numbers are, with their unit, as "accuracy in %"; "" where only distances mean something.
        log: whether equal steps are equal factors.
        low, high: where it begins and ends; None: where the data do.
        ticks: the numbers that are written on it; None: as is usual.
    """

    title: str
    log: bool = False
    low: float | None = None
    high: float | None = None
    ticks: tuple[float, ...] | None = None


NO_AXIS = Axis(title="", ticks=())


class _Layer:
    """Numbers come as any sequence and become tuples of floats, so that equal charts are equal."""

    def __post_init__(self) -> None:
        for entry in fields(self):  # type: ignore[arg-type]
            if entry.metadata.get("numbers"):
                object.__setattr__(self, entry.name, tuple(float(value) for value in getattr(self, entry.name)))


def _numbers() -> Any:
    return field(metadata={"numbers": True})


def _maybe_numbers() -> Any:
    return field(default=(), metadata={"numbers": True})


@dataclass(frozen=True, kw_only=True)
class Line(_Layer):
    """Points joined in their order.

    Attributes:
        name: in the legend; "" for none.
        x, y: equally many; a y that is not a number is a gap.
        colour: "#RRGGBB", INK or GREY; "" the next of SERIES.
        dashed, thin: how it is drawn.
    """

    name: str
    x: Iterable[float] = _numbers()
    y: Iterable[float] = _numbers()
    colour: str = ""
    dashed: bool = False
    thin: bool = False


@dataclass(frozen=True, kw_only=True)
class Points(_Layer):
    """Single points.

    Attributes:
        name: of all of them, in the legend; "" for none.
        x, y: equally many.
        labels: each point's own name, written beside it; () for none.
        sizes: what each point's area stands for; () for equal ones.
        size_title: what the sizes are, with their unit.
        largest: the size that is drawn as the largest point; 0: the largest of ``sizes``.
        colour, colours: of all of them, as in ``Line``, or of each.
        shape: of all of them.
        edged: with an edge that stands out.
    """

    name: str
    x: Iterable[float] = _numbers()
    y: Iterable[float] = _numbers()
    labels: tuple[str, ...] = ()
    sizes: Iterable[float] = _maybe_numbers()
    size_title: str = ""
    largest: float = 0.0
    colour: str = ""
    colours: tuple[str, ...] = ()
    shape: Shape = "circle"
    edged: bool = False


@dataclass(frozen=True, kw_only=True)
class Bars(_Layer):
    """A bar for each name, from 0 to the right, the first at the top.

    Attributes:
        names, values: equally many.
        colours: of each; () for equal ones.
    """

    names: tuple[str, ...]
    values: Iterable[float] = _numbers()
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Histogram(_Layer):
    """How much lies between neighbouring edges.

    Attributes:
        name: in the legend.
        edges: one more than ``heights``, rising.
        heights: of the parts.
        colour: as in ``Line``.
    """

    name: str
    edges: Iterable[float] = _numbers()
    heights: Iterable[float] = _numbers()
    colour: str = ""


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """A value for each cell of a rectangle of the plane.

    Attributes:
        values: rows of equally many, the row of the smallest y first.
        x, y: (low, high), the outer edges of the cells.
        title: what the values are.
        low, high: the values that have the first and the last of the colours.
        colours: "#RRGGBB", two or more, with even steps between.
    """

    values: Iterable[Iterable[float]]
    x: tuple[float, float]
    y: tuple[float, float]
    title: str
    low: float
    high: float
    colours: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(tuple(float(value) for value in row) for row in self.values))


@dataclass(frozen=True, kw_only=True)
class Level:
    """A straight line across the whole chart: a threshold, what guessing would reach.

    Attributes:
        name: in the legend.
        x, y: where it stands: exactly one of the two.
        colour, dashed: as in ``Line``.
    """

    name: str
    x: float | None = None
    y: float | None = None
    colour: str = GREY
    dashed: bool = True


@dataclass(frozen=True, kw_only=True)
class Band:
    """All between two values of x, tinted; ``colour`` as in ``Line``."""

    name: str
    low: float
    high: float
    colour: str = ""


Layer = Line | Points | Bars | Histogram | HeatMap | Level | Band


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a ``Plot`` shows.

    Attributes:
        words: what is to be seen, one sentence, for people who cannot see it.
        x, y: the axes; bars have no ``y``.
        layers: what is drawn, the first below.
        equal: whether a step is equally long in both directions.
    """

    words: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    equal: bool = False

    def __post_init__(self) -> None:
        for layer in self.layers:
            _check(layer)
            for axis, values in ((self.x, places(layer, "x")), (self.y, places(layer, "y"))):
                if axis.log and any(value <= 0 for value in values):
                    raise ValueError(f"An axis of equal factors has no place for 0 and less, and {layer!r:.80} has one.")


def _check(layer: Layer) -> None:
    """Raises ValueError where a layer's parts do not go together."""
    match layer:
        case Line(x=x, y=y):
            fits = len(tuple(x)) == len(tuple(y))
        case Points(x=x, y=y):
            count = len(tuple(x))
            each = (layer.labels, tuple(layer.sizes), layer.colours)
            fits = len(tuple(y)) == count and all(len(part) in (0, count) for part in each)
        case Bars(values=values):
            fits = len(layer.names) == len(tuple(values)) and len(layer.colours) in (0, len(layer.names))
        case Histogram(edges=edges, heights=heights):
            fits = len(tuple(edges)) == len(tuple(heights)) + 1
        case HeatMap(values=values):
            fits = len({len(tuple(row)) for row in values}) == 1
        case Level(x=x, y=y):
            fits = (x is None) != (y is None)
        case Band(low=low, high=high):
            fits = low <= high
    if not fits:
        raise ValueError(f"The parts of {layer!r:.80} do not go together.")


def places(layer: Layer, direction: Literal["x", "y"]) -> tuple[float, ...]:
    """The numbers of a layer in one direction that are numbers."""
    along = direction == "x"
    match layer:
        case Line() | Points():
            found = tuple(layer.x if along else layer.y)
        case Bars(values=values):
            found = tuple(values) if along else ()
        case Histogram(edges=edges, heights=heights):
            found = tuple(edges if along else heights)
        case HeatMap():
            found = layer.x if along else layer.y
        case Level():
            place = layer.x if along else layer.y
            found = () if place is None else (place,)
        case Band(low=low, high=high):
            found = (low, high) if along else ()
    return tuple(value for value in found if math.isfinite(value))


def middle_and_reach(chart: Chart, direction: Literal["x", "y"]) -> tuple[float, float]:
    """The middle of an ``equal`` chart in one direction, and how far it reaches from there in both; a map fills it."""
    maps = [layer for layer in chart.layers if isinstance(layer, HeatMap)]
    middle, reach = 0.0, 0.0
    for way in ("x", "y"):
        values = [value for layer in maps or chart.layers for value in places(layer, way)]
        low, high = min(values, default=0.0), max(values, default=1.0)
        middle = (low + high) / 2 if way == direction else middle
        reach = max(reach, (high - low) / 2)
    return middle, (reach or 1.0) * (1.0 if maps else ROOM)


def colours_of(chart: Chart) -> tuple[str, ...]:
    """The colour of each layer, "#RRGGBB", INK or GREY: its own or the next of SERIES; "" where each part has one."""
    left = itertools.cycle(SERIES)
    found = []
    for layer in chart.layers:
        own = "" if isinstance(layer, HeatMap | Bars) else layer.colour
        several = bool(getattr(layer, "colours", ()))
        found.append(own or ("" if several else next(left)))
    return tuple(found)


def as_data(chart: Chart) -> dict[str, Any]:
    """The chart as a program gets it: words, axes, and the layers with their kind; what is not a number is None."""
    layers = [{"kind": type(layer).__name__, **_plain(asdict(layer))} for layer in chart.layers]
    return {"words": chart.words, "x": asdict(chart.x), "y": asdict(chart.y), "layers": layers}


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case float() if not math.isfinite(value):
            return None
    return value
