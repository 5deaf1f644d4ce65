"""Recall, mean recall and what a threshold finds over several scenes, worked by hand."""

import numpy as np
import pytest

from cnn_core.ops.tiny_things import Things, sure_things
from cnn_core.training.engine.graph_recall import Graded, grade, mean_recall, measure

LEFT, RIGHT, ABOVE, BELOW, TOUCHING, ON, INSIDE, LARGER, SAME = range(9)
LEFTMOST, MEETS, STANDS = (0, LEFT, 1), (0, TOUCHING, 1), (1, ON, 0)


def test_recall_is_averaged_over_scenes_and_mean_recall_over_relations() -> None:
    left = [(0, LEFT, k) for k in range(1, 5)]
    one = Graded([*left, MEETS, STANDS], {left[0], STANDS}, {*left[:2], MEETS})
    two = Graded([*((0, LEFT, k) for k in range(1, 31)), MEETS], set(), {(0, LEFT, 1), (0, LEFT, 30)})
    figures = measure([one, two])
    assert figures["recall20"] == pytest.approx((3 / 3 + 1 / 2) / 2)  # the thirtieth comes too late
    assert figures["recall50"] == 1 and figures["highest20"] == 1
    assert figures["mean_recall20"] == pytest.approx(((1 + 0.5) / 2 + 1) / 2)  # left of in both scenes, touching in one
    assert figures["named"] == pytest.approx(1 / 5) and figures["true"] == pytest.approx(1 / 2)
    # of touching, on and inside the first scene alone has some
    assert figures["recall20_seen"] == 1 and figures["named_seen"] == 0 and figures["true_seen"] == 0


def test_mean_recall_ranks_all_relations_together() -> None:
    one = Graded([LEFTMOST, MEETS, STANDS], set(), {LEFTMOST, MEETS, STANDS})
    assert mean_recall(1, [one], ["left of", "touching", "on"]) == pytest.approx(1 / 3)
    assert mean_recall(2, [one], ["left of", "touching", "on"]) == pytest.approx(2 / 3)
    assert mean_recall(2, [one], ["touching"]) == 1


def test_found_things_are_graded_in_the_numbers_of_the_true_ones() -> None:
    rows = np.array([[0, 0, 0.2, 0.2], [0.4, 0, 0.6, 0.2], [0.7, 0, 0.9, 0.2]], np.float32)
    true = sure_things(rows, np.zeros((3, 4), int))
    found = sure_things(rows[1:], np.zeros((2, 4), int))
    holds = np.zeros((3, 3, 9), bool)
    holds[1, 2, LEFT] = holds[0, 1, ON] = True

    def relate(number: int, things: Things) -> np.ndarray:
        answers = np.zeros((len(things), len(things), 9), np.float32)
        answers[0, 1, LEFT], answers[1, 0, ON] = 0.5, 0.4
        return answers

    (graded,) = grade(relate, [true], [holds], [found])
    assert graded.said[0] == (1, LEFT, 2) and graded.sure == {(1, LEFT, 2)} and graded.true == {(1, LEFT, 2), (0, ON, 1)}
    assert measure([graded])["named"] == 0.5
    (own,) = grade(relate, [true], [holds])
    assert own.said[0] == (0, LEFT, 1) and own.sure == {(0, LEFT, 1)}
    assert own.only(["on"]).true == {(0, ON, 1)} and own.only(["on"]).sure == set()
