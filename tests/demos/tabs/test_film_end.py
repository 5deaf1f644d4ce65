"""The film's end: each task's answer in words and rows, from answers made up here."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnn_core.results import Classification, Detections, Segmentation
from cnn_core.tasks.binary_classification import Decision
from cnn_core.tasks.captioning import Caption, Word
from cnn_core.tasks.localisation import Localization
from cnn_core.tasks.multi_label import Labels
from demos.tabs.look_inside import _film_end

PICTURE = np.zeros((4, 4, 3), np.uint8)
THREE = Classification(("ape", "bat", "cow"), np.log([0.2, 0.7, 0.1]).astype(np.float32), np.float32([0.2, 0.7, 0.1]))
BOXES = Detections(np.zeros((2, 4), np.float32), np.float32([0.4, 0.9]), ("cat", "dog"))
NONE = Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), ())
REGIONS = Segmentation(("background", "cat", "dog"), np.uint8([[0, 1, 1, 1]]), np.full((3, 1, 4), 1 / 3, np.float32))
PLACES = np.full((1, 1), 1.0, np.float32)
TWO = Labels(("cat", "dog"), np.float32([-1.0986123, 0.0]), np.ones((2, 1, 1), np.float32))
SENTENCE = Caption((Word("a", 0.9, (), PLACES), Word("dog", 0.25, (), PLACES)), (), 0.0)


@pytest.mark.parametrize(
    ("task", "function", "answer", "said", "rows"),
    [
        ("classification", "classify", THREE, "The label: bat, 70%. Softmax", [["bat", 0.7], ["ape", 0.2], ["cow", 0.1]]),
        ("binary_classification", "decide", Decision("cat", "dog", -1.0986123), "The label: cat, 75%. A sigmoid",
         [["cat", 0.75], ["dog", 0.25]]),
        ("multi_label", "find_classes", TWO, "The labels: dog, 50%. Each",
         [["dog", 0.5], ["cat", 0.25]]),
        ("localisation", "localise", Localization(0.25, np.zeros(4, np.float32), THREE, (4, 4)),
         "An object (c_o = 0.25): bat, 70%.", [["bat", 0.7], ["ape", 0.2], ["cow", 0.1]]),
        ("detection", "detect", BOXES,
         "The boxes: dog, 90%. Non-maximum suppression left 2 with a confidence of 30% or more.",
         [["dog", 0.9], ["cat", 0.4]]),
        ("instance_segmentation", "detect", NONE, "No box has a confidence of 30% or more.", []),
        ("semantic_segmentation", "segment", REGIONS, "The class map: cat, 75%. That is its share of the pixels",
         [["cat", 0.75], ["background", 0.25]]),
        ("captioning", "caption", SENTENCE, "The sentence: a dog. Each word", [["a", 0.9], ["dog", 0.25]]),
    ],
)  # fmt: skip
def test_each_task_answers_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, task: str, function: str, answer: Any, said: str, rows: list[Any]
) -> None:
    monkeypatch.setattr(_film_end.weights, "card", lambda name: SimpleNamespace(task=task))
    monkeypatch.setattr(_film_end, function, lambda picture, name, *more: answer)
    found = _film_end.end_of_film(PICTURE, "any")
    assert found is not None and found["said"].startswith(said)
    assert [[words, pytest.approx(share, abs=1e-4)] for words, share in rows] == found["rows"]


@pytest.mark.parametrize("task", ["colorization", "generation", "style_transfer", "face_similarity"])
def test_what_paints_a_picture_needs_no_further_answer(monkeypatch: pytest.MonkeyPatch, task: str) -> None:
    monkeypatch.setattr(_film_end.weights, "card", lambda name: SimpleNamespace(task=task))
    assert _film_end.end_of_film(PICTURE, "any") is None
