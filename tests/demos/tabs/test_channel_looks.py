"""What a channel looks for, and two pictures beside each other."""

import io

import numpy as np
import pytest
from PIL import Image

from cnn_core.images import drawing
from cnn_core.results import Activations
from demos import atlas
from demos.tabs.look_inside import _channel_looks as tab


@pytest.fixture(autouse=True)
def forget() -> None:
    tab.tiles_of.cache_clear()


def test_the_stored_picture_of_the_channel_is_cut_from_its_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = np.zeros((2 * atlas.SIDE, atlas.COLUMNS * atlas.SIDE, 3), np.uint8)
    sheet[atlas.SIDE :, atlas.SIDE : 2 * atlas.SIDE] = (250, 10, 10)  # channel COLUMNS + 1
    out = io.BytesIO()
    Image.fromarray(sheet).save(out, "webp", lossless=True)
    stored = atlas.Sheet(out.getvalue(), atlas.COLUMNS + 2)
    monkeypatch.setattr(tab.atlas, "find", lambda network, layer: stored if network == "net" else None)
    ((picture, words),) = tab.sought("net", "conv", atlas.COLUMNS + 1)
    assert (picture == (250, 10, 10)).all() and "looks for" in words
    assert (tab.sought("net", "conv", atlas.COLUMNS)[0][0] == 0).all()
    assert tab.sought("net", "conv", atlas.COLUMNS + 2) == tab.sought("other", "conv", 0) == []


def test_two_maps_beside_each_other_have_one_scale() -> None:
    one = Activations("x", np.array([[[0, 1], [1, 2]]], np.float32))
    other = Activations("x", np.full((1, 3, 3), 4, np.float32))
    both = tab.beside(one, other, 0)
    assert both.shape == (tab.SIDE, 2 * tab.SIDE + 4, 3)
    brightest = drawing.map_to_colours(np.array([[4.0]], np.float32), 4.0, drawing.SEQUENTIAL)[0, 0]
    half = drawing.map_to_colours(np.array([[2.0]], np.float32), 4.0, drawing.SEQUENTIAL)[0, 0]
    assert (both[10, -10] == brightest).all() and (both[-10, tab.SIDE - 10] == half).all()


def test_without_another_picture_or_for_a_generator_nothing_is_compared() -> None:
    maps = Activations("x", np.zeros((1, 2, 2), np.float32))
    assert tab.compare(None, "net", maps, 0) == [] == tab.compare(np.zeros((4, 4, 3), np.uint8), "net:generator", maps, 0)


def test_the_channels_that_differ_most_come_first_with_their_means(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Activations("x", np.array([[[1, 1.5]], [[1, 2]], [[0, 0]]], np.float32))
    there = Activations("x", np.array([[[1, 1.5]], [[5, 6]], [[0, 1]]], np.float32))
    monkeypatch.setattr(tab, "with_fallback", lambda name, work: there)
    monkeypatch.setattr(tab, "name_channel", lambda network, layer, number: f"channel {number}")
    shown = tab.compare(np.zeros((4, 4, 3), np.uint8), "net", here, 0)
    assert [words for _, words in shown][:2] == [
        "channel 1: 1.50 here, 5.50 there on average",
        "channel 2: 0.00 here, 0.50 there on average",
    ]
    assert len(shown) == 3


def test_maps_keep_their_shape_and_where_they_have_no_scale_in_common_each_is_as_bright() -> None:
    wide = Activations("x", np.array([[[0, 0]], [[1, 0]]], np.float32))  # (2, 1, 2)
    below = Activations("y", np.array([[[-8, 8], [0, 0]]], np.float32))  # (1, 2, 2), with negative values
    both = tab.beside(wide, below, 1, 0, one_scale=False)
    assert both.shape == (tab.SIDE, 2 * tab.SIDE + 4 + tab.SIDE, 3)
    brightest = drawing.map_to_colours(np.array([[1.0]], np.float32), 1.0, drawing.SEQUENTIAL)[0, 0]
    most = drawing.map_to_colours(np.array([[8.0]], np.float32), 8.0, drawing.DIVERGING)[0, 0]
    assert (both[5, 5] == brightest).all() and (both[5, -5] == most).all()
    together = tab.beside(wide, below, 1, 0)
    assert (together[5, -5] == most).all()
    eighth = drawing.map_to_colours(np.array([[1.0]], np.float32), 8.0, drawing.DIVERGING)[0, 0]
    assert (together[5, 5] == eighth).all()
