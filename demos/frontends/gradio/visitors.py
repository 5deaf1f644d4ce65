"""Who asks, how much each has sent lately, and how many runs each has waiting: no one visitor can take it all."""

import hashlib
import hmac
import secrets
import shutil
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Scope

COOKIE = "cnn_visitor"
MINUTES = 60
MOST_WAITING, MOST_WAITING_UNNAMED = 6, 32
"""Runs that one visitor may have waiting; and programs without a cookie, all that come from one address together."""
MOST_BYTES, MOST_BYTES_UNNAMED = 500_000_000, 2_000_000_000
"""What they may upload within an hour."""
LEAST_FREE = 1_000_000_000
"""Bytes of the disk that stay free."""
MOST_VISITORS = 5000
NAMED = "visitor "


class Visitors:
    """Names and counts visitors: browsers by a cookie that this process signed, programs without one by their address.

    Args:
        folder: where uploads go.
        waiting: gives the request (ASGI scope) of every run that waits.
    """

    def __init__(self, folder: Callable[[], Path], waiting: Callable[[], Iterable[Scope]]) -> None:
        self._folder, self._waiting = folder, waiting
        self._key = secrets.token_bytes(16)
        self._sent: OrderedDict[str, deque[tuple[float, int]]] = OrderedDict()
        self._lock = threading.Lock()

    def name_of(self, scope: Scope) -> str:
        """What a request's sender is called here."""
        number, _, signature = _cookie(scope).partition(".")
        if number and hmac.compare_digest(signature, self._sign(number)):
            return NAMED + number
        return "address " + (scope.get("client") or ("unknown", 0))[0]

    def _sign(self, number: str) -> str:
        return hmac.new(self._key, number.encode(), hashlib.sha256).hexdigest()[:32]

    def greet(self, visitor: str, headers: MutableHeaders, scope: Scope) -> None:
        """Gives a browser that asks for a page the cookie, unless it has one. It says nothing but a random number."""
        if visitor.startswith(NAMED) or "text/html" not in headers.get("content-type", ""):
            return
        number = secrets.token_hex(8)
        secure = "https" in (scope["scheme"], Headers(scope=scope).get("x-forwarded-proto"))
        kind = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"  # a Space is shown within another page
        headers.append("set-cookie", f"{COOKIE}={number}.{self._sign(number)}; Path=/; HttpOnly; {kind}")

    def is_busy(self, visitor: str) -> bool:
        """Whether as many of this visitor's runs are waiting as may."""
        most = MOST_WAITING if visitor.startswith(NAMED) else MOST_WAITING_UNNAMED
        return sum(self.name_of(scope) == visitor for scope in self._waiting()) >= most

    def uploaded(self, visitor: str, size: int) -> None:
        """Counts bytes that came, by the minute."""
        minute = time.monotonic() // 60
        with self._lock:
            sent = self._sent.setdefault(visitor, deque())
            before = sent.pop()[1] if sent and sent[-1][0] == minute else 0
            sent.append((minute, before + size))
            self._sent.move_to_end(visitor)
            while len(self._sent) > MOST_VISITORS:
                self._sent.popitem(last=False)

    def why_no_room(self, visitor: str, size: int) -> str:
        """Why this visitor may not upload ``size`` bytes more now, in a sentence; "" where they may."""
        most = MOST_BYTES if visitor.startswith(NAMED) else MOST_BYTES_UNNAMED
        if self._sent_lately(visitor) + size > most:
            return f"You have uploaded {most // 1_000_000} MB within an hour, which is all that one visitor may. Try later."
        if shutil.disk_usage(self._folder()).free - size < LEAST_FREE:
            return "This server's disk is nearly full, so no more pictures can be uploaded now. The examples still work."
        return ""

    def _sent_lately(self, visitor: str) -> int:
        with self._lock:
            sent = self._sent.get(visitor, deque())
            while sent and time.monotonic() // 60 - sent[0][0] > MINUTES:
                sent.popleft()
            return sum(size for _, size in sent)


def _cookie(scope: Scope) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return ""
    return jar[COOKIE].value if COOKIE in jar else ""
