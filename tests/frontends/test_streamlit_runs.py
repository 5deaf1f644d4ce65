"""Two drawings of one visitor's page at once: whatever order runs end in, only the latest question is answered.

Streamlit begins a new drawing in a new thread while the old one may be anywhere. The demos here wait at gates, so that each
test makes the very order of events that it is about.
"""

import threading
from dataclasses import replace
from typing import Any

import pytest

from cnn_core.runtime import run_log
from demos.frontends.streamlit import runs
from demos.frontends.streamlit.runs import Run, steps_of
from demos.frontends.streamlit.visit import Visit
from demos.frontends.streamlit.workers import Workers
from tests.frontends.gates import PATIENCE, Gates, answer_of, asked, demo_of, gated, gated_steps

pytestmark = pytest.mark.usefixtures("crew")


# ---------------------------------------------------------------- only the latest is answered


def test_the_latest_question_wins_and_the_old_one_never_writes(gates: Gates) -> None:
    visit = Visit.of(gated(gates))
    early = asked(visit, "early")
    assert gates.entered["early"].wait(PATIENCE)
    later = asked(visit, "later")
    gates.let_go("early")
    assert gates.entered["later"].wait(PATIENCE)  # by now the early one has handed in what it had
    assert answer_of(visit) is None and visit.memory == {"heard": ()}
    gates.let_go("later")
    assert later.wait(0, PATIENCE) and answer_of(visit) == "answer to later"
    assert visit.asked == {"words": "later"} and visit.memory == {"heard": ("later",)}
    assert early.dropped and early.taken == 1


