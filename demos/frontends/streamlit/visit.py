"""What one visitor's page of one demo remembers, and the run that goes on in it. No widgets here.

Streamlit draws a page anew, in a thread of its own, as soon as a visitor touches anything, while the thread before may
still be anywhere. So only the latest drawing may ask (``arrive``), and only the latest question is answered (``accept``).
"""

import copy
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from cnn_core.errors import LabError, PictureError
from cnn_core.images import opening, samples
from demos import runner, stored, touches
from demos.frontends.streamlit.pictures import Result, View, as_result, view_of
from demos.frontends.streamlit.runs import Answered, Answers, Run, steps_of
from demos.spec import Button, Choice, Demo, Memory, Picture, Pictures, Point, Scene
from demos.tries import settings_of

logger = logging.getLogger(__name__)
_opening: dict[Demo, threading.Lock] = {}
_first_results: dict[Demo, Answered] = {}


@dataclass(frozen=True)
class Seen:
    """A visit at one moment: what a drawing of the page shows, and the run that may change it."""

    asked: Mapping[str, Any] | None
    result: Result | None
    trouble: str
    run: Run | None
    taken: int


@dataclass(frozen=True)
class Views:
    """What a picture input held when it was last drawn, its previews, and the names of the files that are no pictures."""

    value: Any
    views: list[View]
    unopened: list[str]


