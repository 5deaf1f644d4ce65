"""What all tests share: no connection may leave this machine, and torch has one thread."""

import os
import re
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from xdist.scheduler import LoadScopeScheduling

from cnn_core.runtime import recent
from demos.frontends.gradio import quick_import  # noqa: F401  (before any test imports Gradio)

torch.set_num_threads(1)
sys.dont_write_bytecode = False  # or each process would compile the project, and rewrite 200 files' asserts, anew: 14 s
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
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


FIRST = ("frontends/test_gradio", "frontends/test_streamlit")
"""Pages that share a browser and servers: the longest pieces of work, so they begin first, each in a process of its own."""


def group_of(nodeid: str) -> str:
    """What one process does as a whole where there are several: a front end's pages, a tab's contract, or a file's tests."""
    place, _, test = nodeid.removeprefix("tests/").partition("::")
    for pages in FIRST:
        if place.startswith(pages):
            return pages
    if place.startswith("demos/test_contract") and "[" in test:  # its tests share answers
        return re.split(r"[\[\]-]", test)[1]
    return place


class Grouped(LoadScopeScheduling):
    """Hands out whole groups (``-n 3``); xdist's own ``loadgroup`` finds no marks under pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Gives xdist our groups, in the order of the tests."""
    config.option.loadscopereorder = False
    return Grouped(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fast half alone does not even import the slow one."""
    return True if config.option.markexpr == "not slow" and is_slow(collection_path) else None


def is_slow(path: Path) -> bool:
    return HERE_ARE_TESTS in path.parents and path.relative_to(HERE_ARE_TESTS).as_posix().startswith(SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the slow half, so that ``-m "not slow"`` is the fast one; pages come first, then what else is slow.

    What is quick fills the last seconds: no process waits long for another one.
    """
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)
    slow = {group_of(item.nodeid) for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (group_of(item.nodeid) not in FIRST, group_of(item.nodeid) not in slow))
