"""Charts as plain data: what goes together, what does not, and what a program gets."""

import math
import pickle

import numpy as np
import pytest

from demos.charts import (
    GREY,
    INK,
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
    as_data,
    colours_of,
    middle_and_reach,
)


def chart(*layers: Layer, log: bool = False, equal: bool = False) -> Chart:
    return Chart(words="Words.", x=Axis(title="a in m"), y=Axis(title="b", log=log), layers=layers, equal=equal)


def test_equal_charts_are_equal_whatever_their_numbers_came_as() -> None:
    one, other = (chart(Line(name="n", x=x, y=[0.5, 2])) for x in (np.array([1, 2], np.float32), range(1, 3)))
    assert one == other
    assert hash(one) == hash(pickle.loads(pickle.dumps(other)))
    assert one != chart(Line(name="n", x=[1, 2], y=[0.5, 3]))


@pytest.mark.parametrize(
    "layer",
    [
        Line(name="", x=[1, 2], y=[1]),
        Points(name="", x=[1, 2], y=[1, 2], labels=("only one",)),
        Points(name="", x=[1], y=[1], sizes=[1, 2]),
        Bars(names=("a", "b"), values=[1]),
        Histogram(name="", edges=[0, 1], heights=[1, 2]),
        HeatMap(values=[[1, 2], [3]], x=(0, 1), y=(0, 1), title="", low=0, high=1, colours=("#000000", "#ffffff")),
        Level(name="neither"),
        Level(name="both", x=1, y=1),
        Band(name="", low=2, high=1),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_parts_that_do_not_go_together_are_refused(layer: Layer) -> None:
    with pytest.raises(ValueError, match="do not go together"):
        chart(layer)


def test_an_axis_of_equal_factors_has_no_zero_but_may_have_gaps() -> None:
    chart(Line(name="", x=[1, 2], y=[0.1, math.nan]), log=True)
    with pytest.raises(ValueError, match="no place for 0"):
        chart(Line(name="", x=[1, 2], y=[0.1, 0]), log=True)


def test_colours_come_in_turn_and_not_where_they_are_given() -> None:
    shown = chart(
        Line(name="first", x=[], y=[]), Level(name="threshold", x=1), Line(name="own", x=[], y=[], colour=INK),
        Points(name="", x=[1], y=[1], colours=("#123456",)), Line(name="second", x=[], y=[]),
    )  # fmt: skip
    assert colours_of(shown) == (SERIES[0], GREY, INK, "", SERIES[1])


def test_a_program_gets_the_numbers_and_nothing_for_what_is_none() -> None:
    data = as_data(chart(Line(name="n", x=[1, 2], y=[0.5, math.nan]), Level(name="t", y=3)))
    assert data["words"] == "Words."
    assert (data["x"]["title"], data["y"]["log"]) == ("a in m", False)
    line, level = data["layers"]
    assert (line["kind"], line["name"], line["x"], line["y"]) == ("Line", "n", [1, 2], [0.5, None])
    assert (level["kind"], level["x"], level["y"]) == ("Level", None, 3)


def test_an_equal_chart_reaches_as_far_both_ways() -> None:
    """x from 0 to 4, y from 1 to 2: middles 2 and 1.5; 2 each way, and a quarter more."""
    shown = chart(Points(name="", x=[0, 4], y=[1, 2]), equal=True)
    assert middle_and_reach(shown, "x") == (2, 2.5)
    assert middle_and_reach(shown, "y") == (1.5, 2.5)
    cells = HeatMap(values=[[0]], x=(-1, 1), y=(-1, 1), title="", low=0, high=1, colours=("#000000", "#ffffff"))
    assert middle_and_reach(chart(cells, Points(name="", x=[9], y=[0]), equal=True), "x") == (0, 1)  # the map fills it
