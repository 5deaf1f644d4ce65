"""A server on this machine that stands for torchvision's: sends files, resumes, and misbehaves as it is told."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Site:
    """What a server has and does.

    Attributes:
        files: path -> bytes.
        address: where it is, without a slash at the end.
        resumes: whether it sends the rest of a file from the byte that is asked for.
        cut_after: how many bytes it sends before it drops the connection; None: all.
        pause: set to let go of answers that wait in the middle; None: they do not wait.
        asked: the Range of each request, "" where there was none.
    """

    files: dict[str, bytes]
    address: str = ""
    resumes: bool = True
    cut_after: int | None = None
    pause: threading.Event | None = None
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def serve(files: dict[str, bytes]) -> Iterator[Site]:
    """A site with these files."""
    site = Site(files)

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            send(self, site)

        def log_message(self, *words: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        site.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield site
        if site.pause is not None:
            site.pause.set()
        server.shutdown()


def send(answer: http.server.BaseHTTPRequestHandler, site: Site) -> None:
    wanted = answer.headers.get("Range", "")
    site.asked.append(wanted)
    data = site.files.get(answer.path)
    if data is None:
        answer.send_error(404)
        return
    begun = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and site.resumes else 0
    if begun and begun >= len(data):
        answer.send_error(416)
        return
    answer.send_response(206 if begun else 200)
    if begun:
        answer.send_header("Content-Range", f"bytes {begun}-{len(data) - 1}/{len(data)}")
    answer.send_header("Content-Length", str(len(data) - begun))
    answer.end_headers()
    rest = memoryview(data)[begun:]  # no copy: a test measures memory
    sent = rest if site.cut_after is None else rest[: site.cut_after]
    with contextlib.suppress(OSError):  # who asked may be gone
        answer.wfile.write(sent[: len(sent) // 2])
        answer.wfile.flush()
        if site.pause is not None:
            site.pause.wait(20)
        answer.wfile.write(sent[len(sent) // 2 :])
