"""An output field and what there is to show for it -> Streamlit elements."""

import contextlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from cnn_core.errors import LabError
from demos.checks import check_point
from demos.frontends import chart_tools, picture_scenes, presentation
from demos.frontends.picture_scenes import Pictured
from demos.frontends.streamlit.parts import bars_html, cards_to_press, scene
from demos.frontends.streamlit.picture_inputs import point_on
from demos.frontends.streamlit.pictures import Folded, LookedAt, Result, is_nothing
from demos.frontends.streamlit.visit import Visit
from demos.spec import (
    Bars,
    BeforeAfter,
    ClassMap,
    Demo,
    Download,
    Memory,
    Note,
    OpenIn,
    Picture,
    Pictures,
    Plot,
    Point,
    Regions,
    Scene,
    Table,
)

Shown = Pictured | Pictures | Bars | Table | Plot | Scene | Note | Download | OpenIn
OpenTab = Callable[[str, Mapping[str, Any]], None]
MOST_PLAIN_ROWS = 12
LONGEST_LARGE = 90  # characters of a headline in the largest letters
NARROWEST_PICTURE = 100  # pixels in a grid on a phone
FEW_PIXELS = 128  # of a pixelated picture's longer side: filling the column, it would outshine everything else
MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~:&])")


def show(demo: Demo, visit: Visit, result: Result, open_tab: OpenTab) -> None:
    """Draws a result: headline, main picture, the other outputs in their order, the facts, and what is folded away."""
    order = presentation.by_weight(demo)
    pairs = [
        (field, shown)
        for field, shown in ((demo.outputs[k], result.shown[k]) for k in order)
        if not isinstance(field, Memory) and not is_nothing(shown)
    ]
    for field, shown in pairs:
        if not isinstance(shown, Folded):
            _show_one(demo, visit, field, shown, result.colours, open_tab)
    if result.facts:
        st.caption(presentation.keep_together(result.facts))
    folded = [(field, shown) for field, shown in pairs if isinstance(shown, Folded)]
    if folded:
        more = st.expander("More results", key=f"{demo.name}.more", on_change="rerun")
        with more:
            for field, shown in folded if more.open else ():
                _show_one(demo, visit, field, shown.shown, result.colours, open_tab)


def _show_one(demo: Demo, visit: Visit, field: Shown, shown: Any, colours: Mapping[str, str], open_tab: OpenTab) -> None:
    """Draws one output. Bars of a name that is also a region have that region's colour."""
    key = f"{demo.name}.{re.sub(r'[^a-z0-9]+', '-', field.label.lower())}"
    _title(field)
    match field:
        case Note():
            _show_note(field, shown)
        case Picture() | BeforeAfter() | Regions() | ClassMap():
            _look_at(demo, visit, field, shown, key)
        case Pictures():
            if field.chooses:
                _show_choices(demo, visit, field, shown, key)
            else:
                _show_pictures(field, shown, key)
        case Bars():
            st.html(bars_html(shown, colours))
        case Table():
            _show_table(field, shown)
        case Plot():
            with st.container(key=f"plot-{key}"):
                st.vega_lite_chart(spec=shown.spec, theme=None, width="stretch")
                scene(chart_tools.SCRIPT, shown.tools, f"save-{key}", lambda sent: None)
        case Scene():
            scene(field.script, shown, key, partial(visit.touch, field))
        case Download():
            name, data = shown
            st.download_button(field.label, data, name, key=key, on_click="ignore", icon=":material/download:")
        case OpenIn():
            if st.button(f"{field.label} →", key=key):
                open_tab(field.demo, shown)


def _title(field: Shown) -> None:
    """The label, where the output does not show it itself, and the help below it."""
    if not isinstance(field, Note | Download | OpenIn | Pictured):
        st.markdown(f"**{field.label}**" + (f"  \n:small[:gray[{field.help}]]" if field.help else ""))


def _look_at(demo: Demo, visit: Visit, field: Pictured, shown: LookedAt, key: str) -> None:
    """A picture with tools to look at it closely; where a Point lies on it, one to click."""
    point = point_on(demo, field.label)
    few = isinstance(field, Picture) and field.pixelated and max(shown.data["width"], shown.data["height"]) <= FEW_PIXELS
    more = {"urls": [view.url for view in shown.views], "clickable": point is not None, "tiny": few, "help": field.help}

    def clicked(sent: Any) -> None:
        entry = demo.inputs.get(point or "")
        with contextlib.suppress(LabError):  # the browser may say anything
            if isinstance(entry, Point) and isinstance(sent, Mapping):
                visit.preset[str(point)] = check_point(entry, sent.get("place"))

    scene(picture_scenes.SCRIPT, {**shown.data, **more}, key, clicked)


def _show_note(field: Note, text: str) -> None:
    if field.tone == "warning":
        st.warning(text, icon=":material/warning:")
    elif field.tone == "headline":
        with st.container(key=f"headline-{'long-' if len(text) > LONGEST_LARGE else ''}{field.label}"):
            st.markdown(text)
    else:
        st.markdown(text)


def _show_pictures(field: Pictures, shown: list[Any], key: str) -> None:
    """A grid of ``field.columns``, fewer on a phone."""
    grid_key = f"{'pixelated' if field.pixelated else 'picture'}-grid-{key}"
    with st.grid(min(field.columns, len(shown)), min_column_width=NARROWEST_PICTURE, key=grid_key):
        for view, caption in shown:
            st.image(view.file, caption or None, width="stretch", output_format=view.kind, alt=caption or field.label)


def _show_choices(demo: Demo, visit: Visit, field: Pictures, shown: list[Any], key: str) -> None:
    """Pictures of which a press chooses one."""
    cards = [
        {"label": caption or str(number), "words": caption, "url": view.url}
        for number, (view, caption) in enumerate(shown, 1)
    ]
    chosen = partial(visit.pick, field.chooses)
    cards_to_press(cards, key, chosen, kind="Choose", label=field.label, large=True, pixelated=field.pixelated)


def _show_table(field: Table, rows: list[Any]) -> None:
    """A short table as plain text, which everyone can read; a long one to scroll and sort."""
    columns = {name: [row[k] for row in rows] for k, name in enumerate(field.columns)}
    if len(rows) > MOST_PLAIN_ROWS:
        st.dataframe(columns, hide_index=True, alt=field.label)
    else:
        plain = {name: [plain_text(str(cell)) for cell in cells] for name, cells in columns.items()}
        st.table(plain, border="horizontal", hide_index=True, alt=field.label)


def plain_text(sentence: str) -> str:
    """Text in which Markdown finds no marks: a file name or a visitor's words may hold anything."""
    return MARKDOWN.sub(r"\\\1", sentence)
