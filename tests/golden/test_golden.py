"""A golden photograph for every shipped network: one of the app's own samples, from file to answer, with tight numbers."""

import importlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from cnn_core.runtime import weights

FAMILIES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("test_"))
"""Modules beside this one, each with ``CHECKS``: weights name -> a function that asserts its answer."""


def checks(family: str) -> dict[str, Callable[[], None]]:
    found: dict[str, Callable[[], None]] = importlib.import_module(f"tests.golden.{family}").CHECKS
    return found


ALL = [(name, check) for family in FAMILIES for name, check in checks(family).items()]


def test_every_shipped_network_has_one() -> None:
    counts = Counter(name for name, _ in ALL)
    assert sorted(counts) == weights.names()
    assert set(counts.values()) == {1}


@pytest.mark.parametrize("check", [check for _, check in ALL], ids=[name for name, _ in ALL])
def test_golden_photograph(check: Callable[[], None]) -> None:
    check()
