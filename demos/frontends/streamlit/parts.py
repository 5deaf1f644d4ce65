"""The small parts that Streamlit lacks: a picture to click, cards, scenes, shares as bars.

All but the last are components of a few lines of JavaScript each, within the page (no frame, nothing to install); those lie
in ``components/``.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from demos.frontends import scene_files
from demos.frontends.streamlit.pictures import View

COMPONENTS = Path(__file__).with_name("components")


def _component(name: str) -> ComponentRenderer:
    """A component of what there is of ``components/<name>.html``, ``.css`` and ``.js``."""
    files = (COMPONENTS / f"{name}.{kind}" for kind in ("html", "css", "js"))
    html, css, js = (file.read_text(encoding="utf-8") if file.exists() else None for file in files)
    return st.components.v2.component(f"cnn_lab_{name}", html=html, css=css, js=js)


# ---------------------------------------------------------------- a picture to click

_point = _component("point")


def picture_to_click(
    view: View,
    alt: str,
    place: tuple[int, int] | None,
    key: str,
    clicked: Callable[[tuple[int, int]], None],
    *,
    small: bool = False,
    pixelated: bool = False,
) -> None:
    """A picture with a ring at ``place``; ``clicked`` gets the pixel (x, y) of the picture itself, not of its view."""

    def on_place_change() -> None:
        x, y = st.session_state[key]["place"]
        clicked((int(x), int(y)))

    size = {"width": view.width, "height": view.height, "small": small, "pixelated": pixelated}
    _point(key=key, data={"url": view.url, "alt": alt, "place": place, **size}, on_place_change=on_place_change)


# ---------------------------------------------------------------- the clipboard

_paste = _component("paste")


def paste_pictures(key: str) -> None:
    """From now on a picture pasted into the page goes to the file widget in use, or else the first."""
    _paste(key=key, height=1)


# ---------------------------------------------------------------- cards to press

_cards = _component("cards")


def cards_to_press(
    cards: Sequence[Mapping[str, str]], key: str, chosen: Callable[[int], None], *, kind: str, label: str, **look: bool
) -> None:
    """Buttons with a small picture (``url``), ``words`` or both; ``chosen`` gets the number of the one pressed.

    Args:
        cards: each with a ``label`` besides.
        key: of the component.
        chosen: is called before the page is drawn anew.
        kind: what each is, "Example"; people who cannot see it hear it before the card's label.
        label: what they are together.
        look: ``large`` for results, which stand in a grid; ``pixelated`` where every pixel means something.
    """

    def on_chosen_change() -> None:
        chosen(int(st.session_state[key]["chosen"]))

    data = {"cards": [dict(card) for card in cards], "kind": kind, "label": label, "large": False, "pixelated": False} | look
    _cards(key=key, data=data, on_chosen_change=on_chosen_change)


# ---------------------------------------------------------------- scenes


@cache
def _scene(script: str) -> ComponentRenderer:
    source, style = scene_files.script_for_streamlit(script), scene_files.style(script)
    return st.components.v2.component(f"cnn_lab_scene_{script}", html=scene_files.MARKUP, css=style, js=source)


def scene(script: str, data: Mapping[str, Any], key: str, touched: Callable[[Any], None]) -> None:
    """A drawing that lives in the browser; ``touched`` gets what a touch says, before the page is drawn anew."""
    _scene(script)(key=key, data=dict(data), on_touch_change=lambda: touched(st.session_state[key]["touch"]))


# ---------------------------------------------------------------- signs of work and shares, as HTML

STYLES = [Path(__file__).with_name(f"{name}.css") for name in ("page", "lesson")]
ACCENT = "#168f95"  # the theme's colour, legible on the light page and on the dark one


SKELETON = '<div class="lab-skeleton" aria-hidden="true"><i></i><i></i><i></i></div>'


def working_html(words: str) -> str:
    """A turning wheel and words beside it."""
    return f'<p class="lab-working" role="status">{escape(words)}</p>'


def bars_html(shares: Mapping[str, float], colours: Mapping[str, str]) -> str:
    """A row for each share, longest first: name, bar, percentage. A bar has its name's colour where one is given."""
    rows = []
    for name, share in sorted(shares.items(), key=lambda pair: -pair[1]):
        style = f"width:{100 * min(max(share, 0), 1):.2f}%;background:{colours.get(name, ACCENT)}"
        rows.append(f'<dt>{escape(name)}</dt><dd><i><b style="{style}"></b></i><em>{escape(percent(share))}</em></dd>')
    return f'<dl class="lab-bars">{"".join(rows)}</dl>'


def percent(share: float) -> str:
    """A share in percent with as many digits as tell it from 0 and from 1."""
    return f"{share:.0%}" if share >= 0.0995 or share == 0 else f"{share:.1%}" if share >= 0.0005 else "<0.1%"
