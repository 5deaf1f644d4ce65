"""Charts in Vega-Lite: the values are those given, the names and units are in the tooltips, the colours can be seen."""

import json
import math
from typing import Any

import pytest

from demos.charts import (
    GREY,
    NO_AXIS,
    SERIES,
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
)
from demos.frontends.chart_labels import LETTER, LINE, WIDTHS, label_places
from demos.frontends.chart_pictures import draw
from demos.frontends.gradio.style import LOOK
from demos.frontends.vega import as_vega
from demos.frontends.vega_layers import MIDDLE_GREY


def chart(*layers: Layer, x: Axis | None = None, y: Axis | None = None, equal: bool = False) -> Chart:
    x, y = x or Axis(title="way in m"), y or Axis(title="share in %")
    return Chart(words="What is seen.", x=x, y=y, layers=layers, equal=equal)


def rows(layer: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in layer["data"]["values"]]


def tooltips(layer: dict[str, Any]) -> list[str]:
    return [shown["title"] for shown in layer["encoding"]["tooltip"]]


def test_lines_have_their_values_in_their_order_and_gaps_stay_gaps() -> None:
    spec = as_vega(chart(Line(name="up", x=[3, 1, 2], y=[0.5, math.nan, 4]), Line(name="dashed", x=[0], y=[1], dashed=True)))
    up, pointed, dashed, _, _ = spec["layer"]
    assert rows(pointed, "x", "y") == rows(up, "x", "y")
    assert rows(up, "x", "y") == [(3, 0.5), (1, None), (2, 4)]
    assert up["encoding"]["order"]["field"] == "at"
    assert rows(up, "at") == [(0,), (1,), (2,)]
    assert up["mark"]["color"] == SERIES[0] and "strokeDash" not in up["mark"]
    assert dashed["mark"]["color"] == SERIES[1] and dashed["mark"]["strokeDash"]
    assert tooltips(pointed) == ["title", "way in m", "share in %"]
    assert up["encoding"]["x"]["axis"]["title"] == "way in m"
    assert spec["title"] == "share in %"
    json.dumps(spec, allow_nan=False)


def test_a_stretch_without_corners_is_two_points() -> None:
    curve = Line(name="", x=[0, 0, 0, 0.5, 0.5, 1], y=[0, 0.2, 0.6, 0.6, 1, 1])
    assert rows(as_vega(chart(curve))["layer"][0], "x", "y") == [(0, 0), (0, 0.6), (0.5, 0.6), (0.5, 1), (1, 1)]


def test_a_long_line_answers_to_a_pointer_at_some_places() -> None:
    line, pointed, *_ = as_vega(chart(Line(name="", x=range(300), y=[k % 7 for k in range(300)])))["layer"]
    assert len(rows(line, "x")) == 300
    assert rows(pointed, "x", "y")[:3] == [(0, 0), (5, 5), (10, 3)] and len(rows(pointed, "x")) == 60


def test_axes_say_where_they_end_and_whether_steps_are_factors() -> None:
    line = Line(name="", x=[2, 64], y=[1, 2])
    shown = as_vega(chart(line, x=Axis(title="people", log=True, ticks=(2, 8, 64)), y=Axis(title="share", low=0, high=100)))
    x, y = (shown["layer"][0]["encoding"][name] for name in "xy")
    assert (x["scale"]["type"], x["axis"]["values"]) == ("log", [2, 8, 64])
    assert (y["scale"]["domainMin"], y["scale"]["domainMax"]) == (0, 100)
    wide = as_vega(chart(Line(name="", x=[3e5, 4e8], y=[1, 2]), x=Axis(title="", log=True)))
    assert wide["layer"][0]["encoding"]["x"]["axis"]["values"] == [1e5, 1e6, 1e7, 1e8, 1e9]


def test_points_have_areas_names_and_the_largest_is_that_of_all_charts() -> None:
    networks = Points(
        name="", x=[10, 1000], y=[50, 60], labels=("small", "large"), sizes=[100, 300], size_title="parameters", largest=400
    )
    mark, *named = as_vega(chart(networks))["layer"]
    assert rows(mark, "name", "x", "y", "size") == [("small", 10, 50, 100), ("large", 1000, 60, 300)]
    assert mark["encoding"]["size"]["scale"]["domain"] == [0, 400]
    assert tooltips(mark) == ["title", "way in m", "share in %", "parameters"]
    written = [layer for layer in named if layer["mark"]["type"] == "text"]
    assert sorted(row["name"] for layer in written for row in layer["data"]["values"]) == ["large", "small"]


