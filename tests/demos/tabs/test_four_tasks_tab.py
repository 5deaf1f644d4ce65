"""The tab of four tasks: four answers that are known, in a picture of 20 x 30 pixels; and what its examples show."""

from typing import Any

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.ops.boxes import iou
from cnn_core.results import Candidates, Instances
from cnn_core.runtime import weights
from cnn_core.tasks.detection import detect
from cnn_core.tasks.four_tasks import Stage, Traced, trace
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.localisation import Localization
from cnn_core.tasks.region_costs import RegionCosts
from demos.tabs.recognise import four_tasks as tab
from tests.demos.tabs.stand_ins import PICTURE, answer_of, by_label, put_cards

BOXES = np.array([[3, 2, 12, 18], [15, 4, 29, 19], [4, 2, 12, 18]], np.float32)
COSTS = RegionCosts(crop=0.01, crops=6, maps=0.1, proposing=0.02, heads=0.04, regions=200)
MASKS = np.zeros((2, 2, 2), np.float32)
MASKS[0] = 1
MASKS[1, :, 0] = 1
"""The first object fills its box, the second one the left half of it."""


def traced(answer: Any, seconds: float, outputs: int) -> Traced:
    return Traced(answer, (Stage("input", (3, 8, 9)),), (Stage("classes", (outputs // 2,), 2, "sigmoid", "cells"),), seconds)


def shown(monkeypatch: pytest.MonkeyPatch, presence: float = 0.9, confidence: float = 0.5) -> dict[str, Any]:
    """What the page shows of answers that everybody can check."""
    calibration = {"edges": [0, 0.5, 1.0], "n": [10, 10], "right": [0.2, 0.9]}
    put_cards(monkeypatch, calibration=calibration)
    answers = {
        "classify_resnet_everyday": traced(answer_of(0.2, 0.7, 0.1), 0.01, 4),
        tab.LOCALISER: traced(Localization(presence, BOXES[0], answer_of(0.4, 0.3, 0.3), (20, 30)), 0.02, 10),
        tab.DETECTOR: traced(
            Candidates(BOXES[[0, 2, 1]], np.array([0.9, 0.8, 0.6], np.float32), ("cat", "cat", "cup"), BOXES, 3), 0.3, 4000
        ),
        tab.MASKS: traced(
            Instances(BOXES[:2], np.array([0.7, 0.55], np.float32), ("dog", "dog"), MASKS, (20, 30), BOXES), 0.4, 50_000
        ),
    }
    monkeypatch.setattr(tab, "trace", lambda picture, name: answers[name])
    monkeypatch.setattr(tab, "measure_regions", lambda *given: COSTS)
    return by_label(tab.DEMO, tab.run(PICTURE, confidence, "classify_resnet_everyday"))


def test_four_answers_stand_in_four_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(monkeypatch)
    assert page["In all"] == "4 → 10 → 4,000 → 50,000 numbers, **0.73\u00a0s**"
    scene = page["Four tasks"]
    assert [one["answer"] for one in scene["columns"]] == ["cup 70%", "perhaps cat 40%, c = 0.90", "1 cat, 1 cup", "2 dogs"]
    assert [one["seconds"] for one in scene["columns"]] == ["0.01 s", "0.02 s", "0.30 s", "0.40 s"]
    assert scene["columns"][1]["input"] == "3×8×9"
    assert [one["outputs"] for one in scene["columns"]] == ["4", "10", "4,000", "50,000"]
    assert scene["columns"][0]["way"] == [["input", "3×8×9", ""]]
    assert scene["columns"][2]["heads"] == [["classes", "2 cells × 2,000", "sigmoid"]]
    boxes = [[(one["name"], one["at"]) for one in column["boxes"]] for column in scene["columns"]]
    assert boxes == [
        [], [("cat 40%", [3, 2, 12, 18])], [("cat 90%", [3, 2, 12, 18]), ("cup 60%", [15, 4, 29, 19])],
        [("dog 1 70%", [3, 2, 12, 18]), ("dog 2 55%", [15, 4, 29, 19])],
    ]  # fmt: skip
    colours = [one["colour"] for one in scene["columns"][3]["boxes"]]
    assert len(set(colours)) == 2  # two objects of a class have colours of their own
    assert (scene["width"], scene["height"]) == (30, 20)
    pictures = page["The four answers"]
    assert [words for _, words in pictures][2] == "object detection: 1 cat, 1 cup" and np.array_equal(
        pictures[0][0], PICTURE
    )
    assert [bool((picture != PICTURE).any()) for picture, _ in pictures] == [False, True, True, True]
    assert "instance segmentation: 2 dogs." in scene["words"]


def test_nothing_is_said_where_c_or_the_confidence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = shown(monkeypatch, presence=0.49, confidence=0.95)["Four tasks"]["columns"]
    assert [one["answer"] for one in columns] == ["cup 70%", "nothing, c = 0.49", "nothing", "nothing"]
    assert [len(one["boxes"]) for one in columns] == [0, 0, 0, 0]


def test_masks_lie_where_the_objects_are() -> None:
    objects = Instances(BOXES[:2], np.array([0.7, 0.55], np.float32), ("dog", "dog"), MASKS, (20, 30), BOXES)
    grey = np.full((20, 30, 3), 100, np.uint8)
    painted = (tab.paint(objects, grey, np.ones(4), 0.5) != grey).any(2)
    assert painted[2:18, 3:12].all() and painted[4:19, 15:21].all()
    assert not painted[:, 23:].any() and not painted[:2].any() and not painted[:, :3].any()
    only = (tab.paint(objects, grey, np.ones(4), 0.6) != grey).any(2)
    assert only[10, 5] and not only[10, 16]
    half = (tab.paint(objects, grey[:10, :15], np.full(4, 0.5), 0.6) != 100).any(2)  # a picture drawn half as large
    assert half[5, 3] and not half[5, 8]


def test_a_large_picture_s_boxes_are_drawn_where_they_belong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "LONGEST", 15)
    scene = shown(monkeypatch)["Four tasks"]
    assert (scene["width"], scene["height"]) == (15, 10) and scene["columns"][1]["boxes"][0]["at"] == [1.5, 1, 6, 9]


def test_the_costs_of_regions_are_said_with_what_was_multiplied(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 x 10 ms; 100 ms + 2,000 x 0.2 ms; 100 ms + 20 ms + 40 ms."""
    page = shown(monkeypatch)
    assert page["The same in numbers"] == [
        ["R-CNN", "2,000 regions, each through a whole network", "2,000 × 10 ms", "20 s"],
        ["Fast R-CNN", "the feature maps once, 2,000 regions from them", "100 ms + 2,000 × 0.2 ms", "0.5 s"],
        ["Faster R-CNN", "the feature maps once, 200 regions of its own", "100 ms + 60 ms", "0.16 s"],
    ]
    (bars,) = page["What regions cost"].layers
    assert bars.values == pytest.approx((20, 0.5, 0.16)) and bars.names == ("R-CNN", "Fast R-CNN", "Faster R-CNN")
    assert page["What regions cost"].words == "Seconds for one picture: R-CNN 20 s, Fast R-CNN 0.5 s, Faster R-CNN 0.16 s."
    said = page["How the regions' costs were found"]
    assert "median of 6 crops" in said and "200 regions" in said and "2,000" in said and "not counted" in said
    assert np.array_equal(page["What does a head learn? Open it in The label vector"]["picture"], PICTURE)


# ---------------------------------------------------------------- what the lesson claims


def test_two_cats_are_two_for_detection_and_instances_alone() -> None:
    picture = samples.load("cats_on_wall")
    confidence = tab.DEMO.inputs["confidence"].default  # type: ignore[union-attr]
    assert detect(picture, tab.DETECTOR, confidence).labels == ("cat", "cat")
    found = find_instances(picture, tab.MASKS)
    assert [found.labels[k] for k in tab.objects_of(found, confidence)] == ["cat", "cat"]
    assert float(iou(found.boxes[:1], found.boxes[1:2])[0, 0]) < 0.5
    assert "cats_on_wall" in [example["picture"] for example in tab.DEMO.examples]


def test_the_box_stands_on_the_classifier_and_the_masks_on_the_detector() -> None:
    assert weights.card(tab.LOCALISER).base == tab.BASE == tab.CLASSIFIERS[0][0]
    assert weights.card(tab.MASKS).base == tab.DETECTOR
    everyday, base = weights.card(tab.CLASSIFIERS[1][0]), weights.card(tab.BASE)
    assert {**everyday.arguments, "classes": 0} == {**base.arguments, "classes": 0}  # the crops' ResNet is the same


def test_on_a_lawn_all_but_the_classifier_say_nothing_and_the_confidence_is_for_the_last_two() -> None:
    said = {}
    for name, confidence in (("lawn", 0.25), ("motorcycle", 0.9), ("motorcycle", 0.05)):
        answers = [(trace(samples.load(name), network).answer, network) for network in (tab.BASE, *tab.DEMO.weights[1:4])]
        said[name, confidence] = [tab.answer_of(*one, confidence)[0].split(",")[0] for one in answers]
    assert said["lawn", 0.25][1:] == ["nothing"] * 3 and "nothing" not in said["lawn", 0.25][0]
    sure, unsure = said["motorcycle", 0.9], said["motorcycle", 0.05]
    assert sure[:2] == unsure[:2] and sure[2] != unsure[2] and sure[3] != unsure[3]
