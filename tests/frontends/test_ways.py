"""Addresses of Gradio that no page here needs are closed, and what is asked for in a wrong form is refused in words."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.frontends.gradio import ways
from demos.frontends.gradio.gate import Gate
from demos.frontends.gradio.visitors import Visitors


async def stream(request: Request) -> Response:
    async def words() -> AsyncIterator[str]:
        yield "data: what is wrong\n\n"
        raise HTTPException(404)

    return StreamingResponse(words())


async def fail(request: Request) -> Response:
    raise TypeError("inside the library")


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    guard = Middleware(Gate, visitors=Visitors(lambda: tmp_path, lambda: []), check=lambda path, call: "")
    routes = [
        Route("/gradio_api/queue/data", stream),
        Route("/gradio_api/upload", fail, methods=["POST"]),
        Route("/{rest:path}", lambda request: PlainTextResponse("here"), methods=["GET", "POST"]),
    ]
    return TestClient(Starlette(routes=routes, middleware=[guard]), base_url="http://127.0.0.1:7860")


@pytest.mark.parametrize(
    "path",
    ["/", "/detect", "/health", "/config", "/assets/index.js", "/gradio_api/info", "/gradio_api/info/",
     "/gradio_api/file=/tmp/a.png", "/gradio_api/heartbeat/abc", "/gradio_api/call/detect/77",
     "/gradio_api/upload_progress", "/static/" + "a" * 255],
)  # fmt: skip
def test_what_pages_and_programs_need_is_open(client: TestClient, path: str) -> None:
    assert client.get(path).text == "here"


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/proxy=http://127.0.0.1:1/", "/gradio_api/component_server", "/gradio_api/process_recording",
     "/gradio_api/vibe-edit", "/gradio_api/dev/reload", "/gradio_api/run-history/connect", "/gradio_api/stream/a",
     "/gradio_api/custom_component/a/b/c/d", "/gradio_api/uploads", "/gradio_api/file", "/gradio_api/informal",
     "/svelte/x.js", "/pwa_icon/-1", "/static/" + "a" * 256, "/static/" + "ä" * 128, "/a" * 1001],
)  # fmt: skip
def test_nothing_else_is(client: TestClient, path: str) -> None:
    answer = client.post(path, json={}) if "component" in path else client.get(path)
    assert answer.status_code == 404 and answer.json()["detail"].startswith(ways.NOTHING_HERE) and len(answer.text) < 300


def test_a_stream_that_does_not_exist_says_so_and_ends(client: TestClient) -> None:
    answer = client.get("/gradio_api/queue/data")  # the test client would raise what the server raises
    assert answer.text == "data: what is wrong\n\n"


def test_an_upload_that_gradio_cannot_read_is_refused_in_words(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        answer = client.post("/gradio_api/upload", content=b"no form")
    assert answer.status_code == 400 and answer.json()["detail"].startswith("Expected the files of pictures in a form")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("demos")] == [
        "/gradio_api/upload was refused: TypeError"
    ]


def test_a_real_server_refuses_in_words_what_gradio_fails_over(gradio_url: str) -> None:
    for files in ({"files": (None, "/etc/passwd")}, {"files": ("", b"no name")}):
        answer = httpx.post(f"{gradio_url}gradio_api/upload", files=files, timeout=60)
        assert answer.status_code == 400 and answer.json()["detail"].startswith("Expected the files of pictures in a form")
    for call in ({"strange": 1}, {"strange": 1, "words": "now"}):
        answer = httpx.post(f"{gradio_url}gradio_api/call/v2/slow", json=call, timeout=60)
        assert answer.status_code == 400 and answer.json()["detail"].endswith("lacks an input or has a strange one.")
    gone = httpx.get(f"{gradio_url}gradio_api/queue/data", params={"session_hash": "nobody"}, timeout=60)
    assert '"session_not_found":true' in gone.text and gone.text.endswith("\n\n")
