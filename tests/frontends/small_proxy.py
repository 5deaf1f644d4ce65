"""A reverse proxy of a few lines, as people put one before a lab: /lab/... on its side is /... on the server's."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

PREFIX = "/lab"
OWN = {"host", "connection", "transfer-encoding", "content-length", "keep-alive"}


@contextmanager
def proxy_before(server: str, public_name: str = "", https: bool = False) -> Iterator[str]:
    """The address of a proxy, with /lab at its end, that hands everything below /lab to ``server`` (http://host:port).

    ``public_name``: what it says the visitors called it, as ``proxy_set_header Host`` does; "" for what they did.
    """

    async def hand_on(request: Request) -> Response:
        name = public_name or request.headers["host"]
        headers = {k: v for k, v in request.headers.items() if k not in OWN} | {
            "host": name, "x-forwarded-host": name, "x-forwarded-proto": "https" if https else "http",
            "x-forwarded-for": "203.0.113.9",
        }  # fmt: skip
        client = httpx.AsyncClient(base_url=server, timeout=60)
        path = "/" + request.path_params["rest"] + (f"?{request.url.query}" if request.url.query else "")
        answer = await client.send(
            client.build_request(request.method, path, headers=headers, content=await request.body()), stream=True
        )

        async def body() -> AsyncIterator[bytes]:
            async for part in answer.aiter_raw():
                yield part
            await client.aclose()

        shown = StreamingResponse(body(), answer.status_code)
        shown.raw_headers = [(k, v) for k, v in answer.headers.raw if k.lower().decode() not in OWN - {"content-length"}]
        return shown

    async def elsewhere(request: Request) -> Response:
        return PlainTextResponse("This is another application's address.", 404)

    methods = ["GET", "POST", "HEAD", "DELETE"]
    routes = [Route(f"{PREFIX}/{{rest:path}}", hand_on, methods=methods), Route("/{rest:path}", elsewhere, methods=methods)]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    running = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}{PREFIX}"
    running.should_exit = running.force_exit = True  # without waiting for who keeps a connection open
    thread.join(10)
