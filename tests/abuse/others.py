"""Requests that call no function: files, uploads, names of other servers, and every other way in that Gradio has."""

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.abuse.answers import Answer, judge_plain
from tests.abuse.target import API, Judged, Target
from tests.abuse.values import FORMS, JUNK, UPLOAD_NAMES
from tests.benchmarks.serving import photograph

WAYS_TO_FILES = (
    f"{API}/file=", f"{API}/file/", "static/", "assets/", "svelte/", f"{API}/custom_component/", f"{API}/proxy=",
    f"{API}/stream/a/b/",
)  # fmt: skip
POSTS = (
    "cancel", "reset", "component_server", "process_recording", "vibe-edit", "undo-vibe-edit", "vibe-code",
    "vibe-starter-queries", "run-history/connect", "stream/abuse", "stream/abuse/close", "profiling/clear", "no/such/way",
)  # fmt: skip
GETS = (
    "config?page=../..", "config?page=no_such", "config?page=%00", "gradio_api/info?page=no", "gradio_api/info?serialize=x",
    "gradio_api/openapi.json", "gradio_api/queue/status", "gradio_api/queue/data", "gradio_api/queue/data?session_hash=%00",
    "gradio_api/call/classify/no_such", "gradio_api/call/v2/no/no", "gradio_api/upload_progress?upload_id=no",
    "gradio_api/deep_link?session_hash=no", "?deep_link=../../x", "detect?deep_link=%00", "detect?with=../../etc/passwd",
    "detect?with=%ff%00", "monitoring", "monitoring/summary", "monitoring/x", "gradio_api/runs", "gradio_api/dev/reload",
    "gradio_api/run-history/buckets", "gradio_api/run-history/records", "gradio_api/run-history/records/a/b/assets/c",
    "gradio_api/vibe-code", "gradio_api/profiling/traces", "gradio_api/app_id", "gradio_api/token", "gradio_api/user",
    "login", "logout", "no_such_page", "a" * 5000, "%00", "%ff", "robots.txt", "manifest.json", "pwa_icon", "pwa_icon/-1",
    "pwa_icon/999999", "pwa_icon/..%2f..", "theme.css?v=x", "health?x=1", "gradio_api/stream/a/b/1/playlist.m3u8",
    "gradio_api/stream/a/b/1/playlist-file", "gradio_api/stream/a/b/1/x.ts", "gradio_api/mcp/", "gradio_api/startup-events",
    "qr", "qr?of=http://evil.example/", "qr?of=" + "a" * 5000, "qr?of=%00%ff", "detect?example=9999", "detect?fresh=1",
)  # fmt: skip
HEADERS = (
    ("cookie", b"cnn_visitor=\xff;;=" * 50), ("content-encoding", b"gzip"),
    ("range", b"bytes=0-9"),
    ("x-forwarded-host", b"evil.example"), ("x-forwarded-for", b"x" * 3000), ("accept-encoding", b"x" * 5000),
    ("accept-language", b"\xff\xfe"), ("authorization", b"Basic \xff"), ("referer", b"http://evil.example/?with=x"),
)  # fmt: skip


def files(target: Target) -> Iterator[Answer]:
    """Files of the machine, by every way that serves some."""
    secret, listener = target.place.secret, target.place.listener
    uploads = target.place.uploaded.rpartition("/")[0]
    paths = (
        secret, "/etc/passwd", "../" * 12 + secret, f"{uploads}/../../../../../..{secret}",
        f"{uploads}/..%2f..%2f..%2f..{secret}", "%2fetc%2fpasswd", "//etc/passwd", "file:///etc/passwd",
       
        "/proc/self/environ", "/proc/self/cwd/app.py", "app.py", "weights", uploads, f"{uploads}/", "", "/", "~/.bashrc",
        "/etc/passwd%00.png", "C:\\windows\\win.ini", "a" * 5000,
        "\\\\127.0.0.1\\share", listener, listener.replace("http", "HTTP"),
        "http:/" + listener[7:], "/dev/zero", "/dev/stdin",
    )  # fmt: skip
    for way, path in itertools.product(WAYS_TO_FILES, paths):
        yield target.try_out("file", f"{way}{path[:60]}", partial(get_as_it_is, target, way + path))


