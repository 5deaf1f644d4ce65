"""Whatever order a visitor's runs finish in, the page shows the answer to the latest question."""

import copy
import threading
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from demos.frontends.gradio import turns as gradio_turns
from demos.frontends.gradio.page import Page, draw
from demos.frontends.gradio.run import run_of
from demos.frontends.gradio.turns import Turns
from tests.frontends import small_demos


@pytest.fixture
def page() -> Page:
    with gr.Blocks():
        return draw(replace(small_demos.slow, run=lambda words: iter_words(words)))


def iter_words(words: str):
    yield from (f"{words} {step}" for step in (1, 2, 3))


def headline(updates: list) -> str | None:
    return updates[0].get("value")


def test_every_visitor_gets_turns_of_their_own():
    turns = Turns()
    other = copy.deepcopy(turns)
    assert turns.begin() == 1 and turns.begin() == 2 and other.begin() == 1


def test_a_run_shows_all_its_steps(page: Page):
    assert [headline(updates) for updates in run_of(page)(Turns(), "now") if headline(updates)] == [
        "now 1",
        "now 2",
        "now 3",
    ]


def test_a_late_run_ends_at_its_next_step_and_shows_nothing_more(page: Page):
    turns = Turns()
    run = run_of(page)(turns, "now")
    assert headline(next(run)) == "now 1"
    turns.begin()
    assert [headline(updates) for updates in run] == [None]


def test_the_next_run_begins_when_the_late_one_has_ended(page: Page):
    turns = Turns()
    early, begun, shown = run_of(page)(turns, "early"), threading.Event(), list[str | None]()
    next(early)

    def later() -> None:
        run = run_of(page)(turns, "later")
        begun.set()
        shown.extend(headline(updates) for updates in run)

    thread = threading.Thread(target=later)
    thread.start()
    begun.wait()
    while turns.latest < 2:
        pass
    assert not shown
    assert [headline(updates) for updates in early] == [None]
    thread.join(5)
    assert shown[:3] == ["later 1", "later 2", "later 3"]


def test_a_run_that_was_given_up_holds_nobody_back(page: Page):
    turns = Turns()
    given_up: Any = run_of(page)(turns, "early")
    next(given_up)
    given_up.close()
    assert headline(next(run_of(page)(turns, "later"))) == "later 1"


def test_a_run_that_never_ends_holds_nobody_back_for_long(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gradio_turns, "LONGEST_WAIT", 0.05)
    turns = Turns()
    endless = run_of(page)(turns, "early")
    next(endless)
    assert headline(next(run_of(page)(turns, "later"))) == "later 1"
