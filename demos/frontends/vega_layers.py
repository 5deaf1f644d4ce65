"""The layers of a chart as layers of Vega-Lite: data, mark, and how each field becomes a place, a size, a colour."""

import math
from collections.abc import Sequence
from typing import Any, Literal

from demos.charts import (
    GREY,
    INK,
    Axis,
    Band,
    Bars,
    Chart,
    HeatMap,
    Histogram,
    Layer,
    Level,
    Line,
    Points,
    middle_and_reach,
    places,
)
from demos.frontends.chart_labels import Place

Spec = dict[str, Any]
Direction = Literal["x", "y"]

MIDDLE_GREY = "#85888F"
HEIGHT, EQUAL, LOW, STEP = 280, 360, 70, 34
"""Pixels between the axes of a chart, of an equal one, of one whose y means nothing, and for each bar."""
LARGEST_POINT, POINT, MARK, CLOUD = 2400, 130, 260, 26
"""Square pixels: the largest of points of several sizes, one of equal ones, a mark that is no circle, one of a cloud."""
MANY = 50
"""More points than this are a cloud."""
MOST_POINTED = 60
"""Places of a line that answer to a pointer: each costs the page time."""
LONGEST_TITLE = 40
"""Letters of a line."""
NUMBER = ",.4~r"
SHAPES = {
    "circle": "circle",
    "star": "M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z",
    "cross": "M-.9,-.55L-.55,-.9L0,-.35L.55,-.9L.9,-.55L.35,0L.9,.55L.55,.9L0,.35L-.55,.9L-.9,.55L-.35,0Z",
}


# ---------------------------------------------------------------- axes


def _position(chart: Chart, direction: Direction, name: str, **more: Any) -> Spec:
    """An encoding of the field ``name`` on one of the axes."""
    axis = chart.x if direction == "x" else chart.y
    scale: Spec = {"type": "log", "nice": False} if axis.log else {"zero": False}
    if chart.equal:
        scale |= {"domain": _equal_domain(chart, direction), "nice": False}
    else:
        scale |= {key: value for key, value in (("domainMin", axis.low), ("domainMax", axis.high)) if value is not None}
        if axis.low is not None and axis.high is not None:
            scale |= {"nice": False}
    return {"field": name, "type": "quantitative", "scale": scale, "axis": _axis(chart, direction, axis), **more}


def _axis(chart: Chart, direction: Direction, axis: Axis) -> Spec | None:
    """How an axis is labelled; the title of y stands above the chart, where it is read without turning one's head."""
    if axis.ticks == () and not axis.title:
        return None
    shown: Spec = {"title": broken(axis.title) if direction == "x" else None, "tickCount": 5, "format": ",~r"}
    if axis.ticks is not None:
        shown |= {"values": list(axis.ticks), "labelOverlap": False}
    elif axis.log:
        steps = _steps(chart, direction)
        shown |= {"values": steps, "format": "~s" if steps[-1] >= 1e4 else ",~r"}
    return shown


def broken(title: str) -> str | list[str]:
    """A title that a telephone has room for: in two lines where it is long."""
    if len(title) <= LONGEST_TITLE:
        return title
    middle = min(
        (k for k, sign in enumerate(title) if sign == " "), key=lambda k: abs(k - len(title) / 2), default=len(title)
    )
    return [title[:middle], title[middle + 1 :]]


def _steps(chart: Chart, direction: Direction) -> list[float]:
    """Round numbers on an axis of equal factors: powers of ten, with 2 and 5 times them where they are few."""
    axis = chart.x if direction == "x" else chart.y
    values = [value for layer in chart.layers for value in places(layer, direction)] or [1.0]
    low, high = axis.low or min(values), axis.high or max(values)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1,) if len(powers) > 4 else (1, 2, 5)
    return [float(f"{factor}e{power}") for power in powers for factor in factors]


def _equal_domain(chart: Chart, direction: Direction) -> list[Spec]:
    """The ends of an axis whose steps are as long as the other's, whatever the chart's shape."""
    middle, reach = middle_and_reach(chart, direction)
    share = "max(1, width / height)" if direction == "x" else "max(1, height / width)"
    return [{"expr": f"{middle:.6g} {sign} {reach:.6g} * {share}"} for sign in "-+"]


# ---------------------------------------------------------------- layers


