"""What the tabs that recognise put where: stand-ins answer, so that every figure and row is told from the others."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnn_core.explain.class_evidence import ClassEvidence
from cnn_core.results import Instances, Segmentation
from cnn_core.runtime import weights
from cnn_core.tasks.binary_classification import Decision
from cnn_core.tasks.localisation import Localization
from cnn_core.tasks.multi_label import Labels
from cnn_core.tasks.sliding_window import WindowGrid
from demos.tabs import _networks
from demos.tabs._certainty import doubtful
from demos.tabs.recognise import classify, localise, several_at_once, sliding_window, two_or_many
from demos.tabs.segment import instance_segmentation, semantic_segmentation
from tests.blackboard import network_of
from tests.demos.tabs.stand_ins import PICTURE, answer_of, by_label, put_cards

# ---------------------------------------------------------------- recognise


def test_temperature_is_for_the_bars_of_both_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logits 0, ln 4, ln 9; at T = 2 the shares are 1, 2 and 3 of 6."""
    asked = []
    logits = np.log(np.array([1, 4, 9], np.float32))
    put_cards(monkeypatch, per_class={"right": [0.75, 0.5, 0.9], "mistaken_for": ["dog", "cat", "cup"]})
    monkeypatch.setattr(classify, "explain_class", lambda *given: asked.append(given) or ClassEvidence(logits, None))
    monkeypatch.setattr(classify, "object_without_class", lambda *given: None)
    monkeypatch.setattr(classify, "classify", lambda *given: asked.append(given) or answer_of(0.2, 0.7, 0.1))
    shown = by_label(classify.DEMO, classify.run(PICTURE, "one", "other", 2.0, 2, "1"))
    assert shown["Answer"] == "**dog** 64%"  # 9 of 14
    assert shown["Probabilities"] == pytest.approx({"dog": 1 / 2, "cup": 1 / 3})
    assert shown["The second network's probabilities"] == pytest.approx({"cup": 0.7, "cat": 0.2})
    assert [given[1:] for given in asked] == [("one", 1), ("other", 2.0)]
    assert shown["Gallery of its classes"] == [["cat", "75%", "dog"], ["cup", "50%", "cat"], ["dog", "90%", "cup"]]


def test_classes_keep_their_numbers_in_the_alphabet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "card", lambda name: SimpleNamespace(classes=("dog", "Ant", "cat")))
    assert _networks.classes_of("any") == (("1", "Ant"), ("2", "cat"), ("0", "dog"))


def test_classifiers_stand_in_the_order_of_their_classes_and_accuracy(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"a": (10, 0.5, None), "b": (200, 0.3, None), "c": (10, 0.9, None), "d": (10, 0.7, 3)}
    cards = {
        name: SimpleNamespace(name=name, title=name, classes=("x",) * k, top1=t, input=SimpleNamespace(shuffle_seed=seed))
        for name, (k, t, seed) in facts.items()
    }
    monkeypatch.setattr(weights, "card", cards.__getitem__)
    monkeypatch.setattr(weights, "names", lambda task: list(cards))
    assert [name for name, _ in _networks.classifiers()] == ["b", "c", "a"]
    assert [name for name, _ in _networks.classifiers(shuffled=True)] == ["b", "c", "d", "a"]
    assert dict(_networks.classifiers())["b"] == "b · 200 classes"


