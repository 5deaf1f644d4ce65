"""What the tests of the Streamlit front end share: pages drawn without a browser, and demos that wait to be let go."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from demos.frontends.streamlit.runs import Run
from demos.frontends.streamlit.visit import Visit
from demos.spec import Demo, Lesson, Memory, Note, Text

SERVE = "from tests.frontends.streamlit_demos import *\napp.main([{}])"
PATIENCE = 10.0
"""Seconds that a test waits for another thread; none takes so long unless something is wrong."""


# ---------------------------------------------------------------- pages


def opened(demos: str = "kitchen_sink.DEMO", at: str = "kitchen_sink", **query: str) -> AppTest:
    """The page at the address ``at`` of a server of these demos, at its first run."""
    page = AppTest.from_string(SERVE.format(demos), default_timeout=30)
    for name, value in query.items():
        page.query_params[f"{at}.{name}"] = value
    return shows_no_traceback(run_at(page, at))


def run_at(page: AppTest, address: str) -> AppTest:
    """The first run of a page at an address such as "say"; ``AppTest.switch_page`` knows pages that are files only."""
    page._page_hash = calc_hash(address)
    page.run()
    page._page_hash = ""
    return page


def shows_no_traceback(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def elements(page: AppTest, kind: str) -> list[Any]:
    """The elements of a kind that AppTest has no attribute for."""
    return list(page.get(kind))


def texts(page: AppTest) -> str:
    """Everything written on the page."""
    kinds = ("markdown", "caption", "error", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in elements(page, kind))


def named(elements: Any, label: str) -> Any:
    """The widget of this label."""
    return next(element for element in elements if element.label == label)


# ---------------------------------------------------------------- demos that wait


class Gates:
    """For each word: whether the demo has come to it (``entered``), and whether it may go on (``leave``)."""

    def __init__(self) -> None:
        self.entered: dict[str, threading.Event] = defaultdict(threading.Event)
        self.leave: dict[str, threading.Event] = defaultdict(threading.Event)
        self.inside: list[str] = []
        self.log: list[str] = []

    def stand(self, word: str) -> None:
        """Stays until the word may leave."""
        self.log.append(f"{word} begins")
        self.inside.append(word)
        self.entered[word].set()
        assert self.leave[word].wait(PATIENCE), f"nobody let {word} go"
        self.inside.remove(word)
        self.log.append(f"{word} ends")


heard = Memory("heard", initial=())


def demo_of(run: Callable[..., Any]) -> Demo:
    """A demo of one text, a memory and a headline."""
    return Demo(
        title="Gated",
        name="gated",
        summary="Waits.",
        lesson=Lesson(notice=("It waits.", "It answers."), questions=(("When?", "Later."), ("Why?", "So that we see."))),
        inputs={"words": Text(label="Words", default="first"), "heard": heard},
        outputs=(Note(label="Answer", tone="headline"), heard),
        run=run,
    )


def gated(gates: Gates) -> Demo:
    """A demo whose run waits at the gate of its words, and then answers."""

    def run(words: str, heard: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        gates.stand(words)
        return f"answer to {words}", (*heard, words)

    return demo_of(run)


def gated_steps(gates: Gates, count: int = 3) -> Demo:
    """A demo of several steps, each behind a gate of its own: "a 1", "a 2", "a 3" for the words "a"."""

    def run(words: str, heard: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        try:
            for step in range(1, count + 1):
                gates.stand(f"{words} {step}")
                yield f"{words} {step}", (*heard, f"{words} {step}")
        finally:
            gates.log.append(f"{words} closed")

    return demo_of(run)


def asked(visit: Visit, words: str) -> Run:
    """The run of a question that a new drawing of the page asks; its first step has been begun."""
    visit.begin({"words": words}, {}, visit.arrive())
    run = visit.run
    assert run is not None
    run.advance(0)
    return run


def answer_of(visit: Visit) -> Any:
    """The headline that the visit shows; None without one."""
    result = visit.seen().result
    return None if result is None else result.shown[0]
