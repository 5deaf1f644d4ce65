"""A small part of ``python -m tests.fuzz``: hostile files through both doors give a picture or a sentence, in time."""

import itertools
from collections import Counter
from pathlib import Path

import pytest

from tests.fuzz import __main__ as command
from tests.fuzz import bombs, doors
from tests.fuzz.files import hostile_files, small_files

FAST = (
    "million parts.jpg", "20 MB of junk.jpg", "20,000 scans.jpg", "499 scans of 40 MP.jpg", "120 MP progressive.jpg",
    "27 MP progressive 4-4-4.jpg", "16384 x 16384 canvas.webp", "tiles of 2116 MP.tif", "65025 tiles.heic",
)  # fmt: skip
"""Bombs that cost next to nothing, for they are refused by what their header says."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "kept"))


@pytest.mark.filterwarnings("ignore")
def test_sixty_hostile_files(tmp_path: Path) -> None:
    answers: Counter[str] = Counter()
    for name, data in itertools.chain(hostile_files(48, 1), ((name, bombs.BOMBS[name]()) for name in FAST)):
        path = tmp_path / name
        path.write_bytes(data)
        for door in doors.DOORS:
            passage = doors.pass_through(door, str(path))
            assert passage.answer != "traceback", f"{name} at {door}: {passage.words}"
            assert passage.answer == "refused" or name not in FAST or door == "page", name
            answers[passage.answer] += 1
    assert answers["answered"] > 20 and answers["refused"] > 20  # neither all whole nor all broken


def test_the_same_seed_makes_the_same_files() -> None:
    assert list(hostile_files(30, 7)) == list(hostile_files(30, 7))
    assert list(hostile_files(30, 7)) != list(hostile_files(30, 8))
    assert len(small_files()) == 24


def test_a_traceback_a_long_time_and_much_memory_are_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    found = [
        doors.Passage("a.png", "core", "answered", "", 0.5, 40),
        doors.Passage("b.png", "core", "answered", "", 3.5, 251),
        doors.Passage("c.png", "page", "traceback", "ZeroDivisionError", 0.1, 1),
    ]
    monkeypatch.setattr(command, "passages", lambda files: iter(found))
    assert command.main(["--count", "1", "--no-bombs"]) == 1
    said = capsys.readouterr().out
    assert "b.png at core: 3.50 s, 251 MB" in said and "ZeroDivisionError" in said and "\na.png" not in said
    monkeypatch.setattr(command, "passages", lambda files: iter(found[:1]))
    assert command.main(["--count", "1", "--no-bombs"]) == 0


def test_a_door_that_raises_is_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doors.DOORS, "core", lambda path: 1 / 0)
    passage = doors.pass_through("core", "/nowhere/a.png")
    assert (passage.answer, passage.file) == ("traceback", "a.png") and "ZeroDivisionError" in passage.words
