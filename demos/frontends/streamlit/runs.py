"""One question of a visitor on its way to its answers. No widgets here."""

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol

from demos import runner
from demos.frontends.streamlit.pictures import Result, as_result
from demos.frontends.streamlit.workers import workers
from demos.spec import Demo

Answered = tuple[runner.Answer, Result]
Answers = Generator[Answered, None, None]


class Dropped(BaseException):
    """Ends the work for a run that nobody waits for any more, in the middle of a step. What catches errors lets it pass."""


class Asker(Protocol):
    """Whose question a run is, and where it hands its answers in."""

    changed: threading.Condition

    def accept(self, run: "Run", answer: Answered | Exception | None) -> None:
        """Takes the next answer, or the error that came instead, or None where there are no more. ``changed`` is held."""


class Run:
    """One question. Its steps are taken by ``workers()``, one after the other, each when the page asks for it.

    What others may look at is guarded by the visit's ``changed``; the demo itself works without it.

    Attributes:
        visit: whose question it is.
        has_steps: whether more answers may follow the first.
        taken: how many steps have ended.
        dropped: whether nobody waits for it any more: then it takes no further step and hands nothing in.
        progress: how far slow work within a step is (share done 0..1, words); None where it does not say.
        since: when it was asked, ``time.monotonic()`` seconds.
        visitor: a name for whose run it is.
    """

    def __init__(self, visit: Asker, answers: Callable[["Run"], Answers], *, has_steps: bool) -> None:
        self.visit = visit
        self.has_steps = has_steps
        self.taken = 0
        self.dropped = False
        self.progress: tuple[float, str] | None = None
        self.since = time.monotonic()
        self.visitor = f"visit {id(visit)}"
        self._busy = False
        self._answers = answers(self)

    def advance(self, after: int) -> None:
        """Begins the step after step number ``after``, unless that has been begun, or the run dropped."""
        with self.visit.changed:
            if not (self._busy or self.dropped or self.taken != after):
                self._busy = True
                workers().put(self)

    def wait(self, after: int, seconds: float) -> bool:
        """Waits until the step after step number ``after`` has ended. Returns whether it has, or never will."""
        with self.visit.changed:
            return self.visit.changed.wait_for(lambda: self.taken > after or self.dropped, seconds)

    def drop(self) -> None:
        """Ends the run: a step that waits for its turn is never taken, one that goes on ends as soon as it can."""
        with self.visit.changed:
            self.dropped = True
            if workers().withdraw(self):
                self._busy = False
            if not self._busy:
                self._close()
            self.visit.changed.notify_all()

    def tell(self, share: float, words: str) -> None:
        """Notes how far the present step is.

        Raises:
            Dropped: nobody waits for it any more.
        """
        self.check()
        self.progress = (share, words)

    def check(self) -> None:
        """Returns where somebody still waits for it.

        Raises:
            Dropped: nobody does.
        """
        if self.dropped:
            raise Dropped

    def work(self) -> None:
        """Takes a step. Only ``workers()`` call it, never twice at a time."""
        answer: Answered | Exception | None = None
        try:
            if not self.dropped:
                answer = next(self._answers, None)
        except Dropped:
            pass  # as wished
        except Exception as error:
            answer = error
        with self.visit.changed:
            self._busy, self.progress, self.taken = False, None, self.taken + 1
            if self.dropped:
                self._close()
            else:
                self.visit.accept(self, answer)
            self.visit.changed.notify_all()

    def _close(self) -> None:
        """Closes the demo's generator, which may hold much memory. Only while no step is being taken."""
        with contextlib.suppress(Dropped):
            self._answers.close()


def steps_of(demo: Demo, raw: Mapping[str, Any]) -> Callable[[Run], Answers]:
    """What a ``Run`` goes through: a demo's answers to these inputs; of a demo without steps the last one alone."""

    def answers(run: Run) -> Answers:
        found = runner.answers(demo, raw, run.tell, run.visitor)
        if not runner.has_steps(demo):
            *_, last = found
            found = iter([last])
        for answer in found:
            yield answer, as_result(demo, answer)

    return answers