def parts(chart: Chart, layer: Layer, colour: str, names: Sequence[Place]) -> list[Spec]:
    """A layer of the chart as layers of Vega-Lite."""
    paint = paint_of(colour)
    match layer:
        case Line():
            return _line(chart, layer, paint)
        case Points():
            return _points(chart, layer, paint, names)
        case Bars():
            return _bars(chart, layer, paint)
        case Histogram():
            return [_histogram(chart, layer, paint)]
        case HeatMap():
            return [_heat_map(chart, layer)]
        case Level():
            return [_level(chart, layer, paint)]
        case Band():
            rows = [{"name": layer.name, "x": layer.low, "x2": layer.high}]
            place = {"x": _position(chart, "x", "x"), "x2": {"field": "x2"}}
            tooltip = _tooltip(chart, "x", "x2")
            return [drawn(rows, {"type": "rect", "color": paint, "opacity": 0.3}, {**place, "tooltip": tooltip})]


def drawn(rows: Sequence[Spec], mark: Spec, encoding: Spec) -> Spec:
    """A layer of Vega-Lite: its data row by row, its mark, and what of the data becomes what of the mark."""
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def paint_of(colour: str) -> str:
    """A chart's colour as the page draws it."""
    return {INK: "currentColor", GREY: MIDDLE_GREY, "": MIDDLE_GREY}.get(colour, colour)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _tooltip(chart: Chart, *names: str, **more: str) -> list[Spec]:
    """The name, then each of the fields under its axis's title (with the unit), then ``more``: field -> title."""
    titles = {"x": chart.x.title, "y": chart.y.title, "x2": f"{chart.x.title}, to"} | more
    shown = [{"field": name, "type": "quantitative", "title": titles[name], "format": NUMBER}
             for name in (*names, *more) if titles[name]]  # fmt: skip
    return [{"field": "name", "type": "nominal", "title": "title"}, *shown]


def _xy(chart: Chart) -> Spec:
    return {"x": _position(chart, "x", "x"), "y": _position(chart, "y", "y")}


def _line(chart: Chart, layer: Line, paint: str) -> list[Spec]:
    pairs = _corners([*zip(layer.x, layer.y, strict=True)])
    rows = [{"name": layer.name, "x": _number(x), "y": _number(y), "at": k} for k, (x, y) in enumerate(pairs)]
    look = {"color": paint, "strokeWidth": 1.5 if layer.thin else 2.5, **({"strokeDash": [5, 4]} if layer.dashed else {})}
    place = {**_xy(chart), "order": {"field": "at", "type": "quantitative"}}
    pointed = {"type": "point", "filled": True, "opacity": 0, "size": 220, "aria": False}
    some = rows[:: math.ceil(len(rows) / MOST_POINTED) or 1]
    return [
        drawn(rows, {"type": "line", **look}, place),
        drawn(some, pointed, {**_xy(chart), "tooltip": _tooltip(chart, "x", "y")}),
    ]


def _corners(pairs: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A line's points without those amid a level or an upright stretch, which a curve over all thresholds is full of."""
    kept = [
        here
        for before, here, after in zip(pairs, pairs[1:], pairs[2:], strict=False)
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1])
    ]
    return [*pairs[:1], *kept, *pairs[1:][-1:]]


def _points(chart: Chart, layer: Points, paint: str, names: Sequence[Place]) -> list[Spec]:
    sizes, count = tuple(layer.sizes), len(tuple(layer.x))
    rows: list[Spec] = [
        {
            "name": layer.labels[k] if layer.labels else layer.name, "x": x, "y": y,
            **({"size": sizes[k]} if sizes else {}), **({"colour": paint_of(layer.colours[k])} if layer.colours else {}),
        }
        for k, x, y in zip(range(count), layer.x, layer.y, strict=True)
    ]  # fmt: skip
    edge = {"stroke": "currentColor", "strokeWidth": 3} if layer.edged else {"stroke": MIDDLE_GREY, "strokeWidth": 0.6}
    mark: Spec = {
        "type": "point", "filled": True, "fill": paint, "shape": SHAPES[layer.shape], "opacity": 0.9, **edge,
        "size": MARK if layer.shape != "circle" else CLOUD if count > MANY else POINT, "clip": chart.equal,
    }  # fmt: skip
    encoding = {**_xy(chart), "tooltip": _tooltip(chart, "x", "y", **({"size": layer.size_title} if sizes else {}))}
    if sizes:
        most = layer.largest or max(sizes, default=1.0)
        area = {"domain": [0, most], "range": [0, {"expr": f"min({LARGEST_POINT}, 4 * width)"}], "zero": True}
        encoding["size"] = {"field": "size", "type": "quantitative", "scale": area, "legend": None}
    if layer.colours:
        del mark["fill"]
        encoding["fill"] = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    named = _names(chart, rows, names) if layer.labels else []
    return [drawn(rows, mark, encoding), *named]


