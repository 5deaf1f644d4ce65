"""What the recognition tabs say: doubts in the headline, counts, times apart, nothing that only holds for one picture."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.results import Candidates, Classification
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.binary_classification import Decision
from cnn_core.tasks.localisation import Localization
from cnn_core.tasks.multi_label import Labels
from cnn_core.tasks.second_opinion import Seen
from demos import catalogue, runner
from demos.tabs._certainty import doubtful, name_with_doubt, with_article
from demos.tabs._objects import count_objects
from demos.tabs.recognise import classify, detect, localise, several_at_once, sliding_window, two_or_many
from tests.blackboard import network_of

TABLE = {"calibration": {"edges": [0.0, 0.5, 1.0], "n": [30, 40], "right": [0.32, 0.9]}}


def card(record: dict | None = None) -> Card:
    return network_of(SimpleNamespace(), record=TABLE if record is None else record).card


def test_a_fact_a_doubt_and_what_another_network_sees() -> None:
    assert name_with_doubt("tabby", 0.51, card()) == "**tabby** 51%"
    assert name_with_doubt("tabby", 0.11, card()) == (
        "Not sure - perhaps **tabby** 11%. When it was about this sure, it was right 32% of the time."
    )
    assert name_with_doubt("gown", 0.84, card(), Seen("person", 0.93)) == (
        "Not sure - perhaps **gown** 84%. It has no class 'person', and the multi-label network sees a person (93%)."
    )


def test_probably_none_of_its_classes_goes_before_other_doubts() -> None:
    known = network_of(SimpleNamespace(), classes=("tabby", "gown"), record=TABLE).card
    assert name_with_doubt("gown", 0.84, known, nothing_known=True) == (
        "Probably none of its 2 classes; the nearest is **gown** 84%."
    )
    assert name_with_doubt("gown", 0.11, known, Seen("person", 0.93), nothing_known=True) == (
        "Probably none of its 2 classes; the nearest is **gown** 11%. It has no class 'person', and the multi-label network "
        "sees a person (93%)."
    )


def test_how_often_nothing_is_said_stands_beside_the_answer() -> None:
    assert classify.how_often_nothing(card()) == ""
    ruled = replace(
        card({"nothing": {"threshold": 8.0}}),
        metrics={"voc_empty_parts": {"said_nothing": 0.81}, "things_lost": {"said_nothing": 0.075}},
    )
    assert "so it was for 81% of parts" in classify.how_often_nothing(ruled)
    assert "and for 8% of things that it knows." in classify.how_often_nothing(ruled)


def test_what_was_not_measured_is_doubted_by_its_own_confidence() -> None:
    assert doubtful(card({}), 0.49)
    assert not doubtful(card({}), 0.5)
    assert name_with_doubt("tabby", 0.2, card({})) == "Not sure - perhaps **tabby** 20%."
    assert [with_article(name) for name in ("aeroplane", "person")] == ["an aeroplane", "a person"]


def test_plurals() -> None:
    labels = ("car", "person", "person", "bus", "bus", "sheep", "sheep", "car", "dog")
    assert count_objects(labels, "") == "2 **cars**, 2 **people**, 2 **buses**, 2 **sheep**, 1 **dog**"


# ---------------------------------------------------------------- Localise


def found(presence: float = 0.99) -> Localization:
    answer = Classification(("cannon", "cup"), np.zeros(2, np.float32), np.array([0.9, 0.1], np.float32))
    return Localization(presence, np.array([0, 0, 4, 4], np.float32), answer, (4, 8))


@pytest.fixture
def localiser(monkeypatch: pytest.MonkeyPatch):
    """Makes the localiser say ``found()`` with this share of the pictures without an object told rightly."""

    def put(absent: float, presence: float = 0.99) -> list:
        metrics = {"made": {"n": 5000, "present": 0.99, "absent": absent, "iou50": 0.66}}
        one = replace(card(), metrics=metrics, base="made")
        monkeypatch.setattr(weights, "card", lambda name: one)
        monkeypatch.setattr(localise, "localise", lambda picture, name: found(presence))
        monkeypatch.setattr(localise, "object_without_class", lambda *given: None)
        return list(localise.run(np.zeros((4, 8, 3), np.uint8), 0.5, "corner", "box_first"))

    return put


def test_an_object_on_a_wall_is_no_bold_fact(localiser) -> None:
    """It said "**cannon**, and here it is" with c_o = 0.99, though c_o is wrong for a third of the empty pictures."""
    headline, _, rows, reliability, _, _ = localiser(0.63)
    assert headline == (
        "Not sure - perhaps **cannon** 90%. c_o = 0.99, but it also reports an object in 37% of the pictures without one."
    )
    assert "in 99% of the validation pictures that show one, and in 37% of parts of pictures without one" in reliability
    assert [row[0] for row in rows] == ["b_x", "b_y", "b_h", "b_w", "c_o", "c (cannon)", "c (cup)"]
    assert rows[4] == ["c_o", "0.99", "sigmoid"]


def test_a_reliable_c_o_is_believed(localiser) -> None:
    assert localiser(0.97)[0] == "**cannon** 90%, c_o = 0.99"


def test_without_an_object_the_rest_does_not_count(localiser) -> None:
    headline, (_, regions), rows, _, bars, _ = localiser(0.63, presence=0.2)
    assert headline == "No object: c_o = 0.20, below 0.50"
    assert regions == []
    assert bars == {}
    assert [row[1] for row in rows] == ["does not count"] * 4 + ["0.20"] + ["does not count"] * 2


# ---------------------------------------------------------------- Multi-label, Detect, Binary


def test_the_sigmoids_sum_is_not_said_to_count_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It said of every picture "about as many as there are classes in the picture"."""
    names, p = ("cat", "dog", "sofa"), np.array([0.6, 0.3, 0.3])
    answer = Labels(names, np.log(p / (1 - p)).astype(np.float32), np.ones((3, 2, 4), np.float32))
    monkeypatch.setattr(several_at_once, "find_classes", lambda picture, name: answer)
    shown = several_at_once.run(np.zeros((4, 8, 3), np.uint8), 0.5, several_at_once.LIKELIEST)
    assert shown[0] == "**cat** 60%"
    assert (
        "The 3 sigmoids add up to 1.20: each answers a question of its own, and 1 of them reaches the threshold." in shown[1]
    )
    assert "about as many" not in shown[1]
    assert several_at_once.run(np.zeros((4, 8, 3), np.uint8), 0.25, "0")[0].startswith("**cat** 60%, perhaps **")
    assert several_at_once.run(np.zeros((4, 8, 3), np.uint8), 0.9, "0")[0] == "None of its 3 classes reaches the threshold."
    assert shown[4][0] == ["cat", "0.41", "60.0%", "63.6%"]  # e^z: 1.5, 0.4286, 0.4286


