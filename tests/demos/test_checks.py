"""The gate before every demo: what passes, as what, and with which sentence everything else is refused."""

import math
from typing import Any

import numpy as np
import pytest

from cnn_core.errors import InputError, LabError, PictureError
from demos import checks
from demos.spec import Button, Choice, Input, Memory, Picture, Pictures, Point, Seed, Slider, Text, Toggle

PIXELS = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
SHARE = Slider(label="Share", low=0.1, high=0.9, step=0.05, default=0.5)
COUNT = Slider(label="Count", low=-3, high=10, step=1, default=4)
SEED = Seed(default=7)
WORDS = Text(label="Words", default="hello", longest=20)
SORT = Choice(label="Sort", options=(("fruit", "Fruit"), ("tree", "Tree")), default="tree")
KIND = Choice(label="Kind", options=lambda sort: (("oak", "Oak"),), depends_on=("sort",))
SEVERAL = Choice(label="Several", options=(("x", "X"), ("y", "Y"), ("z", "Z")), several=True, default=("y",))
PLACE = Point(label="Place", on="picture")


def refusal(field: Input, value: Any, options: Any = None) -> str:
    """The sentence with which a value is refused; it is short and repeats no long value."""
    with pytest.raises(LabError) as raised:
        passed(field, value, options)
    words = str(raised.value)
    assert len(words) <= 200 and words.startswith(f"{field.label}: ") and words.endswith(".")  # type: ignore[union-attr]
    return words


def passed(field: Input, value: Any, options: Any = None) -> Any:
    if isinstance(field, Choice):
        return checks.check_choice(field, value, field.options if options is None else options)
    return checks.check_point(field, value) if isinstance(field, Point) else checks.check_alone(field, value)


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("field", "value", "number"),
    [
        (SHARE, 0.1, 0.1), (SHARE, 0.9, 0.9), (SHARE, 0.33, 0.33), (SHARE, "0.25", 0.25), (SHARE, None, 0.5),
        (COUNT, -3, -3), (COUNT, 10, 10), (COUNT, 2.6, 3), (COUNT, None, 4), (COUNT, "6", 6),
    ],
)  # fmt: skip
def test_numbers_within_their_range_pass(field: Slider, value: Any, number: float) -> None:
    found = passed(field, value)
    assert found == number and isinstance(found, int if field is COUNT else float)


@pytest.mark.parametrize("value", [0.0999, 0.9001, 7, -1e308, math.nan, math.inf, -math.inf, "nan"])
def test_numbers_outside_their_range_are_refused_with_the_range(value: Any) -> None:
    assert refusal(SHARE, value).startswith("Share: expected a number from 0.1 to 0.9, got ")


def test_the_sentence_names_range_and_number() -> None:
    assert refusal(COUNT, 11) == "Count: expected a number from -3 to 10, got 11."


@pytest.mark.parametrize("value", ["many", [1], {"a": 1}, b"x", 2**5000, object()])
def test_what_is_no_number_is_refused(value: Any) -> None:
    assert refusal(SHARE, value).startswith("Share: expected a number, got ")


@pytest.mark.parametrize(("value", "seed"), [(0, 0), (2**31 - 1, 2**31 - 1), ("12", 12), (3.0, 3), (None, 7)])
def test_whole_seeds_pass(value: Any, seed: int) -> None:
    assert passed(SEED, value) == seed


@pytest.mark.parametrize("value", [-1, 2**31, 2**70, -(2**70)])
def test_seeds_outside_their_range_are_refused(value: Any) -> None:
    assert refusal(SEED, value).startswith("Seed: expected a whole number from 0 to 2147483647, got ")


@pytest.mark.parametrize("value", [1.5, "1.5", "seven", math.nan, math.inf, [1], {"a": 1}])
def test_what_is_no_whole_number_is_no_seed(value: Any) -> None:
    assert refusal(SEED, value).startswith("Seed: expected a whole number, got ")


# ---------------------------------------------------------------- yes or no, text


def test_yes_and_no_pass_and_nothing_is_the_default() -> None:
    flag = Toggle(label="Flag", default=True)
    assert [passed(flag, value) for value in (True, False, 1, 0, None)] == [True, False, True, False, True]
    assert passed(Toggle(label="Flag"), None) is False and passed(Button(label="Press"), None) is False
    assert passed(Button(label="Press"), True) is True


@pytest.mark.parametrize("value", ["false", 2, -1, [], {}, 0.5, math.nan])
def test_anything_else_is_neither(value: Any) -> None:
    assert refusal(Toggle(label="Flag"), value).startswith("Flag: expected true or false, got ")


def test_texts_pass_up_to_their_length() -> None:
    assert [passed(WORDS, value) for value in ("x" * 20, "", None, 12)] == ["x" * 20, "", "", "12"]
    assert refusal(WORDS, "x" * 21) == "Words: 21 characters came; at most 20 fit."
    assert refusal(WORDS, {"a": 1}) == "Words: expected a text, got {'a': 1}."


# ---------------------------------------------------------------- choices


def test_an_option_passes_and_nothing_is_the_default() -> None:
    assert passed(SORT, "fruit") == "fruit" and passed(SORT, None) == "tree"
    assert passed(SORT, None, (("pear", "Pear"), ("plum", "Plum"))) == "pear"  # the default is no option: the first
    assert refusal(SORT, "zebra") == "Sort: 'zebra' is not one of the choices. There are: fruit, tree."
    assert refusal(SORT, "Fruit").startswith("Sort: 'Fruit' is not")  # the label is not the value