def test_bars_histograms_levels_and_bands() -> None:
    bars = as_vega(chart(Bars(names=("cat", "dog"), values=[50, 12.5], colours=("#112233", "#445566")), y=NO_AXIS))
    assert rows(bars["layer"][0], "name", "x", "colour") == [("cat", 50, "#112233"), ("dog", 12.5, "#445566")]
    assert bars["layer"][0]["encoding"]["y"]["sort"] is None
    whole = chart(Bars(names=("cat",), values=[12.5]), x=Axis(title="share in %", low=0, high=100), y=NO_AXIS)
    scale = as_vega(whole)["layer"][0]["encoding"]["x"]["scale"]
    assert (scale["domainMin"], scale["domainMax"], scale["zero"]) == (0, 100, True)
    parts = as_vega(
        chart(
            Histogram(name="made", edges=[0, 1, 4], heights=[25, 75]),
            Level(name="at", x=0.5),
            Level(name="level", y=7, dashed=False),
            Band(name="margin", low=1, high=3),
        )
    )["layer"]
    assert rows(parts[0], "x", "x2", "y") == [(0, 1, 25), (1, 4, 75)]
    assert parts[0]["encoding"]["y2"] == {"datum": 0}
    assert rows(parts[1], "name", "x") == [("at", 0.5)] and "y" not in parts[1]["encoding"]
    assert rows(parts[2], "name", "y") == [("level", 7)] and parts[2]["mark"]["color"] == MIDDLE_GREY
    assert rows(parts[3], "x", "x2") == [(1, 3)]


def test_a_map_begins_below_and_its_cells_leave_no_seams() -> None:
    cells = HeatMap(
        values=[[0, 0.25, 0.5], [0.75, 1, 1]], x=(0, 3), y=(-1, 1), title="P(real)", low=0, high=1,
        colours=("#000000", "#ffffff"),
    )  # fmt: skip
    plane = as_vega(chart(cells, equal=True))["layer"][0]
    assert [row["value"] for row in plane["data"]["values"] if row["y"] == -1] == [0, 0.25, 0.5]
    first, last = plane["data"]["values"][0], plane["data"]["values"][-1]
    assert (first["x"], first["x2"], first["y"], first["y2"]) == (0, 2, -1, 1)  # the next one is drawn over it
    assert (last["x"], last["x2"], last["y"], last["y2"]) == (2, 3, 0, 1)
    assert plane["encoding"]["fill"]["scale"]["domain"] == [0, 1]
    assert tooltips(plane) == ["P(real)"]


def test_the_legend_has_each_name_once_in_its_colour() -> None:
    names = ("this", "other", "random", "random")
    spec = as_vega(chart(*(Line(name=n, x=[0], y=[0], colour=GREY if n == "random" else "") for n in names)))
    key = spec["layer"][-1]
    assert rows(key, "name") == [("this",), ("other",), ("random",)]
    assert key["encoding"]["color"]["scale"] == {"domain": ["this", "other", "random"], "range": [*SERIES[:2], MIDDLE_GREY]}
    assert "containerSize()" in key["encoding"]["color"]["legend"]["columns"]["expr"]  # else its last rows may be cut off
    assert len(as_vega(chart(Line(name="", x=[0], y=[0])))["layer"]) == 2  # the line, and where it answers to a pointer


def test_who_cannot_see_it_is_told_and_it_is_as_wide_as_its_place() -> None:
    spec = as_vega(chart(Line(name="", x=[0], y=[0])))
    assert spec["description"] == "What is seen."
    assert spec["width"] == "container"
    assert spec["background"] == "transparent"


def letters(value: Any) -> list[str]:
    """Every colour of something written, wherever it stands in a specification."""
    match value:
        case dict():
            own = [part for key, part in value.items() if key in ("labelColor", "titleColor")]
            written = [value[key]["color"] for key in ("title", "text") if isinstance(value.get(key), dict)]
            return [*own, *written, *(found for part in value.values() for found in letters(part))]
    return []


