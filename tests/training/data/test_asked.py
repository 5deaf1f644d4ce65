"""Scenes with questions, as a training gets them: the numbers are those of the things, words and answers of these scenes."""

from pathlib import Path

import numpy as np
import pytest

from cnn_core.ops.tiny_grammar import WORDS, parse
from cnn_core.ops.tiny_questions import ANSWERS, KINDS, answer
from cnn_core.ops.tiny_world import COLOURS, PATTERNS, SIZES
from cnn_core.training.data.asked import asked_in, make_asked, scene_and_chance


def test_questions_are_about_the_scene_they_stand_with() -> None:
    data = make_asked(2, 6, seed=3)
    scene, _ = scene_and_chance(3, 1)
    for words, number, kind in zip(data.questions[1], data.answers[1], data.kinds[1], strict=True):
        question = parse(" ".join(WORDS[int(k) - 1] for k in words if k))
        assert ANSWERS[int(number)] == answer(question, scene)
        assert KINDS[int(kind)] == question.kind


def test_things_are_told_by_boxes_and_numbers() -> None:
    data = make_asked(2, 1, seed=3)
    scene, _ = scene_and_chance(3, 1)
    count = len(scene.things)
    assert data.counts[1] == count and not data.boxes[1, count:].any()
    for thing, box, (size, pattern, colour, _) in zip(
        scene.things, data.boxes[1], data.attributes[1].tolist(), strict=False
    ):
        assert (SIZES[size], PATTERNS[pattern], COLOURS[colour]) == (thing.size, thing.pattern, thing.colour)
        x1, y1, x2, y2 = box.tolist()
        assert x1 < thing.x < x2 and y1 < thing.y < y2
        assert x2 - x1 == pytest.approx(2 * thing.radius, rel=0.35)


def test_a_scene_is_the_same_in_a_set_of_any_length() -> None:
    assert make_asked(1, 2, seed=5).boxes[0].equal(make_asked(2, 2, seed=5).boxes[0])
    assert not np.array_equal(make_asked(1, 2, seed=5).boxes, make_asked(1, 2, seed=6).boxes)


def test_what_was_made_once_is_read_again(tmp_path: Path) -> None:
    made, read = (asked_in(tmp_path, 2, 3, seed=1) for _ in range(2))
    assert all(getattr(made, name).equal(getattr(read, name)) for name in vars(made))
    assert len(list(tmp_path.iterdir())) == 1
    assert not asked_in(tmp_path, 2, 3, seed=2).boxes.equal(made.boxes)
