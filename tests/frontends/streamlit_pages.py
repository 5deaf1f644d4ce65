"""What the tests of the Streamlit front end share: its pages, drawn without a browser."""

import functools
import re
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

# Each run of an AppTest looks anew for components in all that is installed (0.6 s); once a process is enough here
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)

SERVE = "from tests.frontends.streamlit_demos import *\napp.main([{}])"


# ---------------------------------------------------------------- pages


def opened(demos: str = "kitchen_sink.DEMO", at: str = "kitchen_sink", **query: str) -> AppTest:
    """The page at the address ``at`` of a server of these demos, at its first run."""
    page = AppTest.from_string(SERVE.format(demos), default_timeout=30)
    for name, value in query.items():
        page.query_params[name] = value
    return shows_no_traceback(run_at(page, at))


def run_at(page: AppTest, address: str) -> AppTest:
    """The first run of a page at an address such as "say"; ``AppTest.switch_page`` knows pages that are files only."""
    page._page_hash = calc_hash(address)
    page.run()
    page._page_hash = ""
    return page


def shows_no_traceback(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def elements(page: AppTest, kind: str) -> list[Any]:
    """The elements of a kind that AppTest has no attribute for."""
    return list(page.get(kind))


def containers(page: AppTest) -> dict[str, Any]:
    """The page's containers by their key, by which the style sheet knows them; those without one by a number."""
    found, ahead = {}, [page.main]
    while ahead:
        block = ahead.pop()
        key = re.sub(r"^\$\$\w+-\w+-", "", getattr(block.proto, "id", ""))
        found[key or f"number {len(found)}"] = block
        ahead += [child for child in block.children.values() if hasattr(child, "children")]
    return found


def unfold(page: AppTest, demo: str = "kitchen_sink") -> AppTest:
    """The page with "More results" opened."""
    page.session_state[f"{demo}.more"] = True
    return shows_no_traceback(page.run())


def texts(page: AppTest) -> str:
    """Everything written on the page."""
    kinds = ("markdown", "caption", "error", "warning")
    return "\n".join(str(element.value) for kind in kinds for element in elements(page, kind))


def named(elements: Any, label: str) -> Any:
    """The widget of this label."""
    return next(element for element in elements if element.label == label)
