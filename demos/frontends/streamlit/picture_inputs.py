"""Pictures, places on them, and examples, as Streamlit widgets."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import streamlit as st

from demos.frontends import presentation
from demos.frontends.streamlit.addresses import keep_picture
from demos.frontends.streamlit.parts import cards_to_press, picture_to_click
from demos.frontends.streamlit.pictures import View, view_of
from demos.frontends.streamlit.visit import Visit
from demos.frontends.streamlit.widgets import key_of, place_of
from demos.spec import Demo, Picture, Pictures, Point

PREVIEW = 900  # pixels of the longest side of an uploaded picture's preview
THUMBNAIL = 160


# ---------------------------------------------------------------- pictures


def ask_picture(demo: Demo, visit: Visit, name: str, field: Picture) -> Any:
    """A preview, a file widget, and a camera for those who want it. Returns the file's bytes, an array, or None."""
    views = visit.views_of(name, PREVIEW)
    with st.container(gap="xsmall"):
        _label(field, "")
        if views:
            among = sum(isinstance(entry, Picture) for entry in demo.inputs.values())
            with st.container(key=f"preview-{'one-of-several-' if among > 1 else ''}{key_of(demo, name)}"):
                show_picture(demo, visit, name, views[0], field.label, key_of(demo, name), small=True)
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
    return visit.pictures[name]


def ask_pictures(demo: Demo, visit: Visit, name: str, field: Pictures) -> list[Any]:
    """Small previews and a widget for several files. Returns their bytes, or an example's arrays."""
    views = visit.views_of(name, THUMBNAIL)
    with st.container(gap="xsmall"):
        _label(field, f"At most {field.most}.")
        with st.container(horizontal=True, gap="xsmall"):
            for view in views:
                st.image(view.file, width=76, output_format=view.kind, alt=field.label)
        file_key = f"{key_of(demo, name)}.files{visit.round}"
        st.file_uploader(
            field.label, "image/*", accept_multiple_files=True, key=file_key, label_visibility="collapsed",
            on_change=partial(_uploaded, demo, visit, name, file_key),
        )  # fmt: skip
    return list(visit.pictures[name])


def _label(field: Picture | Pictures, limit: str) -> None:
    small = f"{field.help} {limit}".strip()
    st.markdown(f"**{field.label}**" + (f"  \n:small[:gray[{small}]]" if small else ""))


def _uploaded(demo: Demo, visit: Visit, name: str, key: str) -> None:
    """Takes the files out of a widget. A place that was chosen on the picture before is forgotten."""
    held = st.session_state[key]
    files = held if isinstance(held, list) else [] if held is None else [held]
    visit.take_files(name, [(file.name, file.getvalue()) for file in files])
    if (point := point_on(demo, name)) is not None:
        visit.preset[point] = None
    keep_picture(visit, name)


def show_picture(demo: Demo, visit: Visit, place: str, view: View, alt: str, key: str, **look: bool) -> None:
    """A picture; where a Point lies on it (``place`` is the input's name or the output's label), one to click."""
    point = point_on(demo, place)
    if point is None:
        st.image(view.file, width="stretch", output_format=view.kind, alt=alt)
    else:
        clicked: Callable[[tuple[int, int]], None] = partial(visit.preset.__setitem__, point)
        picture_to_click(view, alt, place_of(demo, visit, point), f"{key}.click", clicked, **look)


# ---------------------------------------------------------------- places


def ask_point(demo: Demo, name: str, field: Point, start: Any) -> tuple[int, int] | None:
    """A place as two numbers, for the keyboard; the picture that it lies on can be clicked, too."""
    key = key_of(demo, name)
    values = []
    st.caption(f"**{field.label}** · {field.help or 'click the picture'}")
    columns = st.container(key=f"coordinates-{key}").columns(2, wrap=False)
    for axis, column, first in zip("xy", columns, start or (None, None), strict=True):
        with column:
            values.append(
                st.number_input(
                    f"{field.label}: {axis}", 0, None, first, 1, key=f"{key}.{axis}", placeholder=axis,
                    label_visibility="collapsed", persist_state="session",
                )
            )  # fmt: skip
    x, y = values
    return None if x is None or y is None else (int(x), int(y))


def point_on(demo: Demo, picture: str) -> str | None:
    """The name of the Point that is chosen by a click on this input (by name) or output (by label), if there is one."""
    return next((name for name, field in demo.inputs.items() if isinstance(field, Point) and field.on == picture), None)


# ---------------------------------------------------------------- examples


def draw_examples(demo: Demo, visit: Visit) -> None:
    """A row of the demo's examples; one alone is what the page opened with."""
    if len(demo.examples) > 1:
        st.caption("Examples")
        chosen = partial(_choose, visit)
        cards_to_press(_cards(demo), f"{demo.name}.examples", chosen, kind="Example", label="Examples")


def _choose(visit: Visit, example: int) -> None:
    visit.take_example(example)
    visit.touched = True


@cache
def _cards(demo: Demo) -> list[dict[str, str]]:
    """What the buttons of the demo's examples show; worked out once, from sample pictures only.

    The words (``words``) stand under those pictures that appear twice.
    """
    pictures = [presentation.example_picture(demo, example) for example in demo.examples]
    settings = [presentation.example_settings(demo, example) or "default settings" for example in demo.examples]
    cards = []
    for plain, picture, label in zip(settings, pictures, presentation.example_titles(demo), strict=True):
        url = "" if picture is None else view_of(picture, largest=THUMBNAIL).url
        again = picture is not None and sum(other is picture for other in pictures) > 1
        same = [words for words, other in zip(settings, pictures, strict=True) if other is picture]
        differs = label if demo.example_titles or same.count(plain) > 1 else plain
        cards.append({"label": label, "url": url, "words": label if picture is None else differs if again else ""})
    return cards
