"""Which clicks count, and what the page says and keeps; the network is a stand-in that selects a disc around each click."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from demos.tabs.segment import click_to_select
from demos.tabs.segment.click_to_select import ADD, TAKE_AWAY, run

PICTURE = np.full((40, 60, 3), 90, np.uint8)
OTHER = np.full((40, 60, 3), 91, np.uint8)


@pytest.fixture(autouse=True)
def discs(monkeypatch: pytest.MonkeyPatch) -> None:
    def select(encoded, clicks):
        y, x = np.mgrid[0:40, 0:60]
        mask = np.zeros((40, 60), bool)
        for across, down, belongs in clicks:
            mask[np.hypot(x - across, y - down) < 6] = belongs
        return mask

    monkeypatch.setattr(click_to_select, "select", select)
    monkeypatch.setattr(click_to_select, "encode", lambda picture, network: None)


def after(place, meaning=ADD, made=None, picture=PICTURE, undo=False, anew=False):
    return run(picture, place, meaning, undo, anew, made)


def clicks_of(answer) -> list:
    return answer[-1]["clicks"]


def test_no_click_no_selection() -> None:
    words, scene, picture, table, file, made = after(None)
    assert "Click" in words
    assert np.array_equal(picture, PICTURE)
    assert (table, file, made["clicks"]) == ([], None, [])
    assert (scene["shade"], scene["clicks"]) == ("", [])


def test_a_click_selects_and_a_second_takes_away() -> None:
    first = after((20, 20))
    assert clicks_of(first) == [[20, 20, True]]
    second = after((24, 20), TAKE_AWAY, first[-1])
    assert clicks_of(second) == [[20, 20, True], [24, 20, False]]
    assert [row[2] for row in second[3]] == [ADD, TAKE_AWAY]
    assert "2 clicks" in second[0]


def test_changing_the_switch_is_no_click() -> None:
    first = after((20, 20))
    assert clicks_of(after((20, 20), TAKE_AWAY, first[-1])) == [[20, 20, True]]


def test_clicks_are_taken_back_and_forgotten() -> None:
    two = after((40, 10), made=after((20, 20))[-1])
    assert clicks_of(after((40, 10), made=two[-1], undo=True)) == [[20, 20, True]]
    assert clicks_of(after((40, 10), made=two[-1], anew=True)) == []


def test_another_picture_starts_anew() -> None:
    first = after((20, 20))
    stale = after((20, 20), made=first[-1], picture=OTHER)
    assert clicks_of(stale) == []
    assert clicks_of(after((21, 20), made=stale[-1], picture=OTHER)) == [[21, 20, True]]
    assert clicks_of(after((5, 5), made=first[-1], picture=OTHER)) == [[5, 5, True]]


def test_the_first_click_in_a_picture_says_what_is_meant_whatever_the_switch_says() -> None:
    first = after((20, 20), TAKE_AWAY)
    assert clicks_of(first) == [[20, 20, True]]
    assert "The first click always says what belongs to it" in first[0]
    two = after((24, 20), TAKE_AWAY, first[-1])
    assert clicks_of(two) == [[20, 20, True], [24, 20, False]]
    other = after((5, 5), TAKE_AWAY, two[-1], picture=OTHER)  # the switch was left as it was
    assert clicks_of(other) == [[5, 5, True]]
    assert "selected by 1 click." in other[0]
    anew = after((24, 20), TAKE_AWAY, two[-1], anew=True)
    assert clicks_of(after((30, 30), TAKE_AWAY, anew[-1])) == [[30, 30, True]]


def test_the_table_says_what_each_click_changed() -> None:
    """In 40 x 60 pixels; no two discs touch."""
    two = after((40, 10), made=after((20, 20))[-1])
    disc = sum(np.hypot(x, y) < 6 for x in range(-6, 7) for y in range(-6, 7)) / 2400
    assert two[3][1] == [2, "40, 10", ADD, f"+{disc:.1%}", "-0.0%"]
    three = after((40, 10), TAKE_AWAY, after((1, 1), made=two[-1])[-1])
    assert three[3][3][4] == f"-{disc:.1%}"


def test_the_file_holds_the_selected_pixels_alone() -> None:
    name, data = after((20, 20))[4]
    pixels = np.array(Image.open(io.BytesIO(data)))
    assert name.endswith(".png")
    assert pixels.shape == (40, 60, 4)
    assert pixels[20, 20].tolist() == [90, 90, 90, 255]
    assert pixels[0, 59, 3] == 0


def opened(address: str) -> np.ndarray:
    """The pixels of a picture in an address that holds it."""
    return np.array(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))


def test_the_selection_to_be_pressed_is_dark_outside_the_mask() -> None:
    scene = after((24, 20), TAKE_AWAY, after((40, 20))[-1])[1]
    assert (scene["width"], scene["height"]) == (60, 40)
    assert scene["clicks"] == [[40, 20, True], [24, 20, False]]
    assert (scene["adds"], scene["takes"]) == (ADD, TAKE_AWAY)
    assert all(value in dict(click_to_select.DEMO.inputs["meaning"].options) for value in (ADD, TAKE_AWAY))
    assert np.abs(opened(scene["picture"]).astype(int) - 90).max() <= 2  # a JPEG
    shade = opened(scene["shade"])  # (40, 60, 2): black, and how much of it
    assert shade.shape == (40, 60, 2) and shade[..., 0].max() == 0
    assert [shade[y, x, 1] for y, x in ((20, 40), (20, 45), (20, 50), (2, 40), (20, 24))] == [0, 0, 178, 178, 178]
    assert scene["words"].startswith("The picture, dark outside the selection of 5%")


def test_a_large_picture_is_shown_small_and_pressed_in_its_own_pixels() -> None:
    mask = np.zeros((2000, 3000), bool)
    mask[:1000, :750] = True
    scene = click_to_select.draw_selection(np.zeros((2000, 3000, 3), np.uint8), mask, [(2999, 1999, True)])
    assert (scene["width"], scene["height"], scene["clicks"]) == (3000, 2000, [[2999, 1999, True]])
    shade = opened(scene["shade"])
    assert shade.shape == (667, 1000, 2) == (*opened(scene["picture"]).shape[:2], 2)
    assert shade[300, 240, 1] == 0 and shade[300, 260, 1] == 178 and shade[340, 240, 1] == 178
