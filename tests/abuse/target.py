"""The server that is abused, watched: its answers, its log, its CPU, a file that nobody may read, a port nobody may ask."""

import contextlib
import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.abuse.answers import PASSWD, Answer, judge_error, judge_plain, judge_refusal
from tests.abuse.values import Place
from tests.benchmarks.serving import photograph

API = "gradio_api"
EVENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ .{1,400}|\* .*|")
"""A line of the log as it should be; Gradio greets whoever starts it with stars and empty lines."""
MOST_CPU, MOST_WAIT = 30.0, 150.0
"""Seconds of the server's CPU, or by the clock, after which a call hangs."""
HEARTBEAT = 40.0
"""Seconds within which a stream says something, if only that it lives (Gradio: 15)."""

Judged = tuple[str, Any]
"""The kind of an answer, and its words."""


class Listener:
    """A port on this machine that counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/picture.png"
        self.asked = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.asked += 1
                connection.close()

    def close(self) -> None:
        """Nobody is counted any more."""
        self._socket.close()


class Target:
    """A server, and what may not happen to it.

    Args:
        url: where it answers, with a slash at the end.
        folder: a folder of the test's own, outside the server's folder for temporary files.
        read_log: what the server has written into its log since it was last asked.
        cpu: seconds of CPU that the server has used.
    """

    def __init__(self, url: str, folder: Path, read_log: Callable[[], str], cpu: Callable[[], float]) -> None:
        self.url, self.read_log, self.cpu = url, read_log, cpu
        self._connect()
        self.listener = Listener()
        self._secret = folder / "secret.png"
        self._secret.write_bytes(photograph(77))
        self._asked = 0
        sent = self.client.post(f"{API}/upload", files={"files": ("photograph.jpg", photograph(1))}).json()[0]
        self.place = Place(sent, str(self._secret), self.listener.address)
        self._hide()
        assert not self._was_read()
        self._secret.read_bytes()
        self.watches_reading = self._was_read()  # not where the file system notes no times of reading

    def _connect(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=HEARTBEAT)

    def _hide(self) -> None:
        """Makes the file look unread; Linux notes the next reading, as it lies before the last writing ("relatime")."""
        os.utime(self._secret, (0, time.time()))

    def _was_read(self) -> bool:
        return self._secret.stat().st_atime > 0

    def try_out(self, door: str, what: str, ask: Callable[[], Judged]) -> Answer:
        """Sends a request by calling ``ask``, and judges all that came of it."""
        self._hide()
        try:
            kind, words = ask()
        except httpx.TimeoutException as error:
            kind, words = "hang", repr(error)
        except httpx.HTTPError as error:
            kind, words = "null", f"the connection ended: {error!r}"
        if kind in ("null", "hang", "traceback"):
            self._connect()  # or the next request would find the connection closed
        answer = Answer(door, what, kind, str(words)[:300])
        if self._was_read():
            answer.worse("file read", self.place.secret)
        if PASSWD in str(words):
            answer.worse("file read", "/etc/passwd")
        if self.listener.asked > self._asked:
            self._asked = self.listener.asked
            answer.worse("listener asked", self.listener.address)
        self._judge_log(answer)
        return answer

    def _judge_log(self, answer: Answer) -> None:
        logged = self.read_log()
        if "Traceback" in logged:
            answer.worse("traceback", f"in the log: ...{logged[-1400:]}")
        elif strange := [line for line in logged.splitlines() if not EVENT.fullmatch(line)]:
            answer.worse("noise", f"in the log: {strange[0][:300]}")

    # ------------------------------------------------------------ ways of asking

    def post(self, path: str, content: Any) -> httpx.Response:
        """A POST of these bytes, or of this value as JSON, with NaN and half surrogates as Python writes them."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.client.post(path, content=data, headers={"content-type": "application/json"})

    def call(self, path: str, content: Any) -> Judged:
        """A function is called by its name, and its answer waited for; of many steps, the first."""
        begun = self.post(path, content)
        if begun.status_code != httpx.codes.OK:
            return judge_refusal(begun.status_code, begun.text)
        return self._answer(f"{path.split('?')[0].replace('/v2', '')}/{begun.json()['event_id']}", {})

    def join(self, call: Any) -> Judged:
        """A page's event is sent as the page does it, and its answer waited for."""
        begun = self.post(f"{API}/queue/join", call)
        if begun.status_code != httpx.codes.OK:
            return judge_refusal(begun.status_code, begun.text)
        return self._answer(f"{API}/queue/data", {"session_hash": call["session_hash"].encode("utf-8", "replace").decode()})

    def send(self, path: str, content: Any) -> Judged:
        """A POST that is answered at once."""
        answer = self.post(path, content)
        return judge_plain(answer.status_code, answer.text)

    def plainly(self, method: str, path: str, **how: Any) -> Judged:
        """Any other request."""
        begun = time.monotonic()
        with self.client.stream(method, path, **how) as answer:
            parts = []
            for part in answer.iter_bytes():
                parts.append(part)
                if time.monotonic() - begun > MOST_WAIT:
                    return "hang", f"no end after {MOST_WAIT:.0f} s"
        return judge_plain(answer.status_code, b"".join(parts).decode("utf-8", "replace"))

    def _answer(self, path: str, query: dict[str, str]) -> Judged:
        begun, used = time.monotonic(), self.cpu()
        with self.client.stream("GET", path, params=query) as stream:
            if stream.status_code != httpx.codes.OK:
                stream.read()
                return judge_refusal(stream.status_code, stream.text)
            for kind, data in _events(stream.iter_lines()):
                if kind == "error":
                    return judge_error(data)
                if kind in ("complete", "generating"):
                    return "answered", json.dumps(data)[:3000]
                if time.monotonic() - begun > MOST_WAIT or self.cpu() - used > MOST_CPU:
                    return "hang", f"nothing after {time.monotonic() - begun:.0f} s and {self.cpu() - used:.0f} s of CPU"
        return "null", "the stream ended without an answer"


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """(kind, data) of each event of either kind of stream: with a line for the kind, or with the kind in its data."""
    kind = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
            if kind:
                yield kind, data
            else:
                yield _kind_of(data), data.get("output", data.get("message"))


def _kind_of(message: dict[str, Any]) -> str:
    """What a message of the page's stream would be called in the other one."""
    if message["msg"] in ("process_completed", "process_generating"):
        return message["msg"].removeprefix("process_").replace("completed", "complete") if message["success"] else "error"
    return "error" if message["msg"] == "unexpected_error" else "other"
