"""The threads in which demos run, shared by all visitors: first come, first served, and never two for one visit.

They live as long as the server. A thread that begins anew costs four small convolutions 60 ms more (measured with
torch 2.8 on two cores): what oneDNN prepares for a layer's shape it keeps by thread.
"""

import logging
import threading
from functools import cache
from typing import Protocol

from demos import runner

logger = logging.getLogger(__name__)
_first = threading.Lock()


class Job(Protocol):
    """Work for one visit."""

    @property
    def visit(self) -> object:
        """Whose it is."""

    def work(self) -> None:
        """Does it; called in one of the threads."""


class Workers:
    """``at_once`` threads and the queue before them."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._waiting: list[Job] = []
        self._served: list[object] = []  # visits
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    def put(self, job: Job) -> None:
        """Puts work at the end of the queue."""
        with self._changed:
            if len(self._threads) < self._at_once:
                name = f"network {len(self._threads) + 1}"
                self._threads.append(threading.Thread(target=self._serve, name=name, daemon=True))
                self._threads[-1].start()
            self._waiting.append(job)
            self._changed.notify_all()

    def withdraw(self, job: Job) -> bool:
        """Takes work out of the queue. Returns whether it was still there: then it is never done."""
        with self._changed:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
            return True

    def place(self, job: Job) -> int:
        """The place in the queue, the first being 1; 0 for work that is being done or has been."""
        with self._changed:
            return self._waiting.index(job) + 1 if job in self._waiting else 0

    def _next(self) -> Job | None:
        """The first in the queue whose visit has no other work done at present."""
        return next((job for job in self._waiting if not any(job.visit is visit for visit in self._served)), None)

    def _serve(self) -> None:
        while True:
            with self._changed:
                while (job := self._next()) is None:
                    self._changed.wait()
                self._waiting.remove(job)
                self._served.append(job.visit)
            try:
                job.work()
            except Exception:
                logger.exception("work for a page failed")
            finally:
                with self._changed:
                    self._served = [visit for visit in self._served if visit is not job.visit]
                    self._changed.notify_all()
            del job  # a visitor who has left is not kept in memory by the last thing that was done


def workers() -> Workers:
    """Those of this server: as many as ``runner.at_once()``."""
    with _first:
        return _workers()


@cache
def _workers() -> Workers:
    return Workers(runner.at_once())
