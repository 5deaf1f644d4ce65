"""The lesson beside the results: what one sees, things to try, the first question, and the way on."""

from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demos import lesson_file
from demos.frontends import lessons
from demos.frontends.markup import Terms
from demos.frontends.streamlit.visit import Visit
from demos.paths import Place, place_at, places_of

Pages = Mapping[str, StreamlitPage]
"""The address of each demo's page -> the page, for links that Streamlit follows without loading all anew."""


def show_lesson(visit: Visit, pages: Pages) -> None:
    """Draws the card of a demo's lesson; a press of a thing to try sets the inputs, and the page runs."""
    demo, terms = visit.demo, Terms()
    place = place_at(places_of(demo.name, set(pages), lesson_file.ways()), visit.at_stop)
    with st.container(key="lesson", gap="xsmall"):
        if place is not None and place.path.numbered:
            st.html(lessons.asked(place))
        if demo.lesson.see:
            st.html(lessons.what_you_see(demo.lesson, terms))
        if demo.lesson.tries:
            st.html(f"<h4>{lessons.TRY}</h4>")
        for number, tried in enumerate(demo.lesson.tries):
            st.button(tried.words, key=f"{demo.name}.try {number}", width="stretch", on_click=partial(visit.try_out, number))
        if visit.tried is not None:
            st.html(f'<div role="status">{lessons.what_to_watch(demo.lesson.tries[visit.tried])}</div>')
        own = lessons.own_questions(place, terms) if place is not None else ""
        st.html(own + lessons.to_think_about(demo.lesson, terms))
        if place is not None:
            st.html(f'<p class="way">{lessons.stands_at(place)}</p>')
            _lead_on(place.following, pages)


def _lead_on(following: Place | None, pages: Pages) -> None:
    """The link to the next stop, with what its address says."""
    if following is not None:
        words = f"Next: {following.stop.asks} →"
        st.page_link(pages[following.stop.demo], label=words, width="stretch", query_params=following.query)
