"""A question changed by one word: every change is a question that can be read, and nothing else changes."""

import numpy as np

from cnn_core.ops.tiny_asking import ask
from cnn_core.ops.tiny_changes import change_each_word, why_none
from cnn_core.ops.tiny_grammar import hear, parse
from cnn_core.ops.tiny_questions import facts_of, rivals
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_world import Thing, TinyScene

SCENE = TinyScene(
    (
        Thing("circle", "red", "plain", "small", 0.2, 0.3, 0.06),
        Thing("circle", "blue", "plain", "small", 0.6, 0.3, 0.06),
        Thing("star", "red", "dotted", "large", 0.8, 0.7, 0.12),
    )
)


def test_a_question_has_its_words_in_order() -> None:
    question = parse("what colour is the small striped thing left of the star?")
    assert question.parts() == [
        ("what", ""), ("colour", "attribute"), ("is", ""), ("the", ""), ("small", "one size"), ("striped", "one pattern"),
        ("thing", "one shape"), ("left of", "relation"), ("the", ""), ("star", "other shape"),
    ]  # fmt: skip


def test_each_word_is_replaced_by_all_that_can_stand_there() -> None:
    changes = change_each_word(parse("is there a red circle?"))
    assert [(one.word, one.place) for one in changes if one.place == 3] == [
        (colour, 3) for colour in ("yellow", "green", "blue", "purple", "grey")
    ]
    assert [one.word for one in changes if one.place == 4] == ["thing", "square", "triangle", "star", "cross", "ring"]
    assert changes[0].question.say() == "is there a yellow circle?" and len(changes) == 11
    assert changes[-1].question.say() == "is there a red ring?"


def test_plurals_stay_plurals_and_relations_are_one_word() -> None:
    changes = change_each_word(parse("how many circles are on the star?"))
    assert {one.word for one in changes if one.place == 2} == {"things", "squares", "triangles", "stars", "crosses", "rings"}
    assert "the same colour as" in {one.word for one in changes}


def test_nothing_is_asked_that_answers_itself() -> None:
    said = {one.question.say() for one in change_each_word(parse("what size is the red circle?"))}
    assert "what pattern is the red circle?" in said
    assert not any(words.startswith("what colour") or words.startswith("what shape") for words in said)
    more = {one.question.say() for one in change_each_word(parse("are there more circles than squares?"))}
    assert "are there more squares than squares?" not in more and "are there more circles than stars?" in more


def test_every_change_can_be_read_again_and_differs_in_one_place() -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):
        scene = make_scene(rng)
        question, _ = ask(scene, facts_of(scene), rng)
        for change in change_each_word(question):
            assert parse(change.question.say()) == change.question
            pairs = zip(question.parts(), change.question.parts(), strict=True)
            assert [k for k, (old, new) in enumerate(pairs) if old != new] == [change.place]


def test_rivals_are_those_of_the_same_kind() -> None:
    assert rivals("other size") == ("small", "large")
    assert rivals("attribute") == ("size", "pattern", "colour", "shape")
    assert "" in rivals("one shape") and "" not in rivals("one colour")


def test_why_there_is_no_answer_is_said() -> None:
    facts = facts_of(SCENE)
    assert why_none(parse("what colour is the circle?"), SCENE, facts).startswith("There are 2 circles here")
    assert why_none(parse("what colour is the ring?"), SCENE, facts).startswith("There is no ring here")
    assert why_none(parse("what colour is the star?"), SCENE, facts) == ""


def test_a_question_is_heard_or_it_is_said_why_not() -> None:
    assert hear("is there a star?") == (parse("is there a star?"), "")
    question, trouble = hear("is there an elephant?")
    assert question is None and "'elephant'" in trouble