def test_what_is_written_has_the_colour_of_the_pages_own_letters() -> None:
    config = as_vega(chart(Line(name="n", x=[0], y=[0])))["config"]
    assert len(letters(config)) == 6
    assert set(letters(config)) == {"currentColor"}
    assert all(contrast(*pair) >= 4.5 for pair in zip(LOOK["body_text_color"], LOOK["body_background_fill"], strict=True))


@pytest.mark.parametrize("colour", [*SERIES, MIDDLE_GREY])
def test_lines_can_be_seen_on_a_light_page_and_on_a_dark_one(colour: str) -> None:
    for page in (*LOOK["body_background_fill"], "#ffffff"):
        assert contrast(colour, str(page)) >= 3


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""

    def light(colour: str) -> float:
        parts = [value / 255 for value in bytes.fromhex(colour[1:])]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


# ---------------------------------------------------------------- names


def test_names_in_a_crowd_cover_neither_each_other_nor_a_point() -> None:
    """On a stage of 520 x 280 pixels, x from 0 to 100, y from 0 to 10: six circles of radius 14 near each other."""
    near = [(70 + 3 * k, 8 - 0.3 * k) for k in range(6)]
    names = tuple(f"network number {k}" for k in range(6))
    crowd = Points(name="", x=[x for x, _ in near], y=[y for _, y in near], labels=names)
    axes = {"x": Axis(title="", low=0, high=100), "y": Axis(title="", low=0, high=10)}
    (found,) = label_places(chart(crowd, **axes), 280, 2400, math.pi * 14**2)
    boxes, width = [], WIDTHS[1]
    circles = [(5.2 * x - 14, 28 * (10 - y) - 14, 5.2 * x + 14, 28 * (10 - y) + 14) for x, y in near]
    for (x, y), place, name in zip(near, found, names, strict=True):
        left = 5.2 * x + place.dx - LETTER * len(name) * {"right": 0, "middle": 0.5, "left": 1}[place.side]
        middle = 28 * (10 - y) + place.dy
        boxes.append((left, middle - LINE / 2, left + LETTER * len(name), middle + LINE / 2))
    taken = [*boxes, *circles]
    for k, one in enumerate(boxes):
        assert one[0] >= -5 and one[2] <= width + 5 and one[1] >= 0 and one[3] <= 280
        for number, other in enumerate(taken):
            apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
            assert apart or number == k, (k, number)


# ---------------------------------------------------------------- on paper


def test_the_same_chart_on_paper() -> None:
    shown = chart(
        Line(name="up", x=[1, 10], y=[5, 50], dashed=True),
        Level(name="at", x=3),
        Points(name="here", x=[2], y=[9], labels=("a",)),
        x=Axis(title="way in m", log=True),
        y=Axis(title="share in %", low=0, high=100),
    )
    (axes,) = draw(shown).axes
    up, level = axes.lines
    assert [list(part) for part in up.get_data()] == [[1, 10], [5, 50]]
    assert up.get_linestyle() == "--"
    assert list(level.get_xdata()) == [3, 3]
    assert axes.collections[0].get_offsets().tolist() == [[2, 9]]
    assert [text.get_text() for text in axes.texts] == ["a"]
    assert (axes.get_xscale(), axes.get_ylim(), axes.get_xlabel()) == ("log", (0, 100), "way in m")
    assert axes.get_title(loc="left") == "share in %"


def test_bars_on_paper_begin_at_the_top() -> None:
    (axes,) = draw(chart(Bars(names=("cat", "dog"), values=[50, 12.5]), y=NO_AXIS)).axes
    assert [bar.get_width() for bar in axes.patches] == [50, 12.5]
    assert axes.yaxis_inverted()


def test_a_map_on_paper_is_upright() -> None:
    cells = HeatMap(values=[[0, 0], [1, 1]], x=(0, 1), y=(0, 1), title="P", low=0, high=1, colours=("#0000ff", "#ff0000"))
    axes, _ = draw(chart(cells, x=NO_AXIS, y=NO_AXIS, equal=True)).axes
    (image,) = axes.images
    assert image.origin == "lower"
    assert image.get_array().tolist() == [[0, 0], [1, 1]]
    assert image.cmap(1.0)[:3] == (1, 0, 0)
