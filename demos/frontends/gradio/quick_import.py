"""Imports Gradio without the files that it writes for editors.

Each time Gradio 6.31 is imported it reads the source of its every component, parses it twice and compares what an editor
would like to know (.pyi files): half of the seconds that its import takes.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

WRITER = "gradio.component_meta"


class _Quiet(Loader):
    """Loads Gradio's module as it is, but for the function that writes."""

    def __init__(self, plain: Loader) -> None:
        self.plain = plain

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.plain.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.plain.exec_module(module)
        module.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]


class _Finder(MetaPathFinder):
    """Finds that one module, and nothing else."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == WRITER else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Quiet(spec.loader)
        return spec


def prepare() -> None:
    """From now on ``import gradio`` writes nothing."""
    if WRITER not in sys.modules:
        sys.meta_path.insert(0, _Finder())


prepare()
