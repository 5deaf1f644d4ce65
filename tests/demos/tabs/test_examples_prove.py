"""The examples prove what their tabs are about: asserted of the tasks' own answers, never of a tab's sentences.

What a network cannot do is no assertion here: such an example stays, and its tab says the doubt.
"""

from typing import Any

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.ops.boxes import iou
from cnn_core.ops.faces import classify_triplet, cosine, triplet_loss
from cnn_core.ops.masks import count_parts
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.binary_classification import decide
from cnn_core.tasks.classification import classify
from cnn_core.tasks.click_segmentation import encode, select
from cnn_core.tasks.detection import detect
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.localisation import localise
from cnn_core.tasks.multi_label import find_classes
from cnn_core.tasks.second_opinion import object_without_class
from cnn_core.tasks.semantic_segmentation import segment
from demos import catalogue, runner
from demos.tabs._certainty import HALF
from demos.tabs.compare import _faces, triplet_playground
from demos.tabs.recognise import classify as classify_tab
from demos.tabs.recognise import detect as detect_tab
from demos.tabs.recognise import localise as localise_tab
from demos.tabs.recognise import several_at_once, two_or_many
from demos.tabs.segment import click_to_select, instance_segmentation, semantic_segmentation

CAT_BOX = (470, 180, 718, 345)
"""Where samples.py pastes the small cat, (x1, y1, x2, y2)."""


def example(demo: str, **shown: Any) -> dict[str, Any]:
    """That example of a demo, complete; fails where the demo has none that sets these inputs."""
    found = next(e for e in catalogue.demo_named(demo).examples if shown.items() <= e.items())
    return runner.example_values(catalogue.demo_named(demo), found)


def picture(demo: str, name: str) -> PictureArray:
    """The picture of the demo's example that shows this sample."""
    return np.asarray(example(demo, picture=name)["picture"])


def changed_box(name: str, background: str) -> np.ndarray:
    """The box (1, 4) around all pixels in which a scene differs from the same scene without anything on it."""
    rows, columns = np.nonzero((samples.load(name) != samples.load(background)).any(2))
    return np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float32)


# ---------------------------------------------------------------- recognise


def test_classify_has_a_sure_answer_and_one_for_nothing_at_all() -> None:
    network = classify_tab.every_classifier()[0][0]
    cat, nothing = (classify(picture("classify", name), network) for name in ("chelsea", "lawn"))
    assert "cat" in cat.top(1)[0][0]
    assert cat.top(1)[0][1] > 0.4
    assert nothing.top(1)[0][1] < 0.3  # it names a class, and hardly believes it
    assert nothing.probabilities.sum() == pytest.approx(1, abs=1e-3)


def test_binary_has_a_cat_a_dog_and_neither() -> None:
    network = two_or_many.CAT_OR_DOG
    cat, dog, neither = (decide(picture("two_or_many", name), network) for name in ("chelsea", "dog", "astronaut"))
    assert cat.probability < 0.5 < dog.probability
    seen = object_without_class(picture("two_or_many", "astronaut"), weights.card(network), neither.name(0.5))
    assert seen is not None
    assert seen.name == "person"


def test_localise_has_an_object_none_and_a_small_one_whose_box_is_known() -> None:
    cup, lawn, cub = (
        localise(picture("localise", name), localise_tab.LOCALISER) for name in ("coffee", "lawn", "cub_on_lawn")
    )
    assert lawn.presence < 0.5 < min(cup.presence, cub.presence)
    assert float(iou(cub.box[None], changed_box("cub_on_lawn", "lawn"))[0, 0]) > 0.5


def test_the_sliding_window_finds_one_small_cat_and_two() -> None:
    for name, corners in (("cat_on_wall", [(470, 180)]), ("cats_on_wall", [(470, 180), (50, 60)])):
        *_, last = runner.answers(catalogue.demo_named("sliding_window"), example("sliding_window", picture=name))
        boxes = [region.shape for region in last.values[1][1]]
        for x, y in corners:
            inside = [b for b in boxes if x <= (b[0] + b[2]) / 2 <= x + 248 and y <= (b[1] + b[3]) / 2 <= y + 165]
            assert inside, (name, boxes)


def test_detect_has_several_kinds_two_of_a_kind_and_nothing() -> None:
    network = detect_tab.own_detectors()[0][0]
    confidence = detect_tab.DEMO.inputs["confidence"].default  # type: ignore[union-attr]
    labels = {
        name: sorted(detect(picture("detect", name), network, confidence).labels)
        for name in ("cat_and_person", "cats_on_wall", "cub_on_lawn", "coffee")
    }
    assert labels == {
        "cat_and_person": ["cat", "person"],
        "cats_on_wall": ["cat", "cat"],
        "cub_on_lawn": ["dog"],  # wrong: it knows no cheetah
        "coffee": [],
    }


