"""The tab "Ask a question": a scene of three things and answers that are known; what is said where there is none."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from cnn_core.explain.left_out import LeftOut
from cnn_core.ops.tiny_questions import ANSWERS, Question
from cnn_core.ops.tiny_things import Things, true_things
from cnn_core.ops.tiny_world import Thing, TinyScene
from cnn_core.results import Classification
from cnn_core.tasks.photo_questions import Counted
from demos.tabs.describe import _asked_scene
from demos.tabs.describe import ask_a_question as tab

SCENE = TinyScene(
    (
        Thing("circle", "red", "plain", "small", 0.2, 0.3, 0.06),
        Thing("circle", "blue", "plain", "small", 0.5, 0.3, 0.06),
        Thing("star", "red", "dotted", "large", 0.8, 0.7, 0.12),
    )
)
PAIRS = np.full((3, 3), 0.8, np.float32)
PAIRS[0, 2] = PAIRS[2, 0] = 0.1
PAIRS[2, 2] = 0.5
LEFT = LeftOut(0.8, PAIRS, np.array([0.1, 0.8, 0.4], np.float32))


def said(*answers: str | float) -> Classification:
    """ "red", 0.4, "blue", 0.3, ...: each answer with its probability; what is missing goes to the last one."""
    shares = np.zeros(len(ANSWERS), np.float32)
    for name, share in zip(answers[::2], [*answers[1::2], 1 - sum(answers[1::2])], strict=False):
        shares[ANSWERS.index(str(name))] = share
    return Classification(ANSWERS, np.log(shares + 1e-6), shares)


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    def from_things(things: Things, questions: Sequence[Question]) -> list[Classification]:
        return [said("yes", 0.8, "no") for _ in questions]

    monkeypatch.setattr(tab, "make_scene", lambda rng: SCENE)
    monkeypatch.setattr(tab, "find_things", lambda picture: true_things(SCENE))
    for module in (tab, _asked_scene):
        monkeypatch.setattr(module, "answer_from", from_things)
    monkeypatch.setattr(tab, "answer_blindly", lambda questions: [said("no", 0.6, "yes")])
    monkeypatch.setattr(tab, "leave_out", lambda *given: LEFT)
    monkeypatch.setattr(tab, "doubtful", lambda card, share: share < 0.5)
    monkeypatch.setattr(tab.weights, "card", lambda name: None)


def ask(question: str, seed: int = 1) -> tuple[Any, ...]:
    return tab.run(seed, question, None, 0.5)


def test_an_answer_says_whether_it_is_true() -> None:
    assert ask("is there a red circle?")[0] == "**yes** 80% (right)"
    assert ask("is there a blue star?")[0] == "**yes** 80% (wrong: it is no)"


def test_an_unsure_answer_is_no_fact() -> None:
    words = tab.headline(said("red", 0.45, "blue", 0.35, "grey"), "red")
    assert words == "Not sure - perhaps **red** 45%, or blue 35% (right)"
    assert tab.headline(said("2", 0.95, "3"), "3") == "**2** 95% (wrong: it is 3)"


def test_the_pairs_that_weigh_most_come_first() -> None:
    _, scene, answers, blind, how, pairs, *_ = ask("is there a red circle?")
    assert pairs == [
        ["small red circle", "large dotted red star", "80.0%", "10.0%"],
        ["large dotted red star", "itself", "80.0%", "50.0%"],
    ]
    assert [(one["one"], one["other"], one["weight"]) for one in scene["pairs"]] == [
        (0, 2, 1.0), (2, 2, pytest.approx(np.log(4) / (np.log(4) + np.log(9)), abs=1e-3)),
    ]  # fmt: skip
    assert [one["weight"] for one in scene["things"]] == pytest.approx(
        [1, 0, (np.log(4) - np.log(2 / 3)) / (np.log(4) + np.log(9))], abs=1e-3
    )
    assert answers["yes"] == pytest.approx(0.8) and blind["no"] == pytest.approx(0.6)
    assert "says no (60%): another answer" in how


def test_each_word_has_its_rivals_with_their_answers() -> None:
    *_, changed, _ = ask("what colour is the star?")
    rows = {(word, instead): answers for word, instead, *answers in changed}
    assert rows["colour", "size"] == ["yes", "large"]  # the stand-in always says yes
    assert rows["star", "circle"] == ["no answer", "no answer"]  # there are two
    scene = ask("what colour is the star?")[1]
    assert [one["word"] for one in scene["sentence"]] == ["what", "colour", "is", "the", "star"]
    star = {one["word"]: (one["question"], one["said"]) for one in scene["sentence"][-1]["changes"]}
    assert star["ring"] == ("what colour is the ring?", "no answer")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("is there an elephant near it?", "It never learned 'elephant', 'it', 'near'."),
        ("what colour is the circle?", "There are 2 circles here, and 'the' means exactly one."),
        ("what colour is the ring?", "There is no ring here"),
    ],
)
def test_without_an_answer_the_scene_is_shown_and_a_sentence(question: str, words: str) -> None:
    headline, scene, answers, *_ = ask(question)
    assert headline.startswith(words) and answers == {}
    assert len(scene["things"]) == 3 and scene["pairs"] == [] and scene["sentence"] == []
    assert len(scene["kinds"]) >= 5


def test_ready_questions_are_the_same_for_a_seed_and_have_answers() -> None:
    first, again, other = (ask("is there a star?", seed)[1]["kinds"] for seed in (1, 1, 2))
    assert first == again != other
    for one in first:
        assert "here" not in ask(one["question"])[0]


def test_what_rests_on_no_pair_is_said() -> None:
    same = LeftOut(0.8, np.full((3, 3), 0.8, np.float32), np.full(3, 0.8, np.float32))
    told = _asked_scene.tell_pairs(true_things(SCENE), same, said("no", 0.8, "yes"))
    assert told["pairs"] == [] and "It rests on no single pair" in told["about"]


OBJECTS = [
    Counted("cat", "black", 0.9, np.array([0, 0, 50, 50], np.float32)),
    Counted("cat", "brown", 0.3, np.array([50, 50, 100, 100], np.float32)),
    Counted("dog", "white", 0.8, np.array([0, 50, 50, 100], np.float32)),
]


@pytest.fixture
def photograph(monkeypatch: pytest.MonkeyPatch) -> Any:
    class Known:
        classes = ("cat", "dog")

    monkeypatch.setattr(tab.weights, "card", lambda name: Known())
    monkeypatch.setattr(tab, "find_objects", lambda picture, least: [one for one in OBJECTS if one.score >= least])
    return lambda question, confidence=0.5: tab.run(1, question, np.zeros((100, 200, 3), np.uint8), confidence)


def test_of_a_photograph_boxes_are_counted_and_those_missed_are_said(photograph: Any) -> None:
    headline, scene, answers, _, how, *_ = photograph("how many cats are there?")
    assert headline == "**1**. 1 more box lies between 25% and 50%: with it, it would be 2."
    assert [one["name"] for one in scene["things"]] == ["black cat", "brown cat"]
    assert [one["faint"] for one in scene["things"]] == [False, True]
    assert scene["things"][1]["box"] == [0.25, 0.5, 0.5, 1.0]
    assert answers == {} and "No network answers here" in how


def test_of_a_photograph_too_little_may_be_seen(photograph: Any) -> None:
    assert photograph("what colour is the dog?")[0].startswith("**white**. No further box reaches 25%")
    assert photograph("what colour is the cat?", 0.95)[0].startswith("No such thing was found, so it has no colour.")
    words, scene, *_ = photograph("is there a woman?")
    assert "'woman'" in words and [one["faint"] for one in scene["things"]] == [False, False, True]
