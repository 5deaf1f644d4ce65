"""A large file from the internet onto the disk: resumed where it was left, one at a time, kept only if it is right.

Steps can be left at any time (closing the generator is Stop): what came so far lies beside the file as ``.part``, and the
next fetch asks the server for the rest (HTTP's Range). Nothing larger than a chunk is ever held in memory.
"""

import contextlib
import errno
import hashlib
import http.client
import re
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cnn_core.errors import WeightsError

if sys.platform == "win32":
    import msvcrt

    def take(file: BinaryIO) -> None:
        """Locks ``file`` or raises OSError at once; closing it gives the lock back."""
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def take(file: BinaryIO) -> None:
        """Locks ``file`` or raises OSError at once; closing it gives the lock back."""
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


CHUNK = 1 << 18
MEGABYTE = 1 << 20
PATIENCE = 20.0
"""Seconds without a byte after which a connection counts as cut."""
WAIT = 0.3
"""Seconds between two looks whether another fetch is over."""
LOCK = ".fetching.lock"
DISK_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
TOO_MUCH = 1.1
"""A server that wants to send more than so many times the known size sends something else."""


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched.

    Attributes:
        url: where it is.
        path: where it is to be kept.
        hash_prefix: what the sha256 of the file begins with, in hexadecimal digits.
        bytes: its size, as far as it is known.
        title: what a person calls it.
    """

    url: str
    path: Path
    hash_prefix: str
    bytes: int
    title: str

    @property
    def part(self) -> Path:
        """Where the file lies while it is not whole."""
        return self.path.with_name(f"{self.path.name}.part")


@dataclass(frozen=True)
class Progress:
    """How far a fetch is.

    Attributes:
        done, total: bytes.
        waiting: whether somebody else is fetching, this file or another, so that this fetch only looks on.
    """

    done: int
    total: int
    waiting: bool = False

    @property
    def words(self) -> str:
        """How far it is in megabytes, and whether somebody else fetches."""
        waiting = ", waiting while somebody else fetches" if self.waiting else ""
        return f"{in_megabytes(self.done)} of {in_megabytes(self.total)} MB{waiting}"


def in_megabytes(count: float) -> str:
    """So many bytes in whole megabytes (2**20), as the page writes them."""
    return f"{count / MEGABYTE:.0f}"


def is_right(path: Path, hash_prefix: str) -> bool:
    """Whether there is a file whose sha256 begins as it should; it is read in pieces."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(hash_prefix)


def fetch(wanted: Wanted) -> Generator[Progress, None, None]:
    """Fetches a file step by step; at the end it lies at its path and is right. If it lies there already, nothing is done.

    Raises:
        WeightsError: it cannot be reached or kept, the connection was cut, or what came has another hash.
    """
    try:
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            yield from wait_for_lock(wanted, stack)
            if is_right(wanted.path, wanted.hash_prefix):
                return
            yield from receive(wanted)
            keep_if_right(wanted)
    except (OSError, http.client.HTTPException) as error:
        raise sentence_for(error, wanted) from error


def wait_for_lock(wanted: Wanted, stack: contextlib.ExitStack) -> Iterator[Progress]:
    """Waits until nobody else fetches into the folder; until ``stack`` is left nobody may. For threads and processes alike.

    One file comes at a time: two would share one connection, and two who wait for theirs would be in everybody's way.
    """
    file = stack.enter_context(wanted.path.with_name(LOCK).open("wb"))
    while True:
        try:
            take(file)
        except (BlockingIOError, PermissionError):  # Windows says the latter
            yield Progress(size_of(wanted.part), wanted.bytes, waiting=True)
            time.sleep(WAIT)
        except OSError:  # a disk that knows no locks, as some shared ones: two fetches would cost time, the hash tells
            return
        else:
            return


