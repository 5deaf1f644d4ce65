"""One value on the page: which one a press means, what is framed, and the sum as it is shown."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cnn_core.explain.kernel_sums import Term
from cnn_core.explain.one_value import Step, TakenApart
from cnn_core.explain.receptive_field import ReceptiveField
from cnn_core.explain.span import Span
from cnn_core.images.placement import Placement
from cnn_core.results import Activations, LayerFacts
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.feeding import Fed
from demos.tabs.look_inside import _one_value as tab

MAPS = Activations("conv", np.array([[[0, 1, -5], [2, 3, 4]]], np.float32))
WIDE = np.zeros((10, 30, 3), np.uint8)
APART = TakenApart(
    "convolution",
    tuple(Term(k, np.array([[k, -np.inf]]), np.array([[2.0, 0.0]]), 2.0 * k) for k in (5, 4, 3, 2, 1, 0)),
    0.5, 30.5, (Step("ReLU", 30.5),), 30.5,
)  # fmt: skip


def card(monkeypatch: pytest.MonkeyPatch, how: str = "pad", seed: int | None = None) -> None:
    form = Preprocessing(6, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), how=how, shuffle_seed=seed)  # type: ignore[arg-type]
    monkeypatch.setattr(tab.weights, "card", lambda name: SimpleNamespace(input=form))


def fed(photo: np.ndarray | None, height: int = 6, width: int = 6) -> Fed:
    placement = None if photo is None else Placement.plan(photo.shape[:2], (height, width), "pad")
    return Fed(nn.Identity(), (torch.zeros(1, 3, height, width),), "", photo, placement)


def test_a_place_on_the_upload_means_the_value_over_it_padding_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """30 x 10 pixels lie as 6 x 2 in the middle of 6 x 6: a map of 2 x 3 covers the whole input."""
    card(monkeypatch)
    placement = tab.placed_on(WIDE, "net", fed(WIDE), MAPS)
    assert placement.inside == (0, 2, 6, 4)
    assert tab.cell_at(MAPS, 0, (0, 0), placement) == (0, 0) and tab.cell_at(MAPS, 0, (29, 9), placement) == (1, 2)
    assert tab.cell_at(MAPS, 0, (15, 4), placement) == (0, 1) and tab.cell_at(MAPS, 0, (15, 5), placement) == (1, 1)
    assert tab.cell_at(MAPS, 0, None, placement) == (0, 2)  # the strongest, -5


@pytest.mark.parametrize("how", ["pad", "crop"])
def test_a_face_a_shuffled_picture_and_noise_lie_all_over_the_upload(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    card(monkeypatch, how)
    square = np.zeros((6, 6, 3), np.uint8)
    assert tab.placed_on(WIDE, "net", fed(square), MAPS) == Placement.plan((10, 30), (6, 6), "stretch")
    assert tab.placed_on(WIDE, "net:generator", fed(None), MAPS) == Placement.plan((10, 30), (2, 3), "stretch")
    card(monkeypatch, how, seed=1)
    assert tab.placed_on(WIDE, "net", fed(WIDE), MAPS) == Placement.plan((10, 30), (6, 6), "stretch")


def test_the_frame_on_the_photo_is_what_the_value_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows 0..2 of the input are border but for row 2: the upper half of the photo; columns 2..3 its middle third."""
    field = ReceptiveField(Span(0, 2, 3), Span(0, 1, 2))
    monkeypatch.setattr(tab, "fields_of", lambda network: {"conv": field})
    shown = tab.field_on_photo("net", fed(WIDE), "conv", 0, 1)
    assert shown["field"] == pytest.approx([2 / 6, 0, 4 / 6, 0.5], abs=1e-3) and shown["photo"].startswith("data:image/jpeg")
    assert tab.field_on_photo("net", fed(None), "conv", 0, 1) == {"photo": None, "field": None}


def test_four_channels_one_by_one_and_the_others_together() -> None:
    shown = tab.sum_of(APART, colours=False)
    assert [(term["name"], term["sum"]) for term in shown["terms"]] == [(f"channel {k}", 2.0 * k) for k in (5, 4, 3, 2)]
    assert shown["others"] == {"count": 2, "sum": 2.0} and shown["bias"] == 0.5 and shown["value"] == 30.5
    assert shown["terms"][0]["patch"] == [[5, None]] and shown["steps"] == [{"words": "ReLU", "value": 30.5}]
    three = TakenApart("convolution", APART.terms[3:], 0, 6, (), 6)
    assert [term["name"] for term in tab.sum_of(three, colours=True)["terms"]] == ["blue", "green", "red"]
    assert tab.sum_of(three, colours=False)["others"] is None


def test_it_is_said_for_who_cannot_see_it() -> None:
    said = tab.say_value(APART, "class cat", 1, 2)
    assert said.startswith(
        "Class cat, row 1, column 2: 30.5. It comes from a convolution: 10 from channel 5, 8 from channel 4"
    )
    assert said.endswith("30.5 altogether. Then ReLU: 30.5.")


def test_colours_are_named_where_a_kernel_is_over_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, tuple[str, ...]] = {"conv": ("input",), "relu": ("conv",), "next": ("relu",), "sum": ("conv", "relu")}
    table = [LayerFacts(name, name, (3, 2, 2), 0, 1, 1, 0, sources) for name, sources in made.items()]
    monkeypatch.setattr(tab, "facts_of", lambda network: table)
    assert [tab.is_first("net", name) for name in made] == [True, True, False, False]


def test_a_map_is_one_pixel_a_value_and_a_number_none(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = tab.map_of(MAPS, 0)
    assert (shown["rows"], shown["columns"]) == (2, 3) and shown["map"].startswith("data:image/png")
    assert tab.map_of(Activations("fc", np.ones((4, 1, 1), np.float32)), 2)["map"] is None
    names: Any = tuple((str(k), f"channel {k}") for k in range(4))
    monkeypatch.setattr(tab, "channels_of", lambda network, layer: names)
    monkeypatch.setattr(tab, "name_channel", lambda network, layer, number: f"channel {number}")
    found = tab.channel_beside("net", Activations("fc", np.ones((4, 1, 1), np.float32)), 3)
    assert found == {"name": "channel 3 of 4", "earlier": "2", "later": None}
