"""A large file from the internet: resumed, fetched once by many, kept only if right, each fault in its own sentence."""

import errno
import hashlib
import random
import shutil
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnn_core.errors import WeightsError
from cnn_core.runtime import fetching
from cnn_core.runtime.fetching import Progress, Wanted, fetch
from tests.runtime.file_server import Site, serve

DATA = random.Random(7).randbytes(3_000_000)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({"/net.pth": DATA}) as running:
        yield running


@pytest.fixture
def wanted(site: Site, tmp_path: Path) -> Wanted:
    return Wanted(f"{site.address}/net.pth", tmp_path / "kept" / "net.pth", SHA256[:8], len(DATA), "ResNet-50")


def files(wanted: Wanted) -> list[str]:
    """What lies in the folder, without the lock."""
    return sorted(path.name for path in wanted.path.parent.iterdir() if not path.name.endswith(".lock"))


def test_it_comes_in_pieces_and_says_how_far_it_is(wanted: Wanted) -> None:
    told = list(fetch(wanted))
    assert wanted.path.read_bytes() == DATA
    assert files(wanted) == ["net.pth"]
    assert told[0] == Progress(0, 3_000_000)
    assert told[-1] == Progress(3_000_000, 3_000_000)
    assert [step.done for step in told] == sorted({step.done for step in told})
    assert len(told) > 10  # chunks of 262,144 bytes
    assert Progress(2 * 2**20, 3_000_000).words == "2 of 3 MB"


def test_what_is_there_and_right_is_not_asked_for_again(wanted: Wanted, site: Site) -> None:
    for _ in range(2):
        list(fetch(wanted))
    assert len(site.asked) == 1


def test_what_is_there_and_wrong_is_fetched_again(wanted: Wanted) -> None:
    wanted.path.parent.mkdir()
    wanted.path.write_bytes(DATA[:-1])
    list(fetch(wanted))
    assert wanted.path.read_bytes() == DATA


def test_it_is_never_whole_in_memory(wanted: Wanted) -> None:
    tracemalloc.start()
    list(fetch(wanted))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000


# ---------------------------------------------------------------- stopped, and gone on with


def stopped_after(wanted: Wanted, steps: int) -> int:
    """Begins a fetch, stops it after so many steps, and returns the bytes that are kept."""
    running = fetch(wanted)
    for _ in range(steps):
        next(running)
    running.close()
    return wanted.part.stat().st_size


def test_stop_keeps_what_came_and_the_next_fetch_asks_for_the_rest(wanted: Wanted, site: Site) -> None:
    came = stopped_after(wanted, 4)
    assert came == 3 * fetching.CHUNK
    assert not wanted.path.exists()
    told = list(fetch(wanted))
    assert site.asked == ["", f"bytes={came}-"]
    assert told[0] == Progress(came, 3_000_000)
    assert wanted.path.read_bytes() == DATA


def test_a_server_that_cannot_resume_sends_everything_and_nothing_stands_twice(wanted: Wanted, site: Site) -> None:
    stopped_after(wanted, 4)
    site.resumes = False
    told = list(fetch(wanted))
    assert told[0].done == 0
    assert wanted.path.read_bytes() == DATA


def test_a_part_that_is_whole_needs_no_server(wanted: Wanted, site: Site) -> None:
    wanted.path.parent.mkdir()
    wanted.part.write_bytes(DATA)
    list(fetch(wanted))
    assert wanted.path.read_bytes() == DATA
    assert site.asked == []


def test_a_part_that_is_too_long_is_thrown_away(wanted: Wanted, site: Site) -> None:
    wanted.path.parent.mkdir()
    wanted.part.write_bytes(DATA + b"more")
    list(fetch(wanted))
    assert site.asked == ["bytes=3000004-", ""]  # the server has nothing there, so from the start
    assert wanted.path.read_bytes() == DATA


def test_a_wrong_part_is_found_out_at_the_end_and_the_next_fetch_begins_anew(wanted: Wanted) -> None:
    wanted.path.parent.mkdir()
    wanted.part.write_bytes(b"x" * 1000)
    with pytest.raises(WeightsError, match="its hash differs"):
        list(fetch(wanted))
    assert files(wanted) == []
    list(fetch(wanted))
    assert wanted.path.read_bytes() == DATA


# ---------------------------------------------------------------- two at once


