"""Follow an instruction: what the page says of a way, worked by hand, without a network."""

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.images.drawn_rooms import VIEW
from cnn_core.ops.tiny_errands import Errand
from cnn_core.ops.tiny_instructions import parse
from cnn_core.ops.tiny_rooms import ACTIONS, Furniture, Room
from cnn_core.tasks.following import Moment
from demos.tabs.describe import follow_instruction
from demos.tabs.describe.follow_instruction import drawing_of, headline, outcome

ROOM = Room(2, 4, (Furniture("lamp", "green", 0, 3), Furniture("bed", "red", 1, 3)))
ERRAND = Errand(ROOM, (0, 0), parse("go to the lamp"), 0)


def way(*steps: tuple[int, int, str]) -> list[Moment]:
    target = np.zeros((VIEW, VIEW), np.float32)
    target[0, 1] = 0.75
    return [
        Moment((row, column), np.array([0.8 if name == action else 0.05 for name in ACTIONS], np.float32), target, 0.25)
        for row, column, action in steps
    ]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([(0, 0, "right"), (0, 1, "right"), (0, 2, "stop")], "There in 2 steps; the shortest way has 2"),
        (
            [(0, 0, "down"), (1, 0, "right"), (1, 1, "right"), (1, 2, "stop")],
            "Stopped beside the red bed, not beside the green lamp",
        ),
        ([(0, 0, "stop")], "Stopped where nothing is, not beside the green lamp"),
        ([(0, 0, "right"), (0, 1, "left")], "Not there after 30 steps; the shortest way has 2"),
    ],
)  # fmt: skip
def test_how_a_way_ended_is_said(steps: list[tuple[int, int, str]], words: str) -> None:
    assert outcome(ERRAND, way(*steps)) == words
    sure = " (stop: 80%)" if steps[-1][2] == "stop" else ""
    assert headline(ERRAND, way(*steps)) == f"**{words}**{sure}"


def test_another_piece_of_the_same_name_is_the_wrong_one() -> None:
    room = Room(2, 4, (Furniture("lamp", "green", 0, 3), Furniture("lamp", "green", 0, 0)))
    errand = Errand(room, (1, 2), parse("go to the lamp right of the lamp"), 0)
    assert outcome(errand, way((1, 2, "left"), (1, 1, "left"), (1, 0, "stop"))) == "Stopped beside the wrong green lamp"


@pytest.mark.parametrize(
    ("example", "words"),
    [(0, "There in 6 steps; the shortest way has 6"), (1, "There in 11 steps"), (2, "Stopped beside the wrong blue sofa")],
)
def test_the_examples_show_what_they_claim(example: int, words: str) -> None:
    demo = follow_instruction.DEMO
    head, film, *_ = follow_instruction.run(demo.examples[example]["seed"], "", follow_instruction.AGENT)
    assert words in head
    if example == 1:
        assert film["moments"][0]["unseen"] >= 90 and film["moments"][-1]["unseen"] < 10


def test_the_film_holds_every_step_in_percents() -> None:
    data = drawing_of(ERRAND, way((0, 0, "right"), (0, 1, "right"), (0, 2, "stop")))
    assert [moment["at"] for moment in data["moments"]] == [[0, 0], [0, 1], [0, 2]]
    assert data["moments"][0]["actions"] == [5, 5, 5, 80, 5] and data["moments"][0]["unseen"] == 25
    assert data["moments"][0]["heat"][1] == 75 and sum(data["moments"][0]["heat"]) == 75
    assert data["goal"] == [[0, 2]] and data["target"] == [0, 3] and data["shortest"] == 2
    assert data["filled"] == [[0, 3], [1, 3]]


@pytest.mark.parametrize(("text", "words"), [("fly to the moon", "'fly', 'moon'"), ("go to the lamp lamp", "These work")])
def test_a_sentence_that_it_cannot_read_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        follow_instruction.run(1, text, follow_instruction.AGENT)
