"""CNN Lab in Streamlit: every demo is a page, and every field of ``demos.spec`` a widget."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import streamlit as st
from PIL import Image

from cnn_core import devices
from demos.catalogue import find_demos
from demos.frontends import presentation
from demos.frontends.streamlit_page import page, visit_of
from demos.frontends.streamlit_parts import STYLE
from demos.spec import GROUPS, Demo

SIDEBAR = 240  # pixels


def main(demos: Sequence[Demo] | None = None) -> None:
    """Draws the page of the demo that the visitor chose. Streamlit calls it anew after each change.

    Args:
        demos: those to serve; None serves the whole catalogue.
    """
    st.set_page_config(presentation.NAME, icon(), "wide", SIDEBAR)
    prepare()
    st.html(STYLE)
    served = [_named(demo) for demo in demos] if demos is not None else catalogue()
    pages: dict[str, Any] = {}
    for demo in served:
        open_tab = partial(_open_tab, pages, {other.name: other for other in served})
        pages[demo.name] = st.Page(partial(page, demo, open_tab), title=demo.title, url_path=demo.name)
    groups = {group: [pages[demo.name] for demo in served if demo.group == group] for group in GROUPS}
    st.navigation({group: entries for group, entries in groups.items() if entries}, expanded=True).run()


def _open_tab(pages: Mapping[str, Any], served: Mapping[str, Demo], name: str, values: Mapping[str, Any]) -> None:
    """Opens another demo's page with these inputs; its other inputs stay as this visitor left them."""
    visit_of(served[name]).take(served[name], values)
    st.switch_page(pages[name], query_params={})


@cache
def prepare() -> None:
    """What is done once, before the first page."""
    devices.set_threads()


@cache
def catalogue() -> list[Demo]:
    """All demos; kept, because first answers are kept by demo."""
    return find_demos()


@cache
def _named(demo: Demo) -> Demo:
    """The demo with a name for its page's address."""
    return demo if demo.name else replace(demo, name=re.sub(r"\W+", "_", demo.title.lower()))


@cache
def icon() -> Image.Image:
    """A kernel of 3 x 3, drawn here: a symbol's name would make the browser ask another host for it."""
    picture = Image.new("RGBA", (48, 48))
    for row, column in ((r, c) for r in range(3) for c in range(3)):
        strength = 255 - 60 * (abs(row - 1) + abs(column - 1))
        picture.paste((79, 70, 229, strength), (16 * column + 1, 16 * row + 1, 16 * column + 15, 16 * row + 15))
    return picture