def get_as_it_is(target: Target, path: str) -> Judged:
    """A GET of a path with its dots, which httpx would take away."""
    return target.plainly("GET", str(httpx.URL(target.url).copy_with(raw_path=f"/{path}".encode())))


def uploads(target: Target) -> Iterator[Answer]:
    """Uploads with strange names and forms. What is accepted must lie in the server's own folder."""
    for name in UPLOAD_NAMES:
        yield target.try_out("upload", f"name {name[:30]!a}", partial(upload, target, name))
    for name, (body, kind) in FORMS.items():
        how: dict[str, Any] = {"content": body(), "headers": {"content-type": kind} if kind else {}}
        yield target.try_out("upload", name, partial(target.plainly, "POST", f"{API}/upload", **how))
    for number in ("", "a\0", "a" * 3000, "../x"):
        how = {"params": {"upload_id": number}, "files": {"files": ("a.jpg", photograph(3))}}
        yield target.try_out("upload", f"number {number[:8]!a}", partial(target.plainly, "POST", f"{API}/upload", **how))


def upload(target: Target, name: str) -> Judged:
    """One upload; where it lies is a file read if that is outside."""
    answer = target.client.post(f"{API}/upload", files={"files": (name, photograph(2))})
    home = Path(target.place.uploaded).parents[1]
    if answer.is_success and not all(Path(path).resolve().is_relative_to(home) for path in answer.json()):
        return "file read", f"written outside: {answer.text[:200]}"
    return judge_plain(answer.status_code, answer.text)


def names(target: Target) -> Iterator[Answer]:
    """Host and Origin of others, who may be answered nothing."""
    own = httpx.URL(target.url).netloc.decode()
    port = own.rpartition(":")[2]
    paths = (("GET", ""), ("GET", "config"), ("POST", f"{API}/queue/join"), ("POST", f"{API}/upload"), ("GET", "health"))
    hosts = ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "[::", "a" * 3000)
    origins = ("http://evil.example", "null", "http://127.0.0.1:1", f"http://{own}.evil.example", "x" * 3000)
    headers = [*(("host", host) for host in hosts), *(("origin", origin) for origin in origins)]
    for (method, path), (name, value) in itertools.product(paths, headers):
        ask = partial(must_refuse, target, method, path, {name: value})
        yield target.try_out("name", f"{method} {path} {name}: {value[:30]}", ask)


def must_refuse(target: Target, method: str, path: str, headers: dict[str, str]) -> Judged:
    """What is answered although it should be refused is as bad as a file that was read."""
    kind, words = target.plainly(method, path, headers=headers)
    return ("file read", f"answered: {words}") if kind == "answered" else (kind, words)


def other_ways(target: Target) -> Iterator[Answer]:
    """Every other address that Gradio 6.31 answers, with nothing, with junk, and with paths in it."""
    for path, body in itertools.product(POSTS, JUNK):
        ask = partial(target.send, f"{API}/{path}", body)
        yield target.try_out("other", f"POST {path} {str(body)[:50]!a}", ask)
    for path in ("process_recording", "component_server"):
        form = {"video": ("a.mp4", photograph(3))}
        yield target.try_out("other", f"POST {path} a form", partial(target.plainly, "POST", f"{API}/{path}", files=form))
    for path in GETS:
        yield target.try_out("other", f"GET {path[:60]}", partial(target.plainly, "GET", path))
    for method, path in itertools.product(
        ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"), ("", "detect", f"{API}/upload")
    ):
        yield target.try_out("other", f"{method} {path}", partial(target.plainly, method, path, content=b"x" * 100))
    for name, value in HEADERS:
        ask = partial(target.plainly, "GET", "detect", headers={name.encode(): value})
        yield target.try_out("other", f"header {name}", ask)
