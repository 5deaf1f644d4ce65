"""A setting that cannot be used ends the program with one sentence, never with a traceback."""

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnn_core.errors import InputError
from cnn_core.runtime import devices
from demos.frontends.gradio import app
from tests.frontends.streamlit_pages import opened


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """No page and no device from before."""
    for kept in (app.page, devices.device):
        kept.cache_clear()
    yield
    for kept in (app.page, devices.device):
        kept.cache_clear()


def test_threads_that_are_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_THREADS", "many")
    with pytest.raises(SystemExit) as caught:
        app.page()
    assert caught.value.code == "CNN_THREADS=many is not a whole number; leave it out, or set it to 1 or more."
    assert caught.value.__suppress_context__


def test_what_fails_while_the_page_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(demos: object) -> None:
        raise InputError("CNN_DEVICE=gpu cannot be used here.")

    monkeypatch.setenv("CNN_THREADS", "1")
    monkeypatch.setattr(app.catalogue, "find_demos", tuple)
    monkeypatch.setattr(app, "build", refuse)
    with pytest.raises(SystemExit) as caught:
        app.page()
    assert caught.value.code == "CNN_DEVICE=gpu cannot be used here."


def test_the_program_itself_ends_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_THREADS", "-1")
    monkeypatch.delitem(sys.modules, "streamlit.runtime", raising=False)
    with pytest.raises(SystemExit, match="CNN_THREADS=-1 is not a whole number"):
        runpy.run_path("app.py", run_name="__main__")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "the file cannot be read (No such file or directory). Name a lesson file, such as docs/lessons/004.toml."),
        ("[[stop]", "it is no TOML: "),
        (
            'title = "A"\nsummary = "B."\n[[stop]]\ndemo = "why"\nasks = "Why?"\n'
            '[[stop]]\ndemo = "detect"\nasks = "Where?"\nsettings = { confidence = 2 }',
            "stop 2 (detect): Confidence: expected a number from 0.05 to 0.95, got 2.",
        ),
    ],
)
def test_a_lesson_that_cannot_be_used(
    text: str | None, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lesson.toml"
    if text is not None:
        file.write_text(text)
    monkeypatch.setenv("CNN_LESSON", str(file))
    with pytest.raises(SystemExit) as caught:
        app.page()
    assert str(caught.value.code).startswith(f"CNN_LESSON={file}: {sentence}")
    page = opened("LED", at="")
    assert page.error[0].value.replace("\\", "").startswith(f"CNN_LESSON={file}: {sentence}")
    assert not page.title
