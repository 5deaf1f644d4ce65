"""The threads in which demos run: first come, first served, never two for one visit, and true places in the queue."""

import threading
from dataclasses import dataclass, field

import pytest

from demos import runner
from demos.frontends.streamlit import workers
from demos.frontends.streamlit.visit import Visit
from demos.frontends.streamlit.workers import Workers
from tests.frontends.gates import PATIENCE, Gates, answer_of, asked, gated

pytestmark = pytest.mark.usefixtures("crew")


def test_places_in_the_queue_are_true_and_first_come_is_first_served(gates: Gates, crew: Workers) -> None:
    demo = gated(gates)
    visits = {words: Visit.of(demo) for words in ("one", "other", "third", "fourth", "fifth")}
    waiting = {}
    for words, visit in visits.items():
        waiting[words] = asked(visit, words)
        if words in ("one", "other"):
            assert gates.entered[words].wait(PATIENCE)
    assert [crew.place(run) for run in waiting.values()] == [0, 0, 1, 2, 3]
    visits["third"].stop()
    assert [crew.place(waiting[words]) for words in ("third", "fourth", "fifth")] == [0, 1, 2]
    gates.let_go("one")
    assert gates.entered["fourth"].wait(PATIENCE) and not gates.entered["fifth"].is_set()
    assert crew.place(waiting["fifth"]) == 1 and len(gates.inside) == 2


def test_one_visitor_s_runs_take_turns_and_leave_the_other_thread_to_others(gates: Gates) -> None:
    demo = gated(gates)
    visit, neighbour = Visit.of(demo), Visit.of(demo)
    asked(visit, "early")
    assert gates.entered["early"].wait(PATIENCE)
    asked(visit, "later")
    asked(neighbour, "neighbour")
    assert gates.entered["neighbour"].wait(PATIENCE) and not gates.entered["later"].is_set()
    gates.let_go("early")
    assert gates.entered["later"].wait(PATIENCE)


def test_there_are_as_many_threads_as_the_machine_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "at_once", lambda: 7)
    workers._workers.cache_clear()
    try:
        assert workers.workers()._at_once == 7 and workers.workers() is workers.workers()
    finally:
        workers._workers.cache_clear()


@dataclass(frozen=True)
class Standing:
    """Work for a visit of its own that lasts until the test ends it."""

    end: threading.Event
    visit: object = field(default_factory=object)

    def work(self) -> None:
        self.end.wait(PATIENCE)


def test_no_thread_more_is_made_than_may_work_at_once() -> None:
    end, crew = threading.Event(), Workers(2)
    for _ in range(5):
        crew.put(Standing(end))
    try:
        assert len(crew._threads) == 2
    finally:
        end.set()


def test_work_that_fails_ends_no_thread(gates: Gates) -> None:
    class Broken:
        visit = object()

        def work(self) -> None:
            raise ValueError("broken")

    crew = Workers(1)
    visit = Visit.of(gated(gates))
    gates.let_go("a")
    crew.put(Broken())
    visit.begin({"words": "a"}, {}, visit.arrive())
    run = visit.run
    assert run is not None
    crew.put(run)
    assert run.wait(0, PATIENCE) and answer_of(visit) == "answer to a"
