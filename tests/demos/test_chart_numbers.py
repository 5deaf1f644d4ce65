"""A chart's numbers as comma-separated values, cell by cell."""

import csv
import io
import math

from demos.chart_numbers import as_csv
from demos.charts import NO_AXIS, Axis, Band, Bars, Chart, HeatMap, Histogram, Layer, Level, Line, Points


def table(*layers: Layer, x: str = "epoch", y: str = "accuracy in %") -> list[list[str]]:
    axes = {"x": Axis(title=x), "y": Axis(title=y) if y else NO_AXIS}
    return list(csv.reader(io.StringIO(as_csv(Chart(words="A chart.", layers=layers, **axes)))))


def test_lines_and_what_they_are_compared_with() -> None:
    found = table(Line(name="one, two", x=[1, 2, 3], y=[0.5, math.nan, 1 / 3]), Level(name="chance", y=10.0))
    assert found == [
        ["series", "epoch", "accuracy in %"],
        ["one, two", "1", "0.5"],
        ["one, two", "2", ""],
        ["one, two", "3", "0.333333333"],
        ["chance", "", "10"],
    ]


def test_points_have_labels_and_sizes() -> None:
    points = Points(name="", x=[4, 5], y=[6, 7], labels=("LeNet", "VGG"), sizes=[60, 9000], size_title="parameters")
    assert table(points, x="", y="") == [
        ["label", "x", "y", "parameters"],
        ["LeNet", "4", "6", "60"],
        ["VGG", "5", "7", "9000"],
    ]


def test_bars_intervals_and_thresholds() -> None:
    assert table(Bars(names=("cat", "sofa"), values=[50, 12.5]), y="") == [
        ["label", "epoch"],
        ["cat", "50"],
        ["sofa", "12.5"],
    ]
    found = table(
        Histogram(name="same", edges=[0, 0.5, 2], heights=[3, 4]), Level(name="limit", x=0.25), Band(name="b", low=1, high=2)
    )
    assert found == [
        ["series", "epoch", "epoch, to", "accuracy in %"],
        ["same", "0", "0.5", "3"],
        ["same", "0.5", "2", "4"],
        ["limit", "0.25", "", ""],
        ["b", "1", "2", ""],
    ]


def test_a_heat_map_s_cells_stand_at_their_middles() -> None:
    cells = HeatMap(
        values=[[1, 2, 3], [4, 5, 6]], x=(0, 6), y=(-1, 1), title="loss", low=0, high=6, colours=("#000000", "#ffffff")
    )
    assert table(cells) == [
        ["epoch", "accuracy in %", "loss"],
        ["1", "-0.5", "1"], ["3", "-0.5", "2"], ["5", "-0.5", "3"],
        ["1", "0.5", "4"], ["3", "0.5", "5"], ["5", "0.5", "6"],
    ]  # fmt: skip
