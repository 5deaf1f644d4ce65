"""What a page shows of an answer: files of a sensible size that invent nothing, and HTML that lets nothing through."""

import copy
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnn_core.images.palette import colour_of
from demos.charts import Axis, Chart, Line
from demos.frontends.streamlit import picture_inputs, pictures
from demos.frontends.streamlit.parts import bars_html, percent
from demos.frontends.streamlit.pictures import LARGEST, LEAST, View, as_result, to_show, view_of
from demos.runner import Answer
from demos.spec import BeforeAfter, Note, Output, Picture, Pictures, Plot, Region, Regions
from tests.frontends import kitchen_sink, small_demos


def pixels(view: View) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(view.file)))


def test_a_pixelated_picture_grows_by_whole_pixels() -> None:
    view = view_of(np.array([[0, 255], [100, 7]], np.uint8), pixelated=True)
    shown = pixels(view)
    assert shown.shape == (LEAST, LEAST) and set(np.unique(shown)) == {0, 7, 100, 255}
    assert (view.width, view.height) == (2, 2)


def test_a_large_mask_shrinks_without_new_colours() -> None:
    mask = np.random.default_rng(0).choice(np.array([0, 90, 200], np.uint8), (1700, 3000))
    shown = pixels(view_of(mask, pixelated=True))
    assert max(shown.shape) <= LARGEST and set(np.unique(shown)) == {0, 90, 200}


def test_a_photograph_shrinks_and_keeps_its_proportions() -> None:
    view = view_of(np.full((900, 3600, 3), 130, np.uint8))
    assert pixels(view).shape == (350, LARGEST, 3)
    assert (view.width, view.height) == (3600, 900)


def test_a_small_photograph_stays_as_it_is() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
    assert np.array_equal(pixels(view_of(picture)), picture)


def test_regions_lie_over_the_bare_picture_as_vectors() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (100, 120, 3), np.uint8)
    result = to_show(Regions(label="Parts"), (picture, [Region((20, 20, 80, 90), "dog", 0.876)]))
    assert (pixels(result.views[0]) == picture).all()
    assert result.data["words"] == "Parts: dog 88%"
    assert result.data["regions"][0]["box"] == [20, 20, 80, 90]
    assert result.data["names"][0]["colour"] == colour_of("dog")


def test_nothing_to_show_is_nothing() -> None:
    assert to_show(Picture(label="x"), None) is None
    assert to_show(Note(label="x"), "") == ""


def test_bars_stand_in_order_with_percentages() -> None:
    html = bars_html({"b": 0.25, "a": 0.7499, "c": 0.0001}, {"b": "#123456"})
    assert html.index(">a<") < html.index(">b<") < html.index(">c<")
    assert "75%" in html and "25%" in html and "&lt;0.1%" in html
    assert html.count("#123456") == 1


def test_names_cannot_be_html() -> None:
    attack = "<script>alert(1)</script>"
    assert "<script>" not in bars_html({attack: 0.5}, {})


@pytest.mark.parametrize(("share", "words"), [(0, "0%"), (1, "100%"), (0.0523, "5.2%"), (0.0996, "10%"), (0.0003, "<0.1%")])
def test_percentages_have_the_digits_they_need(share: float, words: str) -> None:
    assert percent(share) == words


# ---------------------------------------------------------------- nothing is encoded twice


def lines(*heights: float) -> Chart:
    axis = Axis(title="x")
    return Chart(words="A line.", x=axis, y=axis, layers=(Line(name="line", x=[0, 1], y=heights),))


GREY = np.full((30, 40, 3), 90, np.uint8)
DARK = np.full((30, 40, 3), 89, np.uint8)
LEFT, RIGHT = np.eye(30, 40, dtype=bool), np.eye(30, 40, 9, dtype=bool)
CHANGES: list[tuple[Output, Any, Any]] = [
    (Picture(label="a picture"), GREY, DARK),
    (Picture(label="as much, of another shape"), GREY, GREY.reshape(40, 30, 3)),
    (Pictures(label="captions"), [(GREY, "one"), (DARK, "")], [(GREY, "two"), (DARK, "")]),
    (BeforeAfter(label="after"), (GREY, GREY), (GREY, DARK)),
    (Regions(label="a name"), (GREY, [Region((1, 2, 20, 25), "cat")]), (GREY, [Region((1, 2, 20, 25), "dog")])),
    (Regions(label="a score"), (GREY, [Region(LEFT, "cat", 0.5)]), (GREY, [Region(LEFT, "cat")])),
    (Regions(label="a mask"), (GREY, [Region(LEFT, "cat")]), (GREY, [Region(RIGHT, "cat")])),
    (Plot(label="a line"), lines(0, 1), lines(0, 1.01)),
]


@pytest.mark.parametrize(("field", "value", "other"), CHANGES, ids=lambda part: getattr(part, "label", ""))
def test_what_has_not_changed_is_not_encoded_again(field: Output, value: Any, other: Any) -> None:
    shown = to_show(field, value)
    assert to_show(field, other) is not shown, "another value got the files of the first"
    assert to_show(field, copy.deepcopy(value)) is shown  # a demo makes all outputs anew


def test_a_field_that_looks_otherwise_is_not_taken_for_the_same() -> None:
    smooth, pixelated = (to_show(Picture(label="a look", pixelated=sharp), GREY) for sharp in (False, True))
    assert pixels(smooth.views[0]).shape == (30, 40, 3) and pixels(pixelated.views[0]).shape[1] >= LEAST


def test_what_is_folded_away_is_encoded_when_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = pictures._make
    monkeypatch.setattr(pictures, "_make", lambda field, value: (made.append(field.label), make(field, value))[1])
    outputs = (Picture(label="seen"), Regions(label="put away", folded=True), Picture(label="none", folded=True))
    random = np.random.default_rng(5).integers(0, 256, (30, 40, 3), np.uint8)
    answer = Answer((random, (random, [Region((1, 2, 20, 25), "cat")]), None), "")
    result = as_result(replace(kitchen_sink.DEMO, inputs={}, examples=(), outputs=outputs), answer)
    assert made == ["seen"] and result.shown[2] is None
    assert result.colours == {"cat": colour_of("cat")}  # bars of that name are in view
    assert len(result.shown[1].shown.data["regions"]) == 1 and made == ["seen", "put away"]
    assert result.shown[1].shown is result.shown[1].shown


def test_examples_of_one_picture_are_told_apart_by_their_titles_or_else_by_what_they_set() -> None:
    examples = ({"picture": "coffee"}, {"picture": "coffee", "amount": 0.7}, {"picture": "chelsea"})
    plain = replace(small_demos.kitchen_sink, examples=examples, example_titles=())
    assert [card["words"] for card in picture_inputs._cards(plain)] == ["default settings", "Amount: 0.7", ""]
    two = replace(
        plain, examples=({"picture": "coffee", "extra": ["chelsea"]}, {"picture": "coffee", "extra": ["astronaut"]})
    )
    assert [card["words"].partition(" and ")[0] for card in picture_inputs._cards(two)] == ["Cup of coffee"] * 2
    assert len({card["words"] for card in picture_inputs._cards(two)}) == 2
    titled = replace(plain, example_titles=("a little", "much", "a cat"))
    assert [card["words"] for card in picture_inputs._cards(titled)] == ["a little", "much", ""]