def test_dogs_and_cats_are_counted_in_their_own_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 0.5: of four dogs three are found, of three cats one is called a dog."""
    validation = {"scores": [0.9, 0.8, 0.6, 0.1, 0.7, 0.2, 0.3], "labels": [1, 1, 1, 1, 0, 0, 0]}
    put_cards(monkeypatch, validation=validation)
    monkeypatch.setattr(two_or_many, "decide", lambda *given: Decision("cat", "dog", 2.0))
    monkeypatch.setattr(two_or_many, "object_without_class", lambda *given: None)
    monkeypatch.setattr(two_or_many, "classify", lambda *given: answer_of(0.2, 0.7, 0.1))
    shown = by_label(two_or_many.DEMO, two_or_many.run(PICTURE, 0.5, "ten"))
    assert shown["Validation pictures at this threshold"] == [["really a dog", 3, 1], ["really a cat", 1, 2]]
    assert shown["What the threshold does"] == (
        "At this threshold **71.4%** of 7 validation pictures are classified correctly. 75% of the dogs are found, 33% of "
        "the cats are called dogs."
    )
    exactly = two_or_many.sigmoid_in_words(Decision("cat", "dog", 0.0), 0.5)
    assert exactly.endswith("= 0.500, which reaches the threshold 0.50.")
    certain = {"scores": [0.9, 0.1, 0.12], "labels": [1, 0, 0]}
    put_cards(monkeypatch, validation=certain)
    told = two_or_many.headline(Decision("cat", "dog", -2.0), 0.5, weights.card("any"), None)
    assert told == "**cat**  P(dog) = 12%"  # every similar picture was a cat: no doubt


def test_right_half_of_the_time_is_no_doubt() -> None:
    calibration = {"edges": [0.0, 0.5, 1.0], "n": [10, 10], "right": [0.5, 0.9]}
    assert not doubtful(network_of(SimpleNamespace(), record={"line": "", "calibration": calibration}).card, 0.3)


def test_an_object_is_there_from_the_threshold_on(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Localization(0.6, np.array([0, 0, 4, 4], np.float32), answer_of(0.2, 0.7, 0.1), (20, 30))
    figures = {"made": {"n": 1, "present": 0.9, "absent": 0.8, "iou50": 0.7}}
    card = replace(network_of(SimpleNamespace()).card, metrics=figures)
    monkeypatch.setattr(weights, "card", lambda name: card)
    monkeypatch.setattr(localise, "localise", lambda *given: found)
    monkeypatch.setattr(localise, "headline", lambda *given: "there")
    assert localise.run(PICTURE, 0.6, "corner", "box_first")[0] == "there"
    assert localise.run(PICTURE, 0.65, "corner", "box_first")[0] == "No object: c_o = 0.60, below 0.65"
    assert localise.run(PICTURE, 0.2, "corner", "box_first")[0] == "there"


def test_the_attention_is_that_of_the_chosen_class(monkeypatch: pytest.MonkeyPatch) -> None:
    p, drawn = np.array([0.6, 0.2, 0.9]), []
    attention = np.stack([np.full((2, 4), value, np.float32) for value in (0.25, 0.5, 1.0)])
    answer = Labels(("cat", "cup", "dog"), np.log(p / (1 - p)).astype(np.float32), attention)
    monkeypatch.setattr(several_at_once, "find_classes", lambda *given: answer)
    monkeypatch.setattr(
        several_at_once.drawing, "overlay_heatmap", lambda picture, heat, opacity: drawn.append(heat) or picture
    )
    shown = by_label(several_at_once.DEMO, several_at_once.run(PICTURE, 0.5, "1"))
    assert drawn[0].values.max() == 0.5
    assert shown["Whose attention"] == "Bright: the regions that counted most for **cup** (20%)."
    assert list(shown["Softmax: one must win"]) == ["dog", "cat", "cup"]
    assert list(shown["Softmax: one must win"].values()) == pytest.approx([9 / 10.75, 1.5 / 10.75, 0.25 / 10.75], abs=1e-5)
    assert [row[0] for row in shown["The same logits twice"]] == ["dog", "cat", "cup"]
    assert shown["The same logits twice"][1] == ["cat", "0.41", "60.0%", "14.0%"]
    several_at_once.run(PICTURE, 0.5, several_at_once.LIKELIEST)
    assert drawn[1].values.max() == 1.0


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[WindowGrid]:
    """A network of three classes whose windows of 10 pixels answer by their number: the first says cat, the others cup."""
    planned: list[WindowGrid] = []

    def plan(shape: tuple[int, int], share: float, side: int, stride: int) -> WindowGrid:
        planned.append(WindowGrid(shape, (10, 40), 10, 10))
        return planned[-1]

    shares = np.array([[0.5, 0.3, 0.2], [0.1, 0.45, 0.45], [0.1, 0.48, 0.42], [0.2, 0.7, 0.1]], np.float32)
    put_cards(monkeypatch)
    net = replace(network_of(SimpleNamespace()), card=weights.card("any"))
    monkeypatch.setattr(weights, "load", lambda name: net)
    for name, stand_in in (
        ("plan_windows", plan), ("map_stride", lambda net: 4), ("window_side", lambda net: 10),
        ("classify_in_one_pass", lambda picture, name, grid: shares),
        ("classify_one_by_one", lambda picture, name, grid: iter(shares)),
    ):  # fmt: skip
        monkeypatch.setattr(sliding_window, name, stand_in)
    return planned


def slid(wanted: str = "1", play: bool = False, memory: Any = None, picture: Any = PICTURE, cells: int = 1) -> list[Any]:
    return list(sliding_window.run(picture, "made", wanted, 1, cells, 0.4, 0.5, play, memory))


def test_the_film_shows_each_window_and_its_own_score(windows: list[WindowGrid]) -> None:
    *film, last = slid(play=True)
    boxes = windows[0].boxes()
    assert [step[0] for step in film] == [
        "Window 1 of 4: **cup** 30%", "Window 2 of 4: **cup** 45%", "Window 3 of 4: **cup** 48%"
    ]  # fmt: skip
    assert [tuple(step[1][1][0].shape) for step in film] == [tuple(box.tolist()) for box in boxes[:3]]
    assert last[5]["film"]["scores"] == pytest.approx([0.3, 0.45, 0.48, 0.7])
    dark = film[0][2].astype(int).sum((0, 2))  # the map so far is bright at the left alone
    assert not np.array_equal(film[0][2][:, :7], film[2][2][:, :7]) or dark[:7].mean() != dark[-7:].mean()


def test_the_likeliest_class_has_the_highest_score_of_any_window(windows: list[WindowGrid]) -> None:
    """cup has 0.7 in one window; by the mean of all it would be the same, so the first window is made sure of cat."""
    assert slid(sliding_window.LIKELIEST)[0][5]["label"] == 1


def test_scores_are_kept_for_the_same_question_alone(windows: list[WindowGrid]) -> None:
    memory = slid()[0][5]
    stale = {**memory, "scores": [0.9, 0.9, 0.9, 0.9]}
    assert slid(memory=stale)[0][5]["scores"] == stale["scores"]
    assert slid(memory=stale, cells=2)[0][5]["scores"] == memory["scores"]
    assert slid(memory=stale, picture=PICTURE[:, ::-1].copy())[0][5]["scores"] == memory["scores"]


def test_the_cost_is_in_milliseconds() -> None:
    kept = {"scores": [0.1], "best": [0], "classes": 3, "seconds": 0.25, "film": None}
    assert sliding_window.cost_in_words(kept, "cat", 0.3).startswith("All 1 windows in one pass: 250 ms.")


# ---------------------------------------------------------------- segment


def test_each_object_has_its_own_mask_score_and_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two boxes of 20 x 30 pixels: a quarter of them and a tenth; their masks are 0.9 and 0.6 everywhere."""
    boxes = np.array([[0, 0, 15, 10], [10, 10, 20, 16], [0, 0, 30, 20]], np.float32)
    masks = np.stack([np.full((28, 28), p, np.float32) for p in (0.9, 0.6, 0.9)])
    found = Instances(boxes, np.array([0.95, 0.85, 0.3], np.float32), ("cat", "dog", "cup"), masks, (20, 30), boxes[:1])
    shares = np.zeros((2, 20, 30), np.float32)
    shares[0] = 1
    monkeypatch.setattr(instance_segmentation, "find_instances", lambda *given: found)
    by_class = Segmentation(("background", "cat"), np.zeros((20, 30), np.uint8), shares)
    monkeypatch.setattr(instance_segmentation, "segment", lambda *given: by_class)
    monkeypatch.setattr(instance_segmentation.weights, "card", lambda name: SimpleNamespace(record={}))
    headline, (_, objects), _, _, table, (_, proposals) = instance_segmentation.run(PICTURE, "any", 0.5, 0.5)
    assert headline == "1 **cat**, 1 **dog**"
    assert table == [["cat 1", "95%", "0, 0 to 15, 10", "25.0%"], ["dog 2", "85%", "10, 10 to 20, 16", "10.0%"]]
    assert [(region.name, round(region.score, 2), int(region.shape.sum())) for region in objects] == [
        ("cat 1", 0.95, 150), ("dog 2", 0.85, 60)
    ]  # fmt: skip
    assert [tuple(region.shape) for region in proposals] == [(0, 0, 15, 10)]
    strict = instance_segmentation.run(PICTURE, "any", 0.5, 0.8)[4]
    assert [row[3] for row in strict] == ["25.0%", "0.0%"]  # 0.6 does not reach 0.8


