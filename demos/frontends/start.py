"""What comes before either front end, and before anything large is imported."""

import logging

from cnn_core.errors import LabError
from demos.frontends import temporary

FORM = "%(asctime)s %(levelname)s %(message)s"


def prepare() -> None:
    """A log and a folder for temporary files; where there can be none, the program ends with a sentence."""
    set_up_log()
    try:
        temporary.folder()
    except LabError as error:
        raise SystemExit(str(error)) from None


def set_up_log() -> None:
    """One line an event, with its time, of what this project has to say; of libraries only what went wrong."""
    logging.basicConfig(format=FORM, level=logging.ERROR)
    for name in ("cnn_core", "demos"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
