"""An input field -> Streamlit widgets that return its value."""

import random
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import streamlit as st

from demos import runner
from demos.frontends import presentation
from demos.frontends.streamlit_parts import examples_row, picture_to_click
from demos.frontends.streamlit_pictures import View, view_of
from demos.frontends.streamlit_visit import Visit
from demos.spec import Button, Choice, Demo, Input, Memory, Picture, Pictures, Point, Seed, Slider, Text, Toggle

PREVIEW = 900  # pixels of the longest side of an uploaded picture's preview
THUMBNAIL = 160
MOST_IN_A_ROW = 4  # options that stand side by side; more of them fold into a list
LONGEST_ROW = 44  # characters in such a row
PERMALINK = "query-params"


def key_of(demo: Demo, name: str) -> str:
    """The name of an input's widget, also in the page's address."""
    return f"{demo.name}.{name}"


# ---------------------------------------------------------------- all of a demo's inputs


def ask(demo: Demo, visit: Visit) -> tuple[dict[str, Any], dict[str, bool]]:
    """Draws the inputs. Returns the value of each (but for memory), and which buttons were pressed just now."""
    for name, value in visit.preset.items():
        _set(demo, name, value)
    visit.preset.clear()
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
    """A place on the page for each input: pictures, examples, the others, and those that are folded away."""
    slots = {}
    entries = {name: field for name, field in demo.inputs.items() if not isinstance(field, Memory)}
    open_ones = {name: field for name, field in entries.items() if not field.folded}
    pictures = [name for name, field in open_ones.items() if isinstance(field, Picture | Pictures)]
    for name in pictures:
        slots[name] = st.container()
        for point in (n for n, f in open_ones.items() if isinstance(f, Point) and f.on == name):
            slots[point] = st.container()
    _draw_examples(demo, visit)
    for name in open_ones:
        if name not in slots:
            slots[name] = st.container()
    if len(slots) < len(entries):
        with st.expander("More"):
            slots |= {name: st.container() for name in entries if name not in slots}
    return slots


def _ask_one(demo: Demo, visit: Visit, name: str, field: Input, raw: Mapping[str, Any]) -> Any:
    key, start = key_of(demo, name), visit.start[name]
    match field:
        case Picture():
            return _ask_picture(demo, visit, name, field)
        case Pictures():
            return _ask_pictures(demo, visit, name, field)
        case Choice():
            return _ask_choice(field, key, start, raw)
        case Slider():
            return _ask_slider(field, key, start)
        case Toggle():
            return st.toggle(field.label, bool(start), key=key, help=field.help or None, bind=PERMALINK)
        case Text():
            return _ask_text(field, key, start)
        case Seed():
            return _ask_seed(field, key, start)
        case Point():
            return _ask_point(demo, name, field, start)
    raise TypeError(f"there is no widget for {type(field).__name__}")


def _set(demo: Demo, name: str, value: Any) -> None:
    """Gives an input's widget a value, before it is drawn."""
    if isinstance(demo.inputs[name], Point):
        x, y = value if value is not None else (None, None)
        st.session_state[f"{key_of(demo, name)}.x"] = x
        st.session_state[f"{key_of(demo, name)}.y"] = y
    else:
        st.session_state[key_of(demo, name)] = list(value) if isinstance(value, tuple) else value


# ---------------------------------------------------------------- numbers, words, choices


def _ask_slider(field: Slider, key: str, start: Any) -> float:
    kind = int if isinstance(field.step, int) else float
    digits = 0 if kind is int else len(f"{field.step:f}".rstrip("0").partition(".")[2])
    low, high, step, value = (kind(number) for number in (field.low, field.high, field.step, start))
    form = "%d" if kind is int else f"%.{digits}f"
    return st.slider(field.label, low, high, value, step, form, key=key, help=field.help or None, bind=PERMALINK)


def _ask_choice(field: Choice, key: str, start: Any, raw: Mapping[str, Any]) -> Any:
    options = dict(runner.options_of(field, raw))
    if field.several:
        return _ask_several(field, options, key, start)
    default = start if start in options else runner.default_of(field, raw)
    if st.session_state.get(key, default) not in options:
        st.session_state[key] = default  # what it depends on has changed: the old value means nothing now
    shared = {"format_func": options.__getitem__, "key": key, "help": field.help or None, "bind": PERMALINK}
    if len(options) <= MOST_IN_A_ROW and len("".join(options.values())) <= LONGEST_ROW and not field.depends_on:
        return st.segmented_control(field.label, list(options), default=default, required=True, **shared)
    return st.selectbox(field.label, list(options), index=list(options).index(default), **shared)


def _ask_several(field: Choice, options: Mapping[str, str], key: str, start: Any) -> list[str]:
    default = [value for value in start if value in options]
    if any(value not in options for value in st.session_state.get(key) or ()):
        st.session_state[key] = [value for value in st.session_state[key] if value in options]
    shared = {"format_func": options.__getitem__, "key": key, "help": field.help or None, "bind": PERMALINK}
    if len(options) <= 2 * MOST_IN_A_ROW:
        return list(st.pills(field.label, list(options), selection_mode="multi", default=default, **shared))
    return list(st.multiselect(field.label, list(options), default=default, **shared))


def _ask_text(field: Text, key: str, start: Any) -> str:
    """Words stay out of the page's address: a shared computer would remember them."""
    shared = {"max_chars": field.longest, "key": key, "help": field.help or None, "placeholder": field.placeholder}
    if field.lines > 1:
        return st.text_area(field.label, str(start), height=24 * field.lines + 32, persist_state="session", **shared)
    return st.text_input(field.label, str(start), persist_state="session", **shared)


