"""Files that live minutes: pictures of people, and what was made of them. Others live hours, until Gradio deletes them."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from demos.frontends import temporary

SECONDS = 600.0
"""After their last use. The pages of such demos say ten minutes."""

_used: dict[Path, float] = {}
_lock = threading.Lock()
_clock: list[threading.Timer] = []


def keep_briefly(*values: Any) -> None:
    """Notes that the files that these values name (payloads, updates: anything nested) are used now, and will go soon."""
    now = time.monotonic()
    with _lock:
        for value in values:
            _used.update(dict.fromkeys(_files(value), now))
        _watch()


def _files(value: Any) -> Iterator[Path]:
    """The files of this process's own folder that a value names. Whoever calls may send any text, so each is looked at."""
    match value:
        case str() if value.startswith(str(temporary.folder())):
            with contextlib.suppress(OSError, ValueError):  # none such; too long for a name; a NUL in it
                path = Path(value).resolve(strict=True)  # or ".." would lead to other files of this machine
                if path.is_file() and path.is_relative_to(temporary.folder().resolve()):
                    yield path
        case Mapping():
            for entry in value.values():
                yield from _files(entry)
        case list() | tuple():
            for entry in value:
                yield from _files(entry)


def sweep() -> None:
    """Deletes the files whose time is over, and the folders that are empty then."""
    with _lock:
        over = [path for path, used in _used.items() if time.monotonic() - used >= SECONDS]
        for path in over:
            del _used[path]
            with contextlib.suppress(OSError):  # it has gone, or another file lies beside it
                path.unlink()
                path.parent.rmdir()


def _watch() -> None:
    if _used and not _clock:
        _clock.append(threading.Timer(SECONDS / 10, _time_passed))
        _clock[0].daemon = True
        _clock[0].start()


def _time_passed() -> None:
    sweep()
    with _lock:
        _clock.clear()
        _watch()
