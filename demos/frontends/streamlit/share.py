"""The way to this very place for others: a link, and the same as a QR code. Drawn when it is opened."""

import re
from urllib.parse import urlencode

import streamlit as st

from demos.frontends.codes import LONGEST, code_of
from demos.spec import Demo

ALONE = "It works on this machine alone, unless the lab listens at `--server.address 0.0.0.0` and is opened by its address."
READ = "A telephone in this network can read the code."


def show_link(demo: Demo) -> None:
    """Folded: the address of what the page shows, with a button that copies it, and its code."""
    place = st.expander("Link to this", icon=":material/link:", key=f"{demo.name}.link", on_change="rerun")
    if not place.open:
        return
    address = address_of_page(st.context.url or "", {name: str(value) for name, value in st.query_params.to_dict().items()})
    with place:
        st.code(address, None, wrap_lines=True)
        if len(address) <= LONGEST:
            st.image(code_of(address).decode(), width=200, alt="QR code of the link")
            st.caption(ALONE if is_alone(address) else READ)


def address_of_page(url: str, query: dict[str, str]) -> str:
    """The page's address with what its inputs hold, commas as they are."""
    words = urlencode(query).replace("%2C", ",")
    return f"{url}?{words}" if words else url


def is_alone(address: str) -> bool:
    """Whether an address leads to the machine that it is opened on, whichever that is."""
    return re.match(r"https?://(localhost|127\.|\[::1\])", address) is not None
