"""What every request passes before Gradio sees it: whose page asks, how much it may send, how much may wait; and headers."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cnn_core.images import opening
from demos.frontends.gradio import hosts, ways
from demos.frontends.gradio.visitors import Visitors
from demos.frontends.gradio.ways import API

logger = logging.getLogger(__name__)
MOST_JSON = 1_000_000
"""Bytes of a call; pictures come before it, as uploads."""
MOST_UPLOAD = 5 * opening.MOST_BYTES
"""Bytes of one upload, which may hold several pictures."""
LONGEST_WORDS = 200
CALLS = (f"{API}/queue/join", f"{API}/call/", f"{API}/run/", f"{API}/api/")
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    # Gradio 6.31 writes scripts and styles into the page, compiles templates and makes workers from blobs.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors "
    ),
}

Check = Callable[[str, dict[str, Any]], str]
"""(path of a call, its JSON) -> "" or what is wrong with it."""


class RefusedError(Exception):
    """A request that goes no further: HTTP status and the sentence for whoever sent it."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status, self.sentence = status, sentence


class Gate:
    """ASGI middleware around the whole server.

    Args:
        app: what it guards.
        visitors: counts what each visitor sends and lets wait.
        check: looks at every call.
    """

    def __init__(self, app: ASGIApp, visitors: Visitors, check: Check) -> None:
        self.app, self.visitors, self.check = app, visitors, check
        self.compressed = GZipMiddleware(app, minimum_size=1000, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through or answers it with a sentence."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        visitor = self.visitors.name_of(scope)
        begun = False
        answer: ASGIApp

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _add_headers(MutableHeaders(scope=message), scope)
                self.visitors.greet(visitor, MutableHeaders(scope=message), scope)
            await send(message)

        try:
            hosts.check(headers.get("host", ""), headers.get("origin"))
            if sentence := ways.why_closed(_path(scope)):
                raise RefusedError(404, sentence)
            elsewhere = _without_last_slash(scope)
            if elsewhere is None:
                received = await self._receiving(scope, headers, visitor, receive)
                app = self.compressed if _is_page(scope) else self.app
                await app(scope, received, sending)
                return
            answer = elsewhere
        except hosts.StrangeError as error:
            answer = _in_words(RefusedError(421, str(error)))
        except RefusedError as error:
            if begun:
                raise
            answer = _in_words(error)
        except Exception as error:
            answer = _instead_of(error, _path(scope), begun)
        await answer(scope, receive, send if begun else sending)

    async def _receiving(self, scope: Scope, headers: Headers, visitor: str, receive: Receive) -> Receive:
        """Where the request's body comes from: an upload is counted as it comes; a call is read and checked first."""
        path, method = _path(scope), scope["method"]
        if method not in ("POST", "PUT", "PATCH"):
            return receive
        if path.startswith(f"{API}/upload"):
            self._may_upload(visitor, int(headers.get("content-length") or 0))
            return self._counted(receive, visitor)
        body = await _whole(receive, MOST_JSON)
        if path.startswith(CALLS):
            if self.visitors.is_busy(visitor) and not path.startswith(f"{API}/run/"):
                raise RefusedError(
                    429, "You have many runs waiting already. Wait until one of them has ended, then try again."
                )
            if sentence := self.check(path, _parsed(body)):
                raise RefusedError(400, sentence)
        return _again(body, receive)

    def _may_upload(self, visitor: str, announced: int) -> None:
        if announced > MOST_UPLOAD + 100_000:  # the form around the files takes room, too
            raise RefusedError(413, f"At most {MOST_UPLOAD // 1_000_000} MB can be uploaded at once. {opening.WORKS}")
        if sentence := self.visitors.why_no_room(visitor, announced):
            raise RefusedError(429, sentence)

    def _counted(self, receive: Receive, visitor: str) -> Receive:
        total = 0

        async def counting() -> Message:
            nonlocal total
            message = await receive()
            size = len(message.get("body", b""))
            total += size
            self.visitors.uploaded(visitor, size)
            if total > MOST_UPLOAD + 100_000:
                raise RefusedError(413, f"At most {MOST_UPLOAD // 1_000_000} MB can be uploaded at once. {opening.WORKS}")
            return message

        return counting


def _instead_of(error: Exception, path: str, begun: bool) -> ASGIApp:
    """The answer where Gradio failed over a request that is not as it should be.

    Raises:
        Exception: the error itself, where it is no such.
    """
    if begun and ways.is_stream(path):
        return _end  # what is wrong has been said in the stream
    sentence = "" if begun else ways.why_unreadable(path)
    if not sentence:
        raise error
    logger.info("%s was refused: %s", path[:60], type(error).__name__)
    return _in_words(RefusedError(400, sentence))


async def _end(scope: Scope, receive: Receive, send: Send) -> None:
    """Ends an answer that has begun."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _is_page(scope: Scope) -> bool:
    """Whether a page or a description is asked for: Gradio 6.31 compresses only what has an ending such as .js."""
    path = _path(scope)
    return scope["method"] == "GET" and "." not in path and (not path.startswith(API) or path.startswith(f"{API}/info"))


def _path(scope: Scope) -> str:
    path, root = scope["path"], scope.get("root_path", "")
    return str(path.removeprefix(root)) if root else str(path)


async def _whole(receive: Receive, most: int) -> bytes:
    """The body of a request of at most so many bytes."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise RefusedError(413, f"A call may have {most // 1_000_000} MB; upload pictures first, then name their paths.")
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A request's body once more, then what follows it (that the other side has gone)."""
    told = False

    async def receiving() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(400, 'Expected a call as JSON, such as {"data": [...]}; what came is none.') from None
    if not isinstance(call, dict):
        raise RefusedError(400, 'Expected a call as a JSON object, such as {"data": [...]}; what came is something else.')
    return call


def _without_last_slash(scope: Scope) -> Response | None:
    """/detect/ is answered by the way to /detect: the links on a page are relative to its address."""
    path = _path(scope)
    if scope["method"] != "GET" or path.startswith(API) or not path.strip("/") or not path.endswith("/"):
        return None
    query = scope.get("query_string", b"").decode("latin-1")
    return RedirectResponse(f"../{path.strip('/').rpartition('/')[2]}" + (f"?{query}" if query else ""), 308)


def _in_words(refused: RefusedError) -> Response:
    words = refused.sentence[:LONGEST_WORDS]
    headers = {"retry-after": "10"} if refused.status == 429 else {}
    return JSONResponse({"detail": words, "error": words}, refused.status, headers)


def _add_headers(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in HEADERS.items():
        headers[name] = value + hosts.frames() if name == "content-security-policy" else value
    if _path(scope).startswith(f"{API}/file="):
        headers["cache-control"] = "private, max-age=3600"