def _ask_seed(field: Seed, key: str, start: Any) -> int:
    def roll() -> None:
        st.session_state[key] = random.randrange(runner.LARGEST_SEED + 1)

    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
        number = st.number_input(
            field.label, 0, runner.LARGEST_SEED, int(start), key=key, help=field.help or None, bind=PERMALINK
        )
        st.button("", key=f"{key}.die", help="Draw another", icon=":material/casino:", on_click=roll)
    return int(number)


def _ask_point(demo: Demo, name: str, field: Point, start: Any) -> tuple[int, int] | None:
    """A place as two numbers, for the keyboard; the picture that it lies on can be clicked, too."""
    key = key_of(demo, name)
    values = []
    st.caption(f"**{field.label}** · {field.help or 'click the picture'}")
    for axis, column, first in zip("xy", st.columns(2, wrap=False), start or (None, None), strict=True):
        with column:
            values.append(
                st.number_input(
                    f"{field.label}: {axis}", 0, None, first, 1, key=f"{key}.{axis}", placeholder=axis,
                    label_visibility="collapsed", persist_state="session",
                )
            )  # fmt: skip
    x, y = values
    return None if x is None or y is None else (int(x), int(y))


def place_of(demo: Demo, visit: Visit, name: str) -> tuple[int, int] | None:
    """Where a Point is now, before its own widgets are drawn."""
    start = visit.start[name] or (None, None)
    x, y = (st.session_state.get(f"{key_of(demo, name)}.{axis}", first) for axis, first in zip("xy", start, strict=True))
    return None if x is None or y is None else (x, y)


def point_on(demo: Demo, picture: str) -> str | None:
    """The name of the Point that is chosen by a click on this input (by name) or output (by label), if there is one."""
    return next((name for name, field in demo.inputs.items() if isinstance(field, Point) and field.on == picture), None)


# ---------------------------------------------------------------- pictures


def _ask_picture(demo: Demo, visit: Visit, name: str, field: Picture) -> Any:
    views = visit.views_of(name, PREVIEW)
    st.markdown(f"**{field.label}**")
    if views:
        with st.container(key=f"preview-{key_of(demo, name)}"):
            show_picture(demo, visit, name, views[0], field.label, key_of(demo, name))
    file_key, camera_key = (f"{key_of(demo, name)}.{way}{visit.round}" for way in ("file", "camera"))
    st.file_uploader(
        field.label, "image/*", key=file_key, label_visibility="collapsed",
        on_change=partial(_uploaded, demo, visit, name, file_key),
    )  # fmt: skip
    if st.toggle("Camera", key=f"{camera_key}.wanted"):  # a browser asks for leave only when the camera is wanted
        st.camera_input(
            field.label, key=camera_key, label_visibility="collapsed",
            on_change=partial(_uploaded, demo, visit, name, camera_key),
        )  # fmt: skip
    if field.help:
        st.caption(field.help)
    return visit.pictures[name]


def _ask_pictures(demo: Demo, visit: Visit, name: str, field: Pictures) -> list[Any]:
    st.markdown(f"**{field.label}**")
    views = visit.views_of(name, THUMBNAIL)
    if views:
        with st.container(horizontal=True, gap="small"):
            for view in views:
                st.image(view.png, width=76, output_format="PNG", alt=field.label)
    file_key = f"{key_of(demo, name)}.files{visit.round}"
    st.file_uploader(
        field.label, "image/*", accept_multiple_files=True, key=file_key, label_visibility="collapsed",
        on_change=partial(_uploaded, demo, visit, name, file_key),
    )  # fmt: skip
    st.caption(field.help or f"At most {field.most}.")
    return visit.pictures[name]


def _uploaded(demo: Demo, visit: Visit, name: str, key: str) -> None:
    """Takes the files out of a widget. A place that was chosen on the picture before is forgotten."""
    file = st.session_state[key]
    visit.pictures[name] = [one.getvalue() for one in file] if isinstance(file, list) else file and file.getvalue()
    if (point := point_on(demo, name)) is not None:
        visit.preset[point] = None


def show_picture(demo: Demo, visit: Visit, place: str, view: View, alt: str, key: str) -> None:
    """A picture; where a Point lies on it (``place`` is the input's name or the output's label), one to click."""
    point = point_on(demo, place)
    if point is None:
        st.image(view.png, width="stretch", output_format="PNG", alt=alt)
    else:
        clicked: Callable[[tuple[int, int]], None] = partial(visit.preset.__setitem__, point)
        picture_to_click(view, alt, place_of(demo, visit, point), f"{key}.click", clicked)


# ---------------------------------------------------------------- examples


def _draw_examples(demo: Demo, visit: Visit) -> None:
    if len(demo.examples) > 1:

        def chosen(number: int) -> None:
            visit.take(demo, runner.example_values(demo, demo.examples[number]))

        st.caption("Examples")
        examples_row(_cards(demo), f"{demo.name}.examples", chosen)


@cache
def _cards(demo: Demo) -> list[dict[str, str]]:
    """What the buttons of the demo's examples show; worked out once, from sample pictures only."""
    cards = []
    for example in demo.examples:
        picture = presentation.example_picture(demo, example)
        url = "" if picture is None else view_of(picture, largest=THUMBNAIL).url
        cards.append({"label": presentation.example_title(demo, example), "url": url})
    return cards
