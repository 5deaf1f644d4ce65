"""The page of one demo: inputs on the left, results on the right, the lesson below; on a phone one under the other."""

import contextlib
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn_core.errors import LabError
from demos import runner
from demos.frontends import presentation
from demos.frontends.streamlit.inputs import ask
from demos.frontends.streamlit.outputs import OpenTab, plain_text, show
from demos.frontends.streamlit.parts import paste_pictures
from demos.frontends.streamlit.visit import Visit, turns
from demos.spec import Demo

logger = logging.getLogger(__name__)
PATIENCE = 0.5  # seconds between two looks at whether the visitor still waits for this run


def page(demo: Demo, open_tab: OpenTab) -> None:
    """Draws a demo's page, and whatever goes wrong ends in a sentence on it."""
    st.title(demo.title, anchor=False)
    st.markdown(demo.summary)
    try:
        _bench(demo, open_tab)
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
    return st.session_state[key]


def _bench(demo: Demo, open_tab: OpenTab) -> None:
    visit = visit_of(demo)
    left, right = st.columns([2, 3], gap="large")
    with left:
        raw, pressed = ask(demo, visit)
        paste_pictures(f"{demo.name}.paste")
        with st.container(horizontal=True, gap="xsmall"):
            run = not demo.live and st.button("Run", type="primary", width="stretch", key=f"{demo.name}.run")
            if visit.steps is not None:
                st.button("Stop", key=f"{demo.name}.stop", icon=":material/stop:", on_click=visit.stop)
    with right:
        status = st.empty()
        _start(demo, visit, raw, pressed, run, status)
        _results(demo, visit, raw, open_tab)
    st.space("small")
    _beside(demo)
    if visit.steps is not None:  # all of the page stands: now the next step, and then all of the page again
        with turn(status):
            visit.go_on(demo)
        st.rerun()


def _start(
    demo: Demo, visit: Visit, raw: Mapping[str, Any], pressed: Mapping[str, bool], run: bool, status: DeltaGenerator
) -> None:
    """Runs the demo (a generator: to its first step) if Run or a button was pressed or a live demo's inputs are new."""
    if not run and not any(pressed.values()):
        if demo.examples and visit.untouched(raw):
            with status, st.spinner("Getting ready"):
                visit.open(demo, raw)
            return
        if not demo.live or visit.answers(raw):
            return
    visit.begin(demo, raw, pressed)
    with turn(status), contextlib.ExitStack() as shown:
        if not demo.live:  # a live one answers too soon for a sign of work
            shown.enter_context(status)
            shown.enter_context(st.spinner("Working"))
        visit.go_on(demo)


def _results(demo: Demo, visit: Visit, raw: Mapping[str, Any], open_tab: OpenTab) -> None:
    if visit.trouble:
        complain(visit.trouble)
    elif visit.result is None:
        st.caption("Press Run.")
    else:
        if not visit.answers(raw) and visit.steps is None:
            st.caption(":material/info: The inputs have changed since. Press Run.")
        show(demo, visit, visit.result, open_tab)


def _beside(demo: Demo) -> None:
    with st.expander("For the class", icon=":material/school:"):
        st.markdown(presentation.lesson_markdown(demo.lesson), unsafe_allow_html=True)
    with st.expander("Show the code", icon=":material/code:"):
        st.code(runner.source_of(demo), "python")


def complain(sentence: str) -> None:
    """Says what went wrong, in words for a person."""
    st.error(plain_text(sentence), icon=":material/error:")


@contextlib.contextmanager
def turn(status: DeltaGenerator) -> Iterator[None]:
    """A block in which this visitor may use the networks; waits for the others, and gives up when the visitor does."""
    while not turns().acquire(timeout=PATIENCE):
        status.caption("Others are being served; you are next in the queue.")  # Streamlit ends an outdated run here
    try:
        status.empty()
        yield
    finally:
        turns().release()
