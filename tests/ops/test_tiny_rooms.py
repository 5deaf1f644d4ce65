"""Rooms, ways and instructions, worked on paper; errands checked by a search of another kind."""

from dataclasses import replace

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.ops.tiny_errands import errand_of, make_errand
from cnn_core.ops.tiny_instructions import (
    LONGEST,
    WORDS,
    Instruction,
    Which,
    exchange_words,
    number_words,
    parse,
    stands,
    target_of,
)  # fmt: skip
from cnn_core.ops.tiny_rooms import ACTIONS, Furniture, Room, best_actions, distances_to, has_arrived

RED_CHAIR, BLUE_CHAIR = Furniture("chair", "red", 0, 3), Furniture("chair", "blue", 2, 0)
TABLE, LAMP = Furniture("table", "red", 1, 1), Furniture("lamp", "green", 1, 2)
ROOM = Room(3, 4, (RED_CHAIR, BLUE_CHAIR, TABLE, LAMP))
"""
    . . . C      C red chair
    . t l .      t red table, l green lamp
    c . . .      c blue chair
"""


def test_the_shortest_way_goes_round_the_furniture() -> None:
    assert distances_to(ROOM, 0).tolist() == [[2, 1, 0, -1], [3, -1, -1, 0], [-1, 3, 2, 1]]
    assert distances_to(ROOM, 2).tolist() == [[1, 0, 1, -1], [0, -1, -1, 3], [-1, 0, 1, 2]]


def test_the_best_actions_lead_nearer_and_stop_where_it_is() -> None:
    ways = distances_to(ROOM, 2)
    best = {cell: [ACTIONS[k] for k in best_actions(ways, cell)] for cell in ((0, 0), (0, 1), (1, 3), (2, 2))}
    assert best == {(0, 0): ["down", "right"], (0, 1): ["stop"], (1, 3): ["down"], (2, 2): ["left"]}
    assert has_arrived(ROOM, (0, 1), 2) and not has_arrived(ROOM, (0, 0), 2)


def test_walls_and_furniture_hold_an_agent_where_it_is() -> None:
    assert [ROOM.step((0, 0), action) for action in ACTIONS] == [(0, 0), (1, 0), (0, 0), (0, 1), (0, 0)]
    assert ROOM.step((1, 0), "right") == (1, 0) and ROOM.step((2, 3), "down") == (2, 3)


@pytest.mark.parametrize(
    ("relation", "holds"),
    [("left of", False), ("right of", True), ("above", True), ("below", False), ("next to", False)],
)
def test_relations_are_those_of_the_map(relation: str, holds: bool) -> None:
    assert stands(RED_CHAIR, relation, TABLE) is holds


def test_next_to_is_also_at_a_corner_and_never_farther() -> None:
    assert stands(BLUE_CHAIR, "next to", TABLE) and stands(LAMP, "next to", TABLE) and stands(RED_CHAIR, "next to", LAMP)
    assert not stands(BLUE_CHAIR, "next to", LAMP)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Go to the blue chair!", 1), ("walk to the chair to the right of the table", 0), ("go to the lamp", 3),
        ("go to the chair next to the red table", 1), ("run to a couch", None), ("go to the chair", None),
        ("go to the lamp left of the chair", None), ("go to the chair below the green lamp", 1),
    ],
)  # fmt: skip
def test_a_sentence_means_one_piece_or_is_refused(text: str, target: int | None) -> None:
    if target is None:
        with pytest.raises(InputError, match=r"There is no|pieces here can be meant"):
            target_of(ROOM, parse(text))
    else:
        assert target_of(ROOM, parse(text)) == target


@pytest.mark.parametrize(
    ("text", "words"),
    [("go to the piano", "'piano'"), ("go to", "These work: go to the red chair"), ("", "These work"),
     ("the red chair go to", "These work"), ("go to the chair red", "These work")],
)  # fmt: skip
def test_what_it_never_learned_is_said(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(text)


def test_a_network_reads_numbers_from_one_and_zeros_behind() -> None:
    instruction = Instruction(Which("lamp"), "left of", Which("table", "red"))
    numbers = number_words(instruction)
    assert len(numbers) == LONGEST and numbers[9:] == [0]
    assert [WORDS[k - 1] for k in numbers[:9]] == ["go", "to", "the", "lamp", "left", "of", "the", "red", "table"]
    assert parse(instruction.say()) == instruction


def relaxed(room: Room, target: tuple[int, int]) -> np.ndarray:
    """Distances by relaxing all cells until nothing changes: another way than by rings."""
    filled = {piece.cell for piece in room.furniture}
    free = [(r, c) for r in range(room.rows) for c in range(room.columns) if (r, c) not in filled]
    ways = {cell: 0 if abs(cell[0] - target[0]) + abs(cell[1] - target[1]) == 1 else 99 for cell in free}
    for _ in free:
        for r, c in free:
            near = [ways[other] for other in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)) if other in ways]
            ways[r, c] = min([ways[r, c], *(n + 1 for n in near)])
    return ways


def test_every_errand_means_one_piece_that_can_be_reached_and_is_not_there_yet() -> None:
    rng, relational = np.random.default_rng(5), 0
    for _ in range(60):
        errand = make_errand(rng)
        target = errand.room.furniture[errand.target]
        assert target_of(errand.room, parse(errand.instruction.say())) == errand.target
        ways = relaxed(errand.room, target.cell)
        assert 2 <= ways[errand.start] < 99
        assert all(errand.distances()[cell] == way for cell, way in ways.items())
        if errand.instruction.other is not None:
            relational += 1
            assert sum(map(errand.instruction.one.fits, errand.room.furniture)) > 1  # its name alone would not do
    assert 15 <= relational <= 45


def test_the_same_seed_is_the_same_room_whatever_is_asked() -> None:
    errand = errand_of(3)
    other = next(k for k in range(len(errand.room.furniture)) if k != errand.target)
    named = [piece.name for piece in errand.room.furniture]
    piece = errand.room.furniture[other]
    assert errand == errand_of(3)
    if named.count(piece.name) == 1:
        asked = Instruction(Which(piece.kind, piece.colour))
        assert errand_of(3, asked) == replace(errand, instruction=asked, target=other)


def test_each_word_gives_place_to_every_other_of_its_kind() -> None:
    parts = exchange_words(parse("go to the red chair left of the bed"))
    assert [(word, len(others)) for word, others in parts] == [("red", 5), ("chair", 5), ("left of", 4), ("bed", 5)]
    said = {word: [one.say() for one in others] for word, others in parts}
    assert said["red"][0] == "go to the yellow chair left of the bed"
    assert "go to the red chair next to the bed" in said["left of"] and "go to the red chair left of the lamp" in said["bed"]
    assert not any(one.say() == "go to the red chair left of the bed" for _, others in parts for one in others)
    assert [word for word, _ in exchange_words(parse("go to the lamp"))] == ["lamp"]
