"""Two networks beside each other on one picture: which layer, which channels, in which words."""

import numpy as np
import pytest

from cnn_core.results import Activations, LayerFacts
from demos.tabs.look_inside import _two_networks as tab

CLASSES = {("net", "end"): ("ape", "bat", "cow"), ("other", "last"): ("cow", "dog", "ape")}


def facts(name: str, *shape: int) -> LayerFacts:
    return LayerFacts(name, f"words of {name}", shape, parameters=0, receptive_field=1, stride=1)


TABLES = {
    "net": (facts("a", 4, 8, 8), facts("b", 8, 4, 4), facts("c", 8, 4, 4), facts("end", 3, 1, 1)),
    "detector": (facts("backbone.b", 9, 8, 8), facts("head", 2, 8, 8), facts("b2", 9, 8, 8)),
    "other": (facts("p", 4, 9, 9), facts("q", 8, 4, 4), facts("r", 6, 4, 4), facts("s", 8, 4, 4), facts("last", 3, 1, 1)),
}


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "facts_of", TABLES.__getitem__)
    monkeypatch.setattr(tab, "layers_of", lambda network: tuple((one.name, one.words) for one in TABLES[network]))
    monkeypatch.setattr(tab, "class_names", lambda network, layer: CLASSES.get((network, layer), ()))
    monkeypatch.setattr(tab, "name_channel", lambda network, layer, number: f"{network}'s {number}")
    monkeypatch.setattr(tab, "say_side", lambda network, maps: f"{network} {maps.layer}")


def maps(layer: str, *values: object) -> Activations:
    return Activations(layer, np.array(values, np.float32))


def shown_of(monkeypatch: pytest.MonkeyPatch, layer: str, here: Activations, there: Activations) -> tab.Shown:
    asked = []
    monkeypatch.setattr(tab, "maps_for", lambda *given: asked.append(given) or there)
    picture = np.zeros((4, 4, 3), np.uint8)
    found = tab.compare_networks("net", here, picture, "other", layer, 7)
    assert asked == [("other", picture, there.layer, 7)]
    return found


@pytest.mark.parametrize(
    ("layer", "like"),
    [("a", "p"), ("b", "q"), ("c", "s"), ("end", "last")],  # no layer of a's shape: the one as deep; b, c: of their shape
)
def test_the_layer_most_like_it_has_its_shape_or_its_depth(layer: str, like: str) -> None:
    assert tab.find_like("net", layer, "other") == like
    first, *others = tab.layers_beside("net", layer, "other")
    assert (tab.find_like("net", "c", "detector"), tab.find_like("net", "b", "detector")) == ("head", "backbone.b")
    assert first == (tab.LIKE, f"the one most like it: words of {like}") and len(others) == 5


def test_without_a_second_network_nothing_is_shown_or_offered() -> None:
    assert tab.compare_networks("net", maps("a", [[1]]), np.zeros((4, 4, 3), np.uint8), tab.NONE, tab.LIKE, 0) == ("", [])
    assert tab.layers_beside("net", "a", tab.NONE) == ((tab.LIKE, "no second network"),)
    assert tab.rivals()[0][0] == tab.NONE


def test_layers_of_one_shape_show_the_channels_that_differ_most(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = maps("b", [[1, 1.5]], [[1, 2]], [[0, 0]]), maps("q", [[1, 1.5]], [[5, 6]], [[0, 1]])
    words, shown = shown_of(monkeypatch, tab.LIKE, here, there)
    assert words.startswith("**Left:** net b. **Right:** other q. Both have 3 channels: below are those that differ most.")
    assert [caption for _, caption in shown][:2] == [
        "net's 1: 1.50 left, 5.50 right on average",
        "net's 2: 0.00 left, 0.50 right on average",
    ]
    assert len(shown) == 3


def test_layers_of_one_name_may_differ_in_size_but_not_in_channels() -> None:
    small, large = maps("a", [[1, 2]], [[3, 4]]), maps("a", [[1, 2, 3]], [[3, 4, 5]])
    assert tab.comparable(("net", small), ("other", large)) == [(0, 0), (1, 1)]
    trunk = Activations("trunk.a", large.values)
    assert tab.comparable(("net", small), ("other", trunk)) == tab.comparable(("net", trunk), ("other", small)) != []
    assert tab.comparable(("net", small), ("other", Activations("trunka", large.values))) == []
    assert tab.comparable(("net", small), ("other", maps("a", [[1, 2, 3]]))) == []
    assert tab.comparable(("net", small), ("other", maps("p", [[1, 2, 3]], [[3, 4, 5]]))) == []


def test_classes_are_compared_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = maps("end", [[1.0]], [[9.0]], [[2.0]]), maps("last", [[2.5]], [[7.0]], [[-1.0]])
    assert tab.comparable(("net", here), ("other", there)) == [(0, 2), (2, 0)]
    words, shown = shown_of(monkeypatch, tab.LIKE, here, there)
    assert "Of the 2 classes that both know" in words
    assert [caption for _, caption in shown] == ["net's 0: 1.00 left, -1.00 right", "net's 2: 2.00 left, 2.50 right"]


def test_other_layers_show_each_networks_liveliest(monkeypatch: pytest.MonkeyPatch) -> None:
    here = maps("a", [[0, 1]], [[0, 5]])
    there = maps("r", [[1, 9, 9]], [[0, 3, 1]], [[0, 9, 0]])
    words, shown = shown_of(monkeypatch, "r", here, there)
    assert "The layers differ in shape" in words
    assert [caption for _, caption in shown] == ["net's 1 · other's 2", "net's 0 · other's 0"]
    (first, _), _ = shown
    assert first.shape == (160, 320 + 4 + 480, 3)
    assert (first[0, -1] == first[0, 0]).all()  # 0 has one colour in both
    assert (first[0, 319] == first[0, 324 + 240]).all() and (first[0, 319] != first[0, 0]).any()  # 5 and 9 are as bright
