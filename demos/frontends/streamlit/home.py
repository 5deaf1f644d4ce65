"""The pages at the server's own address: what this is, ways through the demos, a card for each; and the glossary."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demos import lesson_file
from demos.frontends import presentation, welcome
from demos.paths import Place
from demos.spec import Demo

NARROWEST_CARD = 220  # pixels of a demo's card
NARROWEST_WAY = 210


Titled = Mapping[str, tuple[StreamlitPage, str]]
"""Name of a demo -> its page and its title."""


def home(links: Mapping[Demo, StreamlitPage], sheet: StreamlitPage) -> None:
    """Draws the start page: the ways, then the demos by group, in the order in which they come.

    ``sheet``: the page of the questions to print.
    """
    st.title(presentation.NAME, anchor=False)
    st.markdown(presentation.PURPOSE)
    titled = {demo.name: (page, demo.title) for demo, page in links.items()}
    _draw_ways([path.places(titled) for path in lesson_file.ways()], titled, sheet)
    wanted = st.text_input(welcome.SEARCH, placeholder=welcome.SEARCH, label_visibility="collapsed").lower().split()
    found = [demo for demo in links if all(word in f"{demo.title} {demo.summary}".lower() for word in wanted)]
    if not found:
        st.caption("No demo has these words.")
    for group, demos in groupby(found, key=lambda demo: demo.group):
        st.header(group, anchor=False)
        with st.grid(4, min_column_width=NARROWEST_CARD, gap="small"):
            for demo in demos:
                with st.container(gap=None, key=f"link-{demo.name}"):
                    if (file := welcome.card_file(demo.name)).is_file():
                        st.image(str(file), width="stretch", alt="")
                    st.page_link(links[demo], label=f"**{demo.title}**")
                    st.caption(demo.summary)


def _draw_ways(paths: Sequence[Sequence[Place]], pages: Titled, sheet: StreamlitPage) -> None:
    """The paths: a lecturer's lesson as cards in order, then the others as links; a way to one place leads nowhere."""
    for k, places in enumerate(paths, 1):
        if places and places[0].path.numbered:
            st.header(places[0].path.title, anchor=False)
            st.markdown(places[0].path.summary)
            with st.grid(4, min_column_width=NARROWEST_CARD, gap="small"):
                for place in places:
                    _draw_stop(place, *pages[place.stop.demo])
            st.page_link(sheet, label=welcome.TO_PRINT, query_params={"path": str(k)})
    ways = [(k, places) for k, places in enumerate(paths, 1) if len(places) > 1 and not places[0].path.numbered]
    if not ways:
        return
    with st.grid(min(len(ways), 4), min_column_width=NARROWEST_WAY, gap="small"):
        for k, places in ways:
            with st.container(border=True, key=f"ways-{k}", gap=None):
                st.markdown(f"**{places[0].path.title}** · {len(places)} stops  \n{places[0].path.summary}")
                for place in places:
                    st.page_link(pages[place.stop.demo][0], label=place.stop.asks)
                st.page_link(sheet, label=welcome.TO_PRINT, query_params={"path": str(k)})


def _draw_stop(place: Place, page: StreamlitPage, title: str) -> None:
    """A lesson's stop as a card."""
    with st.container(gap=None, key=f"link-stop-{place.number}"):
        if (file := welcome.card_file(place.stop.demo)).is_file():
            st.image(str(file), width="stretch", alt="")
        st.page_link(page, label=f"**{place.number}. {place.stop.asks}**", query_params=place.query)
        st.caption(title)


def glossary() -> None:
    """Draws the page of all technical terms."""
    st.html(welcome.glossary_page())
