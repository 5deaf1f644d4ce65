"""The page's address and the visitor's picture: where a page opens, and what it hands on."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnn_core.errors import LabError
from cnn_core.images import opening
from demos import addresses, runner
from demos.frontends.streamlit.pictures import view_of
from demos.frontends.streamlit.visit import Visit
from demos.frontends.streamlit.widgets import touched
from demos.paths import STOP
from demos.spec import Demo, Point

OWN, LOOKS = "the visitor's picture", "what the page shows"
THUMBNAIL = 200


def follow_address(visit: Visit) -> None:
    """Takes over what the address says, if somebody typed it, followed a link or went back; before anything is drawn.

    A browser that was touched again before it got the page's new address still sends the one before: then the touch counts.
    """
    pressed = touched(visit)
    query = {name: value for name, value in st.query_params.to_dict().items() if isinstance(value, str)}
    known = {name: value for name, value in query.items() if name in visit.demo.inputs or name == addresses.EXAMPLE}
    elsewhere = query.get(STOP, visit.at_stop) != visit.at_stop  # at another stop of a lesson, which may say nothing more
    visit.at_stop = query.get(STOP, visit.at_stop)
    if pressed or not (elsewhere or (known and known != visit.query)):
        return  # Streamlit's own links lead to an address that says nothing: the page stays as this visitor left it
    visit.query = known
    example, values = addresses.inputs_in(visit.demo, known)
    if elsewhere:  # nothing stays of what another stop has set
        before = runner.defaults(visit.demo)
        values = {name: before[name] for name in addresses.plain_inputs(visit.demo) if visit.example is None} | values
    if visit.demo.examples and (addresses.EXAMPLE in known or visit.example is not None):
        visit.take_example(example)
    visit.take(values)


def write_address(visit: Visit, raw: Mapping[str, Any]) -> None:
    """Makes the address say what the inputs hold; what it says of the page itself stays."""
    visit.drawn = {name: value for name, value in raw.items() if name in addresses.plain_inputs(visit.demo)}
    visit.query = addresses.query_of(visit.demo, raw, visit.example)
    wanted = visit.query | ({STOP: visit.at_stop} if visit.at_stop else {}) | _looks()
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _looks() -> dict[str, str]:
    """What the address said of the page itself, here or on the page before: Streamlit's own links take it away."""
    now = {name: value for name, value in st.query_params.to_dict().items() if name in addresses.KEPT}
    looks: dict[str, str] = st.session_state.setdefault(LOOKS, {})
    looks.update(now)
    return dict(looks)


def dress(demo: Demo) -> None:
    """Shows of a page what its address says: ?lesson=1 without controls, ?hide=iou,stage without some, ?big=1 projected."""
    looks = _looks()
    hidden = [name for name in looks.get("hide", "").split(",") if name in demo.inputs]
    rules = [f".st-key-{demo.name}-{name} {{ display: none; }}" for name in hidden]
    rules += [".st-key-inputs { display: none; }"] * (looks.get("lesson") == "1")
    rules += ["html { font-size: 20px; }"] * (looks.get("big") == "1")
    if rules:
        st.html(f"<style>{' '.join(rules)}</style>")


def keep_picture(visit: Visit, name: str) -> None:
    """From now on the picture in this input goes along, if it is just any photograph; taken away, it is forgotten."""
    if name == visit.demo.photograph:
        picture = visit.pictures[name]
        visit.brought = st.session_state[OWN] = picture if opening.can_be_opened(picture) else None


def bring_picture(visit: Visit) -> None:
    """Puts the picture that the visitor gave elsewhere into a page that takes a photograph, or takes it out again."""
    own = st.session_state.get(OWN)
    name = visit.demo.photograph
    if name is None or own is visit.brought:
        return
    visit.brought = own
    if own is None:
        visit.take_example(0) if visit.demo.examples else visit.take(runner.defaults(visit.demo))
        return
    points = {n: None for n, field in visit.demo.inputs.items() if isinstance(field, Point)}
    visit.take({name: own, **points, **visit.brought_with(name)})
    visit.example = None


def show_picture_brought() -> None:
    """The visitor's picture beside the list of pages, and the way to forget it."""
    own = st.session_state.get(OWN)
    if own is None:
        return
    try:
        view = view_of(opening.open_picture(own), largest=THUMBNAIL)
    except LabError:
        return  # cut off: the page says so
    with st.sidebar:
        st.image(view.file, width=96, output_format=view.kind, alt="Your picture")
        st.caption("Your picture goes along from page to page.")
        st.button("Forget it", key="forget the picture", on_click=_forget)


def _forget() -> None:
    st.session_state[OWN] = None
