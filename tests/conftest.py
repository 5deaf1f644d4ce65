"""What all tests share: no connection may leave this machine, and torch has one thread."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
import torch

from cnn_core.runtime import recent
from demos.frontends.gradio import quick_import  # noqa: F401  (before any test imports Gradio)

torch.set_num_threads(1)
os.environ["CNN_PUBLIC_DOWNLOADS"] = "0"  # no page offers to fetch
os.environ["CNN_PUBLIC_WEIGHTS"] = str(Path(__file__).parent / "no public weights")  # there is no such folder
HERE_ARE_TESTS = Path(__file__).parent
HERE = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}
_connect = socket.socket.connect


def connect_here_only(self: socket.socket, address: Any) -> None:
    """Like socket.connect, but an address on another machine fails the test that wanted it."""
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in HERE:
        raise AssertionError(f"a connection to {address[0]} was tried; nothing may leave this machine")
    _connect(self, address)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test gets an answer that a network gave in another."""
    recent.forget()


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Any:
    """Blocks connections to other hosts for the whole run."""
    socket.socket.connect = connect_here_only  # type: ignore[method-assign]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


SLOW = (
    "demos/test_contract", "demos/test_own_pixels", "demos/test_new_tab", "demos/tabs", "frontends", "golden",
    "training/test_recipes", "runtime/test_public", "tasks/test_public_tasks", "mutants",
)  # fmt: skip
"""Everything in these files and folders opens a page, a whole tab or a shipped network: the slow half."""


def group_of(place: str, item: pytest.Item) -> str | None:
    """What one process does where there are several (``-n 2 --dist loadgroup``): the pages, or a tab's contract."""
    if place.startswith(("frontends/test_gradio", "frontends/test_streamlit")):
        return "pages"  # they share a browser and servers
    if place.startswith("demos/test_contract") and hasattr(item, "callspec"):
        return f"contract of {item.callspec.params['demo'].name}"  # its tests share answers
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the slow half, so that ``-m "not slow"`` is the fast one, and what one process should do."""
    for item in items:
        place = item.path.relative_to(HERE_ARE_TESTS).as_posix()
        if place.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
        if group := group_of(place, item):
            item.add_marker(pytest.mark.xdist_group(group))
