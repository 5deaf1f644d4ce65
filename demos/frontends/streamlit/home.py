"""The pages at the server's own address: what this is, ways through the demos, a card for each; and the glossary."""

from collections.abc import Mapping
from itertools import groupby

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demos.frontends import presentation, welcome
from demos.paths import PATHS, Path
from demos.spec import Demo

NARROWEST_CARD = 220  # pixels of a demo's card
NARROWEST_WAY = 210


def home(links: Mapping[Demo, StreamlitPage]) -> None:
    """Draws the start page: the ways, then the demos by group, in the order in which they come."""
    st.title(presentation.NAME, anchor=False)
    st.markdown(presentation.PURPOSE)
    _draw_ways({demo.name: page for demo, page in links.items()})
    wanted = st.text_input(welcome.SEARCH, placeholder=welcome.SEARCH, label_visibility="collapsed").lower().split()
    found = [demo for demo in links if all(word in f"{demo.title} {demo.summary}".lower() for word in wanted)]
    if not found:
        st.caption("No demo has these words.")
    for group, demos in groupby(found, key=lambda demo: demo.group):
        st.subheader(group, anchor=False)
        with st.grid(4, min_column_width=NARROWEST_CARD, gap="small"):
            for demo in demos:
                with st.container(gap=None, key=f"link-{demo.name}"):
                    if (file := welcome.card_file(demo.name)).is_file():
                        st.image(str(file), width="stretch", alt="")
                    st.page_link(links[demo], label=f"**{demo.title}**")
                    st.caption(demo.summary)


def _draw_ways(pages: Mapping[str, StreamlitPage]) -> None:
    """The paths, each with links to those of its stops that are shown; one with fewer than two leads nowhere."""
    ways = [path for path in PATHS if len(_stops(path, pages)) > 1]
    if not ways:
        return
    with st.grid(min(len(ways), 4), min_column_width=NARROWEST_WAY, gap="small"):
        for path in ways:
            with st.container(border=True, key=f"ways-{PATHS.index(path)}", gap=None):
                st.markdown(f"**{path.title}** · {len(_stops(path, pages))} stops  \n{path.summary}")
                for demo, asks in _stops(path, pages):
                    st.page_link(pages[demo], label=asks)


def _stops(path: Path, pages: Mapping[str, StreamlitPage]) -> list[tuple[str, str]]:
    return [(stop.demo, stop.asks) for stop in path.stops if stop.demo in pages]


def glossary() -> None:
    """Draws the page of all technical terms."""
    st.html(welcome.glossary_page())
