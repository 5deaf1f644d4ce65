"""What an address says of a demo's inputs, and what it does not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from demos import catalogue, runner
from demos.addresses import inputs_in, query_of
from demos.spec import RESERVED, Choice, Demo, Lesson, Note, Picture, Point, Seed, Slider, Text, Toggle

PIXELS = np.zeros((4, 6, 3), np.uint8)
LESSON = Lesson(notice=("a", "b"), questions=(("c?", "d"), ("e?", "f")))


def kinds(sort: str) -> tuple[tuple[str, str], ...]:
    return (("oak", "Oak"), ("lime", "Lime")) if sort == "tree" else (("rose", "Rose"), ("tulip", "Tulip"))


DEMO = Demo(
    title="Addressed",
    summary="Everything that an address can say.",
    lesson=LESSON,
    inputs={
        "picture": Picture(label="Picture"),
        "amount": Slider(label="Amount", low=0, high=1, step=0.05, default=0.5),
        "count": Slider(label="Count", low=1, high=9, step=1, default=4),
        "sort": Choice(label="Sort", options=(("flower", "Flower"), ("tree", "Tree"))),
        "kind": Choice(label="Kind", options=kinds, depends_on=("sort",)),
        "some": Choice(label="Some", options=(("a", "A"), ("b", "B"), ("c", "C")), several=True),
        "loud": Toggle(label="Loud"),
        "words": Text(label="Words", default="hello"),
        "seed": Seed(),
        "place": Point(label="Place", on="picture"),
    },
    outputs=(Note(label="Said"),),
    run=lambda **_: "",
    examples=({"picture": PIXELS}, {"picture": PIXELS, "amount": 0.25, "place": (1, 2)}),
)


def test_only_what_differs_from_the_opening_is_said() -> None:
    assert query_of(DEMO, runner.defaults(DEMO)) == {}
    changed = {"amount": 0.3, "count": 7, "sort": "tree", "kind": "lime", "some": ["a", "c"], "loud": True, "seed": 12}
    assert query_of(DEMO, runner.defaults(DEMO) | changed | {"words": "a & b", "place": ["3", "1"]}) == {
        "amount": "0.3", "count": "7", "sort": "tree", "kind": "lime", "some": "a,c", "loud": "1", "words": "a & b",
        "seed": "12", "place": "3,1",
    }  # fmt: skip


def test_an_example_is_said_by_its_number_and_what_it_sets_is_not() -> None:
    as_it_opens = runner.defaults(DEMO) | DEMO.examples[1]
    assert query_of(DEMO, as_it_opens, 1) == {"example": "2"}
    assert query_of(DEMO, as_it_opens | {"amount": 0.5, "place": None}, 1) == {"example": "2", "amount": "0.5", "place": ""}


def test_a_place_on_somebodys_own_picture_is_not_said() -> None:
    assert query_of(DEMO, runner.defaults(DEMO) | {"place": (1, 2), "count": 2}, None) == {"count": "2"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (0, {})),
        ({"example": "2"}, (1, {})),
        ({"example": "3"}, (0, {})),
        ({"example": "0"}, (0, {})),
        ({"example": "-1"}, (0, {})),
        ({"example": "first"}, (0, {})),
        ({"example": "2" * 5000}, (0, {})),
        ({"example": "²"}, (0, {})),
        (
            {"amount": "0.3", "count": "7", "loud": "1", "seed": "12"},
            (0, {"amount": 0.3, "count": 7, "loud": True, "seed": 12}),
        ),
        ({"amount": "7"}, (0, {})),
        ({"amount": "nan"}, (0, {})),
        ({"loud": "yes"}, (0, {})),
        ({"seed": "-4"}, (0, {})),
        ({"kind": "lime", "sort": "tree"}, (0, {"sort": "tree", "kind": "lime"})),
        ({"kind": "lime"}, (0, {"kind": "rose"})),
        ({"sort": "stone"}, (0, {})),
        ({"some": "a,c"}, (0, {"some": ["a", "c"]})),
        ({"some": ""}, (0, {"some": []})),
        ({"some": "a,z"}, (0, {})),
        ({"words": "a & b"}, (0, {"words": "a & b"})),
        ({"words": "x" * 501}, (0, {})),
        ({"place": "3,1"}, (0, {"place": (3, 1)})),
        ({"place": ""}, (0, {"place": None})),
        ({"place": "here"}, (0, {})),
        ({"place": "3"}, (0, {})),
        ({"place": "--3,1"}, (0, {})),
        ({"place": f"{'3' * 5000},1"}, (0, {})),
        ({"place": "-3, 1"}, (0, {"place": (-3, 1)})),
        ({"seed": "3" * 5000}, (0, {})),
        ({"picture": "/etc/passwd", "nothing": "1"}, (0, {})),
    ],
)
def test_what_an_address_says_is_checked(query: dict[str, str], expected: tuple[int, dict[str, Any]]) -> None:
    assert inputs_in(DEMO, query) == expected


def test_words_beside_pictures_of_people_are_not_said() -> None:
    private = replace(DEMO, private=True)
    assert query_of(private, runner.defaults(DEMO) | {"words": "Ada", "count": 2}) == {"count": "2"}
    assert inputs_in(private, {"words": "Ada", "count": "2"}) == (0, {"count": 2})


def test_no_input_has_a_name_that_means_something_else() -> None:
    for name in RESERVED:
        with pytest.raises(ValueError, match="mean something else in an address"):
            replace(DEMO, inputs={**DEMO.inputs, name: Toggle(label="More")})


@pytest.mark.parametrize("demo", catalogue.find_demos(), ids=lambda demo: demo.name)
def test_the_address_of_each_example_leads_back_to_it(demo: Demo) -> None:
    for number, example in enumerate(demo.examples):
        values = runner.defaults(demo) | dict(example)
        query = query_of(demo, values, number)
        assert query == ({"example": str(number + 1)} if number else {})
        assert inputs_in(demo, query) == (number, {})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "picture"),
        ({"private": True}, None),
        ({"inputs": {**DEMO.inputs, "picture": Picture(label="Picture", optional=True)}}, None),
    ],
)
def test_what_opens_with_a_visitors_picture(change: dict[str, Any], expected: str | None) -> None:
    assert replace(DEMO, **change).photograph == expected
