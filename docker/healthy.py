"""Ends with 0 if the front end in this container answers that it is well, with 1 otherwise."""

import os
import sys
import urllib.request

ROOT = f"http://127.0.0.1:{os.environ.get('GRADIO_SERVER_PORT', '7860')}"
PLACES = {"/health": b'"status":"ok"', "/_stcore/health": b"ok"}
"""Gradio's place and Streamlit's, and what a front end that is well says there."""


def is_well(place: str, words: bytes) -> bool:
    """Whether these words are said at this place."""
    try:
        with urllib.request.urlopen(ROOT + place, timeout=4) as answer:
            return words in answer.read(10_000)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if any(is_well(place, words) for place, words in PLACES.items()) else 1)
