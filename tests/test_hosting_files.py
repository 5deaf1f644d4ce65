"""The files for hosts: what the Dockerfile copies is there and enough, its entry point starts what it is told to."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def copied() -> list[str]:
    """Every file and folder that the image gets."""
    return [name for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]


def test_what_is_copied_is_there_and_sent() -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert all((ROOT / name).exists() for name in copied())
    assert not [name for name in copied() if any(fnmatch(name, pattern) for pattern in ignored)]


def test_what_the_app_needs_is_copied() -> None:
    needed = {"app.py", "pyproject.toml", "requirements.txt", "cnn_core", "demos", "weights", ".streamlit"}
    assert needed <= set(copied())  # pyproject.toml: its version is in /health


def test_nobody_serves_as_root_and_no_registry_is_named() -> None:
    lines = DOCKERFILE.splitlines()
    assert lines.index("USER lab") < next(k for k, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert not re.search(r"https?://", DOCKERFILE)
    assert 'ARG PIP_ARGS=""' in lines


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A folder with a python and a streamlit that only say what they were told."""
    for name in ("python", "streamlit"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "python app.py\n"),
        (["gradio"], "python app.py\n"),
        (
            ["streamlit"],
            "streamlit run app.py --server.headless true --logger.hideWelcomeMessage true "
            "--server.address 0.0.0.0 --server.port 7870\n",
        ),
    ],
)
def test_the_entry_point_starts_what_it_is_told(told: Path, words: list[str], expected: str) -> None:
    path = {"PATH": f"{told}:{os.environ['PATH']}", "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "7870"}
    ran = subprocess.run(["sh", "docker/start.sh", *words], cwd=ROOT, env=path, capture_output=True, text=True, check=True)
    assert ran.stdout == expected


def test_the_entry_point_refuses_other_words() -> None:
    ran = subprocess.run(["sh", "docker/start.sh", "bash"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (2, "Expected gradio or streamlit, got bash.\n")


class Server(BaseHTTPRequestHandler):
    """Says ``words`` at ``place`` and that there is nothing anywhere else."""

    place, words = "", b""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == self.place else 404)
        self.end_headers()
        self.wfile.write(self.words)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


@pytest.mark.parametrize(
    ("place", "words", "expected"),
    [
        ("/health", b'{"status":"ok","version":"1"}', 0),
        ("/health", b'{"status":"damaged","version":"1"}', 1),
        ("/health", b"<!doctype html>", 1),  # Streamlit answers every address by its page
        ("/_stcore/health", b"ok", 0),
        ("/other", b'{"status":"ok"}', 1),
    ],
)
def test_the_health_check(port: int, place: str, words: bytes, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "place", place)
    monkeypatch.setattr(Server, "words", words)
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port)}
    ran = subprocess.run([sys.executable, "docker/healthy.py"], cwd=ROOT, env=environment, check=False)
    assert ran.returncode == expected


def test_the_health_check_without_a_server() -> None:
    environment = os.environ | {"GRADIO_SERVER_PORT": "9"}
    assert subprocess.run([sys.executable, "docker/healthy.py"], cwd=ROOT, env=environment, check=False).returncode == 1


def test_every_setting_is_on_the_page_for_hosts() -> None:
    sources = [ROOT / "app.py", *(ROOT / "cnn_core").rglob("*.py"), *(ROOT / "demos").rglob("*.py")]
    used = {name for path in sources for name in re.findall(r"\bCNN_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    listed = set(re.findall(r"^\| `(CNN_[A-Z_]+)`", (ROOT / "docs/hosting.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert "CNN_DEVICE" in used and used == listed


def test_links_within_the_page_for_hosts_lead_somewhere() -> None:
    text = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    heads = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^##+ (.+)$", text, re.MULTILINE)
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert links and links <= heads
    assert all((ROOT / path).is_file() for path in re.findall(r"`(tests/[^`]+\.py)`", text))
