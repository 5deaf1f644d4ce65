"""The lesson beside the results: what one sees, things to try, the first question, and the way on."""

from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demos.frontends import lessons
from demos.frontends.markup import Terms
from demos.frontends.streamlit.visit import Visit
from demos.paths import next_stop

Pages = Mapping[str, StreamlitPage]
"""The address of each demo's page -> the page, for links that Streamlit follows without loading all anew."""


def show_lesson(visit: Visit, pages: Pages) -> None:
    """Draws the card of a demo's lesson; a press of a thing to try sets the inputs, and the page runs."""
    demo, terms = visit.demo, Terms()
    with st.container(key="lesson", gap="xsmall"):
        if demo.lesson.see:
            st.html(lessons.what_you_see(demo.lesson, terms))
        if demo.lesson.tries:
            st.html(f"<h4>{lessons.TRY}</h4>")
        for number, tried in enumerate(demo.lesson.tries):
            st.button(tried.words, key=f"{demo.name}.try {number}", width="stretch", on_click=partial(visit.try_out, number))
        if visit.tried is not None:
            st.html(f'<div role="status">{lessons.what_to_watch(demo.lesson.tries[visit.tried])}</div>')
        st.html(lessons.to_think_about(demo.lesson, terms))
        following = next_stop(demo.name, set(pages))
        if following is not None:
            st.page_link(pages[following.demo], label=f"Next: {following.asks} →", width="stretch")