def receive(wanted: Wanted) -> Iterator[Progress]:
    """The rest of the file into its ``.part``, step by step.

    Raises:
        WeightsError: the server sends something else, too little, or more than the disk holds.
    """
    if is_right(wanted.part, wanted.hash_prefix):  # whole, but its fetch ended before it got its name
        return
    begun = size_of(wanted.part)
    with contextlib.ExitStack() as stack:
        answer = stack.enter_context(ask(wanted, begun))
        done = begun if resumes_at(answer, begun) else 0
        promised = answer.length  # http.client's: the bytes that are still to come, None if the server does not say
        total = wanted.bytes if promised is None else done + promised
        check_size(wanted, total)
        check_disk(wanted, total - done)
        file = stack.enter_context(wanted.part.open("ab" if done else "wb"))
        yield Progress(done, total)
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            check_size(wanted, done)
            yield Progress(done, max(total, done))
    if promised is not None and done < total:
        raise ConnectionResetError("fewer bytes came than were promised")


def ask(wanted: Wanted, begun: int) -> Any:
    """The server's answer to the wish for the file from byte ``begun`` on; from the start if it cannot begin there."""
    headers = {"Range": f"bytes={begun}-"} if begun else {}
    try:
        return urllib.request.urlopen(urllib.request.Request(wanted.url, headers=headers), timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
    wanted.part.unlink()  # longer than the file: not a part of it
    return ask(wanted, 0)


def resumes_at(answer: Any, begun: int) -> bool:
    """Whether the server sends the rest from byte ``begun`` on; a server may always send everything instead."""
    sent = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range") or "")
    return bool(answer.status == http.HTTPStatus.PARTIAL_CONTENT and sent and int(sent[1]) == begun and begun)


def check_size(wanted: Wanted, size: int) -> None:
    """Refuses what is larger than the file can be, before it fills the disk."""
    if size > TOO_MUCH * wanted.bytes + MEGABYTE:
        wanted.part.unlink(missing_ok=True)
        raise WeightsError(
            f"What came for {wanted.title} is larger than its {in_megabytes(wanted.bytes)} MB, so it is something else "
            "and not used. Try again later."
        )


def check_disk(wanted: Wanted, needed: int) -> None:
    """Refuses to begin what the disk cannot hold."""
    free = shutil.disk_usage(wanted.path.parent).free
    if needed > free:
        raise OSError(errno.ENOSPC, f"{needed} bytes needed, {free} free")


def keep_if_right(wanted: Wanted) -> None:
    """Gives the whole ``.part`` its name, or deletes it if its hash is wrong.

    Raises:
        WeightsError: the hash is wrong.
    """
    if not is_right(wanted.part, wanted.hash_prefix):
        wanted.part.unlink(missing_ok=True)
        raise WeightsError(
            f"What came for {wanted.title} is not what was expected (its hash differs), so it is not used. Try again later."
        )
    wanted.part.replace(wanted.path)


def size_of(path: Path) -> int:
    """The bytes of a file; 0 if there is none."""
    return path.stat().st_size if path.is_file() else 0


def sentence_for(error: Exception, wanted: Wanted) -> WeightsError:
    """What went wrong, and what works, for a person; where the files lie is nobody's business."""
    code = getattr(error, "errno", None)
    if isinstance(error, urllib.error.HTTPError):
        gone = error.code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE)
        why = "its server has no such file any more" if gone else "its server refused"
        return WeightsError(
            f"{wanted.title} could not be fetched: {why} ({error.code}). The networks trained here work without."
        )
    if code in DISK_FULL:
        wanted.part.unlink(missing_ok=True)  # a full disk harms everybody; the rest would not fit anyway
        return WeightsError(
            f"{wanted.title} needs {in_megabytes(wanted.bytes)} MB, and the disk is full. Free some room, or let "
            "CNN_PUBLIC_WEIGHTS name a folder on another disk."
        )
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WeightsError(
            f"{wanted.title} cannot be kept: the folder for public networks cannot be written to. Let CNN_PUBLIC_WEIGHTS "
            "name another one."
        )
    if size_of(wanted.part):
        done = in_megabytes(size_of(wanted.part))
        return WeightsError(
            f"The connection was cut after {done} of {in_megabytes(wanted.bytes)} MB of {wanted.title}. What came is kept: "
            "fetch it again and it goes on from there."
        )
    return WeightsError(
        f"{wanted.title} could not be fetched: that needs an internet connection. The networks trained here work without."
    )
