"""The folder is the catalogue: every module in ``demos/tabs/<group>/`` that has a ``DEMO`` is a tab of that group."""

import importlib
import pkgutil
from dataclasses import replace
from functools import cache

from demos import tabs
from demos.spec import GROUPS, Demo

SHARED = "_"
"""What several tabs share lies beside them in modules whose names begin so."""


@cache
def demo_in(group: str, module: str) -> Demo | None:
    """The ``DEMO`` of ``demos/tabs/<group>/<module>.py``, named after it; None for a module that is no demo."""
    demo = getattr(importlib.import_module(f"{tabs.__name__}.{group}.{module}"), "DEMO", None)
    return demo and replace(demo, name=module, group=GROUPS[group])


def demo_named(name: str) -> Demo:
    """The demo of that module name.

    Raises:
        KeyError: there is none.
    """
    return {demo.name: demo for demo in find_demos()}[name]


def find_demos() -> list[Demo]:
    """All demos, by group, then order, then title. A module that fails to import fails here, loudly."""
    found = []
    for group in GROUPS:
        folders = [f"{folder}/{group}" for folder in tabs.__path__]
        names = [entry.name for entry in pkgutil.iter_modules(folders) if not entry.name.startswith(SHARED)]
        found += [demo for name in names if (demo := demo_in(group, name)) is not None]
    places = list(GROUPS.values())
    return sorted(found, key=lambda demo: (places.index(demo.group), demo.order, demo.title))
