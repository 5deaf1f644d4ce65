"""Files through both doors, and what each cost: ``open_picture`` in the core, ``as_shown`` before the page shows an upload.

``python -m tests.fuzz.doors`` does that for the paths on its standard input, one a line, and prints a line of JSON for each.
Time and memory are those of the process and of the one that decodes for it, together.
"""

import contextlib
import json
import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from cnn_core.errors import PictureError
from cnn_core.images import decoding, decoding_process, opening

LONGEST_SENTENCE = 200  # letters


@dataclass
class Passage:
    """One file through one door.

    Attributes:
        file, door: which.
        answer: "answered", "refused" (with a sentence), or "traceback".
        words: the sentence, or the traceback.
        seconds: of CPU.
        megabytes: more than before, at most.
    """

    file: str
    door: str
    answer: str
    words: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0


def through_core(path: str) -> str:
    """What ``open_picture`` made of it: "" for a picture, or its sentence."""
    try:
        picture = opening.open_picture(path)
    except PictureError as error:
        sentence = str(error)
        assert 10 < len(sentence) <= LONGEST_SENTENCE and "\n" not in sentence and str(Path(path).parent) not in sentence
        return sentence
    assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3 and picture.flags.c_contiguous
    assert 0 < picture.shape[0] * picture.shape[1] <= decoding.MOST_KEPT
    return ""


def through_page(path: str) -> str:
    """Always "": ``as_shown`` gives a picture to show, or leaves the upload to the run, which says what is wrong."""
    from demos.frontends.gradio.files import as_shown  # takes seconds, which only this process needs

    shown = as_shown(path)
    if shown != path:
        assert opening.read_header(shown).factor == 1 and Path(shown).stat().st_size <= opening.MOST_BYTES
    return ""


DOORS: dict[str, Callable[[str], str]] = {"core": through_core, "page": through_page}


def pass_through(door: str, path: str) -> Passage:
    """One file through one door; nothing is raised, and nothing measured."""
    try:
        words = DOORS[door](path)
    except BaseException:
        return Passage(Path(path).name, door, "traceback", traceback.format_exc())
    return Passage(Path(path).name, door, "refused" if words else "answered", words)


# ---------------------------------------------------------------- what it cost


def processes() -> list[int]:
    """This process and, where there is one, the one that decodes."""
    other = decoding_process.HERE._process
    return [os.getpid(), *([] if other is None else [other.pid])]


def cpu_seconds() -> float:
    """CPU of this process, of those that it has ended, and of the one that decodes."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for process in processes()[1:]:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def megabytes() -> float:
    """What both processes have in memory now."""
    pages = 0
    for process in processes():
        with contextlib.suppress(OSError):
            pages += int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Fills in "seconds" of CPU and the most "megabytes" above what there was, looked at every 5 ms, over what is inside."""
    decoding_process.HERE._running()
    before, seconds, cost = megabytes(), cpu_seconds(), {"seconds": 0.0, "megabytes": 0.0}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            cost["megabytes"] = max(cost["megabytes"], megabytes() - before)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield cost
    done.set()
    watcher.join()
    cost["seconds"] = cpu_seconds() - seconds


def main() -> None:
    """The doors, for ``tests.fuzz.__main__``."""
    through_page("/nothing")
    with contextlib.suppress(PictureError):
        decoding_process.HERE.read_header(b"no picture")  # now it has started
    for line in sys.stdin:
        for door in DOORS:
            with measured() as cost:
                passage = pass_through(door, line.rstrip("\n"))
            passage.seconds, passage.megabytes = cost["seconds"], cost["megabytes"]
            print(json.dumps(asdict(passage)), flush=True)


if __name__ == "__main__":
    main()
