"""Where a demo's run is computed: here, by a GPU that is lent (ZeroGPU), or by the replicas of a cluster (Ray Serve).

Elsewhere, networks and kept answers stay where they are; what a run used and had to say comes back with each of its steps.
"""

import contextlib
import inspect
import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cnn_core.errors import LabError
from cnn_core.runtime import devices, run_log
from demos import ray_serve, zero_gpu

Run = Callable[..., Any]


@dataclass(frozen=True)
class Step:
    """One of a run's values, what the run used for it, and on which device."""

    value: Any
    usage: run_log.Usage
    device: str


@dataclass(frozen=True)
class Refusal:
    """The sentence with which a run ended: an error itself does not always come back whole."""

    sentence: str


Steps = Generator[Step | Refusal, None, None]


def steps(run: Run, values: Mapping[str, Any]) -> Iterator[Any]:
    """What ``run(**values)`` returns, or each of the values that it yields, wherever they are computed.

    Raises:
        LabError: as ``run`` does, or nobody can compute it now.
    """
    ask = place()
    nameless = "<locals>" in getattr(run, "__qualname__", "<locals>")  # no other process finds a function in a function
    if ask is None or nameless:
        yield from _steps(run, values)
        return
    usage = run_log.current()
    left = None if usage.ends is None else max(0.0, usage.ends - time.monotonic())
    with contextlib.closing(ask(run, dict(values), usage.visitor, left)) as ahead:
        for found in ahead:
            if isinstance(found, Refusal):
                raise LabError(found.sentence)
            usage.add(found.usage)
            usage.device = found.device
            yield found.value


def place() -> Callable[..., Steps] | None:
    """Who computes: a function that is asked as ``compute`` is; None for this process."""
    if os.environ.get(ray_serve.BACKEND):
        return ray_serve.ask
    return None if zero_gpu.spaces is None or not devices.gpu_is_lent() else zero_gpu.ask


def at_once() -> int:
    """How many runs may be computed at the same time: one on a GPU (its memory is shared), two on a CPU, one a replica."""
    if os.environ.get(ray_serve.BACKEND):
        return ray_serve.at_once()
    return 1 if devices.device().type == "cuda" else 2


def compute(run: Run, values: Mapping[str, Any], visitor: str | None, left: float | None) -> Steps:
    """The steps of a run, in the process that computes it. ``left``: seconds until it must have ended."""
    ahead, ends = _steps(run, values), None if left is None else time.monotonic() + left
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


def _steps(run: Run, values: Mapping[str, Any]) -> Iterator[Any]:
    result = run(**values)
    if inspect.isgenerator(result):
        yield from result
    else:
        yield result
