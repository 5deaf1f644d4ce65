"""An agent at work, its network in the place of one that does what it is told."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from cnn_core.images.drawn_rooms import VIEW
from cnn_core.models.navigator import Navigator, Step
from cnn_core.ops.tiny_instructions import WORDS, parse
from cnn_core.ops.tiny_rooms import ACTIONS, Furniture, Room
from cnn_core.runtime import on_network, weights
from cnn_core.tasks import following

ROOM = Room(2, 4, (Furniture("lamp", "green", 0, 3), Furniture("bed", "red", 1, 3)))
CELLS = VIEW * VIEW


class Scripted(Navigator):
    """Goes right until its memory says 2, then stops; points at the cell whose number is the number of the last word."""

    def __init__(self) -> None:
        super().__init__(words=len(WORDS) + 1, actions=len(ACTIONS), width=4, state=4, memory=4)

    def read(self, words: torch.Tensor) -> torch.Tensor:
        last = (words > 0).sum(1) - 1
        return words[torch.arange(len(words)), last].float()[:, None]

    def step(self, view: torch.Tensor, sentence: torch.Tensor, memory: torch.Tensor | None = None) -> Step:
        gone = 0 if memory is None else int(memory[0, 0])
        actions = torch.zeros(len(view), 5)
        actions[:, ACTIONS.index("right" if gone < 2 else "stop")] = 9.0
        target = torch.zeros(len(view), CELLS + 1).scatter_(1, sentence.long(), 50.0)
        return Step(actions, torch.zeros(len(view), CELLS), target, torch.full((len(view), 1), gone + 1.0))


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> str:
    form = weights.card("classify_resnet_tiny200").input
    network = weights.Network(SimpleNamespace(input=form, name="scripted"), Scripted(), torch.device("cpu"))  # type: ignore[arg-type]
    monkeypatch.setattr(on_network, "load", lambda name, *place: network)
    return "scripted"


def test_it_goes_on_with_its_memory_until_it_stops(agent: Any) -> None:
    moments = following.follow(ROOM, agent, (0, 0), parse("go to the lamp"))
    assert [moment.cell for moment in moments] == [(0, 0), (0, 1), (0, 2)]
    assert [moment.action for moment in moments] == ["right", "right", "stop"]
    lamp = WORDS.index("lamp") + 1
    assert moments[0].target[divmod(lamp, VIEW)] == pytest.approx(1) and moments[0].unseen == pytest.approx(0, abs=1e-6)


def test_who_never_stops_is_stopped(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LONGEST_WALK", 2)
    assert len(following.follow(ROOM, agent, (0, 0), parse("go to the lamp"))) == 2


def test_a_word_counts_as_much_as_the_pointer_moves_with_another_in_its_place(agent: Any) -> None:
    weighed = following.weigh_words(ROOM, agent, [(0, 0), (0, 1)], parse("go to the green lamp"))
    assert [word for word, _ in weighed] == ["green", "lamp"]
    assert [share for _, share in weighed] == pytest.approx([0, 1], abs=1e-4)  # only the last word moves this pointer


def test_the_movement_is_the_mean_over_the_words_and_over_the_way(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pointer that moves half of its share where the last word is "sofa", and that at the second cell alone."""
    seen = iter([(0, 0), (0, 1)])

    def step(self: Scripted, view: torch.Tensor, sentence: torch.Tensor, memory: torch.Tensor | None = None) -> Step:
        there = next(seen) == (0, 1)
        target = torch.zeros(len(view), CELLS + 1)
        target[:, 0] = 50.0
        target[sentence[:, 0] == WORDS.index("sofa") + 1, 1] = 50.0 if there else 0.0
        return Step(torch.zeros(len(view), 5), torch.zeros(len(view), CELLS), target, torch.zeros(len(view), 1))

    monkeypatch.setattr(Scripted, "step", step)
    weighed = following.weigh_words(ROOM, agent, [(0, 0), (0, 1)], parse("go to the lamp"))
    assert weighed == [("lamp", pytest.approx(0.05, abs=1e-4))]  # half of it, for one of five words, in one cell of two
