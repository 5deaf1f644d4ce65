"""The picture that a visitor gave goes along: the next demo that takes a photograph opens with it."""

import threading
from collections import OrderedDict
from pathlib import Path

import gradio as gr

from demos.frontends.gradio.visitors import COOKIE

MOST = 2000
"""Visitors whose picture is known, by its path; the oldest go first. Gradio deletes the file when its time is over."""

_lock = threading.Lock()
_paths: OrderedDict[str, str] = OrderedDict()


def visitor_of(request: gr.Request) -> str:
    """The signed cookie of the browser that asks; "" for one without, whose picture goes nowhere."""
    return str((getattr(request, "cookies", None) or {}).get(COOKIE, ""))


def carry(request: gr.Request, path: str | None) -> None:
    """From now on this visitor's picture is the file at ``path``; None forgets it."""
    visitor = visitor_of(request)
    with _lock:
        _paths.pop(visitor, None)
        if visitor and path:
            _paths[visitor] = path
            while len(_paths) > MOST:
                _paths.popitem(last=False)


def carried(request: gr.Request) -> str | None:
    """The path of this visitor's picture; None if there is none (any more)."""
    visitor = visitor_of(request)
    with _lock:
        path = _paths.get(visitor)
    return path if path and Path(path).is_file() else None
