"""A chart -> a picture, drawn with matplotlib on white paper: for pages without scripts, cards and print."""

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, NullLocator

from demos.charts import GREY, INK, Band, Bars, Chart, HeatMap, Histogram, Layer, Level, Line, Points, colours_of
from demos.frontends.chart_labels import Place, label_places

WIDE = 6.5
"""Inches; 160 dots each."""
DOTS = 160
LARGEST_POINT, POINT, MARK, CLOUD = 1600, 80, 170, 14
"""Square points: the largest of points of several sizes, one of equal ones, a mark that is no circle, one of a cloud."""
MANY = 50
BESIDE = 66
"""Pixels above and below the axes, about."""
LEADER = {"arrowstyle": "-", "color": "grey", "shrinkB": 0}
SIGNS = {"circle": "o", "star": "*", "cross": "X"}


def chart_file(chart: Chart) -> bytes:
    """The chart as PNG, sharp enough for a projector."""
    file = io.BytesIO()
    draw(chart).savefig(file, format="png", dpi=DOTS, bbox_inches="tight")
    return file.getvalue()


def draw(chart: Chart) -> Figure:
    """The chart as a matplotlib figure (made without pyplot, which is not safe between visitors)."""
    figure = Figure(figsize=(WIDE, _height(chart)), layout="constrained")
    axes = figure.subplots()
    names = label_places(chart, 72 / 0.75 * _height(chart) - BESIDE, LARGEST_POINT / 0.75**2, POINT / 0.75**2)
    for layer, colour, beside in zip(chart.layers, colours_of(chart), names, strict=True):
        _draw_layer(axes, layer, beside, {INK: "black", GREY: "grey", "": "grey"}.get(colour, colour))
    _scale(axes, chart)
    names = axes.get_legend_handles_labels()[1]
    if names:
        figure.legend(loc="outside lower center", ncols=2 if max(map(len, names)) > 16 else 4, frameon=False)
    return figure


def _height(chart: Chart) -> float:
    """Inches."""
    bars = [len(layer.names) for layer in chart.layers if isinstance(layer, Bars)]
    if bars:
        return 0.7 + 0.32 * max(1, *bars)
    return 5.6 if chart.equal else 1.7 if chart.y.ticks == () else 3.6


def _scale(axes: Axes, chart: Chart) -> None:
    """Titles, ends, steps and ticks of both axes."""
    axes.set_xlabel(chart.x.title)
    axes.set_title(chart.y.title, loc="left", fontsize="medium")
    for axis, limit, shown in ((chart.x, axes.set_xlim, axes.xaxis), (chart.y, axes.set_ylim, axes.yaxis)):
        if axis.log:
            (axes.set_xscale if shown is axes.xaxis else axes.set_yscale)("log")
            shown.set_major_formatter(EngFormatter(sep=""))
        if not chart.equal:
            limit(axis.low, axis.high)
        if axis.ticks is not None and not any(isinstance(layer, Bars) for layer in chart.layers):
            shown.set_ticks(list(axis.ticks), [f"{tick:g}" for tick in axis.ticks])
            shown.set_minor_locator(NullLocator())
    axes.spines[["top", "right"]].set_visible(False)
    if chart.x.ticks != () != chart.y.ticks:
        axes.grid(alpha=0.3)
    maps = [layer for layer in chart.layers if isinstance(layer, HeatMap)]
    if chart.equal:
        axes.set_aspect("equal", "box" if maps else "datalim")
        axes.margins(0 if maps else 0.25)
    for layer in maps:
        axes.set(xlim=layer.x, ylim=layer.y)


def _draw_layer(axes: Axes, layer: Layer, names: Sequence[Place], colour: str) -> None:
    """One layer in its colour."""
    match layer:
        case Line(name=name, x=x, y=y):
            width, dashes = 1.2 if layer.thin else 2.5, "--" if layer.dashed else "-"
            axes.plot([*x], [*y], dashes, color=colour, lw=width, label=name or None)
        case Points():
            _draw_points(axes, layer, names, colour)
        case Bars(values=values):
            colours = list(layer.colours) or colour
            axes.barh([*layer.names], [*values], color=colours, edgecolor="#888888")
            axes.invert_yaxis()
        case Histogram(edges=edges, heights=heights):
            axes.stairs([*heights], [*edges], label=layer.name or None, fill=True, alpha=0.5, color=colour)
        case HeatMap():
            _draw_heat_map(axes, layer)
        case Level(name=name, x=at):
            look: Any = {"color": colour, "ls": "--" if layer.dashed else "-", "label": name or None}
            if at is not None:
                axes.axvline(at, **look)
            elif layer.y is not None:
                axes.axhline(layer.y, **look)
        case Band(name=name, low=low, high=high):
            axes.axvspan(low, high, color=colour, alpha=0.3, label=name or None)


def _draw_points(axes: Axes, layer: Points, names: Sequence[Place], colour: str) -> None:
    x, y, sizes = [*layer.x], [*layer.y], np.array([*layer.sizes])
    equal = MARK if layer.shape != "circle" else CLOUD if len(x) > MANY else POINT
    areas = LARGEST_POINT * sizes / (layer.largest or max(sizes.max(), math.ulp(0))) if len(sizes) else equal
    edge, width = ("black", 2.0) if layer.edged else ("#666666", 0.4)
    colours = [{INK: "black", GREY: "grey"}.get(own, own) for own in layer.colours] or colour
    marker = SIGNS[layer.shape]
    axes.scatter(x, y, areas, colours, marker=marker, edgecolors=edge, lw=width, label=layer.name or None, zorder=3)
    for name, at, place in zip(layer.labels, zip(x, y, strict=True), names, strict=False):
        beside = 0.75 * place.dx, -0.75 * place.dy
        side: Any = {"va": "center", "ha": {"right": "left", "left": "right", "middle": "center"}[place.side], "zorder": 4}
        axes.annotate(
            name, at, beside, textcoords="offset points", arrowprops=LEADER if place.dx and place.dy else None, **side
        )


def _draw_heat_map(axes: Axes, layer: HeatMap) -> None:
    values: Sequence[Sequence[float]] = [[*row] for row in layer.values]
    tones = LinearSegmentedColormap.from_list("", layer.colours)
    extent = (*layer.x, *layer.y)
    shown = axes.imshow(
        values, extent=extent, origin="lower", cmap=tones, vmin=layer.low, vmax=layer.high, interpolation="nearest"
    )
    axes.figure.colorbar(shown, ax=axes, label=layer.title, shrink=0.8)
