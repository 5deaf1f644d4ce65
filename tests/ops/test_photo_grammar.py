"""Questions about photographs: what is read, what nobody knows, and what a colour is called."""

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.ops.colour_names import EXAMPLES, name_colour
from cnn_core.ops.photo_grammar import PhotoQuestion, hear_photo, parse_photo

CLASSES = ("bus", "car", "cat", "diningtable", "dog", "person", "pottedplant", "tvmonitor")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Is there a dog?", PhotoQuestion("exists", "dog")),
        ("are there any cats", PhotoQuestion("exists", "cat")),
        ("Is there a red car?", PhotoQuestion("exists", "car", "red")),
        ("how many people are there?", PhotoQuestion("count", "person")),
        ("How many gray buses are there?", PhotoQuestion("count", "bus", "grey")),
        ("what colour is the car?", PhotoQuestion("colour", "car")),
        ("Which color does the dog have?", None),
        ("what colors have the potted plants", PhotoQuestion("colour", "pottedplant")),
        ("are there more cats than black dogs?", PhotoQuestion("more", "cat", "", "dog", "black")),
        ("is there a dining table", PhotoQuestion("exists", "diningtable")),
        ("are there tvs?", PhotoQuestion("exists", "tvmonitor")),
    ],
)
def test_a_question_is_read(asked: str, expected: PhotoQuestion | None) -> None:
    if expected is not None:
        assert parse_photo(asked, CLASSES) == expected
    else:
        with pytest.raises(InputError, match="nobody here knows 'does'"):
            parse_photo(asked, CLASSES)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("is there an elephant in the zoo?", "Not known here: 'elephant', 'in', 'zoo'"),
        ("is there a woman?", "'woman'"),
        ("what colour is the person?", "No colour is told of people"),
        ("are there more cats than red people?", "No colour is told of people"),
        ("is there a brown person?", "No colour is told of people"),
        ("...", "Please ask something"),
        ("dog the is", "Of a photograph you can ask questions such as"),
    ],
)
def test_what_nobody_knows_is_said(asked: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_photo(asked, CLASSES)
    question, trouble = hear_photo(asked, CLASSES)
    assert question is None and words.split(" '")[0] in trouble


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((250, 20, 20), "red"), ((10, 10, 12), "black"), ((255, 255, 250), "white"), ((130, 132, 128), "grey"),
        ((250, 220, 40), "yellow"), ((20, 60, 200), "blue"), ((30, 120, 40), "green"), ((240, 130, 20), "orange"),
        ((90, 60, 35), "brown"), ((120, 40, 150), "purple"), ((250, 160, 190), "pink"),
    ],
)  # fmt: skip
def test_a_colour_has_a_name(colour: tuple[int, int, int], name: str) -> None:
    assert name_colour(np.array([colour] * 3, np.uint8)) == name


def test_a_few_odd_pixels_do_not_count() -> None:
    assert name_colour(np.array([[20, 60, 200]] * 5 + [[255, 0, 0]] * 4, np.uint8)) == "blue"


def test_each_example_is_called_by_its_own_name() -> None:
    for name, colours in EXAMPLES.items():
        assert {name_colour(np.array([colour], np.uint8)) for colour in colours} == {name}
