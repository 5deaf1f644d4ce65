"""The lesson beside the results: what one sees, things to try, the first question, and the way on."""

import re
from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demos import lesson_file
from demos.frontends import lessons
from demos.frontends.markup import Terms
from demos.frontends.streamlit.visit import Visit
from demos.paths import Place, place_at, places_of

HEADING = re.compile(r"(</?h)([3-6])")
Pages = Mapping[str, StreamlitPage]
"""The address of each demo's page -> the page, for links that Streamlit follows without loading all anew."""


def show_lesson(visit: Visit, pages: Pages) -> None:
    """Draws the card of a demo's lesson; a press of a thing to try sets the inputs, and the page runs."""
    demo, terms = visit.demo, Terms()
    place = place_at(places_of(demo.name, set(pages), lesson_file.ways()), visit.at_stop)
    with st.container(key="lesson", gap="xsmall"):
        asked = lessons.asked(place) if place is not None else ""
        st.html(f'<h2 class="spoken">Lesson</h2>{asked}{raised(lessons.what_you_see(demo.lesson, terms))}')
        if demo.lesson.tries:
            st.html(f"<h3>{lessons.TRY}</h3>")
        for number, tried in enumerate(demo.lesson.tries):
            st.button(tried.words, key=f"{demo.name}.try {number}", width="stretch", on_click=partial(visit.try_out, number))
        if visit.tried is not None:
            st.html(f'<div role="status">{lessons.what_to_watch(demo.lesson.tries[visit.tried])}</div>')
        own = lessons.own_questions(place, terms) if place is not None else ""
        st.html(own + raised(lessons.to_think_about(demo.lesson, terms)))
        if place is not None:
            st.html(f'<p class="way">{lessons.stands_at(place)}</p>')
            _lead_on(place.following, pages)


def raised(page: str) -> str:
    """The HTML with its headings one level higher: above the lesson Streamlit has a title, Gradio two."""
    return HEADING.sub(lambda found: f"{found[1]}{int(found[2]) - 1}", page)


def _lead_on(following: Place | None, pages: Pages) -> None:
    """The link to the next stop, with what its address says."""
    if following is not None:
        words = f"Next: {following.stop.asks} →"
        st.page_link(pages[following.stop.demo], label=words, width="stretch", query_params=following.query)
