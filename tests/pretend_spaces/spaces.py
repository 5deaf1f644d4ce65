"""Hugging Face's ``spaces`` for machines that have no ZeroGPU: what this project relies on, as spaces 0.51 does it.

Torch says that there is a GPU; whoever touches it in this process gets an error. A decorated generator runs in a forked
process, which is kept for the next call; arguments and results are pickled; of an error only its name comes back.
"""

import functools
import multiprocessing
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

LEFT = 150
"""Seconds of the visitor's quota."""
asked: list[int] = []
"""The durations that were asked for."""
_has_gpu = torch.cuda.is_available
_fork = multiprocessing.get_context("fork")


class Error(Exception):
    """As Gradio's."""

    def __init__(self, title: str, message: str) -> None:
        self.title, self.message = title, message


def _touched(*_: Any) -> None:
    raise RuntimeError("CUDA was touched in the main process")


class _Watching(TorchFunctionMode):
    """Around all that happens, as that of ``spaces`` is; it takes answers apart: shapes are plain tuples then."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return tree_map(lambda part: part, function(*args, **(kwargs or {})))


_Watching().__enter__()
torch.cuda.is_available = lambda: True
torch.cuda._lazy_init = _touched


def GPU(duration: Callable[..., int]) -> Callable[..., Any]:  # noqa: N802
    """The decorator."""

    def decorate(task: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        workers: list[Any] = []

        @functools.wraps(task)
        def run(*args: Any) -> Iterator[Any]:
            asked.append(duration(*args))
            if asked[-1] > LEFT:
                raise Error("ZeroGPU quota exceeded", f"<b>You have {LEFT} s</b> left, and {asked[-1]} s were asked for.")
            if not workers:
                ours, theirs = _fork.Pipe()
                _fork.Process(target=_work, args=(task, theirs), daemon=True).start()
                workers.append(ours)
            workers[0].send(args)
            kind = "begun"
            try:
                while True:
                    kind, value = workers[0].recv()
                    if kind == "end":
                        return
                    if kind == "error":
                        raise Error("ZeroGPU worker error", value)
                    yield value
            finally:  # a run that nobody waits for any more ends before the next begins
                while kind not in ("end", "error"):
                    kind, _ = workers[0].recv()

        return run

    return decorate


def _work(task: Callable[..., Iterator[Any]], pipe: Any) -> None:
    torch.cuda.is_available = _has_gpu
    while True:
        args = pipe.recv()
        try:
            for value in task(*args):
                pipe.send(("value", value))
            pipe.send(("end", None))
        except Exception as error:
            traceback.print_exc()
            pipe.send(("error", type(error).__name__))
