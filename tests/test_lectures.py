"""README's table of the lectures: every lecture is there, every tab exists, every function can be imported."""

import importlib
import re
from pathlib import Path

import pytest

from demos import catalogue

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
LECTURES = (
    "000 Common applications",
    "001 Introduction to Deep Learning: CNN applications",
    "002 CNN use cases",
    "003 Introduction to data science, lesson 8",
    "004 Other computer vision problems",
)
ROWS = re.findall(r"^\| (.*?) ?\| ([^|]+) \| ([^|]+) \| `([\w.]+)` \|$", README, flags=re.MULTILINE)


def test_every_lecture_has_its_rows() -> None:
    assert [lecture.strip("* ") for lecture, *_ in ROWS if lecture.strip()] == list(LECTURES)
    assert len(ROWS) > 30


@pytest.mark.parametrize(("topic", "tabs", "function"), [row[1:] for row in ROWS], ids=[row[3] for row in ROWS])
def test_a_row_names_tabs_and_a_function_that_exist(topic: str, tabs: str, function: str) -> None:
    titles = {demo.title for demo in catalogue.find_demos()}
    left = tabs
    for title in sorted(titles, key=len, reverse=True):
        left = left.replace(title, "")
    assert not left.strip(" ,"), f"no such tab: {left}"
    module, _, name = f"cnn_core.{function}".rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def test_the_readmes_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    from cnn_core.images import samples

    Image.fromarray(samples.load("chelsea")).save(tmp_path / "photo.jpg", quality=95)
    monkeypatch.chdir(tmp_path)
    (example,) = blocks(README)
    exec(compile(example, "README.md", "exec"), {})
    assert "cat" in capsys.readouterr().out


def test_contributings_smallest_tab_is_a_demo() -> None:
    import numpy as np

    (source,) = blocks(CONTRIBUTING)
    names: dict[str, object] = {}
    exec(compile(source, "CONTRIBUTING.md", "exec"), names)
    assert len(source.splitlines()) < 30
    run = names["run"]
    assert callable(run)
    assert run(np.array([[[10, 100, 200]]], np.uint8), 1.5).tolist() == [[[15, 150, 255]]]
