"""Every "Try this" of every tab runs, and shows: at least one output is another one than before."""

import dataclasses
import functools
import re
from typing import Any

import numpy as np
import pytest

from demos import catalogue, runner
from demos.lesson import Try
from demos.spec import Button, Choice, Demo, Memory, Picture, Pictures, Point, Slider
from demos.tabs.look_inside import why

DEMOS = catalogue.find_demos()
LONGEST_WORDS, LONGEST_WATCH = 40, 80
SLOW = {"steps", "side"}
"""A tab with one of these inputs takes seconds at its own settings."""
TIME = re.compile(r"\d+ ms")


@pytest.fixture(params=DEMOS, ids=lambda demo: demo.name)
def demo(request: pytest.FixtureRequest) -> Demo:
    return request.param


def tried(demo: Demo, entry: Try | None) -> dict[str, Any]:
    """The first example's inputs with what is tried; of slow tabs small pictures and as few steps as there may be."""
    chosen = runner.example_values(demo, {**demo.examples[0], **(entry.sets if entry else {})})
    if not SLOW & set(demo.inputs):
        return chosen
    steps, side = demo.inputs.get("steps"), demo.inputs.get("side")
    if isinstance(steps, Slider):
        chosen["steps"] = steps.low + (steps.step if entry and "steps" in entry.sets else 0)
    if isinstance(side, Choice) and not (entry and "side" in entry.sets):
        chosen["side"] = runner.options_of(side, chosen)[0 if steps else 1][0]
    return chosen


def outputs(demo: Demo, entry: Try | None, whole: bool) -> list[Any]:
    """What is shown, without the page's memory: at the end or, of a tab that shows steps, at the first of them."""
    steps = runner.answers(demo, tried(demo, entry))
    shown = list(steps)[-1] if whole else next(iter(steps))
    return [value for field, value in zip(demo.outputs, shown.values, strict=True) if not isinstance(field, Memory)]


def alike(one: Any, other: Any) -> bool:
    """Whether two values of an output look the same; words that tell a time are not compared."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if dataclasses.is_dataclass(one) and not isinstance(one, type):
        return type(one) is type(other) and alike(vars(one), vars(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, str) and isinstance(other, str) and TIME.search(one) and TIME.search(other):
        return True
    return type(one) is type(other) and one == other


def changed(before: list[Any], after: list[Any]) -> bool:
    """Whether any output looks different."""
    return not all(alike(*pair) for pair in zip(before, after, strict=True))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What costs most and no try is about: finer curves."""
    monkeypatch.setattr(why, "BLURRED_STEPS", 2)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_each_try_changes_something_that_is_seen(demo: Demo) -> None:
    before = functools.cache(functools.partial(outputs, demo, None))
    for entry in demo.lesson.tries:
        at_first, at_last = not runner.has_steps(demo), True
        assert any(changed(before(whole), outputs(demo, entry, whole)) for whole in dict.fromkeys((at_first, at_last))), (
            entry.words
        )


def test_each_lesson_says_what_is_seen_and_what_to_try(demo: Demo) -> None:
    lesson = demo.lesson
    assert lesson.see
    assert 2 <= len(lesson.tries) <= 4
    assert len({entry.words for entry in lesson.tries}) == len(lesson.tries)
    for entry in lesson.tries:
        assert len(entry.words) <= LONGEST_WORDS, entry.words
        assert len(entry.watch) <= LONGEST_WATCH, entry.watch
        assert len(entry.sets) <= 2, entry.words
        assert not any(isinstance(demo.inputs[name], Memory | Button) for name in entry.sets), entry.words


def test_a_place_that_is_tried_lies_in_the_picture_that_is_tried(demo: Demo) -> None:
    for entry in demo.lesson.tries:
        values = runner.example_values(demo, {**demo.examples[0], **entry.sets})
        for name in entry.sets:
            field = demo.inputs[name]
            if isinstance(field, Point) and isinstance(values.get(field.on), np.ndarray):
                x, y = entry.sets[name]
                assert 0 <= x < values[field.on].shape[1]
                assert 0 <= y < values[field.on].shape[0]


def test_pictures_of_tries_are_samples(demo: Demo) -> None:
    for entry in demo.lesson.tries:
        for name, value in entry.sets.items():
            assert isinstance(value, str) or not isinstance(demo.inputs[name], Picture | Pictures)
