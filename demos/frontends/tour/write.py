"""Runs every example of every demo and writes what came of it as pages."""

import logging
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from cnn_core.errors import InputError, LabError
from demos import runner
from demos.frontends import presentation
from demos.frontends.tour import pages
from demos.frontends.tour.files import Files
from demos.spec import Demo

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent


def write_tour(demos: Sequence[Demo], folder: Path) -> None:
    """Writes the index and a page for each of ``demos`` into a new or empty folder.

    Raises:
        InputError: the folder holds something, or cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(f"{folder} is not empty. Name a folder that is new or empty.")
        shutil.copy(HERE / "tour.css", folder)
        shutil.copy(HERE.parent / "favicon.svg", folder)
        (folder / "index.html").write_text(pages.index(demos), encoding="utf-8")
        for demo in demos:
            since = time.monotonic()
            text = pages.demo_page(demo, demos, visits(demo), Files(folder))
            (folder / f"{demo.name}.html").write_text(text, encoding="utf-8")
            logger.info("%s: %d examples in %.0f s", demo.name, len(demo.examples), time.monotonic() - since)
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror}. Name another folder.") from error


def visits(demo: Demo) -> list[pages.Visited]:
    """Every example of a demo with the last answer that it has, or the sentence that came instead."""
    return [
        _visit(demo, title, number)
        for number, title in enumerate(presentation.example_titles(demo))
    ]  # fmt: skip


def _visit(demo: Demo, title: str, number: int) -> pages.Visited:
    example = demo.examples[number]
    last: runner.Answer | None = None
    try:
        # Nobody's visit: nothing is kept from one example for the next, so the times are true.
        for answer in runner.answers(demo, runner.example_values(demo, example), visitor=None):
            last = answer
    except LabError as error:
        return pages.Visited(title, example, last, str(error))
    return pages.Visited(title, example, last)
