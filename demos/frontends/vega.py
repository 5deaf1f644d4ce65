"""A chart -> a specification in Vega-Lite, which both front ends draw with what they bring along.

Letters and lines have the colour of the page's own letters (``currentColor`` in an SVG), so a chart is right in the light,
in the dark, and when the page changes from one to the other.
"""

from collections.abc import Sequence

from demos.charts import Bars, Chart, Layer, Level, Line, Points, colours_of
from demos.frontends.chart_labels import label_places
from demos.frontends.vega_layers import (
    EQUAL,
    HEIGHT,
    LARGEST_POINT,
    LOW,
    POINT,
    SHAPES,
    STEP,
    Spec,
    broken,
    drawn,
    paint_of,
    parts,
)

LETTERS = "clamp(10.5 + windowSize()[0] / 320, 14, 19)"
"""Pixels: 14 up to 1120 pixels of window, and larger on a projector's."""
BESIDE = 60
"""Pixels that the y axis takes, about."""
LINE_KEY, DASHED_KEY = "M-1.1,-.16H1.1V.16H-1.1Z", "M-1.1,-.16H-.3V.16H-1.1ZM.3,-.16H1.1V.16H.3Z"


def as_vega(chart: Chart, font: str = "system-ui, sans-serif") -> Spec:
    """The chart in Vega-Lite (5 and 6), as wide as where it stands, with its values in it and in its tooltips.

    ``font``: the page's own, as CSS names it.
    """
    colours = colours_of(chart)
    names = label_places(chart, _height(chart), LARGEST_POINT, POINT)
    each = zip(chart.layers, colours, names, strict=True)
    layers = [part for layer, colour, beside in each for part in parts(chart, layer, colour, beside)]
    return {
        "description": chart.words,
        "width": "container",
        "height": _height(chart),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": "transparent",
        "padding": {"left": 2, "right": 12, "top": 4, "bottom": 4},
        "params": [{"name": "letters", "expr": LETTERS}],
        **({"title": broken(chart.y.title)} if chart.y.title else {}),
        "layer": [*layers, *_key(chart, colours)],
        "config": {**_look(), "font": font},
        "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
    }


def _height(chart: Chart) -> int:
    bars = [len(layer.names) for layer in chart.layers if isinstance(layer, Bars)]
    if bars:
        return STEP * max(1, *bars)
    return EQUAL if chart.equal else LOW if chart.y.ticks == () else HEIGHT


def _look() -> Spec:
    """Everything that is not data: sizes, and the page's own colour for what is written."""
    letters, ink = {"expr": "letters"}, "currentColor"
    written = {"labelColor": ink, "titleColor": ink, "labelFontSize": letters, "titleFontSize": letters,
               "titleFontWeight": "normal"}  # fmt: skip
    lines = {"gridColor": ink, "gridOpacity": 0.16, "domainColor": ink, "domainOpacity": 0.4, "ticks": False}
    return {
        "axis": {**written, **lines, "labelPadding": 6, "titlePadding": 8, "labelLimit": 220, "labelOverlap": "greedy"},
        "legend": {
            **written, "orient": "bottom", "direction": "horizontal", "labelLimit": 330, "columnPadding": 22,
            "rowPadding": 5, "symbolSize": 170, "symbolStrokeWidth": 0.8, "offset": 10,
            "gradientLength": 220, "titleLimit": 330, "layout": {"bottom": {"direction": "vertical", "anchor": "start"}},
        },
        "title": {"color": ink, "fontSize": letters, "fontWeight": "normal", "anchor": "start"},
        "text": {"color": ink, "fontSize": letters},
        "view": {"stroke": None},
    }  # fmt: skip


# ---------------------------------------------------------------- the legend


def _key(chart: Chart, colours: Sequence[str]) -> list[Spec]:
    """A layer that draws nothing but the legend: each name once, with a sign of its layer's kind."""
    signs: dict[str, tuple[str, str]] = {}
    for layer, colour in zip(chart.layers, colours, strict=True):
        name = getattr(layer, "name", "")
        if name and name not in signs:
            signs[name] = paint_of(colour), _sign(layer)
    if not signs:
        return []
    names = list(signs)
    # Not by the width between the axes, which changes while Vega fits the chart, and the height would stay the first one.
    room = f"max(0 * width, containerSize()[0] - {BESIDE}) / {8 * max(map(len, names)) + 46}"
    columns = {"columns": {"expr": f"max(1, floor({room}))"}, "title": None}
    symbol = {"symbolOpacity": 1, "symbolStrokeColor": "currentColor"}
    scales = [{"domain": names, "range": [sign[k] for sign in signs.values()]} for k in range(2)]
    encoding = {
        channel: {"field": "name", "type": "nominal", "scale": scale, "legend": {**columns, **symbol}}
        for channel, scale in zip(("color", "shape"), scales, strict=True)
    }
    mark = {"type": "point", "filled": True, "opacity": 0, "size": 0, "aria": False}
    return [drawn([{"name": name} for name in names], mark, encoding)]


def _sign(layer: Layer) -> str:
    match layer:
        case Line(dashed=True) | Level(dashed=True):
            return DASHED_KEY
        case Line() | Level():
            return LINE_KEY
        case Points(shape=shape):
            return SHAPES[shape]
    return "square"
