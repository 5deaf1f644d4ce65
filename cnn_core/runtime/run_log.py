"""What a run used and has to say: time in each network, remarks, how far it is. Written down wherever it happens."""

import contextlib
import contextvars
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import torch

from cnn_core.errors import InputError
from cnn_core.runtime import devices

T = TypeVar("T")


@dataclass
class Usage:
    """What a piece of work used and wants to say.

    Attributes:
        seconds: spent in each network, by weights name.
        remarks: sentences such as "ran on the CPU".
        kept: weights names of networks of which an answer was kept from a moment ago.
        progress: called with (share done 0..1, words) by slow work such as a download; None where nobody listens.
        visitor: whose work it is: nobody else gets answers kept from it; "" everybody does; None: nothing is kept.
        ends: when it must have ended, ``time.monotonic()`` seconds; a network that is asked later refuses.
        device: in words, where it ran; "" for this process's device.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    progress: Callable[[float, str], None] | None = None
    visitor: str | None = ""
    ends: float | None = None
    device: str = ""

    def add(self, other: "Usage") -> None:
        """Adds what another part of the same work used and said."""
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.remarks += [sentence for sentence in other.remarks if sentence not in self.remarks]
        self.kept += other.kept

    def check_time(self) -> None:
        """Returns while there is time left.

        Raises:
            InputError: there is none.
        """
        if self.ends is not None and time.monotonic() > self.ends:
            raise InputError(TOO_LONG)


TOO_LONG = "This took too long for a server that others use, too, so it was ended. Ask for fewer steps or a smaller picture."
_usage: contextvars.ContextVar[Usage | None] = contextvars.ContextVar("usage", default=None)


@contextlib.contextmanager
def recorded(usage: Usage) -> Iterator[None]:
    """A block whose network time and networks are written down in ``usage``."""
    token = _usage.set(usage)
    try:
        yield
    finally:
        _usage.reset(token)


def current() -> Usage:
    """The surrounding ``recorded`` block's; one that nobody reads without a block."""
    return _usage.get() or Usage()


def visitor() -> str | None:
    """Whose work the surrounding ``recorded`` block is; "" without one. See ``Usage.visitor``."""
    usage = _usage.get()
    return "" if usage is None else usage.visitor


def remark(sentence: str) -> None:
    """Adds a sentence for the person at the page to the surrounding ``recorded`` block, if there is one."""
    usage = _usage.get()
    if usage is not None and sentence not in usage.remarks:
        usage.remarks.append(sentence)


def note_kept_answer(weights: str) -> None:
    """Notes in the surrounding ``recorded`` block that an answer of the network called ``weights`` was kept: no time."""
    usage = _usage.get()
    if usage is not None:
        usage.seconds.setdefault(weights, 0.0)
        usage.kept.append(weights)


def tell_progress(share: float, words: str) -> None:
    """Tells the surrounding ``recorded`` block how far slow work is (0..1), if anybody there listens."""
    usage = _usage.get()
    if usage is not None and usage.progress is not None:
        usage.progress(share, words)


@contextlib.contextmanager
def timed(weights: str, place: torch.device | None = None) -> Iterator[None]:
    """A block whose time counts as the time of the network called ``weights``; waits for the GPU to finish.

    Raises:
        InputError: the surrounding ``recorded`` block has no time left.
    """
    if (surrounding := _usage.get()) is not None:
        surrounding.check_time()
    started = time.perf_counter()
    try:
        yield
    finally:
        devices.finish(place or devices.device())
        usage = _usage.get()
        if usage is not None:
            usage.seconds[weights] = usage.seconds.get(weights, 0.0) + time.perf_counter() - started


def timed_steps(weights: str, steps: Iterator[T]) -> Iterator[T]:
    """What ``steps`` gives, one after the other; the time it takes, not that of whoever uses it, counts as the network's."""
    done = object()
    while True:
        with timed(weights):
            step = next(steps, done)
        if step is done:
            return
        yield step  # type: ignore[misc]
