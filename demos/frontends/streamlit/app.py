"""CNN Lab in Streamlit: every demo is a page, and every field of ``demos.spec`` a widget."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import streamlit as st
from PIL import Image, ImageColor

from cnn_core.errors import LabError
from cnn_core.runtime import devices
from demos import lesson_file
from demos.catalogue import find_demos
from demos.frontends import presentation, start, welcome
from demos.frontends.streamlit.addresses import show_picture_brought
from demos.frontends.streamlit.home import glossary, home
from demos.frontends.streamlit.outputs import plain_text
from demos.frontends.streamlit.page import page, visit_of
from demos.frontends.streamlit.parts import ACCENT, STYLES
from demos.frontends.streamlit.sheets import sheets
from demos.spec import GROUPS, Demo

SIDEBAR = 240  # pixels
KERNEL = [(x, y, 1 - 0.3 * (abs(x - 1) + abs(y - 1))) for y in range(3) for x in range(3)]
SQUARES = "".join(
    f'<rect x="{10 * x + 1}" y="{10 * y + 1}" width="9" height="9" rx="1.5" fill-opacity="{opacity:.1f}"/>'
    for x, y, opacity in KERNEL
)
LOGO = f"""<svg xmlns="http://www.w3.org/2000/svg" width="150" height="32" viewBox="0 0 150 32" fill="{ACCENT}">{SQUARES}
<text x="42" y="23" font-family="sans-serif" font-size="22" font-weight="700">{presentation.NAME}</text></svg>"""


def main(demos: Sequence[Demo] | None = None) -> None:
    """Draws the page that the visitor chose. Streamlit calls it anew after each change.

    Args:
        demos: those to serve; None serves the whole catalogue.
    """
    st.set_page_config(page_icon=icon(), layout="wide", initial_sidebar_state=SIDEBAR)
    prepare()
    _refuse_password()
    _check_lesson()
    served = [_named(demo) for demo in demos] if demos is not None else catalogue()
    pages: dict[str, Any] = {}
    for demo in served:
        open_tab = partial(_open_tab, pages, {other.name: other for other in served})
        pages[demo.name] = st.Page(partial(page, demo, open_tab, pages), title=demo.title, url_path=demo.name)
    links = {demo: pages[demo.name] for group in GROUPS.values() for demo in served if demo.group == group}
    paper = st.Page(partial(sheets, {demo.name: demo for demo in served}), title=welcome.TO_PRINT, url_path=welcome.SHEET)
    pages[""] = st.Page(partial(home, links, paper), title="Start", url_path="", default=True)
    groups = {group: [pages[demo.name] for demo in served if demo.group == group] for group in GROUPS.values()}
    words = st.Page(glossary, title="Glossary", url_path=welcome.GLOSSARY)
    listed = {"": [pages[""], words, paper]} | {group: entries for group, entries in groups.items() if entries}
    chosen = st.navigation(listed, expanded=True)
    st.set_page_config(page_title=f"{chosen.title} · {presentation.NAME}")
    st.logo(LOGO, size="large")
    for sheet in STYLES:
        st.html(sheet)
    show_picture_brought()
    chosen.run()


def _refuse_password() -> None:
    """Shows nothing but a sentence where a password is wanted: Streamlit has none, and an open door would surprise."""
    if start.AUTH in os.environ:
        st.error("This server is to ask for a password (CNN_AUTH), which Streamlit cannot. Start Gradio: `python app.py`.")
        st.stop()


def _check_lesson() -> None:
    """Shows nothing but a sentence where CNN_LESSON names a file that cannot be used."""
    try:
        lesson_file.ways()
    except LabError as error:
        st.error(plain_text(str(error)))
        st.stop()


def _open_tab(pages: Mapping[str, Any], served: Mapping[str, Demo], name: str, values: Mapping[str, Any]) -> None:
    """Opens another demo's page with these inputs; its other inputs stay as this visitor left them."""
    visit_of(served[name]).take(values)
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
    """The kernel of the logo as a picture: a symbol's name would make the browser ask another host for it."""
    picture = Image.new("RGBA", (48, 48))
    for x, y, opacity in KERNEL:
        picture.paste((*ImageColor.getrgb(ACCENT), round(255 * opacity)), (16 * x + 1, 16 * y + 1, 16 * x + 15, 16 * y + 15))
    return picture
