"""What comes before Gradio: strange names and pages, large bodies, greedy visitors, malformed calls; a plain app behind."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Scope

from demos.frontends.gradio import calls, gate, hosts, visitors
from demos.frontends.gradio.gate import Gate
from demos.frontends.gradio.visitors import Visitors
from demos.runner import UNEXPECTED

PAGE = "<p>" + "word " * 1000


async def echo(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


async def page(request: Request) -> Response:
    return HTMLResponse(PAGE)


WAITING: list[Scope] = []


@pytest.fixture
def counted(tmp_path: Path) -> Visitors:
    WAITING.clear()
    return Visitors(lambda: tmp_path, lambda: WAITING)


@pytest.fixture
def client(counted: Visitors, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.delenv("CNN_HOSTS", raising=False)
    monkeypatch.delenv("SPACE_ID", raising=False)
    hosts.own_names.cache_clear()
    guard = Middleware(Gate, visitors=counted, check=lambda path, call: "" if call.get("data") else "No data.")
    routes = [Route("/gradio_api/{rest:path}", echo, methods=["POST"]), Route("/{rest:path}", page)]
    yield TestClient(Starlette(routes=routes, middleware=[guard]), base_url="http://127.0.0.1:7860", follow_redirects=False)
    hosts.own_names.cache_clear()


# ---------------------------------------------------------------- D12: names and pages


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860", "192.168.1.7:7860"])
def test_d12_own_names_and_addresses_in_numbers_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "", "[::"])
def test_d12_other_names_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421 and PAGE not in answer.text
    assert "CNN_HOSTS" in answer.json()["detail"]


def test_d12_names_can_be_allowed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_HOSTS", "lab.example, other.example")
    hosts.own_names.cache_clear()
    assert client.get("/", headers={"host": "lab.example:80"}).status_code == 200
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    monkeypatch.setenv("CNN_HOSTS", "*")
    hosts.own_names.cache_clear()
    assert client.get("/", headers={"host": "evil.example"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:8888", "null"])
def test_d12_pages_of_other_servers_may_not_call(client: TestClient, origin: str) -> None:
    answer = client.post("/gradio_api/call/x", json={"data": [1]}, headers={"origin": origin})
    assert answer.status_code == 421 and "access-control-allow-origin" not in answer.headers
    own = client.post("/gradio_api/call/x", json={"data": [1]}, headers={"origin": "http://127.0.0.1:7860"})
    assert own.status_code == 200


def test_d12_headers(client: TestClient) -> None:
    headers = client.get("/detect").headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'self'"
    assert policy["object-src"] == "'none'" and "http" not in headers["content-security-policy"]


def test_a_space_is_shown_within_its_host(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/lab")
    answer = client.get("/", headers={"host": "someone-lab.hf.space", "x-forwarded-proto": "https"})
    assert answer.status_code == 200 and "https://huggingface.co" in answer.headers["content-security-policy"]
    assert "SameSite=None; Secure" in answer.headers["set-cookie"]


def test_pages_are_compressed(client: TestClient) -> None:
    answer = client.get("/detect", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and int(answer.headers["content-length"]) < 200
    assert answer.text == PAGE


@pytest.mark.parametrize(
    ("asked", "answered"), [("/detect/", "../detect"), ("/a/b/?with=1", "../b?with=1"), ("/detect//", "../detect")]
)
def test_an_address_has_no_slash_at_its_end(client: TestClient, asked: str, answered: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (308, answered)


# ---------------------------------------------------------------- D8: bodies and forms


def test_d8_a_call_may_have_a_megabyte(client: TestClient) -> None:
    assert client.post("/gradio_api/call/x", json={"data": ["x" * 900_000]}).json()["bytes"] > 900_000
    answer = client.post("/gradio_api/queue/join", json={"data": ["x" * 1_000_000]})
    assert answer.status_code == 413 and len(answer.json()["detail"]) < 200


@pytest.mark.parametrize("body", [b"", b"x" * 1000, b"[1, 2]", b'"text"', b"[" * 100_000, b"\xff\xfe"])
def test_d8_what_is_no_call_is_refused_in_words(client: TestClient, body: bytes) -> None:
    answer = client.post("/gradio_api/call/x", content=body)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("Expected a call as") and len(answer.json()["detail"]) < 200


def blocks_of_one() -> gr.Blocks:
    with gr.Blocks() as blocks:
        button, held, words, said = gr.Button(), gr.State(), gr.Textbox(), gr.Textbox()
        button.click(lambda held, words: words, [held, words], said, api_name="say")
        button.click(lambda words: words, words, said, api_visibility="private")
    return blocks


@pytest.mark.parametrize(
    ("path", "call", "words"),
    [
        ("call/say", {"data": ["a"]}, ""),
        ("call/say/", {"data": [None, "a"]}, ""),
        ("call/say", {"data": []}, "say takes 1 inputs; 0 came."),
        ("call/say", {"data": [1] * 9}, "say takes 1 inputs; 9 came."),
        ("call/say", {"data": "a"}, "Expected the inputs as a list"),
        ("call/say", {}, "Expected the inputs as a list"),
        ("call/sing", {"data": ["a"]}, "There is no function 'sing' here."),
        ("call/" + "s" * 2000, {"data": ["a"]}, "There is no function 'sss"),
        ("queue/join", {"fn_index": 1, "data": ["a"]}, ""),
        ("queue/join", {"fn_index": 1, "data": ["a", "b"]}, "This function takes 1 inputs; 2 came."),
        ("queue/join", {"fn_index": 77, "data": ["a"]}, "There is no function"),
        ("queue/join", {"fn_index": [1], "data": ["a"]}, "There is no function"),
        ("run/predict", {"fn_index": 1, "data": ["a"]}, ""),
    ],
)
def test_d8_calls_have_the_form_of_their_function(path: str, call: dict[str, Any], words: str) -> None:
    said = calls.check_of(blocks_of_one())(f"/gradio_api/{path}", call)
    assert said.startswith(words) and bool(said) == bool(words) and len(said) < 200


def test_d8_errors_inside_gradio_have_words() -> None:
    assert calls.payload_in_words(ValueError("secret"), False) == {"error": UNEXPECTED}
    assert calls.payload_in_words(None, False) == {"error": UNEXPECTED}
    told = calls.payload_in_words(gr.Error("No face was found."), False)
    assert told["error"] == "No face was found."


def test_d8_what_was_sent_is_not_sent_back() -> None:
    answer = calls.refuse_malformed(SimpleNamespace(), ValueError("x" * 5000))  # type: ignore[arg-type]
    assert answer.status_code == 422 and len(json.loads(bytes(answer.body))["detail"]) < 200


# ---------------------------------------------------------------- D5, D10: greedy visitors


def test_d10_an_upload_has_a_limit(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST_UPLOAD", 1_000_000)
    assert client.post("/gradio_api/upload", content=b"x" * 1_000_000).json() == {"bytes": 1_000_000}
    assert client.post("/gradio_api/upload", content=b"x" * 1_200_000).status_code == 413

    def unannounced() -> Iterator[bytes]:
        for _ in range(12):
            yield b"x" * 100_000

    assert client.post("/gradio_api/upload", content=unannounced()).status_code == 413


def test_d10_a_visitor_has_a_quota_and_others_theirs(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "MOST_BYTES", 250_000)
    client.get("/")  # gives the cookie
    codes = [client.post("/gradio_api/upload", content=b"x" * 100_000).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    client.cookies.clear()
    client.get("/")
    assert client.post("/gradio_api/upload", content=b"x" * 100_000).status_code == 200


def test_d10_after_an_hour_there_is_room_again(counted: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(visitors.time, "monotonic", lambda: now)
    counted.uploaded("visitor 1", visitors.MOST_BYTES)
    assert "within an hour" in counted.why_no_room("visitor 1", 1) and counted.why_no_room("visitor 2", 1) == ""
    now += 30 * 60
    assert counted.why_no_room("visitor 1", 1)
    now += 32 * 60
    assert counted.why_no_room("visitor 1", 1) == ""


def test_d10_the_disk_is_never_filled(counted: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    free = SimpleNamespace(free=visitors.LEAST_FREE + 1000)
    monkeypatch.setattr(visitors.shutil, "disk_usage", lambda folder: free)
    assert counted.why_no_room("visitor 1", 1000) == ""
    assert "disk is nearly full" in counted.why_no_room("visitor 1", 1001)


def test_d5_one_visitor_cannot_take_all_places(client: TestClient) -> None:
    client.get("/")
    cookie = f"{visitors.COOKIE}={client.cookies[visitors.COOKIE]}"
    mine = {"type": "http", "client": ("127.0.0.1", 1), "headers": [(b"cookie", cookie.encode())]}
    WAITING.extend([mine] * (visitors.MOST_WAITING - 1))
    assert client.post("/gradio_api/queue/join", json={"data": [1]}).status_code == 200
    WAITING.append(mine)
    refused = client.post("/gradio_api/queue/join", json={"data": [1]})
    assert refused.status_code == 429 and "runs waiting" in refused.json()["detail"] and refused.headers["retry-after"]
    assert client.post("/gradio_api/run/predict", json={"data": [1]}).status_code == 200  # waits nowhere
    client.cookies.clear()
    assert client.post("/gradio_api/queue/join", json={"data": [1]}).status_code == 200


def test_d5_a_made_up_cookie_is_nobody(counted: Visitors) -> None:
    forged = {"type": "http", "client": ("10.0.0.1", 1), "headers": [(b"cookie", b"cnn_visitor=1234.5678")]}
    assert counted.name_of(forged) == "address 10.0.0.1"
    broken = forged | {"headers": [(b"cookie", b"cnn_visitor=\xff;;=")]}
    assert counted.name_of(broken) == "address 10.0.0.1"


def test_calls_of_a_real_server(gradio_url: str) -> None:
    health = httpx.get(f"{gradio_url}health", timeout=60).json()
    assert health["status"] == "ok" and health["demos"] >= 25 and health["damaged_networks"] == []
    assert httpx.get(gradio_url, headers={"host": "evil.example"}, timeout=60).status_code == 421
    few = httpx.post(f"{gradio_url}gradio_api/call/slow", json={"data": []}, timeout=60)
    assert few.status_code == 400 and few.json()["detail"] == "slow takes 1 inputs; 0 came."
    walked_round = httpx.post(f"{gradio_url}gradio_api/run/slow", json={"data": ["now"]}, timeout=60)  # D5
    assert walked_round.status_code == 404
    page = httpx.get(f"{gradio_url}kitchen_sink", timeout=60)
    assert page.headers["content-encoding"] == "gzip" and page.num_bytes_downloaded < 90_000
