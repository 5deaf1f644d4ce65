"""The one place that asks torch about devices and threads, and that times networks."""

import contextlib
import contextvars
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import torch

from cnn_core.errors import InputError

T = TypeVar("T")


@cache
def device() -> torch.device:
    """Where networks run: ``CNN_DEVICE`` if set, else CUDA, else MPS, else the CPU.

    Raises:
        InputError: ``CNN_DEVICE`` names a device that this machine does not have.
    """
    wanted = os.environ.get("CNN_DEVICE", "")
    if wanted:
        try:
            torch.empty(1, device=wanted)
        except (RuntimeError, AssertionError) as error:
            raise InputError(f"CNN_DEVICE={wanted} cannot be used here; 'cpu' always works, 'cuda' or 'mps' may.") from error
        return torch.device(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def device_name(place: torch.device | None = None) -> str:
    """The device in words: the GPU's name, or "CPU, 1 thread"."""
    place = place or device()
    if place.type == "cuda":
        return torch.cuda.get_device_name(place)
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}" if place.type == "cpu" else place.type.upper()


def set_threads() -> int:
    """Gives torch its threads, once at start: ``CNN_THREADS``, else the cores less one and at least one.

    As many threads as cores collapse as soon as anything else is busy (8 pictures/s against 247, measured).

    Raises:
        InputError: ``CNN_THREADS`` is not a whole number.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("CNN_THREADS", str(cores - 1))
    if not wanted.isdecimal():
        raise InputError(f"CNN_THREADS={wanted} is not a whole number; leave it out, or set it to 1 or more.")
    threads = max(int(wanted), 1)
    torch.set_num_threads(threads)
    return threads


@dataclass
class Usage:
    """What a piece of work used and wants to say.

    Attributes:
        seconds: spent in each network, by weights name.
        remarks: sentences such as "ran on the CPU".
        progress: called with (share done 0..1, words) by slow work such as a download; None where nobody listens.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    progress: Callable[[float, str], None] | None = None


_usage: contextvars.ContextVar[Usage | None] = contextvars.ContextVar("usage", default=None)


@contextlib.contextmanager
def recorded(usage: Usage) -> Iterator[None]:
    """A block whose network time and networks are written down in ``usage``."""
    token = _usage.set(usage)
    try:
        yield
    finally:
        _usage.reset(token)


def remark(sentence: str) -> None:
    """Adds a sentence for the person at the page to the surrounding ``recorded`` block, if there is one."""
    usage = _usage.get()
    if usage is not None and sentence not in usage.remarks:
        usage.remarks.append(sentence)


def not_again(weights: str) -> None:
    """Notes in the surrounding ``recorded`` block that the network called ``weights`` answers from memory, in no time."""
    usage = _usage.get()
    if usage is not None:
        usage.seconds.setdefault(weights, 0.0)
        remark("Of a picture that was just looked at, what was said is remembered: the network was not run again.")


def tell_progress(share: float, words: str) -> None:
    """Tells the surrounding ``recorded`` block how far slow work is (0..1), if anybody there listens."""
    usage = _usage.get()
    if usage is not None and usage.progress is not None:
        usage.progress(share, words)


@contextlib.contextmanager
def timed(weights: str) -> Iterator[None]:
    """A block whose time counts as the time of the network called ``weights``; waits for the GPU to finish."""
    started = time.perf_counter()
    try:
        yield
    finally:
        if device().type == "cuda":
            torch.cuda.synchronize()
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
