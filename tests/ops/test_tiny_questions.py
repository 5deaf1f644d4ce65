"""Questions about the tiny world: answers worked by hand, sentences read back, words it does not know."""

from collections import Counter

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.ops.tiny_asking import ask
from cnn_core.ops.tiny_grammar import LONGEST, WORDS, number_words, parse, words_of
from cnn_core.ops.tiny_questions import ANSWERS, KINDS, Description, Question, answer, facts_of
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_world import Thing, TinyScene

SCENE = TinyScene(
    (
        Thing("circle", "red", "striped", "small", 0.2, 0.3, 0.06),
        Thing("square", "blue", "plain", "large", 0.5, 0.5, 0.12),
        Thing("star", "red", "dotted", "large", 0.8, 0.7, 0.12),
        Thing("circle", "blue", "plain", "small", 0.35, 0.85, 0.06),
    )
)
"""Small striped red circle, large blue square, large dotted red star, small blue circle: from left to right 0, 3, 1, 2."""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Is there a red circle?", "yes"),
        ("Is there a blue star?", "no"),
        ("How many circles are there?", "2"),
        ("how many plain blue things are there", "2"),
        ("What colour is the star?", "red"),
        ("What shape is the large blue thing?", "square"),
        ("what pattern does the red circle have?", "striped"),
        ("which size has the square", "large"),
        ("Are there more circles than squares?", "yes"),
        ("Are there more stars than squares?", "no"),  # one of each
        ("Has the star the same colour as the red circle?", "yes"),
        ("Does the star have the same size as the red circle?", "no"),
        ("Is the square to the left of the star?", "yes"),
        ("Is the star left of the square?", "no"),
        ("Is the blue circle under the square?", "yes"),
        ("Is the star bigger than the blue circle?", "yes"),
        ("Is there a circle above the square?", "yes"),
        ("Is there a star above the square?", "no"),
        ("How many things are left of the star?", "3"),
        ("how many small things are right of the red circle?", "1"),
        ("What colour is the circle above the square?", "red"),
        ("what shape is the thing right of the square?", "star"),
    ],
)
def test_a_question_has_its_answer(asked: str, expected: str) -> None:
    assert answer(parse(asked), SCENE) == expected


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("what colour is the circle?", "There are 2 circles here, and 'the' means exactly one."),
        ("what colour is the ring?", "There is no ring here"),
        ("what size is the thing left of the star?", "There are 3 things left of the star here"),
        ("is the square left of the ring?", "There is no ring here"),
    ],
)
def test_the_means_exactly_one(asked: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        answer(parse(asked), SCENE)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("is there an elephant near the pink circle?", "never learned 'elephant', 'near', 'pink'"),
        ("  ?!  ", "Please ask something"),
        ("circle the star is", "built like this"),
        ("what colour is the red blue star?", "built like this"),
        ("is there a circle square?", "built like this"),
    ],
)
def test_what_it_never_learned_is_said(asked: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(asked)


def test_people_may_say_it_in_their_own_words() -> None:
    said = "Is there any BIG gray disc on top of the stripy object?"
    assert parse(said) == Question(
        "exists there", Description("large", "", "grey", "circle"), "", "on", Description(pattern="striped")
    )
    assert words_of("Which color has the spotted ring?") == ["what", "colour", "has", "the", "dotted", "ring"]


def test_whatever_is_asked_by_chance_can_be_read_and_answered() -> None:
    rng, kinds = np.random.default_rng(1), Counter()
    yes = Counter()
    for _ in range(25):
        scene = make_scene(rng)
        facts = facts_of(scene)
        for _ in range(16):
            question, true = ask(scene, facts, rng)
            sentence = question.say()
            assert parse(sentence) == question
            assert set(sentence.removesuffix("?").split()) <= set(WORDS)
            assert true in ANSWERS and true == answer(question, scene, facts)
            kinds[question.kind] += 1
            yes[true] += true in ("yes", "no")
    assert set(kinds) == set(KINDS) and min(kinds.values()) > 15
    assert 0.42 < yes["yes"] / (yes["yes"] + yes["no"]) < 0.58


def test_the_kind_of_question_does_not_tell_its_answer() -> None:
    rng, yes = np.random.default_rng(2), 0
    for _ in range(8):
        scene = make_scene(rng)
        facts = facts_of(scene)
        yes += sum(ask(scene, facts, rng, "exists")[1] == "yes" for _ in range(30))
    assert 0.4 < yes / 240 < 0.6  # asked at random, four of five would be there


def test_a_kind_can_be_asked_for() -> None:
    scene = make_scene(np.random.default_rng(4))
    rng = np.random.default_rng(0)
    assert {ask(scene, facts_of(scene), rng, "count there")[0].kind for _ in range(5)} == {"count there"}


def test_words_are_numbered_from_one_and_zeros_follow() -> None:
    numbers = number_words(parse("How many small rings are there?"))
    assert [WORDS[k - 1] for k in numbers if k] == ["how", "many", "small", "rings", "are", "there"]
    assert len(numbers) == LONGEST and numbers[6:] == [0] * (LONGEST - 6)
