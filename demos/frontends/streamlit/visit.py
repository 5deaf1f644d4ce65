"""What one visitor's page of one demo remembers, and the run that goes on in it. No widgets here."""

import contextlib
import copy
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from cnn_core.errors import LabError
from cnn_core.images import opening
from demos import runner
from demos.frontends.streamlit.pictures import View, to_show, view_of
from demos.spec import Button, Demo, Memory, Picture, Pictures

logger = logging.getLogger(__name__)
_opening = threading.Lock()
_making_turns = threading.Lock()


@dataclass(frozen=True)
class Result:
    """An answer as the page shows it: one thing to show for each output, and the facts below."""

    shown: tuple[Any, ...]
    facts: str


@dataclass
class Visit:
    """One visitor, one demo. It lives in that visitor's session and nowhere else.

    Attributes:
        start: the inputs that the page opens with, the same for everyone.
        pictures: input name -> a file's bytes, an array or None; a list of them for several pictures.
        memory: what the demo's Memory fields hold.
        preset: values that the widgets take over at the next run of the page.
        round: counts up to empty the file widgets when other pictures come in.
        asked: the inputs that the present result answers; None before the first.
        result, trouble: the last answer, or the sentence that came instead.
        steps: the rest of a run that may have more to show; None when it is over.
        views: of the pictures among the inputs: (what it shows, views).
    """

    start: Mapping[str, Any]
    pictures: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    preset: dict[str, Any] = field(default_factory=dict)
    round: int = 0
    asked: dict[str, Any] | None = None
    result: Result | None = None
    trouble: str = ""
    steps: Iterator[runner.Answer] | None = None
    views: dict[str, tuple[Any, list[View]]] = field(default_factory=dict)

    @classmethod
    def of(cls, demo: Demo) -> "Visit":
        """A new visit: the inputs of the first example, an empty memory."""
        start = runner.example_values(demo, demo.examples[0]) if demo.examples else runner.defaults(demo)
        visit = cls(start)
        for name, entry in demo.inputs.items():
            if isinstance(entry, Picture | Pictures):
                visit.pictures[name] = start[name]
            elif isinstance(entry, Memory):
                visit.memory[name] = copy.deepcopy(entry.initial)
        return visit

    # ---------------------------------------------------------------- the inputs

    def take(self, demo: Demo, values: Mapping[str, Any]) -> None:
        """Puts an example's (or another tab's) values into the inputs; those that are not named stay as they are."""
        for name, value in values.items():
            if isinstance(demo.inputs[name], Picture | Pictures):
                self.pictures[name] = value
            elif not isinstance(demo.inputs[name], Memory | Button):
                self.preset[name] = value
        self.round += 1

    def views_of(self, name: str, largest: int) -> list[View]:
        """The picture or pictures of an input, small enough for a preview; none for what cannot be opened.

        That something cannot be opened is for the run to say, in the one sentence that the page then shows.
        """
        value = self.pictures[name]
        if name not in self.views or self.views[name][0] is not value:
            sources = value if isinstance(value, list) else [] if value is None else [value]
            with contextlib.suppress(LabError):
                self.views[name] = (value, [])
                for source in sources:
                    self.views[name][1].append(view_of(opening.open_picture(source), largest=largest))
        return self.views[name][1]

    # ---------------------------------------------------------------- the run

    def answers(self, raw: Mapping[str, Any]) -> bool:
        """Whether the present result (or sentence) belongs to these inputs."""
        return self.asked is not None and same(self.asked, dict(raw))

    def untouched(self, raw: Mapping[str, Any]) -> bool:
        """Whether nothing has been asked yet, and the inputs are those that everyone's page opens with."""
        return self.asked is None and same({name: self.start[name] for name in raw}, dict(raw))

    def open(self, demo: Demo, raw: Mapping[str, Any]) -> None:
        """Shows the answer that everyone's page opens with."""
        self.asked = dict(raw)
        with self._caught(demo):
            answer, self.result = first_result(demo)
            self._remember(demo, answer)

    def begin(self, demo: Demo, raw: Mapping[str, Any], buttons: Mapping[str, bool]) -> None:
        """Starts a run, in place of one that may still be going on. ``go_on`` takes its steps."""
        self.asked, self.result, self.trouble = dict(raw), None, ""
        self.steps = runner.answers(demo, {**raw, **buttons, **self.memory})

    def go_on(self, demo: Demo) -> None:
        """Takes the next step of the run, if there is one; a run without steps is one step."""
        if self.steps is None:
            return
        with self._caught(demo):
            try:
                answer = next(self.steps) if runner.has_steps(demo) else list(self.steps)[-1]
            except StopIteration:
                self.steps = None
                return
            self.steps = self.steps if runner.has_steps(demo) else None
            self.result = as_result(demo, answer)
            self._remember(demo, answer)

    @contextlib.contextmanager
    def _caught(self, demo: Demo) -> Iterator[None]:
        """A block whose error ends the run and stands in place of its result."""
        try:
            yield
        except Exception as error:
            if not isinstance(error, LabError):
                logger.exception("an answer of %s cannot be shown", demo.name)
            self.steps, self.result = None, None
            self.trouble = str(error) if isinstance(error, LabError) else runner.UNEXPECTED

    def stop(self) -> None:
        """Ends the run; what it has shown stays."""
        self.steps = None

    def _remember(self, demo: Demo, answer: runner.Answer) -> None:
        for entry, value in zip(demo.outputs, answer.values, strict=True):
            if isinstance(entry, Memory):
                self.memory[entry.name] = copy.deepcopy(value)  # the first answer is everyone's, a memory never is


def first_result(demo: Demo) -> tuple[runner.Answer, Result]:
    """The answer to the demo's first example, bare and as the page shows it; worked out by the first visitor who asks.

    Raises:
        LabError: the example cannot be answered here, for example because weights are missing.
    """
    with _opening:  # when a class comes in at once, one of them does the work
        return _first_result(demo)


@cache
def _first_result(demo: Demo) -> tuple[runner.Answer, Result]:
    with turns():
        first = runner.first_answer(demo)
    if first is None:
        raise ValueError(f"{demo.title} has no example to open with")
    return first[1], as_result(demo, first[1])


def turns() -> threading.BoundedSemaphore:
    """What a run takes while it uses the networks, shared by all visitors: there are ``runner.at_once()`` turns."""
    with _making_turns:
        return _turns()


@cache
def _turns() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(runner.at_once())


def as_result(demo: Demo, answer: runner.Answer) -> Result:
    """An answer as the page shows it."""
    return Result(
        tuple(to_show(entry, value) for entry, value in zip(demo.outputs, answer.values, strict=True)), answer.facts
    )


def same(one: Any, other: Any) -> bool:
    """Whether two inputs are equal; pictures only if they are the same object, which is quick and errs on the safe side."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)
