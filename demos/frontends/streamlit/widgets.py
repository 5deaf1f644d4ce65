"""What Streamlit keeps of an input: its widget's name, and what the widget holds before it is drawn."""

from typing import Any

import streamlit as st

from demos.frontends.streamlit.visit import Visit, same
from demos.spec import Button, Demo, Point


def key_of(demo: Demo, name: str) -> str:
    """The name of an input's widget."""
    return f"{demo.name}.{name}"


def place_of(demo: Demo, visit: Visit, name: str) -> tuple[int, int] | None:
    """Where a Point is now."""
    start = visit.start[name] or (None, None)
    x, y = (st.session_state.get(f"{key_of(demo, name)}.{axis}", first) for axis, first in zip("xy", start, strict=True))
    return None if x is None or y is None else (x, y)


def touched(visit: Visit) -> bool:
    """Whether the visitor pressed or changed anything since the page was last drawn."""
    chosen, visit.touched = visit.touched, False
    demo, state = visit.demo, st.session_state
    buttons = ["run", "stop", *(name for name, field in demo.inputs.items() if isinstance(field, Button))]
    if chosen or any(state.get(key_of(demo, name)) for name in buttons):
        return True
    return any(not same(value, _held(visit, name, value)) for name, value in visit.drawn.items())


def _held(visit: Visit, name: str, before: Any) -> Any:
    if isinstance(visit.demo.inputs[name], Point):
        return place_of(visit.demo, visit, name)
    return st.session_state.get(key_of(visit.demo, name), before)
