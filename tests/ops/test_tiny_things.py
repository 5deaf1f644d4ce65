"""Things of a scene as one record, and how the cells' answers become things: worked by hand."""

import numpy as np
import pytest

from cnn_core.ops.tiny_cells import PARTS, VALUES, boxes_of, things_of
from cnn_core.ops.tiny_things import Things, sure_things, true_things
from cnn_core.ops.tiny_world import MOST, Thing, TinyScene

SMALL, LARGE = 0, 1


def empty(cells: int = 4) -> np.ndarray:
    """Answers of a grid in which no cell says that something is there."""
    answers = np.zeros((2, VALUES, cells, cells), np.float32)
    answers[:, 0] = -9
    return answers


def say(answers: np.ndarray, slot: int, row: int, column: int, x: float, y: float, w: float, h: float, **what: int) -> None:
    answers[slot, :5, row, column] = 4, x, y, w, h
    for name, number in what.items():
        answers[slot, PARTS[name].start + number, row, column] = 9


def test_a_cell_s_box_lies_around_its_centre_in_shares_of_the_picture() -> None:
    answers = empty()
    say(answers, SMALL, 1, 2, 0.5, 0.25, 1, 1.5)
    # the centre: (2 + 0.5) / 4, (1 + 0.25) / 4; half of 1 / 4 and of 1.5 / 4 to each side
    assert boxes_of(answers)[SMALL, 1, 2].tolist() == pytest.approx([0.5, 0.125, 0.75, 0.5])
    say(answers, LARGE, 0, 0, 0.0, 0.0, 2, 2)
    assert boxes_of(answers)[LARGE, 0, 0].tolist() == [0, 0, 0.25, 0.25]  # cut at the picture's edge


def test_answers_become_things_from_left_to_right() -> None:
    answers = empty()
    say(answers, LARGE, 2, 3, 0.5, 0.5, 1, 1, pattern=1, colour=4, shape=5)
    say(answers, SMALL, 1, 0, 0.5, 0.5, 1, 1, pattern=0, colour=0, shape=3)
    found = things_of(answers)
    assert found.names() == ("small red star", "large striped purple ring")
    assert found.likeliest("shape") == ("star", "ring")
    assert found.scores.tolist() == pytest.approx([1 / (1 + np.exp(-4))] * 2)
    assert found.sizes.tolist() == [[1, 0], [0, 1]]
    assert found.colours[0].tolist() == pytest.approx([np.exp(9) / (np.exp(9) + 5), *[1 / (np.exp(9) + 5)] * 5])
    assert found.attributes().shape == (2, 17) and found.attributes()[0, :2].tolist() == [1, 0]


def test_neighbours_that_mean_the_same_thing_give_one() -> None:
    answers = empty()
    say(answers, SMALL, 1, 1, 1.0, 0.5, 1, 1, shape=1)
    say(answers, SMALL, 1, 2, 0.0, 0.5, 1, 1, shape=2)  # the same box
    answers[SMALL, 0, 1, 1] = 5  # this one is surer
    assert things_of(answers).likeliest("shape") == ("square",)
    say(answers, SMALL, 1, 2, 0.5, 0.5, 1, 1, shape=2)  # shares half a cell of three halves: a third
    assert things_of(answers).likeliest("shape") == ("square", "triangle")


def test_things_that_say_something_else_may_lie_nearer_to_one_another() -> None:
    answers = empty()
    say(answers, SMALL, 1, 1, 1.0, 0.5, 1, 1, shape=1)
    say(answers, SMALL, 1, 2, 0.25, 0.5, 1, 1, shape=2)  # shares 0.75 of 1.25: 0.6
    assert things_of(answers).likeliest("shape") == ("square", "triangle")
    say(answers, SMALL, 1, 2, 0.1, 0.5, 1, 1)  # shares 0.9 of 1.1: 0.82
    assert len(things_of(answers)) == 1
    answers[SMALL, :, 1, 2] = 0
    say(answers, SMALL, 1, 2, 0.25, 0.5, 1, 1, shape=1)
    assert len(things_of(answers)) == 1


def test_a_small_thing_in_a_large_one_stays_and_two_sizes_of_one_thing_share_its_probability() -> None:
    answers = empty()
    say(answers, LARGE, 1, 1, 0.5, 0.5, 3, 3, shape=5)
    say(answers, SMALL, 1, 1, 0.5, 0.5, 1, 1, shape=0)
    assert sorted(things_of(answers).likeliest("shape")) == ["circle", "ring"]
    doubt = empty()
    say(doubt, LARGE, 1, 1, 0.5, 0.5, 2, 2, shape=5)
    say(doubt, SMALL, 1, 1, 0.5, 0.5, 2, 1.8, shape=0)
    doubt[SMALL, 0, 1, 1] = 0  # sigmoid 0.5, against 0.982 of the large one
    (sizes,) = things_of(doubt, 0.4).sizes.tolist()
    sure = 1 / (1 + np.exp(-4))
    assert sizes == pytest.approx([0.5 / (0.5 + sure), sure / (0.5 + sure)])


def test_nothing_is_found_below_the_threshold_and_never_more_than_there_can_be() -> None:
    assert len(things_of(empty())) == 0 and things_of(empty()).names() == ()
    answers = empty()
    say(answers, SMALL, 0, 0, 0.5, 0.5, 1, 1)
    answers[SMALL, 0, 0, 0] = 0.1  # sigmoid 0.525
    assert len(things_of(answers, 0.5)) == 1 and len(things_of(answers, 0.55)) == 0
    for k in range(16):
        say(answers, SMALL, k // 4, k % 4, 0.5, 0.5, 1, 1)
        answers[SMALL, 0, k // 4, k % 4] = k
    found = things_of(answers)
    assert len(found) == MOST and found.scores.min() > 1 / (1 + np.exp(-7.5))  # the surest eight


def test_a_scene_s_things_stand_from_left_to_right() -> None:
    scene = TinyScene((
        Thing("star", "blue", "dotted", "small", 0.8, 0.2, 0.06), Thing("circle", "grey", "plain", "large", 0.25, 0.6, 0.12),
    ))  # fmt: skip
    found = true_things(scene)
    assert found.names() == ("large grey circle", "small dotted blue star")
    assert found.boxes[0].tolist() == pytest.approx([0.13, 0.48, 0.37, 0.72], abs=0.006)
    assert found.scores.tolist() == [1, 1]


def test_records_that_cannot_be_are_refused() -> None:
    two = sure_things(np.array([[0, 0, 0.2, 0.2], [0.5, 0, 0.7, 0.2]], np.float32), np.zeros((2, 4), int))
    parts = vars(two)
    wrong = {
        "from left to right": {"boxes": two.boxes[::-1]}, "sum to 1": {"colours": two.colours * 0.5},
        "shapes": {"shapes": two.shapes[:, :5]}, "boxes of shape": {"boxes": two.boxes[:1]},
    }  # fmt: skip
    for words, changed in wrong.items():
        with pytest.raises(ValueError, match=words):
            Things(**{**parts, **changed})
    with pytest.raises(ValueError, match="at most 8"):
        sure_things(np.tile(two.boxes[:1], (9, 1)), np.zeros((9, 4), int))