@pytest.mark.parametrize("value", [["fruit"], {"fruit": 1}, 3, 0.5, True, b"fruit", ["x" * 2_000_000]])
@pytest.mark.parametrize("field", [SORT, KIND])
def test_what_cannot_be_an_option_is_refused_in_words(field: Choice, value: Any) -> None:
    assert "is not one of the choices. There are: oak." in refusal(field, value, (("oak", "Oak"),))


def test_a_choice_that_went_with_another_input_gives_way_to_the_default() -> None:
    assert passed(KIND, "pear", (("oak", "Oak"), ("lime", "Lime"))) == "oak"
    assert passed(KIND, "lime", (("oak", "Oak"), ("lime", "Lime"))) == "lime"


def test_several_choices_pass_once_each_in_their_order() -> None:
    assert passed(SEVERAL, ["z", "x", "z"]) == ["z", "x"] and passed(SEVERAL, ("x",)) == ["x"]
    assert passed(SEVERAL, []) == [] and passed(SEVERAL, None) == ["y"]


@pytest.mark.parametrize(("value", "words"), [(["x", "q"], "'q' is not"), ([["x"]], "['x'] is not"), ([{}], "{} is not")])
def test_several_choices_are_each_checked(value: Any, words: str) -> None:
    assert words in refusal(SEVERAL, value)


@pytest.mark.parametrize("value", ["x", "xyz", 3, {"x": 1}, True])
def test_several_choices_are_a_list(value: Any) -> None:
    assert refusal(SEVERAL, value).startswith("Several: expected a list of choices, got ")


def test_nothing_to_choose_from_is_a_sentence() -> None:
    assert "nothing to choose from" in refusal(SORT, None, ())
    assert "There are: none." in refusal(SORT, "fruit", ())


def test_many_choices_are_cut_short() -> None:
    options = tuple((f"number {n}", "N") for n in range(100))
    words = refusal(SORT, "x" * 2_000_000, options)
    assert words.endswith("There are: number 0, number 1, number 2, number 3, number 4 and more.")


# ---------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("value", "place"), [((3, 5), (3, 5)), (["12", "34"], (12, 34)), ([3.7, -0.2], (3, -1)), (None, None)]
)
def test_places_are_two_whole_numbers(value: Any, place: Any) -> None:
    assert passed(PLACE, value) == place


@pytest.mark.parametrize("value", [["here"], [1], [1, 2, 3], 7, "12", {"x": 1}, [math.nan, 1], [math.inf, 1], [[1], 2]])
def test_what_is_no_place_is_refused(value: Any) -> None:
    assert refusal(PLACE, value).startswith("Place: expected a place as two whole numbers, x and y, got ")


def test_a_typed_word_comes_back_as_it_was_typed() -> None:
    assert refusal(PLACE, ["over", "there"]).endswith("got 'over there'.")


@pytest.mark.parametrize(
    ("place", "outside"),
    [
        ((0, 0), False), ((2, 1), False), ((3, 1), True), ((2, 2), True), ((-1, 0), True), ((0, -1), True), ((1, 2), True),
        ((9999, -5), True), (None, False),
    ],
)  # fmt: skip
def test_a_picture_of_3_by_2_pixels_has_places_from_0_to_2_and_0_to_1(place: Any, outside: bool) -> None:
    assert checks.is_outside(place, PIXELS) is outside
    assert checks.is_outside(place, PIXELS[..., 0]) is outside
    assert checks.is_outside(place, None) is False


# ---------------------------------------------------------------- pictures


def test_a_picture_is_opened_and_a_missing_one_is_asked_for() -> None:
    assert np.array_equal(passed(Picture(label="Main"), PIXELS), PIXELS)
    assert passed(Picture(label="Main", optional=True), None) is None
    assert refusal(Picture(label="Main"), None).startswith("Main: please give a picture")


@pytest.mark.parametrize("value", [{"path": None}, 3, ["a"], b"Dear class", "/no/such/file.png"])
def test_what_is_no_picture_is_refused_by_the_one_who_opens_it(value: Any) -> None:
    with pytest.raises(PictureError):
        passed(Picture(label="Main"), value)


def test_pictures_are_counted() -> None:
    field = Pictures(label="More", most=2)
    assert [np.array_equal(p, PIXELS) for p in passed(field, [PIXELS, PIXELS])] == [True, True]
    assert refusal(field, [PIXELS] * 3) == "More: 3 pictures came; at most 2 are accepted at once."
    assert refusal(field, []) == refusal(field, None) == "More: please give at least one picture."
    assert refusal(field, "a.png") == "More: expected a list of pictures, got 'a.png'."
    optional = Pictures(label="More", optional=True)
    assert passed(optional, None) == passed(optional, []) == []


def test_a_memory_passes_as_it_is() -> None:
    held = {"a": [1]}
    assert passed(Memory("held"), held) is held


# ---------------------------------------------------------------- words and order


def test_echoes_are_short() -> None:
    assert checks.echo("abc") == "'abc'" and checks.echo([1, "a"]) == "[1, 'a']"
    for long in ("x" * 2_000_000, list(range(10_000)), {"a": "x" * 100}, b"x" * 100):
        assert len(checks.echo(long)) == 50 and checks.echo(long).endswith("...")


def test_inputs_come_after_those_that_their_choices_depend_on() -> None:
    third = Choice(label="C", options=lambda b: (), depends_on=("b",))
    second = Choice(label="B", options=lambda a: (), depends_on=("a", "s"))
    inputs = {"c": third, "b": second, "a": SORT, "s": SEED}
    assert checks.in_order(inputs) == ["a", "s", "b", "c"]
    assert checks.in_order({"a": SORT, "s": SEED}) == ["a", "s"]


def test_errors_are_of_their_kind() -> None:
    with pytest.raises(InputError):
        passed(SHARE, "many")
    with pytest.raises(PictureError):
        passed(Picture(label="Main"), None)