def test_two_at_once_fetch_once(wanted: Wanted, site: Site) -> None:
    site.pause = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(lambda: list(fetch(wanted)))
        while not site.asked:
            pass
        looking_on = fetch(wanted)
        seen = next(looking_on)
        assert seen.waiting and "while somebody else fetches" in seen.words
        second = pool.submit(lambda: list(looking_on))
        site.pause.set()
        assert not any(step.waiting for step in first.result(30))
        assert all(step.waiting for step in second.result(30))
    assert len(site.asked) == 1
    assert wanted.path.read_bytes() == DATA


def test_another_process_counts_too(wanted: Wanted, site: Site) -> None:
    wanted.path.parent.mkdir()
    holds = (
        "import sys; from pathlib import Path; from cnn_core.runtime import fetching; "
        f"file = (Path(sys.argv[1]) / {fetching.LOCK!r}).open('wb'); fetching.take(file); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(wanted.path.parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        running = fetch(wanted)
        assert next(running).waiting
        other.communicate("\n", 30)
    list(running)
    assert wanted.path.read_bytes() == DATA


def test_after_a_stop_the_next_in_line_goes_on(wanted: Wanted, site: Site) -> None:
    first = fetch(wanted)
    for _ in range(3):
        next(first)
    second = fetch(wanted)
    assert next(second).waiting
    first.close()
    assert not list(second)[-1].waiting
    assert site.asked == ["", f"bytes={2 * fetching.CHUNK}-"]


# ---------------------------------------------------------------- faults


def refusal(wanted: Wanted) -> str:
    with pytest.raises(WeightsError) as caught:
        list(fetch(wanted))
    words = str(caught.value)
    assert "Traceback" not in words and str(wanted.path.parent) not in words and words.endswith(".")
    return words


def test_a_file_that_is_gone(wanted: Wanted, site: Site) -> None:
    site.files.clear()
    assert refusal(wanted) == (
        "ResNet-50 could not be fetched: its server has no such file any more (404). The networks trained here work without."
    )


def test_no_internet(wanted: Wanted) -> None:
    nobody = replace(wanted, url="http://127.0.0.1:9/net.pth")
    assert refusal(nobody).startswith("ResNet-50 could not be fetched: that needs an internet connection.")


def test_another_file_than_expected_is_refused_and_not_kept(wanted: Wanted, site: Site) -> None:
    site.files["/net.pth"] = DATA[:-1] + b"!"
    assert "not what was expected (its hash differs)" in refusal(wanted)
    assert files(wanted) == []


def test_a_file_far_too_large_is_not_taken_in(wanted: Wanted, site: Site) -> None:
    small = replace(wanted, bytes=1_000_000)
    assert "larger than its 1 MB" in refusal(small)
    assert files(wanted) == []


def test_a_cut_connection_keeps_what_came(wanted: Wanted, site: Site) -> None:
    site.cut_after = 2 * 2**20
    assert refusal(wanted) == (
        "The connection was cut after 2 of 3 MB of ResNet-50. What came is kept: fetch it again and it goes on from there."
    )
    site.cut_after = None
    list(fetch(wanted))
    assert site.asked[1] == f"bytes={2 * 2**20}-"
    assert wanted.path.read_bytes() == DATA


def test_a_disk_too_small_is_said_before_anything_comes(wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=2_999_999))
    assert refusal(wanted) == (
        "ResNet-50 needs 3 MB, and the disk is full. "
        "Free some room, or let CNN_PUBLIC_WEIGHTS name a folder on another disk."
    )
    assert files(wanted) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3_000_000))
    list(fetch(wanted))


def test_a_disk_that_fills_meanwhile_is_left_as_it_was(wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = fetching.check_size

    def full(what: Wanted, size: int) -> None:
        checked(what, size)
        if fetching.CHUNK < size < len(DATA):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "check_size", full)
    assert "the disk is full" in refusal(wanted)
    assert files(wanted) == []


def test_a_folder_that_nobody_may_write_to(wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(path: Path, *given: object, **named: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", forbid)
    assert "cannot be written to" in refusal(wanted)


@pytest.mark.parametrize(("prefix", "expected"), [("ba7816bf", True), ("ba7816b0", False), ("ca7816bf", False)])
def test_a_hash_counts_to_the_last_digit_that_is_known(prefix: str, expected: bool, tmp_path: Path) -> None:
    """The sha256 of "abc" begins with ba7816bf (FIPS 180-2, appendix B.1)."""
    (tmp_path / "abc").write_bytes(b"abc")
    assert fetching.is_right(tmp_path / "abc", prefix) is expected
    assert not fetching.is_right(tmp_path / "absent", prefix)
