"""Whose turn it is among the questions of one visitor: only the latest is answered, and only one at a time is shown."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from demos.frontends.gradio.drawer import Drawer

LONGEST_WAIT = 10.0
"""Seconds after which a run no longer waits for an earlier one that can be neither stopped nor awaited."""


class Turns:
    """The runs of one visitor's page. One such object lies in each page's ``gr.State``; all its events share it.

    A run that is no longer the latest ends at its next step and shows nothing more. The next begins when it has ended:
    Gradio would work on both at once, and might show the earlier answer last.

    Attributes:
        latest: the number of the latest turn.
        drawer: what this visitor's closed drawer holds.
        visitor: a random name for whoever has this page open.
        example: number of the example that the page's pictures came from; None where they are the visitor's own.
        query: what the page's address says of its inputs.
    """

    def __init__(self) -> None:
        self.latest = 0
        self.drawer = Drawer()
        self.visitor = secrets.token_hex(8)
        self.example: int | None = 0
        self.query: dict[str, str] = {}
        self._running = 0
        self._changed = threading.Condition()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Turns":
        """A new one: Gradio gives every visitor a copy of a state's first value."""
        return Turns()

    def begin(self) -> int:
        """The number of a new turn, which makes all earlier ones late."""
        with self._changed:
            self.latest += 1
            return self.latest

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A block that no other run of this page shares, once those before have ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0, LONGEST_WAIT)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()
