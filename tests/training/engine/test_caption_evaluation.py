"""Where attention lies and which photographs are strange, on made answers worked by hand."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from cnn_core.results import Detections
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.captioning import Word
from cnn_core.training.data.flickr8k import Captioned
from cnn_core.training.engine import caption_evaluation as evaluation
from cnn_core.training.engine.captioning import learn_usual, strangeness_of

LEFT, EVEN = np.array([[0.75, 0.25]], np.float32), np.array([[0.5, 0.5]], np.float32)


def made(captions: list[tuple[Word, ...]]) -> evaluation.CaptionEvaluation:
    pictures = torch.zeros(len(captions), 10, 20, 3, dtype=torch.uint8)
    data = Captioned(pictures, [[["a", "dog"]] * 5] * len(captions), list(range(len(captions))))
    return evaluation.CaptionEvaluation(data, captions)


def test_attention_on_a_word_against_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 20, 10]], np.float32)  # the surest: the left half
    asked = []

    def detect(picture: np.ndarray, name: str, confidence: float, classes: tuple[str, ...]) -> Detections:
        asked.append(classes)
        found = boxes if classes == ("dog",) else boxes[:0]
        return Detections(found, np.linspace(0.9, 0.6, len(found), dtype=np.float32), classes * len(found))

    monkeypatch.setattr(evaluation, "detect", detect)
    dog, cat, man = (Word(name, 0.5, (), attention) for name, attention in (("dog", LEFT), ("cat", LEFT), ("man", EVEN)))
    found = made([(cat,), (cat, dog), (man,), (Word("dog", 0.5, (), EVEN),)]).looking("any")
    assert found == {"attention_on_dog": {"n": 2, "inside": 0.625, "chance": 0.5}}  # (0.75 + 0.5) / 2; no box for the man
    assert asked == [("dog",), ("dog",), ("person",)]


def test_evenness_is_of_all_words_together() -> None:
    left, right = (Word("a", 0.5, (), attention) for attention in (LEFT, LEFT[:, ::-1]))
    found = made([(left, right), (left,), (left, left, right), ()]).evenness()  # sums 1, 1; 0.75, 0.25; 1.75, 1.25
    assert found == {"attention_in_all_words": {"n": 3, "unevenness": pytest.approx((0 + 0.5 + 1 / 6) / 3, abs=1e-4)}}


def test_scores_are_those_of_the_best_sentences() -> None:
    words = tuple(Word(name, 0.5, (), EVEN) for name in ("a", "dog"))
    scores = made([words, words]).scores()
    assert scores["bleu1"] == scores["bleu2"] == 1 and scores["bleu3"] == 0


class Red:
    """A base and a head that find a picture as strange as it is red, 0..1."""

    base = SimpleNamespace(maps=lambda x: [x])
    head = SimpleNamespace(strangeness=lambda maps: maps[0][:, 0].mean((1, 2)))

    def parameters(self):
        return iter([torch.zeros(1)])


def test_strange_photographs_are_counted_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    def scene(red: int, *labels: int) -> SimpleNamespace:
        picture = torch.zeros(3, 4, 4, dtype=torch.uint8)
        picture[0] = red
        return SimpleNamespace(picture=picture, labels=torch.tensor(labels, dtype=torch.long))

    scenes = [scene(250, 0), scene(0, 0, 1), scene(250, 1, 2), scene(250, 2)]
    monkeypatch.setattr(evaluation, "read_scenes", lambda archive, split: iter(scenes))
    monkeypatch.setattr(evaluation, "class_names", lambda archive: ["sofa", "dog", "person"])
    pictures = torch.zeros(4, 4, 4, 3, dtype=torch.uint8)
    pictures[0, ..., 0] = 255
    data = Captioned(pictures, [[]] * 4, [0, 1, 2, 3])
    found = evaluation.strange_shares(Red(), data, Path(), Preprocessing(4, (0.0,) * 3, (1.0,) * 3), 0.5)
    assert found == {
        "strange_flickr8k_val": {"n": 4, "strange": 0.25},
        "strange_voc20_people_dogs": {"n": 3, "strange": pytest.approx(2 / 3, abs=1e-4)},
        "strange_voc20_others": {"n": 1, "strange": 1.0},
    }


def test_what_is_usual_is_measured_on_the_photographs_to_learn_from() -> None:
    from cnn_core.models.caption_head import CaptionHead

    head = CaptionHead([1], 3, vector=1, embedding=2, state=1, compare=1)
    maps = np.array([[0, 2], [3, 5], [90, 90], [7, 7]], np.float16)[:, None, None]  # means 1, 4, 90, 7
    learn_usual(head, maps, [0, 1, 3])  # mean 4, standard deviation 3
    assert strangeness_of(head, maps, [3, 1, 2]).tolist() == pytest.approx([1, 0, 86 / 3], abs=1e-3)
