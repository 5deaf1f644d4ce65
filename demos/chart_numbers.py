"""A chart's numbers as a table that every spreadsheet opens. No browser library."""

import csv
import io
import math
from collections.abc import Iterator, Mapping

from demos.charts import Band, Bars, Chart, HeatMap, Histogram, Layer, Level, Line, Points

Row = Mapping[str, str | float]
COLUMNS = ("series", "label", "x", "x to", "y", "value")


def as_csv(chart: Chart) -> str:
    """The numbers of all layers, a row each, as comma-separated values; columns that would stay empty are left out.

    The columns: the layer's name; a point's or a bar's own; where it stands, and where an interval ends; the value of a
    heat map's cell, or what a point's size stands for.
    """
    rows = [row for layer in chart.layers for row in _rows(layer)]
    columns = [column for column in COLUMNS if any(row.get(column, "") != "" for row in rows)]
    text = io.StringIO()
    lines = csv.writer(text)
    titles = _titles(chart)
    lines.writerow([titles.get(column, column) for column in columns])
    lines.writerows([_written(row.get(column, "")) for column in columns] for row in rows)
    return text.getvalue()


def _titles(chart: Chart) -> dict[str, str]:
    """Column -> what it is called in this chart, where that says more."""
    x, y = chart.x.title or "x", chart.y.title or "y"
    values = [layer.title if isinstance(layer, HeatMap) else getattr(layer, "size_title", "") for layer in chart.layers]
    return {"x": x, "x to": f"{x}, to", "y": y, "value": next((value for value in values if value), "value")}


def _rows(layer: Layer) -> Iterator[Row]:
    match layer:
        case Line(name=name):
            for x, y in zip(layer.x, layer.y, strict=True):
                yield {"series": name, "x": x, "y": y}
        case Points(name=name):
            yield from _points(layer)
        case Bars():
            for name, value in zip(layer.names, layer.values, strict=True):
                yield {"label": name, "x": value}
        case Histogram(name=name):
            low, *rest = layer.edges
            for high, height in zip(rest, layer.heights, strict=True):
                yield {"series": name, "x": low, "x to": high, "y": height}
                low = high
        case HeatMap():
            yield from _cells(layer)
        case Level(name=name):
            yield {"series": name, **({"x": layer.x} if layer.x is not None else {"y": layer.y or 0.0})}
        case Band(name=name):
            yield {"series": name, "x": layer.low, "x to": layer.high}


def _points(layer: Points) -> Iterator[Row]:
    labels, sizes = layer.labels, tuple(layer.sizes)
    for k, (x, y) in enumerate(zip(layer.x, layer.y, strict=True)):
        own = ({"label": labels[k]} if labels else {}) | ({"value": sizes[k]} if sizes else {})
        yield {"series": layer.name, "x": x, "y": y, **own}


def _cells(layer: HeatMap) -> Iterator[Row]:
    """Each cell's middle and its value."""
    values = [tuple(row) for row in layer.values]
    (left, right), (bottom, top) = layer.x, layer.y
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            x = left + (right - left) * (j + 0.5) / len(row)
            yield {"x": x, "y": bottom + (top - bottom) * (i + 0.5) / len(values), "value": value}


def _written(value: str | float) -> str:
    """As many digits as are a number's own; nothing for what is no number."""
    if isinstance(value, str):
        return value
    return f"{value:.9g}" if math.isfinite(value) else ""
