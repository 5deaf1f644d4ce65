"""Demos that wait at gates until a test lets them go, so that it makes the very order of events that it is about."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from demos.frontends.streamlit.runs import Run
from demos.frontends.streamlit.visit import Visit
from demos.spec import Demo, Lesson, Memory, Note, Text

PATIENCE = 10.0
"""Seconds that a test waits for another thread; none takes so long unless something is wrong."""


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

    def let_go(self, *words: str) -> None:
        """Opens the gates of these words; who comes later need not wait."""
        for word in words:
            self.leave[word].set()


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
