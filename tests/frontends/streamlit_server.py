"""A Streamlit server of its own process, for browser tests."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.frontends.conftest import free_port

REPOSITORY = Path(__file__).resolve().parents[2]


@contextmanager
def served(folder: Path, module: str) -> Iterator[str]:
    """The address of a server that calls ``serve()`` of a module of tests.frontends, with this repository's own settings."""
    script, port = folder / "serve.py", free_port()
    script.write_text(f"from tests.frontends import {module}\n\n{module}.serve()\n")
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "CNN_DEVICE": "cpu"}
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)