def test_detect_counts_the_classes_of_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect.weights, "card", lambda name: SimpleNamespace(classes=("cell", "wall"), task="detection"))
    box = np.array([[0, 0, 2, 2]], np.float32)
    seen = Candidates(box, np.array([0.3], np.float32), ("cell",), box, 9)
    assert detect.headline(seen, [], 0.4, "made").endswith("an object of its 2 classes.")
    assert detect.headline(seen, [0], 0.1, "made") == "Not sure - perhaps 1 **cell**"


def test_cat_or_dog_doubts_what_similar_pictures_do_not_tell() -> None:
    record = {"validation": {"scores": [0.45, 0.55, 0.9, 0.92, 0.88], "labels": [0, 1, 1, 1, 1]}}
    one = network_of(SimpleNamespace(), record=record).card
    clear, unclear = Decision("cat", "dog", float(np.log(9))), Decision("cat", "dog", 0.0)
    assert two_or_many.headline(clear, 0.5, one, None) == "**dog**  P(dog) = 90%"
    assert two_or_many.headline(unclear, 0.5, one, None) == (
        "Not sure - perhaps **dog**  P(dog) = 50%. Of 2 validation pictures with a similar probability, 50% were dogs."
    )
    assert "It only knows cats and dogs, and the multi-label network sees a person (80%)" in two_or_many.headline(
        clear, 0.5, one, Seen("person", 0.8)
    )


# ---------------------------------------------------------------- Sliding window


