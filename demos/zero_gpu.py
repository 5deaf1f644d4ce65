"""A GPU that is lent for one run at a time, as ZeroGPU Spaces of Hugging Face do: there, demos run in a forked process.

Anywhere else this is nothing: ``steps`` runs the demo where it is asked. Kept answers and networks stay in the process that
has the GPU; what a run used and had to say comes back with each of its steps.
"""

import contextlib
import importlib
import inspect
import re
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cv2

from cnn_core.errors import LabError
from cnn_core.runtime import devices, run_log

spaces: Any = None
if devices.gpu_is_lent():
    with contextlib.suppress(ImportError):
        spaces = importlib.import_module("spaces")  # never elsewhere: it makes torch believe in a GPU

FAILED = "ZeroGPU worker error"
"""How ``spaces`` calls an error of ours; what it calls otherwise, such as a quota that is used up, is for the visitor."""
LONGEST = 200
MARKS = re.compile(r"<[^>]*>")
SECONDS, SECONDS_STEPS = 20, 120
"""For how long a GPU is asked for: shorter ones come sooner, and a visitor's quota is a few minutes a day."""


@dataclass(frozen=True)
class Step:
    """One of a run's values, and what the run used for it."""

    value: Any
    usage: run_log.Usage
    device: str


@dataclass(frozen=True)
class Refusal:
    """The sentence with which a run ended: of an error, ``spaces`` would keep the name alone."""

    sentence: str


Lent = Generator[Step | Refusal, None, None]


def steps(run: Callable[..., Any], values: Mapping[str, Any]) -> Iterator[Any]:
    """What ``run(**values)`` returns, or each of the values that it yields; computed by the lent GPU where there is one.

    Raises:
        LabError: as ``run`` does, or there is no GPU to be had now.
    """
    nameless = "<locals>" in getattr(run, "__qualname__", "<locals>")  # no other process finds a function in a function
    if spaces is None or not devices.gpu_is_lent() or nameless:
        yield from _steps(run, values)
        return
    usage = run_log.current()
    with contextlib.closing(_on_lent_gpu(run, dict(values), usage.visitor, usage.ends)) as ahead:
        for found in _in_words(ahead):
            if isinstance(found, Refusal):
                raise LabError(found.sentence)
            usage.add(found.usage)
            usage.device = found.device
            yield found.value


def _in_words(ahead: Iterator[Step | Refusal]) -> Iterator[Step | Refusal]:
    """The same steps; what ``spaces`` has to say to the visitor instead is raised as such a sentence."""
    try:
        yield from ahead
    except Exception as error:
        title, message = str(getattr(error, "title", "")), str(getattr(error, "message", ""))
        if message and title.startswith("ZeroGPU") and title != FAILED:
            raise LabError(MARKS.sub("", message)[:LONGEST]) from error
        raise


def _steps(run: Callable[..., Any], values: Mapping[str, Any]) -> Iterator[Any]:
    result = run(**values)
    if inspect.isgenerator(result):
        yield from result
    else:
        yield result


def _seconds(run: Callable[..., Any], values: Mapping[str, Any], visitor: str | None, ends: float | None) -> int:
    """For how long a run needs the GPU at most."""
    most = SECONDS_STEPS if inspect.isgeneratorfunction(inspect.unwrap(run)) else SECONDS
    return most if ends is None else max(1, min(most, round(ends - time.monotonic())))


def _lent(run: Callable[..., Any], values: dict[str, Any], visitor: str | None, ends: float | None) -> Lent:
    """The steps of a run, in the process that has the GPU."""
    devices.take_lent_gpu()
    cv2.setNumThreads(1)  # the threads of the process before the fork are not here
    ahead = _steps(run, values)
    while True:
        usage = run_log.Usage(visitor=visitor, ends=ends)
        try:
            with run_log.recorded(usage):
                usage.check_time()
                value = next(ahead)
        except StopIteration:
            return
        except LabError as error:
            yield Refusal(str(error))
            return
        yield Step(value, usage, devices.device_name())


_on_lent_gpu: Callable[..., Lent] = _lent if spaces is None else spaces.GPU(duration=_seconds)(_lent)
"""The one place where a GPU is asked for."""
