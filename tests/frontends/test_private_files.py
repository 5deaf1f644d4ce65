"""D3, D4: where pictures lie, who can look there, and when they go."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnn_core.errors import LabError
from demos.frontends import temporary
from demos.frontends.gradio import brief
from demos.frontends.gradio.inputs import update_of
from demos.frontends.gradio.run import run_of
from demos.frontends.gradio.turns import Turns
from demos.spec import Note, Picture, Slider
from tests.frontends.gradio_pages import drawn, small

FACE = np.full((20, 30, 3), 90, np.uint8)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The process's folder for files, made anew in a place of the test's own."""
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path))
    temporary.folder.cache_clear()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(temporary.folder()))
    yield temporary.folder()
    temporary.folder.cache_clear()
    brief._used.clear()


def test_d4_the_folder_is_this_users_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert f"_{os.getuid()}_{os.getpid()}_" in folder.name


def test_d3_it_goes_with_its_process_and_those_of_killed_ones_at_the_next_start(tmp_path: Path) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    code = "from demos.frontends import temporary; (temporary.folder() / 'face.png').touch(); "

    def left(more: str = "") -> list[str]:
        subprocess.run([sys.executable, "-c", code + more], env=environment, check=False)
        return [path.name for path in tmp_path.iterdir()]

    assert left() == []
    assert len(left("import os; os._exit(9)")) == 1  # as if it had been killed
    assert left() == []
    (tmp_path / f"{temporary.PREFIX}{os.getuid()}_{os.getpid()}_mine").mkdir()
    (tmp_path / "something else").mkdir()
    assert sorted(left())[0].endswith("_mine") and len(left()) == 2  # of a process that runs; of somebody else


def test_d13_without_a_place_to_write_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path / "not there"))
    temporary.folder.cache_clear()
    with pytest.raises(LabError, match="Set TMPDIR"):
        temporary.folder()
    temporary.folder.cache_clear()


def test_d3_pictures_of_people_live_ten_minutes_and_others_longer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [5000.0]
    monkeypatch.setattr(brief.time, "monotonic", lambda: now[0])
    demo = small(lambda face: 255 - face, {"face": Picture(label="Face")}, (Picture(label="Turned"),))
    for private in (True, False):
        given = {"path": update_of(Picture(label=f"Given {private}"), FACE + private, {})}
        shown = list(run_of(drawn(replace(demo, private=private)))(Turns(), given))[-1][0]["value"]
        files = [Path(given["path"]), Path(shown["files"][0])]
        assert all(path.is_file() for path in files) and files[0] != files[1]
        now[0] += 599
        brief.sweep()
        assert all(path.is_file() for path in files)
        now[0] += 2
        brief.sweep()
        assert [path.exists() or path.parent.exists() for path in files] == [not private] * 2


def test_d3_a_file_that_is_used_again_lives_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [5000.0]
    monkeypatch.setattr(brief.time, "monotonic", lambda: now[0])
    path = folder / "ab" / "face.png"
    path.parent.mkdir()
    path.touch()
    brief.keep_briefly([{"image": {"path": str(path)}}, None, 7, "/etc/passwd"])
    now[0] += 400
    brief.keep_briefly({"value": [(str(path), "a")]})
    now[0] += 400
    brief.sweep()
    assert path.exists() and Path("/etc/passwd") not in brief._used
    now[0] += 201
    brief.sweep()
    assert not path.exists()


def test_d3_no_text_that_is_sent_has_other_files_deleted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief.time, "monotonic", lambda: 0.0)
    thesis, own = tmp_path / "thesis.txt", folder / "ab" / "face.png"
    own.parent.mkdir()
    for path in (thesis, own):
        path.write_text("years of work")
    (folder / "link").symlink_to(thesis)
    texts = [
        f"{folder}/../thesis.txt",
        f"{folder}/link",
        f"{folder}",
        f"{folder}/ab",
        f"{folder}/a\0b",
        f"{folder}/{'a' * 9000}",
    ]
    amount = Slider(label="Amount", low=0, high=1, step=0.1, default=0)
    demo = small(lambda amount: "", {"amount": amount}, (Note(label="Said"),), private=True)
    for text in texts:
        list(run_of(drawn(demo))(Turns(), text))
    brief.keep_briefly(str(own))
    assert list(brief._used) == [own.resolve()]
    monkeypatch.setattr(brief.time, "monotonic", lambda: 1000.0)
    brief.sweep()
    assert thesis.read_text() == "years of work" and folder.is_dir() and not own.exists()
