"""A GPU that is lent for one run at a time, as ZeroGPU Spaces of Hugging Face do: there, runs happen in a forked process."""

import contextlib
import importlib
import inspect
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

import cv2

from cnn_core.errors import LabError
from cnn_core.runtime import devices

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


def ask(
    run: Callable[..., Any], values: dict[str, Any], visitor: str | None, left: float | None
) -> Generator[Any, None, None]:
    """The steps of a run as ``elsewhere.compute`` gives them, computed by the lent GPU.

    Raises:
        LabError: there is no GPU to be had now.
    """
    try:
        yield from _on_lent_gpu(run, values, visitor, left)
    except Exception as error:
        title, message = str(getattr(error, "title", "")), str(getattr(error, "message", ""))
        if message and title.startswith("ZeroGPU") and title != FAILED:
            raise LabError(MARKS.sub("", message)[:LONGEST]) from error
        raise


def _seconds(run: Callable[..., Any], values: Mapping[str, Any], visitor: str | None, left: float | None) -> int:
    """For how long a run needs the GPU at most."""
    most = SECONDS_STEPS if inspect.isgeneratorfunction(inspect.unwrap(run)) else SECONDS
    return most if left is None else max(1, min(most, round(left)))


def _lent(run: Callable[..., Any], values: dict[str, Any], visitor: str | None, left: float | None) -> Iterator[Any]:
    """The steps of a run, in the process that has the GPU."""
    from demos import elsewhere

    devices.take_lent_gpu()
    cv2.setNumThreads(1)  # the threads of the process before the fork are not here
    yield from elsewhere.compute(run, values, visitor, left)


_on_lent_gpu: Callable[..., Iterator[Any]] = _lent if spaces is None else spaces.GPU(duration=_seconds)(_lent)
"""The one place where a GPU is asked for."""
