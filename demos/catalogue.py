"""The folder is the catalogue: every module in ``demos/tabs/<group>/`` that has a ``DEMO`` is a tab of that group."""

import importlib
import logging
import pkgutil
from dataclasses import replace
from functools import cache

from cnn_core.errors import LabError
from demos import checks, runner, tabs
from demos.own_examples import with_own
from demos.spec import GROUPS, Choice, Demo, Lesson, Note

logger = logging.getLogger(__name__)
UNAVAILABLE = "This tab cannot be shown: a part of it is damaged or missing."
SHARED = "_"
"""What several tabs share lies beside them in modules whose names begin so."""


@cache
def demo_in(group: str, module: str) -> Demo | None:
    """The ``DEMO`` of ``demos/tabs/<group>/<module>.py``, named after it; None for a module that is no demo.

    Where it lacks something, such as a network whose card is damaged, a tab that says so stands in its place.
    """
    try:
        demo = getattr(importlib.import_module(f"{tabs.__name__}.{group}.{module}"), "DEMO", None)
        if demo is not None:
            _check_choices(demo)
    except LabError as error:
        logger.error("the tab %s: %s", module, error)
        demo = unavailable(module, error)
    return demo and with_own(replace(demo, name=module, group=GROUPS[group]))


def _check_choices(demo: Demo) -> None:
    """Raises LabError where there is nothing to choose from: both front ends ask when they draw the tab."""
    for field in demo.inputs.values():
        if isinstance(field, Choice) and not field.depends_on:
            checks.default_choice(field, runner.options_of(field, {}))


def is_unavailable(demo: Demo) -> bool:
    """Whether this tab stands in place of one that cannot be shown."""
    return demo.summary == UNAVAILABLE


def unavailable(module: str, error: LabError) -> Demo:
    """A tab in place of one that cannot be shown; it says what is the matter."""

    def run() -> str:
        raise error

    return Demo(
        title=module.replace("_", " ").capitalize(),
        summary=UNAVAILABLE,
        lesson=Lesson(
            notice=("Something that this tab needs is damaged or missing.", "The other tabs work without it."),
            questions=(
                ("What is the matter?", str(error)),
                ("How can it be mended?", "Restore the files in `weights/`, then start the program again."),
            ),
        ),
        inputs={},
        outputs=(Note(label="What is the matter", tone="warning"),),
        run=run,
        examples=({},),
    )


def demo_named(name: str) -> Demo:
    """The demo of that module name.

    Raises:
        KeyError: there is none.
    """
    return {demo.name: demo for demo in find_demos()}[name]


def find_demos() -> list[Demo]:
    """All demos, by group, then order, then title. A module with a mistake in it fails here, loudly."""
    found = []
    for group in GROUPS:
        folders = [f"{folder}/{group}" for folder in tabs.__path__]
        names = [entry.name for entry in pkgutil.iter_modules(folders) if not entry.name.startswith(SHARED)]
        found += [demo for name in names if (demo := demo_in(group, name)) is not None]
    places = list(GROUPS.values())
    return sorted(found, key=lambda demo: (places.index(demo.group), demo.order, demo.title))
