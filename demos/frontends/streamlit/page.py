"""The page of one demo: inputs on the left, results on the right, the lesson below; on a phone one under the other."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn_core.errors import LabError
from demos import runner
from demos.frontends import presentation
from demos.frontends.streamlit.addresses import bring_picture, dress, follow_address, write_address
from demos.frontends.streamlit.inputs import ask
from demos.frontends.streamlit.lesson import Pages, show_lesson
from demos.frontends.streamlit.outputs import OpenTab, plain_text, show
from demos.frontends.streamlit.parts import SKELETON, paste_pictures, working_html
from demos.frontends.streamlit.runs import Run
from demos.frontends.streamlit.share import show_link
from demos.frontends.streamlit.visit import Seen, Visit
from demos.frontends.streamlit.workers import workers
from demos.spec import Demo

logger = logging.getLogger(__name__)
WIDTHS, DRAWN = (25, 45, 28), (21, 53, 25)  # of controls, results and lesson; a drawing with numbers in it needs more
GRACE = 0.2  # seconds in which most networks answer: for so long the page waits before it says that work goes on
MOST_ELEMENTS = 3  # of one output: its label, itself, its legend
PATIENCE = 0.25  # seconds between two looks at whether the visitor still waits for this run


def page(demo: Demo, open_tab: OpenTab, pages: Pages) -> None:
    """Draws a demo's page, and whatever goes wrong ends in a sentence on it."""
    dress(demo)
    st.title(demo.title, anchor=False)
    st.markdown(demo.summary)
    try:
        with st.container(key="bench"):
            _bench(demo, open_tab, pages)
    except LabError as error:
        complain(str(error))
    except Exception:
        logger.exception("the page of %s failed", demo.name)
        complain(runner.UNEXPECTED)


def visit_of(demo: Demo) -> Visit:
    """What this visitor's session remembers of the demo's page; new at the first time."""
    key = f"visit of {demo.name}"
    if key not in st.session_state:
        st.session_state[key] = Visit.of(demo)
    visit: Visit = st.session_state[key]
    return visit


def _bench(demo: Demo, open_tab: OpenTab, pages: Pages) -> None:
    visit = visit_of(demo)
    bring_picture(visit)
    follow_address(visit)
    arrival = visit.arrive()
    left, right, lesson = st.columns(DRAWN if presentation.is_drawn(demo) else WIDTHS, gap="medium")
    with left, st.container(key="inputs"):
        st.html('<h2 class="spoken">Picture and controls</h2>')
        raw, pressed = ask(demo, visit)
        write_address(visit, raw)
        paste_pictures(f"{demo.name}.paste")
        run = not demo.live and st.button("Run", type="primary", width="stretch", key=f"{demo.name}.run")
    _ask(visit, raw, pressed, run, arrival)
    seen = _under_way(visit)
    with right, st.container(key="results"):
        st.html('<h2 class="spoken">Result</h2>')
        place = st.empty()  # always there: what stands below it is not drawn anew when a run begins or ends
        if seen.run is not None:
            with place.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                status = st.empty()
                st.button(demo.stop, key=f"{demo.name}.stop", icon=":material/stop:", on_click=visit.stop)
            _show_work(seen.run, status)
        _results(visit, seen, raw, open_tab)
    with lesson:
        show_lesson(visit, pages)
        # Streamlit 1.67 colours code that nobody sees, too, which takes the browser seconds: so it is drawn when opened.
        code = st.expander("Show the code", icon=":material/code:", key=f"{demo.name}.code", on_change="rerun")
        if code.open:
            code.code(runner.source_of(demo), "python")
        show_link(demo)
    if seen.run is not None:  # all of the page stands: when the next step has ended, all of it is drawn again
        while not seen.run.wait(seen.taken, PATIENCE):
            _show_work(seen.run, status)  # Streamlit ends an outdated drawing here; the run goes on without it
        st.rerun()


def _ask(visit: Visit, raw: Mapping[str, Any], pressed: Mapping[str, bool], run: bool, arrival: int) -> None:
    """Asks the demo if something was pressed, or nobody has asked yet, or a live demo's inputs are new."""
    tried, visit.due = visit.due, None
    if run or tried is not None or any(pressed.values()):
        visit.begin(raw, {**pressed, **(tried or {})}, arrival)
    elif visit.demo.examples and visit.untouched(raw):
        visit.open(raw, arrival)
    elif visit.demo.live and not visit.answers(raw):
        visit.begin(raw, pressed, arrival)


def _under_way(visit: Visit) -> Seen:
    """What there is to show, and the next step begun. A question just asked has a moment to be answered first."""
    seen = visit.seen()
    if seen.run is not None and seen.taken == 0:
        seen.run.advance(0)
        seen.run.wait(0, GRACE)
        seen = visit.seen()
    if seen.run is not None:
        seen.run.advance(seen.taken)
    return seen


def _show_work(run: Run, status: DeltaGenerator) -> None:
    """Says how far the work is. The same words twice are no change on the page."""
    place, progress = workers().place(run), run.progress
    if place:
        status.html(working_html(f"Waiting for the networks: number {place} in the queue."))
    elif progress is not None:
        share, words = progress
        status.progress(min(max(share, 0.0), 1.0), plain_text(words))
    else:
        step = f" · step {run.taken + 1}" if run.has_steps else ""
        status.html(working_html(f"Working{step} · {time.monotonic() - run.since:.0f} s"))


def _results(visit: Visit, seen: Seen, raw: Mapping[str, Any], open_tab: OpenTab) -> None:
    if seen.trouble:
        complain(seen.trouble)
    elif seen.result is not None:
        with st.container():
            if seen.run is None and not visit.answers(raw):
                st.caption(":material/info: The inputs have changed since. Press Run.")
            show(visit.demo, visit, seen.result, open_tab)
            if seen.run is not None:
                _cover_the_rest(visit.demo)
    elif seen.run is None:
        st.caption("Press Run." if seen.asked is None else "Stopped before there was an answer.")
    elif visit.demo.live and visit.answered:
        st.container()  # for a moment the browser leaves here what stood here
    else:
        st.html(SKELETON)


def _cover_the_rest(demo: Demo) -> None:
    """Takes the places of what a longer answer before had below this step: Streamlit clears them only after the last."""
    for _ in range(MOST_ELEMENTS * len(demo.outputs) + 2):  # the facts, and what is folded away
        st.empty()


def complain(sentence: str) -> None:
    """Says what went wrong, in words for a person."""
    st.error(plain_text(sentence), icon=":material/error:")
