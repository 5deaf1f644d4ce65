"""Learning by imitation, with an agent that does what it is told: losses, new errands, success and SPL worked by hand."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

from cnn_core.images.drawn_rooms import REACH, VIEW
from cnn_core.models.navigator import Step
from cnn_core.ops.tiny_errands import Errand
from cnn_core.ops.tiny_instructions import parse
from cnn_core.ops.tiny_rooms import ACTIONS, Furniture, Room
from cnn_core.training.engine import following
from cnn_core.training.engine.agents import measure
from cnn_core.training.engine.following import NOTHING, Learners, Walk, place_in_view, succeed

ROOM = Room(2, 4, (Furniture("lamp", "green", 0, 3), Furniture("bed", "red", 1, 3)))
ERRAND = Errand(ROOM, (0, 0), parse("go to the lamp"), 0)
BY_RELATION = Errand(ROOM, (1, 0), parse("go to the lamp above the bed"), 0)
CPU = torch.device("cpu")
CELLS = VIEW * VIEW


@dataclass
class Told:
    """Stands for a network: all agents do the same, step by step."""

    actions: list[str]
    done: int = field(default=0)

    def read(self, words: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(words), 1)

    def step(self, views: torch.Tensor, sentence: torch.Tensor, memory: Any) -> Step:
        n, action = len(views), self.actions[min(self.done, len(self.actions) - 1)]
        self.done += 1
        logits = torch.zeros(n, len(ACTIONS))
        logits[:, ACTIONS.index(action)] = math.log(6)  # probability 6 / 10, the others 1 / 10 each
        return Step(logits, torch.zeros(n, CELLS), torch.zeros(n, CELLS + 1), torch.zeros(n, 1))


def outcome(errand: Errand, *actions: str) -> tuple[bool, float, int]:
    (found,) = succeed(Told(list(actions)), [errand], CPU)  # type: ignore[arg-type]
    return found


def test_success_is_to_stop_beside_the_target_and_spl_says_how_directly() -> None:
    assert outcome(ERRAND, "right", "right", "stop") == (True, 1.0, 2)
    assert outcome(ERRAND, "down", "right", "right", "up", "stop") == (True, 0.5, 2)
    assert outcome(ERRAND, "right", "stop") == (False, 0.0, 2)  # too early
    assert outcome(ERRAND, "right", "right") == (False, 0.0, 2)  # it never says so
    assert outcome(ERRAND, "right", "right", "down", "stop") == (False, 0.0, 2)  # beside the bed alone


def test_figures_are_means_of_all_and_of_each_kind() -> None:
    found = [(True, 1.0, 2), (False, 0.0, 2), (True, 0.5, 3), (True, 0.25, 3)]
    figures = measure([ERRAND, ERRAND, BY_RELATION, BY_RELATION], found)
    assert figures == {"success": 0.75, "spl": 0.4375, "success_by_name": 0.5, "success_by_relation": 1.0}


def test_a_place_is_counted_row_by_row_from_the_agent_s_view() -> None:
    walk = Walk(ERRAND, (1, 2))
    middle = REACH * VIEW + REACH
    assert place_in_view(walk, (1, 2)) == middle and place_in_view(walk, (0, 3)) == middle - VIEW + 1
    assert place_in_view(walk, None) == NOTHING and place_in_view(walk, (1, 2 + REACH + 1)) == CELLS
    assert walk.other is None and Walk(BY_RELATION, (1, 0)).other == (1, 3)


def test_the_loss_asks_for_any_of_the_best_actions_and_for_both_pointers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 1)
    monkeypatch.setattr(following, "start", lambda rng: Walk(BY_RELATION, (1, 0)))
    loss, values = Learners(2, seed=1).lesson(Told(["up"]), by_teacher=1.0, device=CPU)  # type: ignore[arg-type]
    # best are up and right: 6 / 10 + 1 / 10; both pointers know nothing: 121 cells, and 122 answers
    assert float(loss) == pytest.approx(-math.log(0.7) + 0.5 * (math.log(121) + math.log(122)), abs=1e-4)
    assert float(values["right"]) == 1.0


def test_who_has_arrived_and_says_so_gets_a_new_errand_and_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 1)
    cells = iter([(0, 2), (0, 0), (1, 1)])
    monkeypatch.setattr(following, "start", lambda rng: Walk(ERRAND, next(cells)))
    learners = Learners(2, seed=1)
    learners.lesson(Told(["up"]), by_teacher=1.0, device=CPU)  # type: ignore[arg-type]
    assert [walk.cell for walk in learners.walks] == [(1, 1), (0, 1)]  # one stopped beside it; the teacher leads the other
    assert [walk.steps for walk in learners.walks] == [0, 1]


def test_agents_act_by_themselves_when_the_teacher_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "start", lambda rng: Walk(ERRAND, (0, 0)))
    learners = Learners(400, seed=3)
    best = np.zeros((400, 5), bool)
    best[:, ACTIONS.index("right")] = True
    shares = np.tile(np.array([[0, 0.75, 0, 0.25, 0]], np.float32), (400, 1))
    learners._move(shares, best, by_teacher=0.0)
    down = sum(walk.cell == (1, 0) for walk in learners.walks)
    assert 260 <= down <= 340  # 300 expected