@dataclass
class Visit:
    """One visitor, one demo. It lives in that visitor's session and nowhere else.

    Attributes:
        demo: what is visited.
        start: the inputs that the page opens with, the same for everyone.
        pictures: input name -> a file's bytes, an array or None; a list of them for several pictures.
        files: input name -> the names of the files among them.
        memory: what the demo's Memory fields hold.
        preset: values that the widgets take over at the next run of the page.
        round: counts up to empty the file widgets when other pictures come in.
        views: picture input -> its previews.
        changed: held to look at, or change, what follows.
        arrivals: how many drawings of the page have begun.
        asked: the inputs that the present result answers, or the run will; None before the first.
        result, trouble: the last answer, or the sentence that came instead.
        answered: whether there has been an answer at all.
        run: the latest question, while more answers may come; else None.
        example: number of the example that the pictures came from; None where they are the visitor's own.
        query: what the page's address said when it was last drawn.
        at_stop: what the address said of a lesson's stop; "" before.
        brought: the picture that the visitor brought along from another page.
        tried: number of the thing to try that was pressed last; None before.
        due: the buttons that it pressed, perhaps none, until the page has asked; None where nothing was tried.
        drawn: what the inputs but pictures held when the page was last drawn.
        touched: whether the visitor chose a picture or something to try since then.
    """

    demo: Demo
    start: Mapping[str, Any]
    pictures: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    preset: dict[str, Any] = field(default_factory=dict)
    round: int = 0
    views: dict[str, Views] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    arrivals: int = 0
    asked: dict[str, Any] | None = None
    result: Result | None = None
    trouble: str = ""
    answered: bool = False
    run: Run | None = None
    example: int | None = 0
    query: dict[str, str] = field(default_factory=dict)
    at_stop: str = ""
    brought: bytes | None = None
    tried: int | None = None
    due: dict[str, bool] | None = None
    drawn: dict[str, Any] = field(default_factory=dict)
    touched: bool = False

    @classmethod
    def of(cls, demo: Demo) -> "Visit":
        """A new visit: the inputs of the first example, an empty memory."""
        start = runner.example_values(demo, demo.examples[0]) if demo.examples else runner.defaults(demo)
        pictures = {name: start[name] for name, entry in demo.inputs.items() if isinstance(entry, Picture | Pictures)}
        return cls(demo, start, pictures, memory=initial_memory(demo))

    # ---------------------------------------------------------------- the inputs

    def take(self, values: Mapping[str, Any]) -> None:
        """Puts another tab's values into the inputs; those that are not named stay as they are."""
        for name, value in values.items():
            if isinstance(self.demo.inputs[name], Picture | Pictures):
                self.pictures[name], self.files[name] = value, []
            elif not isinstance(self.demo.inputs[name], Memory | Button):
                self.preset[name] = value
        self.round += 1

    def take_example(self, number: int) -> None:
        """Puts an example into the inputs. It begins as the page does: with an empty memory, and unanswered."""
        self.take(runner.example_values(self.demo, self.demo.examples[number]))
        self.example = number
        with self.changed:
            self.stop()
            self.memory, self.asked = initial_memory(self.demo), None

    def try_out(self, number: int) -> None:
        """Puts what something to try sets into the inputs; a picture takes the places on the one before away."""
        sets = settings_of(self.demo, self.demo.lesson.tries[number])
        pictured = [name for name in sets if isinstance(self.demo.inputs[name], Picture | Pictures)]
        for name in pictured:
            value = sets[name]
            several = isinstance(self.demo.inputs[name], Pictures)
            sets[name] = [sample(each) for each in value] if several else sample(value)
        places = {name: None for name, entry in self.demo.inputs.items() if isinstance(entry, Point) and pictured}
        self.take(places | sets)
        self.touched, self.due = True, {name: True for name in sets if isinstance(self.demo.inputs[name], Button)}
        self.example, self.tried = None if pictured else self.example, number

    def pick(self, name: str, number: int) -> None:
        """Chooses by a press on a picture of the result, see ``Pictures.chooses``."""
        values = {**(self.asked or {}), **self.drawn}
        entry = self.demo.inputs[name]
        assert isinstance(entry, Choice)
        self.touched, self.preset[name] = True, runner.pick(entry, values, values.get(name), number)

    def touch(self, scene: Scene, sent: Any) -> None:
        """Sets the inputs that a touch of a scene names; what they cannot be is passed over. The page then asks."""
        try:
            found = touches.settings_of(self.demo, scene, {**(self.asked or {}), **self.drawn}, sent)
        except LabError:
            return
        self.preset |= found
        self.touched, self.due = True, {}

    def take_files(self, name: str, files: list[tuple[str, bytes]]) -> None:
        """Puts files, (name, bytes) each, into a picture input, or takes all out of it."""
        self.touched, self.example = True, None
        data = [content for _, content in files]
        self.pictures[name] = data if isinstance(self.demo.inputs[name], Pictures) else data[0] if data else None
        self.files[name] = [file for file, _ in files]
        self.preset |= self.brought_with(name) if data else {}

    def brought_with(self, name: str) -> Mapping[str, Any]:
        """What other inputs become when the visitor gives a picture to this one; nothing where it takes none."""
        entry = self.demo.inputs[name]
        return entry.brings if isinstance(entry, Picture) else {}

    def views_of(self, name: str, largest: int) -> list[View]:
        """The picture or pictures of an input, small enough for a preview; none for what cannot be opened.

        That something cannot be opened is for the run to say, in the one sentence that the page then shows.
        """
        value = self.pictures[name]
        if name not in self.views or self.views[name].value is not value:
            views, unopened = [], []
            for k, source in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
                try:
                    views.append(view_of(opening.open_picture(source), largest=largest))
                except LabError:
                    unopened += self.files.get(name, [])[k : k + 1]
            self.views[name] = Views(value, views, unopened)
        return self.views[name].views

    # ---------------------------------------------------------------- questions

    def arrive(self) -> int:
        """The number of a new drawing of the page, which makes all earlier ones late."""
        with self.changed:
            self.arrivals += 1
            return self.arrivals

    def answers(self, raw: Mapping[str, Any]) -> bool:
        """Whether the present result (or sentence, or run) belongs to these inputs."""
        return self.asked is not None and same(self.asked, dict(raw))

    def untouched(self, raw: Mapping[str, Any]) -> bool:
        """Whether nothing has been asked yet, and the inputs are those that everyone's page opens with."""
        return self.asked is None and same({name: self.start[name] for name in raw}, dict(raw))

    def open(self, raw: Mapping[str, Any], arrival: int) -> None:
        """Asks for the answer that everyone's page opens with; when it is known, it is there at once."""
        with self.changed:
            if self._ask(raw, arrival):
                self.run = Run(self, partial(_first_answers, self.demo), has_steps=False)
                if self.demo in _first_results:
                    self.accept(self.run, _first_results[self.demo])

    def begin(self, raw: Mapping[str, Any], buttons: Mapping[str, bool], arrival: int) -> None:
        """Asks, in place of a question that may still be on its way. A drawing that is late asks nothing."""
        with self.changed:
            if self._ask(raw, arrival):
                # A dropped run may still be at work on what it was given, so each gets a memory of its own.
                inputs = {**raw, **buttons, **copy.deepcopy(self.memory)}
                self.run = Run(self, steps_of(self.demo, inputs), has_steps=runner.has_steps(self.demo))

    def _ask(self, raw: Mapping[str, Any], arrival: int) -> bool:
        if arrival != self.arrivals:
            return False
        self._drop()
        self.asked, self.result, self.trouble = dict(raw), None, ""
        return True

    def stop(self) -> None:
        """Ends the run; what it has shown stays."""
        with self.changed:
            self.arrivals += 1
            self._drop()

    def _drop(self) -> None:
        if self.run is not None:
            self.run.drop()
        self.run = None

    # ---------------------------------------------------------------- answers

    def seen(self) -> Seen:
        """The visit as it is now."""
        with self.changed:
            return Seen(self.asked, self.result, self.trouble, self.run, self.run.taken if self.run else 0)

    def accept(self, run: Run, answer: Answered | Exception | None) -> None:
        """Takes the answer of the latest run, or the error that ends it, or None when it is over; from others nothing."""
        with self.changed:
            if run is not self.run:
                return
            if isinstance(answer, Exception):
                self.run, self.result, self.trouble = None, None, self._sentence(answer)
            elif answer is None:
                self.run = None
            else:
                self.run = run if run.has_steps else None
                self.answered = True
                bare, self.result = answer
                for entry, value in zip(self.demo.outputs, bare.values, strict=True):
                    if isinstance(entry, Memory):  # a copy: the first answer is everyone's, a memory never is
                        self.memory[entry.name] = copy.deepcopy(value)

    def _sentence(self, error: Exception) -> str:
        if not isinstance(error, LabError):
            logger.error("an answer of %s cannot be shown", self.demo.name, exc_info=error)
            return runner.UNEXPECTED
        unopened = [file for views in self.views.values() for file in views.unopened]
        return f"{', '.join(unopened)}: {error}" if unopened and isinstance(error, PictureError) else str(error)


def sample(value: Any) -> Any:
    """The sample picture of that name; anything else as it is."""
    return samples.load(value) if isinstance(value, str) else value


def initial_memory(demo: Demo) -> dict[str, Any]:
    """What a demo's Memory fields hold before its first run; new for each visitor."""
    return {name: runner.default_of(entry, {}) for name, entry in demo.inputs.items() if isinstance(entry, Memory)}


def _first_answers(demo: Demo, run: Run) -> Answers:
    """The answer to the demo's first example, worked out by the first visitor who waits for it; an error is not kept."""
    with _opening.setdefault(demo, threading.Lock()):  # when a class comes in at once, one of them does the work
        if demo not in _first_results:
            found = [kept] if (kept := stored.find(demo)) else []
            for answer in () if found else runner.answers(demo, runner.example_values(demo, demo.examples[0]), run.tell):
                run.check()
                found = [answer]
            _first_results[demo] = found[-1], as_result(demo, found[-1])
    yield _first_results[demo]


def same(one: Any, other: Any) -> bool:
    """Whether two inputs are equal; pictures only if they are the same object, which is quick and errs on the safe side."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)
