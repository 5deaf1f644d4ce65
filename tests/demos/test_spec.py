"""A demo that contradicts itself is refused where it is written, with a sentence for whoever writes it."""

from dataclasses import replace
from typing import Any

import pytest

from demos.spec import Choice, Demo, Lesson, Memory, Note, OpenIn, Picture, Pictures, Point, Region, Slider, Try

LESSON = Lesson(notice=("a", "b"), questions=(("c?", "d"), ("e?", "f")))
HELD = Memory("held", initial=0)
GOOD = Demo(
    title="Good",
    summary="All is well.",
    lesson=LESSON,
    inputs={
        "picture": Picture(label="Picture"),
        "on_it": Point(label="On it", on="picture"),
        "on_result": Point(label="On the result", on="Drawn"),
        "first": Choice(label="First", options=(("a", "A"),)),
        "second": Choice(label="Second", options=lambda first: (), depends_on=("first",)),
        "held": HELD,
    },
    outputs=(Picture(label="Drawn"), Note(label="Said"), HELD),
    run=lambda **_: None,
    examples=({"picture": "chelsea"},),
)


def with_input(name: str, field: Any) -> dict[str, Any]:
    return {"inputs": {**GOOD.inputs, name: field}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"group": "Nowhere"}, "expected a group of"),
        ({"summary": "No full stop"}, "ends with"),
        ({"example_titles": ("one", "two")}, "1 examples, but 2 titles"),
        ({"examples": ({"pictures": "chelsea"},)}, r"an example sets \['pictures'\]"),
        (with_input("more", Note(label="Said")), "share a label"),
        (with_input("kept", HELD), "must stand under the key 'held'"),
        (with_input("lost", Memory("lost")), "among the outputs"),
        ({"outputs": (*GOOD.outputs, Pictures(label="Row", chooses="pictures"))}, "which is no Choice"),
        ({"outputs": (*GOOD.outputs, Pictures(label="Row", chooses="nothing"))}, "chooses 'nothing', which is no Choice"),
        (with_input("beside", Point(label="Beside", on="pictures")), "which is no Picture"),
        (with_input("beside", Point(label="Beside", on="Said")), "which is no Picture"),
        (with_input("beside", Point(label="Beside", on="first")), "which is no Picture"),
        (
            with_input("third", Choice(label="T", options=lambda x: (), depends_on=("nothing",))),
            "'nothing', which is no input",
        ),
        (with_input("third", Choice(label="T", options=lambda x: (), depends_on=("third",))), "which is itself"),
        (with_input("first", Choice(label="F", options=lambda x: (), depends_on=("second",))), "depends on 'first'"),
    ],
)
def test_what_contradicts_itself_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(GOOD, **change)


@pytest.mark.parametrize(
    ("notice", "questions"),
    [
        (("a",), LESSON.questions),
        (("a", "b"), LESSON.questions[:1]),
        (("a", "b"), (("c", "d"), ("e?", "f"))),
        (("a", "b"), (("c?", " "), ("e?", "f"))),
    ],
)
def test_a_lesson_has_two_things_to_notice_and_two_answered_questions(notice: Any, questions: Any) -> None:
    with pytest.raises(ValueError, match="a lesson"):
        Lesson(notice=notice, questions=questions)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"see": "No full stop"}, "what one sees"),
        ({"tries": (Try(words="Less", sets={"first": "a"}, watch="What is left?"),) * 5}, "at most 4"),
    ],
)
def test_a_lesson_that_no_page_can_show_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(LESSON, **change)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"words": "Less."}, "without a full stop"), ({"sets": {}}, "sets inputs"), ({"watch": "Look"}, "what to watch")],
)
def test_something_to_try_is_an_invitation_that_does_something(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(Try(words="Less", sets={"first": "a"}, watch="What is left?"), **change)


def test_something_to_try_sets_inputs_of_its_demo() -> None:
    lesson = replace(LESSON, tries=(Try(words="Less", sets={"fist": "a"}, watch="What is left?"),))
    with pytest.raises(ValueError, match=r"'Less' sets \['fist'\], which is no input"):
        replace(GOOD, lesson=lesson)


def test_a_demo_is_itself_and_no_other() -> None:
    assert replace(GOOD) != GOOD and len({GOOD, replace(GOOD)}) == 2


def test_a_region_of_a_box_takes_numbers_of_any_kind() -> None:
    import numpy as np

    region = Region.of_box(np.array([1, 2, 3, 4], np.float32), "dog", np.float32(0.5))
    assert region == Region((1.0, 2.0, 3.0, 4.0), "dog", 0.5) and type(region.score) is float
    assert Region.of_box((1, 2, 3, 4), "dog").score is None


def test_fields_are_told_apart() -> None:
    assert Slider(label="A", low=0, high=1, step=1, default=0) != Slider(label="B", low=0, high=1, step=1, default=0)
    assert OpenIn(label="A", demo="b").demo == "b"


def test_a_picture_brings_only_settings_of_its_demo() -> None:
    picture = Picture(label="One", brings={"fist": "a"})
    with pytest.raises(ValueError, match=r"One brings \['fist'\], which a picture cannot"):
        replace(GOOD, inputs={**GOOD.inputs, "one": picture})
