"""A lecturer's own photographs as the examples of every tab that takes one picture: ``CNN_EXAMPLES=folder``."""

import logging
import os
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from cnn_core.errors import PictureError
from cnn_core.images import opening, samples
from cnn_core.images.samples import Sample
from demos.spec import Demo, Picture, Pictures

logger = logging.getLogger(__name__)
FOLDER = "CNN_EXAMPLES"
"""The environment variable that names the folder."""
MOST = 24
"""Photographs that are shown: as many as a page has room for."""
OWN = "own:"
"""How the names of such samples begin."""


def with_own(demo: Demo) -> Demo:
    """The demo with the lecturer's photographs as its examples; the demo itself where there are none, or it takes others."""
    name, shown = only_picture(demo), photographs(os.environ.get(FOLDER, ""))
    if not shown or name is None:
        return demo
    return replace(demo, examples=tuple({name: photograph} for photograph in shown), example_titles=())


def only_picture(demo: Demo) -> str | None:
    """The name of the one picture that a demo needs; None if it needs none, several, or faces (then it is private)."""
    needed = [name for name, field in demo.inputs.items() if isinstance(field, Picture | Pictures) and not field.optional]
    alone = len(needed) == 1 and isinstance(demo.inputs[needed[0]], Picture)
    return needed[0] if alone and not demo.private else None


@cache
def photographs(folder: str) -> tuple[str, ...]:
    """The names of the samples made of a folder's photographs, in the order of its files; () without a folder or pictures.

    It is read once. A file that is no picture is left out, and the log says why.
    """
    if not folder:
        return ()
    names: list[str] = []
    for file in files_in(folder):
        if len(names) == MOST:
            logger.warning("%s: only the first %d photographs in %s are shown", FOLDER, MOST, folder)
            break
        try:
            picture = opening.for_the_screen(opening.open_picture(file))
        except PictureError as error:
            logger.warning("%s: %s is left out: %s", FOLDER, file.name, error)
            continue
        name = f"{OWN}{file.name}"
        samples.add(
            name, Sample(file.stem.replace("_", " "), "the lecturer's own photograph", draw=partial(np.asarray, picture))
        )
        names.append(name)
    if not names:
        logger.warning("%s: there is no picture in %s; the tabs keep their own examples", FOLDER, folder)
    return tuple(names)


def files_in(folder: str) -> list[Path]:
    """A folder's files in alphabetical order, hidden ones left out; none where it cannot be read, and the log says so."""
    try:
        return sorted(file for file in Path(folder).iterdir() if file.is_file() and not file.name.startswith("."))
    except OSError as error:
        logger.warning("%s: %s cannot be read: %s", FOLDER, folder, error)
        return []
