"""What a page shows of an answer: files of a sensible size that invent nothing, and HTML that lets nothing through."""

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from cnn_core.images.palette import colour_of
from demos.frontends.streamlit.parts import bars_html, percent
from demos.frontends.streamlit.pictures import LARGEST, LEAST, View, drawn, to_show, view_of
from demos.spec import Note, Picture, Region


def pixels(view: View) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(view.png)))


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


def test_regions_are_tinted_in_their_names_colours_and_the_picture_is_left_alone() -> None:
    picture = np.full((500, 600, 3), 128, np.uint8)
    mask = np.zeros((500, 600), bool)
    mask[300:, :] = True
    result = drawn(picture, [Region((20, 20, 280, 280), "dog", 0.876), Region(mask, "cat")], "Parts")
    assert (picture == 128).all()
    assert result.colours == {"dog": colour_of("dog"), "cat": colour_of("cat")}
    assert result.words == "Parts: dog 88%; cat" and colour_of("dog") in result.legend
    shown = pixels(result.view)
    assert tuple(shown[279, 150]) == ImageColor.getrgb(colour_of("dog"))  # the box's edge
    assert tuple(shown[499, 300]) == ImageColor.getrgb(colour_of("cat"))  # the mask's edge
    half = (np.array(ImageColor.getrgb(colour_of("cat"))) + 128) / 2
    assert np.abs(shown[340, 40] - half).max() <= 1
    assert tuple(shown[200, 500]) == (128, 128, 128)


@pytest.mark.parametrize("shape", [np.zeros((60, 80), bool), (-20.0, -5.0, 900.0, 900.0), (79.0, 59.0, 80.0, 60.0)])
def test_odd_regions_are_drawn_all_the_same(shape) -> None:
    result = drawn(np.zeros((60, 80, 3), np.uint8), [Region(shape, "a rather long name that has no room")], "Parts")
    assert result.legend.count("<li>") == 1


def test_no_regions_leave_the_picture() -> None:
    assert drawn(np.zeros((600, 600, 3), np.uint8), [], "Parts").legend == ""


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
