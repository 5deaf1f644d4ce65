"""The page at the server's own address: what this is, and a link to every demo, so that each has an address of its own."""

from collections.abc import Mapping
from itertools import groupby

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demos.frontends import presentation
from demos.spec import Demo

NARROWEST_LINK = 260  # pixels of a demo's link and summary


def home(links: Mapping[Demo, StreamlitPage]) -> None:
    """Draws the start page: the demos by group, in the order in which they come."""
    st.title(presentation.NAME, anchor=False)
    st.markdown(presentation.PURPOSE)
    for group, demos in groupby(links, key=lambda demo: demo.group):
        st.subheader(group, anchor=False)
        with st.grid(3, min_column_width=NARROWEST_LINK, gap="small"):
            for demo in demos:
                with st.container(gap=None, key=f"link-{demo.name}"):
                    st.page_link(links[demo], label=f"**{demo.title}**")
                    st.caption(demo.summary)
