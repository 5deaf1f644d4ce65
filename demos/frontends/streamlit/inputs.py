"""An input field -> Streamlit widgets that return its value."""

import random
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from demos import runner
from demos.frontends.streamlit.picture_inputs import ask_picture, ask_pictures, ask_point, draw_examples
from demos.frontends.streamlit.visit import Visit
from demos.frontends.streamlit.widgets import key_of
from demos.spec import Button, Choice, Demo, Input, Memory, Picture, Pictures, Point, Seed, Slider, Text, Toggle

MOST_IN_A_ROW = 4  # options that stand side by side; more of them fold into a list
LONGEST_ROW = 44  # characters in such a row
KEPT: Final = "session"  # a widget keeps its value while the visitor is on another page; the address, see addresses.py


# ---------------------------------------------------------------- all of a demo's inputs


def ask(demo: Demo, visit: Visit) -> tuple[dict[str, Any], dict[str, bool]]:
    """Draws the inputs. Returns the value of each (but for memory), and which buttons were pressed just now."""
    for name, value in list(visit.preset.items()):
        _set(demo, name, value)  # Streamlit may end an outdated drawing here: what it has not set waits for the next
        visit.preset.pop(name, None)
    slots = _slots(demo, visit)
    raw: dict[str, Any] = {}
    pressed: dict[str, bool] = {}
    # Those that others depend on come first, wherever they stand on the page.
    for name in sorted(slots, key=lambda name: bool(getattr(demo.inputs[name], "depends_on", ()))):
        field = demo.inputs[name]
        with slots[name]:
            if isinstance(field, Button):
                pressed[name] = st.button(field.label, key=key_of(demo, name), help=field.help or None)
            else:
                raw[name] = _ask_one(demo, visit, name, field, raw)
    return raw, pressed


def _slots(demo: Demo, visit: Visit) -> dict[str, Any]:
    """A place on the page for each input: pictures, the others, examples below them, and those that are folded away."""
    slots = {}
    entries = {name: field for name, field in demo.inputs.items() if not isinstance(field, Memory)}
    open_ones = {name: field for name, field in entries.items() if not field.folded and not _lies_on_result(demo, field)}
    pictures = [name for name, field in open_ones.items() if isinstance(field, Picture | Pictures)]
    for name in pictures:
        slots[name] = st.container()
        for point in (n for n, f in open_ones.items() if isinstance(f, Point) and f.on == name):
            slots[point] = st.container()
    before: Input | None = None
    row: Any = None
    for name, field in open_ones.items():
        if name not in slots:
            if isinstance(field, Button) and isinstance(before, Button):
                slots[name] = row  # buttons that follow each other stand side by side
            else:
                slots[name] = row = st.container(horizontal=isinstance(field, Button))
            before = field
    draw_examples(demo, visit)
    if len(slots) < len(entries):
        with st.expander("More controls"):
            slots |= {name: st.container() for name in entries if name not in slots}
    return slots


def _lies_on_result(demo: Demo, field: Input) -> bool:
    """Whether an input is a place on one of the result's pictures: a click there is enough for most people."""
    return isinstance(field, Point) and field.on not in demo.inputs


def _ask_one(demo: Demo, visit: Visit, name: str, field: Input, raw: Mapping[str, Any]) -> Any:
    key, start = key_of(demo, name), visit.start[name]
    match field:
        case Picture():
            return ask_picture(demo, visit, name, field)
        case Pictures():
            return ask_pictures(demo, visit, name, field)
        case Choice():
            return _ask_choice(field, key, start, raw)
        case Slider():
            return _ask_slider(field, key, start)
        case Toggle():
            return st.toggle(field.label, bool(start), key=key, help=field.help or None, persist_state=KEPT)
        case Text():
            return _ask_text(field, key, start)
        case Seed():
            return _ask_seed(field, key, start)
        case Point():
            return ask_point(demo, name, field, start)
    raise TypeError(f"there is no widget for {type(field).__name__}")


def _set(demo: Demo, name: str, value: Any) -> None:
    """Gives an input's widget a value, before it is drawn."""
    field, key = demo.inputs[name], key_of(demo, name)
    if isinstance(field, Point):
        st.session_state[f"{key}.x"], st.session_state[f"{key}.y"] = value if value is not None else (None, None)
    elif isinstance(field, Slider):
        st.session_state[key] = _number(field, value)
    else:
        st.session_state[key] = list(value) if isinstance(value, tuple) else value


# ---------------------------------------------------------------- numbers, words, choices


def _ask_slider(field: Slider, key: str, start: Any) -> float:
    low, high, step, value = (_number(field, number) for number in (field.low, field.high, field.step, start))
    digits = len(f"{field.step:f}".rstrip("0").partition(".")[2])
    shown = "%d" if isinstance(field.step, int) else f"%.{digits}f"
    return st.slider(field.label, low, high, value, step, shown, key=key, help=field.help or None, persist_state=KEPT)


def _number(field: Slider, number: float) -> float:
    """The number as an int where the slider has whole steps, else as a float: Streamlit wants all of one kind."""
    return round(number) if isinstance(field.step, int) else float(number)


def _ask_choice(field: Choice, key: str, start: Any, raw: Mapping[str, Any]) -> Any:
    options = dict(runner.options_of(field, raw))
    if field.several:
        return _ask_several(field, options, key, start)
    default = start if start in options else runner.default_of(field, raw)
    if st.session_state.get(key, default) not in options:
        st.session_state[key] = default  # what it depends on has changed: the old value means nothing now
    shared: dict[str, Any] = {
        "format_func": options.__getitem__,
        "key": key,
        "help": field.help or None,
        "persist_state": KEPT,
    }
    if len(options) <= MOST_IN_A_ROW and len("".join(options.values())) <= LONGEST_ROW and not field.depends_on:
        return st.segmented_control(field.label, list(options), default=default, required=True, **shared)
    return st.selectbox(field.label, list(options), index=list(options).index(default), **shared)


def _ask_several(field: Choice, options: Mapping[str, str], key: str, start: Any) -> list[str]:
    default = [value for value in start if value in options]
    if any(value not in options for value in st.session_state.get(key) or ()):
        st.session_state[key] = [value for value in st.session_state[key] if value in options]
    shared: dict[str, Any] = {
        "format_func": options.__getitem__,
        "key": key,
        "help": field.help or None,
        "persist_state": KEPT,
    }
    if len(options) <= 2 * MOST_IN_A_ROW:
        return list(st.pills(field.label, list(options), selection_mode="multi", default=default, **shared))
    return list(st.multiselect(field.label, list(options), default=default, **shared))


def _ask_text(field: Text, key: str, start: Any) -> str:
    shared: dict[str, Any] = {
        "max_chars": field.longest,
        "key": key,
        "help": field.help or None,
        "placeholder": field.placeholder,
    }
    if field.lines > 1:
        return str(st.text_area(field.label, str(start), height=24 * field.lines + 32, persist_state=KEPT, **shared))
    return str(st.text_input(field.label, str(start), persist_state=KEPT, **shared))


def _ask_seed(field: Seed, key: str, start: Any) -> int:
    def roll() -> None:
        st.session_state[key] = random.randrange(runner.LARGEST_SEED + 1)

    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
        number = st.number_input(
            field.label, 0, runner.LARGEST_SEED, int(start), key=key, help=field.help or None, persist_state=KEPT
        )
        st.button("", key=f"{key}.die", help="Draw another", icon=":material/casino:", on_click=roll)
    return int(number)
