"""The folder is the catalogue: every module here that has a ``DEMO`` is a tab."""

import importlib
import pkgutil
from dataclasses import replace
from functools import cache

import demos
from demos.spec import GROUPS, Demo


@cache
def demo_in(module: str) -> Demo | None:
    """The ``DEMO`` of one module, named after it; None for a module that is no demo."""
    demo = getattr(importlib.import_module(f"demos.{module}"), "DEMO", None)
    return demo and replace(demo, name=module)


def find_demos() -> list[Demo]:
    """All demos, by group, then order, then title. A module that fails to import fails here, loudly."""
    found = [demo for entry in pkgutil.iter_modules(demos.__path__) if (demo := demo_in(entry.name)) is not None]
    return sorted(found, key=lambda demo: (GROUPS.index(demo.group), demo.order, demo.title))
