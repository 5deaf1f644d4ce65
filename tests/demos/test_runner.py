"""What both front ends do with a demo, on demos of a line: the values that run gets, its steps, what is said of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cnn_core.errors import InputError, LabError
from cnn_core.images import samples
from cnn_core.runtime import run_log
from demos import runner
from demos.spec import (
    Button,
    Choice,
    ClassGrid,
    ClassMap,
    Memory,
    Note,
    Picture,
    Pictures,
    Point,
    Seed,
    Slider,
    Text,
    Toggle,
)
from tests.demos.small_runs import demo_of, said

KINDS = {"fruit": ("pear", "apple"), "tree": ("oak", "lime")}
LEAVES = {"pear": ("oval",), "apple": ("round",), "oak": ("lobed", "brown"), "lime": ("heart", "oval")}
AMOUNT = Slider(label="S", low=0, high=9, step=1, default=4)
PIXELS = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


def pairs(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((value, value.title()) for value in values)


# The leaf depends on the kind, and the kind on the sort; they stand in the wrong order on purpose.
CHAIN = demo_of(
    lambda leaf, kind, sort: f"{sort} {kind} {leaf}",
    {
        "leaf": Choice(label="Leaf", options=lambda kind: pairs(LEAVES[kind]), depends_on=("kind",), default="oval"),
        "kind": Choice(label="Kind", options=lambda sort: pairs(KINDS[sort]), depends_on=("sort",)),
        "sort": Choice(label="Sort", options=pairs(("fruit", "tree"))),
    },
)


# ---------------------------------------------------------------- values


def test_every_field_has_a_value_before_anyone_touches_it() -> None:
    held = Memory("held", initial={"a": [1]})
    inputs = {
        "picture": Picture(label="P"), "pictures": Pictures(label="Ps"), "amount": AMOUNT,
        "flag": Toggle(label="T", default=True), "words": Text(label="W", default="hello"), "seed": Seed(default=3),
        "press": Button(label="B"), "place": Point(label="Pt", on="picture"), "held": held,
        "first": Choice(label="F", options=pairs(("x", "y"))),
        "second": Choice(label="G", options=pairs(("x", "y")), default="y"),
        "several": Choice(label="H", options=pairs(("x", "y")), several=True, default=("y",)),
    }  # fmt: skip
    values = runner.defaults(demo_of(lambda **_: "", inputs, (Note(label="Said"), held)))
    assert list(values) == list(inputs)
    assert values == {
        "picture": None, "pictures": [], "amount": 4, "flag": True, "words": "hello", "seed": 3, "press": False,
        "place": None, "held": {"a": [1]}, "first": "x", "second": "y", "several": ["y"],
    }  # fmt: skip
    values["held"]["a"].append(2)
    assert held.initial == {"a": [1]}, "a visitor's memory is a copy"


def test_choices_two_dependencies_away_get_a_value_that_goes_with_the_others() -> None:
    assert runner.defaults(CHAIN) == {"leaf": "oval", "kind": "pear", "sort": "fruit"}
    assert runner.example_values(CHAIN, {"sort": "tree"}) == {"leaf": "lobed", "kind": "oak", "sort": "tree"}
    assert runner.example_values(CHAIN, {"sort": "tree", "kind": "lime"})["leaf"] == "oval"
    assert said(CHAIN, sort="tree") == ["tree oak lobed"]
    assert said(CHAIN, sort="tree", kind="lime", leaf="heart") == ["tree lime heart"]
    assert said(CHAIN, sort="tree", kind="pear", leaf="round") == ["tree oak lobed"]  # both went with the fruit


ABC = (("a", "A"), ("b", "B"), ("c", "C"))


@pytest.mark.parametrize(
    ("several", "held", "number", "picked"),
    [
        (False, "a", 2, "c"), (False, "a", 3, "a"), (False, "a", -1, "a"), (False, "a", "1", "a"),
        (True, [], 1, ["b"]), (True, ["c"], 0, ["a", "c"]), (True, ["a", "c"], 0, ["c"]), (True, None, 2, ["c"]),
        (True, ["b"], 3, ["b"]),
    ],
)  # fmt: skip
def test_a_press_on_a_picture_picks_an_option(several: bool, held: Any, number: Any, picked: Any) -> None:
    assert runner.pick(Choice(label="Letter", options=ABC, several=several), {}, held, number) == picked


def test_an_example_opens_its_samples_and_keeps_what_it_says() -> None:
    inputs = {
        "picture": Picture(label="P"),
        "more": Pictures(label="M"),
        "amount": AMOUNT,
    }
    demo = demo_of(lambda picture, more, amount: "", inputs)
    values = runner.example_values(demo, {"picture": "coffee", "more": ["chelsea", PIXELS]})
    assert np.array_equal(values["picture"], samples.load("coffee")) and values["amount"] == 4
    assert np.array_equal(values["more"][0], samples.load("chelsea")) and values["more"][1] is PIXELS
    assert runner.example_values(demo, {"picture": PIXELS, "amount": 0})["amount"] == 0


def test_inputs_are_checked_and_unknown_ones_left_out() -> None:
    demo = demo_of(lambda amount, flag: "", {"amount": AMOUNT, "flag": Toggle(label="T")})
    assert runner.check_inputs(demo, {"amount": "7", "flag": True, "other": 1}) == {"amount": 7, "flag": True}
    assert runner.check_inputs(demo, {}) == {"amount": 4, "flag": False}
    with pytest.raises(InputError, match="from 0 to 9, got 10"):
        runner.check_inputs(demo, {"amount": 10})


# ---------------------------------------------------------------- places


ON_INPUT = demo_of(
    lambda picture, place: f"{place}", {"picture": Picture(label="Main"), "place": Point(label="Place", on="picture")}
)


@pytest.mark.parametrize(
    ("place", "known"), [((2, 1), "(2, 1)"), ((0, 0), "(0, 0)"), ((3, 1), "None"), ((2, 2), "None"), ((-1, 0), "None")]
)
def test_a_click_outside_the_picture_is_left_out_and_that_is_said(place: Any, known: str) -> None:
    (answer,) = runner.answers(ON_INPUT, {"picture": PIXELS, "place": place})
    assert answer.values == (known,)
    assert answer.facts == ("" if known != "None" else f"Place: {place} lies outside the picture and was left out.")


def test_a_click_outside_a_picture_of_the_answer_is_left_out_too() -> None:
    """How large that is, only the answer says: 2 x 3 pixels without a place, and with any."""
    asked: list[Any] = []

    def run(place: Any, held: int) -> Iterator[Any]:
        asked.append(place)
        for step in (1, 2):
            yield f"{step} {place}", PIXELS, held + step

    held = Memory("held", initial=0)
    demo = demo_of(
        run, {"place": Point(label="Place", on="Drawn"), "held": held}, (Note(label="Said"), Picture(label="Drawn"), held)
    )
    assert said(demo, place=[2, 1], held=5) == ["1 (2, 1)", "2 (2, 1)"] and asked == [(2, 1)]
    steps = list(runner.answers(demo, {"place": (9999, -5), "held": 5}))
    assert [answer.values[0] for answer in steps] == ["1 None", "2 None"] and steps[-1].values[2] == 7
    assert "Place: (9999, -5) lies outside" in steps[-1].facts
    assert said(demo, place=(3, 0), held=5) == said(demo, place=(0, 2), held=5) == ["1 None", "2 None"]


def test_a_click_outside_a_class_map_is_left_out_too() -> None:
    weather = ClassGrid(("sun", "rain"), np.zeros((1, 1, 1), np.uint8), np.ones((1, 1, 1), np.float32))
    outputs = (Note(label="Said"), ClassMap(label="Drawn"))
    demo = demo_of(
        lambda place: (f"{place}", (PIXELS, PIXELS, weather)), {"place": Point(label="Place", on="Drawn")}, outputs
    )
    assert said(demo, place=(2, 1)) == ["(2, 1)"]
    assert said(demo, place=(3, 0)) == said(demo, place=(0, 2)) == ["None"]


# ---------------------------------------------------------------- runs


def test_a_run_answers_once_and_a_generator_step_by_step() -> None:
    def count(n: int) -> Iterator[str]:
        yield from (f"{n} {k}" for k in range(3))

    amount = {"n": Slider(label="N", low=0, high=9, step=1, default=4)}
    assert said(demo_of(lambda n: f"{n}", amount), n=5) == ["5"] and said(demo_of(count, amount), n=5) == [
        "5 0",
        "5 1",
        "5 2",
    ]
    assert runner.has_steps(demo_of(count, amount)) and not runner.has_steps(CHAIN)


def test_several_outputs_are_a_tuple_and_a_single_one_is_bare() -> None:
    two = (Note(label="A"), Note(label="B"))
    assert [answer.values for answer in runner.answers(demo_of(lambda: ("x", "y"), outputs=two), {})] == [("x", "y")]
    assert [answer.values for answer in runner.answers(demo_of(lambda: ("x", "y")), {})] == [(("x", "y"),)]
    for wrong in (("x",), ("x", "y", "z")):
        with pytest.raises(LabError) as raised:
            list(runner.answers(demo_of(lambda wrong=wrong: wrong, outputs=two), {}))
        assert str(raised.value).startswith(f"{runner.UNEXPECTED} (Run ")


def test_a_sentence_passes_and_a_crash_keeps_its_details(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise InputError("Any other words work.")

    def crash() -> Iterator[str]:
        yield "one"
        raise RuntimeError("a secret")

    with pytest.raises(InputError, match=r"^Any other words work.$"):
        list(runner.answers(demo_of(fail), {}))
    assert not [record for record in caplog.records if record.levelname != "INFO"]
    steps = runner.answers(replace(demo_of(crash), name="crashing"), {})
    assert next(steps).values == ("one",)
    with pytest.raises(LabError) as raised:
        next(steps)
    assert str(raised.value).startswith(f"{runner.UNEXPECTED} (Run ")
    assert "crashing failed" in caplog.text and "a secret" in caplog.text


def test_a_run_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(run_log.time, "monotonic", lambda: now[0])

    def look(seconds: float) -> str:
        now[0] += seconds
        with run_log.timed("classify_lenet_cifar10"):
            return "seen"

    def slowly() -> Iterator[str]:
        for _ in range(5):
            now[0] += 300
            yield "step"

    assert said(demo_of(lambda: look(119.0))) == ["seen"]
    with pytest.raises(InputError, match="took too long"):
        said(demo_of(lambda: look(121.0)))
    steps = runner.answers(demo_of(slowly), {})
    assert [next(steps).values for _ in range(3)] == [("step",)] * 3  # 900 seconds
    now[0] += 1
    with pytest.raises(InputError, match="took too long"):
        next(steps)


def test_a_run_belongs_to_its_visitor() -> None:
    demo = demo_of(lambda: str(run_log.visitor()))
    (answer,) = runner.answers(demo, {}, visitor="ann")
    assert answer.values == ("ann",) and said(demo) == [""]


def test_d15_every_run_leaves_a_line_in_the_log_without_what_it_was_given(caplog: pytest.LogCaptureFixture) -> None:
    def run(words: str) -> Iterator[str]:
        yield "one"
        if words == "no":
            raise InputError("Not this one. " + 300 * "x")
        yield "two"

    demo = replace(demo_of(run, {"words": Text(label="Words", longest=50)}), name="talker")
    caplog.set_level("INFO", "demos.runner")
    list(runner.answers(demo, {"words": "private words"}))
    with pytest.raises(InputError):
        list(runner.answers(demo, {"words": "no"}))
    left = runner.answers(demo, {"words": "private words"})
    next(left)
    left.close()
    lines = [record.getMessage() for record in caplog.records]
    assert [line.partition(": ")[2].split(" after ")[0][:30] for line in lines] == [
        "talker answered", "talker refused: Not this one. ", "talker stopped",
    ]  # fmt: skip
    assert len({line.split(":")[0] for line in lines}) == 3  # each run has a number
    assert "private" not in caplog.text and max(map(len, lines)) < 200


def test_progress_is_told() -> None:
    def run() -> str:
        run_log.tell_progress(0.5, "half of it")
        return "done"

    told: list[tuple[float, str]] = []
    list(runner.answers(demo_of(run), {}, progress=lambda share, words: told.append((share, words))))
    assert told == [(0.5, "half of it")]