def test_a_clicked_pixel_shows_its_likeliest_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    classes = np.zeros((20, 30), np.uint8)
    classes[:5, 20:] = 1
    shares = np.empty((3, 20, 30), np.float32)
    shares[:] = np.array([0.7, 0.298, 0.002])[:, None, None]
    shares[:, :5, 20:] = np.array([0.1, 0.6, 0.3])[:, None, None]
    answer = Segmentation(("background", "cat", "sofa"), classes, shares)
    monkeypatch.setattr(semantic_segmentation, "segment", lambda *given: answer)
    card = SimpleNamespace(record={}, classes=answer.names, metrics={"made": {"n": 1234}})
    monkeypatch.setattr(weights, "card", lambda name: card)
    _, _, words, bars, _, chart = semantic_segmentation.run(PICTURE, "any", (25, 2))
    assert words.startswith("These probabilities are the public network's own") and words.endswith(" At pixel (25, 2):")
    card.record["pixels"] = {"error": 0.0072, "named_error": 0.0249}
    words = semantic_segmentation.run(PICTURE, "any", None)[2]
    assert words == (
        "80% means: about 80% of such pixels were right on 1,234 pictures never trained on (on average 0.7 points off, "
        "2.5 where it does not say background). At pixel (24, 2) (click the picture for another):"
    )
    assert list(bars) == ["cat", "sofa", "background"]
    assert chart.layers[0].values[0] == pytest.approx(100 * 50 / 600)
    elsewhere = semantic_segmentation.run(PICTURE, "any", (2, 15))[3]
    assert elsewhere == pytest.approx({"background": 0.7, "cat": 0.298})  # 0.2 % is not shown


def test_decoders_for_photographs_come_first_and_the_best_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"cells": (True, 2, 0.9), "poor": (False, 21, 0.4), "good": (False, 21, 0.6)}
    cards = {
        name: SimpleNamespace(
            name=name, title=name, classes=("x",) * k, input=SimpleNamespace(fixed=fixed), metrics={"made": {"miou": miou}}
        )
        for name, (fixed, k, miou) in facts.items()
    }
    monkeypatch.setattr(weights, "card", cards.__getitem__)
    monkeypatch.setattr(weights, "names", lambda task: list(cards))
    assert [name for name, _ in semantic_segmentation.decoders()] == ["good", "poor", "cells"]