def test_multi_label_has_two_one_and_none() -> None:
    def yes(name: str) -> set[str]:
        answer = find_classes(picture("several_at_once", name), several_at_once.NETWORK)
        return {label for label, share in answer.probabilities().items() if share > 0.5}

    assert yes("cat_and_person") == {"cat", "person"}
    assert yes("cat_and_dog") == {"cat", "dog"}
    assert yes("chelsea") == {"cat"}
    assert yes("coffee") == set()


# ---------------------------------------------------------------- segment


def cats_by_class(demo: str, name: str) -> int:
    """How many regions of the class cat semantic segmentation finds in an example."""
    answer = segment(picture(demo, name), instance_segmentation.DECODER)
    mask = answer.classes == answer.names.index("cat")
    return count_parts(mask, round(instance_segmentation.SMALLEST_PART * mask.size))


def cats_by_object(name: str) -> list[np.ndarray]:
    """The boxes of the cats of which instance segmentation is sure."""
    found = find_instances(picture("instance_segmentation", name), instance_segmentation.NETWORK)
    sure = zip(found.labels, found.scores, found.boxes, strict=True)
    return [box for label, score, box in sure if label == "cat" and score > HALF]


def test_two_cats_that_touch_are_two_objects_and_one_region() -> None:
    assert cats_by_class("semantic_segmentation", "two_cats") == 1
    left, right = sorted(cats_by_object("two_cats"), key=lambda box: box[0])
    assert (left[0] + left[2]) / 2 < 601 < (right[0] + right[2]) / 2  # the seam


def test_two_cats_apart_are_two_objects_too() -> None:
    boxes = sorted(cats_by_object("cats_on_wall"), key=lambda box: box[0])
    truth = np.array([[50, 60, 298, 225], CAT_BOX], np.float32)
    assert len(boxes) == 2
    assert (iou(np.stack(boxes), truth).diagonal() > 0.5).all()


def test_semantic_segmentation_has_one_thing_thin_things_and_cells() -> None:
    for name, expected, least in (("astronaut", "person", 0.4), ("motorcycle", "motorbike", 0.2)):
        answer = segment(picture("semantic_segmentation", name), semantic_segmentation.decoders()[0][0])
        assert (answer.classes == answer.names.index(expected)).mean() > least
    tissue = segment(picture("semantic_segmentation", "tissue"), "segment_unet_cells")
    assert count_parts(tissue.classes == 1, 30) > 20  # membranes keep the cells apart


def test_a_click_selects_the_small_cat_and_another_what_has_no_class() -> None:
    def selected(name: str) -> tuple[np.ndarray, tuple[int, int]]:
        shown = example("click_to_select", picture=name)
        x, y = shown["place"]
        return select(encode(np.asarray(shown["picture"]), click_to_select.NETWORK), [(x, y, True)]), (x, y)

    mask, _ = selected("cat_on_wall")
    truth = np.zeros(mask.shape, bool)
    truth[CAT_BOX[1] : CAT_BOX[3], CAT_BOX[0] : CAT_BOX[2]] = True
    assert (mask & truth).sum() > 0.6 * (mask | truth).sum()
    cup, (x, y) = selected("coffee")
    assert cup[y, x]
    assert cup.mean() < 0.7


# ---------------------------------------------------------------- compare


def vector(name: str) -> np.ndarray:
    return np.asarray(_faces.one_face(samples.load(name), name).face.vector)


def test_same_person_has_a_pair_two_people_and_a_pair_that_is_hard() -> None:
    pairs = [(e["first"], e["second"]) for e in catalogue.demo_named("same_person").examples]
    alike = {second: float(cosine(vector(first), vector(second))) for first, second in pairs}
    assert alike["astronaut_changed"] > _faces.THRESHOLD > alike["grace_hopper"]
    assert alike["astronaut_dim"] < alike["astronaut_changed"] - 0.2  # dim light costs much of the likeness


def test_the_triplets_are_what_their_titles_say() -> None:
    demo = triplet_playground.DEMO
    for title, shown in zip(demo.example_titles, demo.examples, strict=True):
        vectors = [vector(shown[role]) for role in ("anchor", "positive", "negative")]
        margin = shown.get("margin", demo.inputs["margin"].default)
        assert classify_triplet(*vectors, margin) == title.lower()
        assert (triplet_loss(*vectors, margin) > 0) == (title != "Easy")


def test_who_is_it_has_a_correct_name_and_a_wrong_one() -> None:
    known = {"Eileen Collins": vector("astronaut"), "Grace Hopper": vector("grace_hopper")}
    alike = [
        float(cosine(vector(e["picture"]), known[e["claimed"]]))
        for e in catalogue.demo_named("who_is_it").examples
        if e["picture"] == "astronaut_changed"
    ]
    correct, wrong = alike
    assert wrong < _faces.THRESHOLD < correct
