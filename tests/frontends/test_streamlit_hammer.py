"""Two threads press and draw on one visit as fast as they can: whatever happens, what is shown belongs to what was asked.

The other tests make one order of events each; here some thousand orders come about by chance.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demos.frontends.streamlit.visit import Seen, Visit
from tests.frontends.gates import PATIENCE, demo_of

pytestmark = pytest.mark.usefixtures("crew")
ACTIONS = 250
"""Of each thread."""
STEPS = 3


def count(words: str, heard: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Says its words with 1, 2, 3; remembers them at the end."""
    for step in range(1, STEPS + 1):
        time.sleep(random.random() / 2000)
        yield f"{words} {step}", (*heard, words) if step == STEPS else heard


def once(words: str, heard: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Says its words with a 3."""
    time.sleep(random.random() / 1000)
    return f"{words} {STEPS}", (*heard, words)


class Visitor(threading.Thread):
    """Draws the page again and again, as the front end does; asks, stops and waits by chance."""

    def __init__(self, visit: Visit, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.visit, self.chance = visit, random.Random(name)
        self.wrong: list[Any] = []
        self.seen: list[str] = []

    def run(self) -> None:
        try:
            for number in range(ACTIONS):
                self.draw(f"{self.name}{number}")
        except Exception as error:
            self.wrong.append(error)

    def draw(self, words: str) -> None:
        arrival = self.visit.arrive()
        action = self.chance.random()
        if action < 0.35:
            self.visit.begin({"words": words}, {}, arrival)
        elif action < 0.45:
            self.visit.stop()
        for _ in range(self.chance.randrange(6)):
            seen = self.visit.seen()
            self.check(seen)
            if seen.run is None:
                break
            seen.run.advance(seen.taken)
            seen.run.wait(seen.taken, self.chance.random() / 500)

    def check(self, seen: Seen) -> None:
        if seen.trouble:
            self.wrong.append(seen.trouble)
        if seen.result is not None:
            assert seen.asked is not None
            words, step = seen.result.shown[0].split()
            if words != seen.asked["words"]:
                self.wrong.append(f"{words} shown for {seen.asked['words']}")
            if seen.run is not None and int(step) != seen.taken:
                self.wrong.append(f"step {step} shown as number {seen.taken}")
            self.seen.append(words)


@pytest.mark.parametrize("run", [once, count])
def test_hammered_by_two_threads_a_visit_shows_no_answer_to_another_question(
    run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    visit = Visit.of(demo_of(run))
    with caplog.at_level(logging.ERROR):
        visitors = [Visitor(visit, name) for name in ("a", "b")]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join(6 * PATIENCE)
        assert not any(visitor.is_alive() for visitor in visitors), "one waits for ever"
    assert [visitor.wrong for visitor in visitors] == [[], []]
    assert caplog.text == ""  # "generator already executing" would stand here
    assert all(len(set(visitor.seen)) > ACTIONS / 50 for visitor in visitors), "too few answers to prove anything"

    visit.begin({"words": "last"}, {}, visit.arrive())
    while (last := visit.seen()).run is not None:
        last.run.advance(last.taken)
        assert last.run.wait(last.taken, PATIENCE)
    assert last.result is not None and last.result.shown[0] == f"last {STEPS}" and last.trouble == ""
    heard = visit.memory["heard"]
    assert heard[-1] == "last" and len(set(heard)) == len(heard)  # each question is heard once, a dropped one never