def test_computing_and_drawing_are_told_apart() -> None:
    """It said "98 times as long", most of which was the film's drawing."""
    film = {"scores": [0.2, 0.5, 0.4], "best": [1, 2, 0], "computing": 0.6, "drawing": 47.5}
    slid = {"scores": [0.25, 0.4, 0.4], "best": [1, 2, 2], "classes": 3, "seconds": 0.05, "film": film}
    words = sliding_window.cost_in_words(slid, "cat", 0.3)
    assert "One by one: 600 ms of computing, **12.0 times** as long; drawing the film took another 47.5 s." in words
    assert "2 of 3 windows have the same likeliest class" in words
    assert "the score of **cat** differs by up to 10.0 percentage points" in words
    one = {**slid, "classes": 1}
    assert "3 of 3 windows lie on the same side of the threshold" in sliding_window.cost_in_words(one, "face", 0.3)
    assert "1 of 3 windows lie on the same side" in sliding_window.cost_in_words(
        {**one, "film": {**film, "scores": [0.31, 0.29, 0.4]}}, "face", 0.3
    )


def test_no_window_of_a_classifier_is_a_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a brick wall it said "**refrigerator** in 6 windows, best 77%"."""
    scores = np.array([0.2, 0.77], np.float32)
    monkeypatch.setattr(weights, "card", lambda name: SimpleNamespace(task=name))
    assert sliding_window.headline("refrigerator", 2, scores, "classification", (0, 0.77)).startswith(
        "Not sure - perhaps **refrigerator** in 2 windows, best 77%. A classifier must name a class in every window"
    )
    assert sliding_window.headline("face", 1, scores, sliding_window.FACES, (0, 0.77)) == "**face** in 1 window, best 77%"
    assert sliding_window.headline("face", 1, scores - 0.3, sliding_window.FACES, (0, 0.47)).startswith(
        "Not sure - perhaps **face**"
    )


def test_the_first_example_finds_the_small_cat() -> None:
    demo = catalogue.demo_named("sliding_window")
    *_, last = runner.answers(demo, runner.example_values(demo, demo.examples[0]))
    assert last.values[0].startswith("Not sure - perhaps **Egyptian cat** in ")
    x1, y1, x2, y2 = last.values[1][1][0].shape  # the cat is at 470..718, 180..345
    assert 470 <= (x1 + x2) / 2 <= 718
    assert 180 <= (y1 + y2) / 2 <= 345


# ---------------------------------------------------------------- the examples show what the tab is about


def first(name: str) -> np.ndarray:
    demo = catalogue.demo_named(name)
    return samples.load(str(demo.examples[0]["picture"]))


def test_the_first_picture_of_multi_label_shows_two_classes() -> None:
    shown = several_at_once.run(first("several_at_once"), 0.5, several_at_once.LIKELIEST)
    assert shown[0].replace("*", "") == "person 99%, cat 95%"


def test_the_examples_of_detect_have_one_two_and_no_objects() -> None:
    demo = catalogue.demo_named("detect")
    counts = []
    for example in demo.examples:
        *_, last = runner.answers(demo, runner.example_values(demo, example))
        counts.append(last.values[0].replace("*", ""))
    assert counts[:2] == ["1 person. Not sure - perhaps 1 cat more", "2 cats"]
    assert counts[-1].startswith("Nothing at or above 30%")


def test_a_portrait_is_not_called_a_thing() -> None:
    """The network of Tiny ImageNet knows no person: it said "academic gown" as a fact."""
    demo, tiny = catalogue.demo_named("classify"), {"network": "classify_resnet_tiny200"}
    for name in ("astronaut", "grace_hopper"):
        *_, last = runner.answers(demo, runner.example_values(demo, {"picture": name, **tiny}))
        assert last.values[0].startswith("Not sure - perhaps **")
        assert "It has no class 'person', and the multi-label network sees a person (" in last.values[0]
    *_, last = runner.answers(demo, runner.example_values(demo, {"picture": "chelsea", **tiny}))
    assert last.values[0] == "**Egyptian cat** 61%"
    *_, last = runner.answers(demo, runner.example_values(demo, {"picture": "grace_hopper"}))
    assert "**person** 39%" in last.values[0]
