"""Files decoded in another process, one at a time, which is stopped when one takes too long or too much memory.

No reader can promise that for any file of 20 MB: a GIF with 20 MB of remarks, a BMP of many runs, a JPEG of a million parts
or a HEIC file of 50 megapixels keeps Pillow busy from seconds to hours, in C, where no thread can be stopped. The process is
started when it is first needed, and again after it had to be stopped. It holds numpy and Pillow alone.

``python -m cnn_core.images.decoding_process`` is that process: questions come by its standard input, answers leave by its
standard output.
"""

import atexit
import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from cnn_core.errors import PictureError
from cnn_core.images import decoding
from cnn_core.images.limits import WORKS
from cnn_core.results import PictureArray

ROOT = Path(__file__).resolve().parents[2]
MOST_MEMORY = 275_000_000  # bytes of address space beyond the start's; 50 megapixels of HEIC use 228 million of them
MOST_SECONDS = 2.8  # of CPU a file
MORE_FOR_HEIF = 1.8  # times as many for these, which no reader reads faster: 50 megapixels take over 3.9 beside a busy core
LONGEST_WAIT = 60  # seconds by the clock, where CPU time cannot be limited (Windows) or a machine is very busy

QUESTION = struct.Struct("<cdQ")  # what is asked, seconds it may take, bytes of the file
ANSWER = struct.Struct("<cII")  # what it is; height and width, or the length of what follows and 0
PIXELS, HEADER, REFUSAL = b"P", b"H", b"R"

TOO_LONG = f"The picture takes too long to open. Save it again, smaller or as JPEG or PNG. {WORKS}"
DIED = f"The picture is damaged or takes too much memory. Save it smaller, as JPEG. {WORKS}"
NOT_NOW = "This machine has no room at the moment to open a picture of this size. Try again, or take a smaller one."


# ---------------------------------------------------------------- this side


class DecodingProcess:
    """The other process, seen from here; for any number of threads, which wait for each other.

    Attributes:
        most_memory: bytes that a file may take there.
        most_seconds: of CPU.
    """

    def __init__(self, most_memory: int = MOST_MEMORY, most_seconds: float = MOST_SECONDS) -> None:
        self.most_memory, self.most_seconds = most_memory, most_seconds
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def decode(self, data: bytes) -> PictureArray:
        """As ``decoding.decode``.

        Raises:
            PictureError: as there; or it took too long or too much memory.
        """
        picture: PictureArray = self._ask(PIXELS, data)
        return picture

    def read_header(self, data: bytes) -> decoding.Header:
        """As ``decoding.read_header``.

        Raises:
            PictureError: as there; or it took too long or too much memory.
        """
        return decoding.Header(**json.loads(self._ask(HEADER, data)))

    def stop(self) -> None:
        """Ends the process; the next file starts a new one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()  # also closes its pipes
            self._process = None

    def _ask(self, what: bytes, data: bytes) -> Any:
        with self._one_at_a_time:
            process = self._running()
            clock = threading.Timer(LONGEST_WAIT, process.kill)
            clock.daemon = True
            clock.start()
            try:
                seconds = self.most_seconds * (MORE_FOR_HEIF if decoding.is_heif(data) else 1)
                kind, content = _exchange(process, QUESTION.pack(what, seconds, len(data)), data)
            except (EOFError, BrokenPipeError):
                status = process.wait()
                raise PictureError(TOO_LONG if status in STOPPED else DIED) from None
            finally:
                clock.cancel()
                if process.poll() is not None or sys.exc_info()[0] is not None:
                    self.stop()  # half an answer may still be on its way
        if kind == REFUSAL:
            raise PictureError(content.decode())
        return content

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __name__, str(self.most_memory)], cwd=ROOT, env=os.environ | ONE_THREAD,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            except OSError as error:
                raise PictureError(NOT_NOW) from error
        return self._process


ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
STOPPED = tuple(-getattr(signal, name) for name in ("SIGPROF", "SIGKILL", "SIGTERM") if hasattr(signal, name))


def _exchange(process: subprocess.Popen[bytes], question: bytes, data: bytes) -> tuple[bytes, Any]:
    """The kind of answer, and pixels (H, W, 3) uint8 or bytes."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(question)
    process.stdin.write(data)
    process.stdin.flush()
    kind, first, second = ANSWER.unpack(_receive(process.stdout, bytearray(ANSWER.size)))
    if kind == PIXELS:
        return kind, _receive(process.stdout, np.empty((first, second, 3), np.uint8))
    return kind, _receive(process.stdout, bytearray(first))


def _receive(stream: IO[bytes], room: Any) -> Any:
    """``room``, filled from the stream.

    Raises:
        EOFError: the stream ended before.
    """
    rest = memoryview(room).cast("B")
    while rest:
        count = stream.readinto(rest)  # type: ignore[attr-defined]  # every buffered stream has it
        if not count:
            raise EOFError
        rest = rest[count:]
    return room


HERE = DecodingProcess()
atexit.register(HERE.stop)


def _forget() -> None:
    """In a fork of this process: the pipes are the parent's."""
    HERE.__init__()  # type: ignore[misc]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


# ---------------------------------------------------------------- the other side


def answer(what: bytes, data: bytes) -> tuple[bytes, int, int, Any]:
    """What goes back: the kind, two numbers, and the bytes that follow."""
    try:
        if what == HEADER:
            words = json.dumps(asdict(decoding.read_header(data))).encode()
            return HEADER, len(words), 0, words
        picture = decoding.decode(data)
        return PIXELS, *picture.shape[:2], picture
    except PictureError as error:
        words = str(error).encode()
        return REFUSAL, len(words), 0, words


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until the questions end, because the program that asks has."""
    while head := questions.read(QUESTION.size):
        what, seconds, size = QUESTION.unpack(head)
        data = questions.read(size)
        _limit_seconds(seconds)
        kind, first, second, content = answer(what, data)
        _limit_seconds(0)
        del data
        answers.write(ANSWER.pack(kind, first, second))
        answers.write(memoryview(content).cast("B"))
        answers.flush()
        del content


def _limit_seconds(seconds: float) -> None:
    """Ends this process after so many seconds of CPU from now; 0 lets it live."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(most: int) -> None:
    """No more than so many bytes from now on, where the system can do that (Linux)."""
    with contextlib.suppress(OSError, ImportError, ValueError, StopIteration):
        import resource  # absent on Windows

        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        now = next(1024 * int(line.split()[1]) for line in status if line.startswith("VmData:"))
        resource.setrlimit(resource.RLIMIT_DATA, (now + most,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(most_memory: int) -> None:
    """The other process."""
    decoding.prepare()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends when its questions do
    _limit_memory(most_memory)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main(int(sys.argv[1]))
