"""The server's log: one line an event, with its time; no noise of libraries about pictures that are not quite right."""

import logging

FORM = "%(asctime)s %(levelname)s %(message)s"


def set_up() -> None:
    """Sends what this project has to say to the error stream, and of all others only what went wrong."""
    logging.basicConfig(format=FORM, level=logging.ERROR)
    for name in ("cnn_core", "demos"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