def test_an_old_question_that_ends_last_never_writes(gates: Gates, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit.of(gated(gates))
    early = asked(visit, "early")
    assert gates.entered["early"].wait(PATIENCE)
    another_crew = Workers(1)  # which knows nothing of the work that goes on for this visit
    monkeypatch.setattr(runs, "workers", lambda: another_crew)
    later = asked(visit, "later")
    gates.let_go("later")
    assert later.wait(0, PATIENCE) and answer_of(visit) == "answer to later"
    gates.let_go("early")
    with visit.changed:
        assert visit.changed.wait_for(lambda: early.taken == 1, PATIENCE)
    assert gates.log[-1] == "early ends"
    assert answer_of(visit) == "answer to later" and visit.asked == {"words": "later"}
    assert visit.memory == {"heard": ("later",)}


def test_a_visit_takes_answers_from_its_latest_run_only(gates: Gates) -> None:
    gates.let_go("early", "later")
    visit = Visit.of(gated(gates))
    visit.begin({"words": "early"}, {}, visit.arrive())
    early = visit.run
    assert early is not None
    answers = steps_of(visit.demo, {"words": "early", "heard": ()})(early)
    later = asked(visit, "later")
    assert later.wait(0, PATIENCE)
    visit.accept(early, next(answers))
    assert answer_of(visit) == "answer to later" and visit.memory == {"heard": ("later",)}
    visit.accept(early, ValueError("too late"))
    assert answer_of(visit) == "answer to later" and visit.trouble == ""


def test_a_run_that_was_dropped_hands_nothing_in() -> None:
    handed_in: list[Any] = []

    class Page:
        changed = threading.Condition()

        def accept(self, run: Run, answer: Any) -> None:
            handed_in.append(answer)

    for dropped, expected in ((False, ["x"]), (True, [])):
        handed_in.clear()
        run = Run(
            Page(), steps_of(demo_of(lambda words, heard: (words, heard)), {"words": "x", "heard": ()}), has_steps=False
        )
        run.dropped = dropped
        run.work()
        assert [answer[0].values[0] for answer in handed_in] == expected


def test_the_latest_wins_also_when_it_had_to_wait_for_a_turn(gates: Gates) -> None:
    demo = gated(gates)
    others = [Visit.of(demo), Visit.of(demo)]
    for visit, words in zip(others, ("one", "other"), strict=True):
        asked(visit, words)
        assert gates.entered[words].wait(PATIENCE)
    visit = Visit.of(demo)
    early = asked(visit, "early")
    later = asked(visit, "later")
    gates.let_go("early", "later", "one", "other")
    assert later.wait(0, PATIENCE) and answer_of(visit) == "answer to later"
    assert "early begins" not in gates.log and early.taken == 0


def test_a_drawing_that_is_late_asks_nothing(gates: Gates) -> None:
    visit = Visit.of(gated(gates))
    old, new = visit.arrive(), visit.arrive()
    visit.begin({"words": "later"}, {}, new)
    visit.begin({"words": "early"}, {}, old)
    assert visit.asked == {"words": "later"}
    visit.stop()
    visit.begin({"words": "later"}, {}, new)
    assert visit.run is None  # Stop was pressed after that drawing had begun


def test_a_dropped_run_works_on_a_memory_of_its_own(gates: Gates) -> None:
    def run(words: str, heard: list[str]) -> tuple[str, list[str]]:
        gates.stand(words)
        heard.append(words)
        return words, heard

    visit = Visit.of(demo_of(run))
    visit.memory["heard"] = ["before"]
    asked(visit, "early")
    assert gates.entered["early"].wait(PATIENCE)
    later = asked(visit, "later")
    gates.let_go("early", "later")
    assert later.wait(0, PATIENCE)
    assert visit.memory == {"heard": ["before", "later"]}


def test_an_error_of_an_old_run_is_nobody_s_business(gates: Gates) -> None:
    def run(words: str, heard: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        gates.stand(words)
        if words == "early":
            raise ValueError("of the early one")
        return words, heard

    visit = Visit.of(demo_of(run))
    asked(visit, "early")
    assert gates.entered["early"].wait(PATIENCE)
    later = asked(visit, "later")
    gates.let_go("early", "later")
    assert later.wait(0, PATIENCE) and (visit.trouble, answer_of(visit)) == ("", "later")


# ---------------------------------------------------------------- steps, and one thread at a time


def test_two_drawings_of_one_run_take_one_step_together(gates: Gates) -> None:
    """Streamlit's "generator already executing": a control was touched during a long run, and the page was drawn anew."""
    visit = Visit.of(gated_steps(gates))
    run = asked(visit, "a")
    assert gates.entered["a 1"].wait(PATIENCE)
    run.advance(0)
    assert not run.wait(0, 0.01)
    gates.let_go("a 1", "a 2")
    assert run.wait(0, PATIENCE) and answer_of(visit) == "a 1"
    run.advance(1)
    assert run.wait(1, PATIENCE) and answer_of(visit) == "a 2"
    run.advance(1)  # by a drawing that was made before step 2 had ended
    run.advance(0)
    assert run.taken == 2 and not gates.entered["a 3"].wait(0.05)
    assert visit.trouble == "" and visit.run is run


def test_a_run_shows_all_its_steps_and_is_over(gates: Gates) -> None:
    gates.let_go("a 1", "a 2", "a 3")
    visit = Visit.of(gated_steps(gates))
    run, shown = asked(visit, "a"), []
    while visit.run is run:
        assert run.wait(len(shown), PATIENCE)
        shown.append(answer_of(visit))
        run.advance(len(shown))
    assert shown == ["a 1", "a 2", "a 3", "a 3"] and gates.log[-1] == "a closed"
    assert visit.memory == {"heard": ("a 3",)}


def test_stop_keeps_what_is_shown_and_nothing_follows(gates: Gates) -> None:
    visit = Visit.of(gated_steps(gates))
    run = asked(visit, "a")
    gates.let_go("a 1")
    assert run.wait(0, PATIENCE)
    run.advance(1)
    assert gates.entered["a 2"].wait(PATIENCE)
    visit.stop()
    assert run.wait(1, 0), "a page that waits for a stopped run would never be drawn again"
    gates.let_go("a 2", "b 1")
    assert asked(visit, "b").wait(0, PATIENCE)
    assert "a 2 ends" in gates.log and gates.log.count("a closed") == 1
    assert "a 3 begins" not in gates.log and answer_of(visit) == "b 1"


def test_stop_before_the_first_step(gates: Gates) -> None:
    visit = Visit.of(gated(gates))
    run = asked(visit, "a")
    assert gates.entered["a"].wait(PATIENCE)
    visit.stop()
    assert run.wait(0, 0) and visit.run is None
    seen = visit.seen()
    assert seen.result is None and seen.trouble == "" and seen.run is None
    assert visit.answers({"words": "a"})  # it is not asked again because of the stop alone


# ---------------------------------------------------------------- what is dropped is closed


def test_a_run_dropped_between_two_steps_is_closed_at_once(gates: Gates) -> None:
    gates.let_go("a 1")
    visit = Visit.of(gated_steps(gates))
    assert asked(visit, "a").wait(0, PATIENCE)
    assert gates.log == ["a 1 begins", "a 1 ends"]
    visit.stop()
    assert gates.log == ["a 1 begins", "a 1 ends", "a closed"]


def test_a_run_dropped_within_a_step_is_closed_when_the_step_has_ended(gates: Gates) -> None:
    visit = Visit.of(gated_steps(gates))
    run = asked(visit, "a")
    assert gates.entered["a 1"].wait(PATIENCE)
    visit.stop()
    assert gates.log == ["a 1 begins"]
    gates.let_go("a 1")
    with visit.changed:
        assert visit.changed.wait_for(lambda: run.taken == 1, PATIENCE)
    assert gates.log == ["a 1 begins", "a 1 ends", "a closed"]


def test_a_run_dropped_before_its_turn_never_begins(gates: Gates, crew: Workers) -> None:
    for words in ("one", "other"):
        asked(Visit.of(gated(gates)), words)
        assert gates.entered[words].wait(PATIENCE)
    visit = Visit.of(gated_steps(gates))
    run = asked(visit, "a")
    assert crew.place(run) == 1
    visit.stop()
    assert crew.place(run) == 0
    gates.let_go("one", "other", "a 1")
    assert not gates.entered["a 1"].wait(0.05)


def test_slow_work_that_tells_how_far_it_is_ends_in_the_middle_when_it_is_dropped(gates: Gates) -> None:
    def run(words: str, heard: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        for share in (0.25, 0.5, 0.75):
            run_log.tell_progress(share, f"{words} is at {share}")
            gates.stand(f"{words} {share}")
        return words, heard

    visit = Visit.of(demo_of(run))
    first = asked(visit, "a")
    assert gates.entered["a 0.25"].wait(PATIENCE)
    assert first.progress == (0.25, "a is at 0.25")
    gates.let_go("a 0.25")
    assert gates.entered["a 0.5"].wait(PATIENCE)
    assert first.progress == (0.5, "a is at 0.5")
    visit.stop()
    gates.let_go("a 0.5")
    with visit.changed:
        assert visit.changed.wait_for(lambda: first.taken == 1, PATIENCE)
    assert gates.log[-1] == "a 0.5 ends" and first.progress is None
    assert (visit.result, visit.trouble) == (None, "")


def test_the_answer_a_page_opens_with_ends_at_its_next_step_when_nobody_waits_for_it(gates: Gates) -> None:
    visit = Visit.of(replace(gated_steps(gates), examples=({"words": "a"},)))
    visit.open({"words": "a"}, visit.arrive())
    opening = visit.run
    assert opening is not None
    opening.advance(0)
    assert gates.entered["a 1"].wait(PATIENCE)
    later = asked(visit, "b")
    gates.let_go("a 1", "b 1")
    assert later.wait(0, PATIENCE) and answer_of(visit) == "b 1"
    assert gates.log[:4] == ["a 1 begins", "a 1 ends", "a closed", "b 1 begins"]


def test_an_example_begins_with_an_empty_memory_and_unanswered(gates: Gates) -> None:
    visit = Visit.of(replace(gated(gates), examples=({"words": "again"},)))
    visit.memory, visit.asked = {"heard": ("again",)}, {"words": "again", "heard": ("again",)}
    visit.take_example(0)
    assert visit.memory == {"heard": ()}
    assert not visit.answers({"words": "again", "heard": ("again",)})
    assert visit.asked is None
