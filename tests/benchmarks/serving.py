"""A server of its own for a measurement: started, warmed up, its CPU and memory read (Linux), stopped."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 120.0
STREAMLIT = ("-m", "streamlit", "run", "app.py", "--server.headless=true")


class Server:
    """The app in a process of its own: Gradio's, or with ``app="streamlit"`` Streamlit's.

    Attributes:
        url: where it answers, with a slash at the end.
        started: seconds until its first page came.
    """

    def __init__(self, port: int, folder: Path, log: Path | None = None, app: str = "gradio") -> None:
        self.url = f"http://127.0.0.1:{port}/"
        environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "TMPDIR": str(folder), "CNN_THREADS": "1"}
        begun = time.perf_counter()
        with (log or Path(os.devnull)).open("ab") as words:
            command = ["app.py"] if app == "gradio" else [*STREAMLIT, f"--server.port={port}"]
            self._process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=environment, stdout=words, stderr=words
            )
        with httpx.Client(timeout=5) as client:  # one: making it takes a while
            while True:
                try:
                    client.get(self.url).raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
        self.started = time.perf_counter() - begun
        self.folder = folder

    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self, kind: str = "VmRSS") -> float:
        """Its memory in MB; VmHWM is the most it ever had."""
        text = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith(kind)).split()[1]) / 1024

    def files(self) -> int:
        """Files and folders that lie in its folder for temporary ones."""
        return sum(1 for _ in self.folder.rglob("*"))

    def stop(self) -> None:
        """Ends it as a host does."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


@contextmanager
def server(folder: Path, log: Path | None = None, app: str = "gradio") -> Iterator[Server]:
    """A server on a free port; it keeps its files in ``folder`` and writes its log to ``log``."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    started = Server(port, folder, log, app)
    try:
        yield started
    finally:
        started.stop()


def photograph(seed: int) -> bytes:
    """A JPEG of 640 x 480 coloured patches, another for each seed."""
    patches = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.kron(patches, np.ones((40, 40, 1), np.uint8))).save(file, "JPEG")
    return file.getvalue()


def payload(endpoint: dict[str, Any], path: str) -> list[Any]:
    """The inputs of a public function: the uploaded picture where it asks for one, defaults otherwise."""
    picture = {"path": path, "meta": {"_type": "gradio.FileData"}}
    return [q["parameter_default"] if q["parameter_has_default"] else picture for q in endpoint["parameters"]]
