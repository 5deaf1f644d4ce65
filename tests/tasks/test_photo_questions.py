"""Questions about a photograph with a detector whose four objects are known: what counts, what may have been missed."""

import numpy as np
import pytest

from cnn_core.ops.photo_grammar import PhotoQuestion
from cnn_core.results import Instances
from cnn_core.tasks import photo_questions
from cnn_core.tasks.photo_questions import Counted, answer_photo, find_objects, pixels_of

PICTURE = np.zeros((40, 80, 3), np.uint8)
PICTURE[:, :20], PICTURE[:, 20:40], PICTURE[:, 40:] = (220, 20, 30), (20, 60, 200), (250, 250, 250)
BOX = np.zeros(4, np.float32)


def some(*objects: tuple[str, str, float]) -> list[Counted]:
    return [Counted(name, colour, score, BOX) for name, colour, score in objects]


OBJECTS = some(
    ("cat", "black", 0.9), ("dog", "white", 0.7), ("cat", "brown", 0.45), ("dog", "black", 0.3), ("cat", "red", 0.1)
)


@pytest.mark.parametrize(
    ("question", "words", "otherwise"),
    [
        (PhotoQuestion("count", "cat"), "1", "2"),
        (PhotoQuestion("count", "cat", "brown"), "0", "1"),
        (PhotoQuestion("exists", "cat"), "yes", "yes"),
        (PhotoQuestion("exists", "bus"), "no", "no"),
        (PhotoQuestion("exists", "dog", "black"), "no", "yes"),
        (PhotoQuestion("more", "cat", "", "dog", ""), "no", "no"),
        (PhotoQuestion("more", "cat", "", "dog", "black"), "yes", "yes"),
        (PhotoQuestion("colour", "cat"), "black", "black, brown"),
        (PhotoQuestion("colour", "bus"), "", ""),
    ],
)
def test_answers_are_counted(question: PhotoQuestion, words: str, otherwise: str) -> None:
    found = answer_photo(question, OBJECTS, 0.5)
    assert (found.words, found.otherwise) == (words, otherwise)


def test_what_is_just_below_the_confidence_may_have_been_missed() -> None:
    found = answer_photo(PhotoQuestion("more", "cat", "", "dog"), OBJECTS, 0.5)
    assert [one.score for one in found.counted] == [0.9, 0.7]
    assert [one.score for one in found.missed] == [0.45, 0.3]
    assert answer_photo(PhotoQuestion("count", "cat"), OBJECTS, 0.45).words == "2"  # as sure as asked for is enough


def test_colours_are_those_under_the_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.array([[0, 0, 40, 40], [0, 0, 40, 40], [40, 0, 80, 40], [0, 0, 9, 9]], np.float32)
    masks = np.zeros((4, 4, 4), np.float32)
    masks[0, :, :2] = masks[1, :, 2:] = masks[3] = 1  # the left half, the right half, none of it
    found = Instances(boxes, np.array([0.9, 0.8, 0.7, 0.1], np.float32), ("car",) * 4, masks, (40, 80), boxes)
    monkeypatch.setattr(photo_questions, "find_instances", lambda picture, name: found)
    for scale in (1, 20):  # larger than what colours are measured in, too
        found = Instances(scale * boxes, found.scores, found.labels, masks, (40 * scale, 80 * scale), boxes)
        objects = find_objects(PICTURE.repeat(scale, 0).repeat(scale, 1), 0.25)
        assert [one.colour for one in objects] == ["red", "blue", "white"]
        assert objects[2].box.tolist() == [40 * scale, 0, 80 * scale, 40 * scale]


def test_no_colour_is_told_of_people(monkeypatch: pytest.MonkeyPatch) -> None:
    box = np.array([[0, 0, 20, 40]], np.float32)
    found = Instances(box, np.array([0.9], np.float32), ("person",), np.ones((1, 4, 4), np.float32), (40, 80), box)
    monkeypatch.setattr(photo_questions, "find_instances", lambda picture, name: found)
    assert [one.colour for one in find_objects(PICTURE, 0.5)] == [""]


def test_a_box_beside_the_picture_still_has_a_pixel() -> None:
    nothing = np.zeros((40, 80), bool)
    assert pixels_of(PICTURE, nothing, np.array([-9, -9, -3, -3], np.float32)).tolist() == [[220, 20, 30]]
    assert len(pixels_of(PICTURE, nothing, np.array([100, 90, 120, 95], np.float32))) == 1