def _names(chart: Chart, rows: Sequence[Spec], names: Sequence[Place]) -> list[Spec]:
    """Each point's name beside it, with a thin line where it stands far off."""
    found = []
    for side, align in (("right", "left"), ("left", "right"), ("middle", "center")):
        put = [{**row, "dx": at.dx, "dy": at.dy} for row, at in zip(rows, names, strict=True) if at.side == side]
        place = {"align": align, "dx": {"expr": "datum.dx"}, "dy": {"expr": "datum.dy"}}
        mark = {"type": "text", "baseline": "middle", **place, "aria": False}
        if put:
            found.append(drawn(put, mark, {**_xy(chart), "text": {"field": "name"}}))
    far = [{**row, "dx": at.dx, "dy": at.dy} for row, at in zip(rows, names, strict=True) if at.dy and at.dx]
    leader = {"type": "rule", "color": MIDDLE_GREY, "x2Offset": {"expr": "datum.dx"}, "y2Offset": {"expr": "datum.dy"}}
    ends = {"x2": {"field": "x"}, "y2": {"field": "y"}}
    return [*([drawn(far, {**leader, "aria": False}, {**_xy(chart), **ends})] if far else []), *found]


def _bars(chart: Chart, layer: Bars, paint: str) -> list[Spec]:
    colours = [paint_of(colour) for colour in layer.colours] or [paint] * len(layer.names)
    rows = [
        {"name": name, "x": value, "colour": colour}
        for name, value, colour in zip(layer.names, layer.values, colours, strict=True)
    ]
    which = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": None, "grid": False, "domain": False}}
    along = _position(chart, "x", "x", stack=None)
    place = {"x": {**along, "scale": {**along["scale"], "zero": True}}, "y": which}
    mark = {"type": "bar", "stroke": MIDDLE_GREY, "strokeWidth": 1, "height": {"band": 0.72}}
    fill = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    return [drawn(rows, mark, {**place, "fill": fill, "tooltip": _tooltip(chart, "x")})]


def _histogram(chart: Chart, layer: Histogram, paint: str) -> Spec:
    edges = tuple(layer.edges)
    rows = [
        {"name": layer.name, "x": low, "x2": high, "y": height}
        for low, high, height in zip(edges[:-1], edges[1:], layer.heights, strict=True)
    ]
    mark = {"type": "bar", "color": paint, "opacity": 0.5, "binSpacing": 0}
    place = {**_xy(chart), "x2": {"field": "x2"}, "y": _position(chart, "y", "y", stack=None), "y2": {"datum": 0}}
    return drawn(rows, mark, {**place, "tooltip": _tooltip(chart, "x", "x2", "y")})


def _heat_map(chart: Chart, layer: HeatMap) -> Spec:
    values = [tuple(row) for row in layer.values]
    high, wide = len(values), len(values[0])
    across = [layer.x[0] + (layer.x[1] - layer.x[0]) * k / wide for k in range(wide + 1)]
    up = [layer.y[0] + (layer.y[1] - layer.y[0]) * k / high for k in range(high + 1)]
    # Each cell reaches under the next ones: between cells that only touch, a page shows through.
    rows = [
        {
            "x": across[j],
            "x2": across[min(j + 2, wide)],
            "y": up[i],
            "y2": up[min(i + 2, high)],
            "value": round(values[i][j], 4),
        }
        for i in range(high)
        for j in range(wide)
    ]
    scale = {"domain": [layer.low, layer.high], "range": list(layer.colours), "clamp": True}
    fill = {"field": "value", "type": "quantitative", "scale": scale, "legend": {"title": layer.title}}
    place = {**_xy(chart), "x2": {"field": "x2"}, "y2": {"field": "y2"}, "fill": fill}
    return drawn(rows, {"type": "rect", "aria": False}, {**place, "tooltip": _tooltip(chart, value=layer.title)[1:]})


def _level(chart: Chart, layer: Level, paint: str) -> Spec:
    direction: Direction = "y" if layer.x is None else "x"
    rows = [{"name": layer.name, direction: layer.y if layer.x is None else layer.x}]
    mark = {"type": "rule", "color": paint, "strokeWidth": 2.5, **({"strokeDash": [5, 4]} if layer.dashed else {})}
    place: Spec = {direction: _position(chart, direction, direction)}
    return drawn(rows, mark, {**place, "tooltip": _tooltip(chart, direction)})
