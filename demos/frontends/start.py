"""What comes before either front end, and before anything large is imported."""

import logging
import os

from cnn_core.errors import LabError
from demos.frontends import temporary

FORM = "%(asctime)s %(levelname)s %(message)s"
AUTH = "CNN_AUTH"
"""The environment variable that asks visitors for a name and a password."""


def prepare() -> None:
    """A log and a folder for temporary files; where there can be none, the program ends with a sentence."""
    set_up_log()
    try:
        temporary.folder()
    except LabError as error:
        raise SystemExit(str(error)) from None


def password() -> tuple[str, str] | None:
    """The (name, password) that visitors must know, as CNN_AUTH says them; None where everybody may come in.

    A value that is no name and password ends the program with a sentence: nobody shall believe in a door that is open.
    """
    wanted = os.environ.get(AUTH)
    if wanted is None:
        return None
    name, _, word = wanted.partition(":")
    if not name.strip() or not word.strip():
        raise SystemExit("CNN_AUTH must be a name, a colon and a password, such as CNN_AUTH=class:correct-horse-battery.")
    return name.strip(), word


def set_up_log() -> None:
    """One line an event, with its time, of what this project has to say; of libraries only what went wrong."""
    logging.basicConfig(format=FORM, level=logging.ERROR)
    for name in ("cnn_core", "demos"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
