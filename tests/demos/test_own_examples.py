"""A lecturer's own photographs as examples: which tabs take them, and what is left out."""

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnn_core.images import samples
from demos import catalogue, own_examples, runner
from demos.frontends import presentation
from demos.spec import Picture, Pictures, Slider
from tests.demos.small_runs import demo_of, said

TOUCHED = ("b_second.png", "a_first.png")
BLUE, GREEN = (10, 20, 200), (20, 180, 30)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two small photographs, and the setting."""
    for name, colour in zip(TOUCHED, (BLUE, GREEN), strict=True):
        Image.new("RGB", (30, 20), colour).save(tmp_path / name)
    monkeypatch.setenv(own_examples.FOLDER, str(tmp_path))
    yield tmp_path
    own_examples.photographs.cache_clear()
    for name in list(samples._added):
        del samples._added[name]
    samples.load.cache_clear()


def size(picture: np.ndarray, strength: float) -> str:
    return f"{picture.shape[1]} x {picture.shape[0]} at {strength}, {picture[0, 0].tolist()}"


INPUTS = {"picture": Picture(label="Picture"), "strength": Slider(label="Strength", low=0, high=1, step=0.5, default=0.5)}
EXAMPLES = ({"picture": "chelsea", "strength": 1.0}, {"picture": "lion"})


def test_they_take_the_examples_place_in_the_order_of_their_names(folder: Path) -> None:
    demo = own_examples.with_own(demo_of(size, INPUTS, examples=EXAMPLES, example_titles=("One", "Two")))
    assert [example["picture"] for example in demo.examples] == ["own:a_first.png", "own:b_second.png"]
    assert presentation.example_titles(demo) == ["a first", "b second"]
    shown = [said(demo, **runner.example_values(demo, example)) for example in demo.examples]
    assert shown == [[f"30 x 20 at 0.5, {list(GREEN)}"], [f"30 x 20 at 0.5, {list(BLUE)}"]]


def test_a_bad_file_is_left_out_and_the_log_says_why(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "notes.txt").write_text("Show the cat first.")
    (folder / "broken.jpg").write_bytes((folder / TOUCHED[0]).read_bytes()[:60])
    (folder / ".hidden.png").write_bytes((folder / TOUCHED[0]).read_bytes())
    (folder / "more").mkdir()
    with caplog.at_level(logging.WARNING):
        demo = own_examples.with_own(demo_of(size, INPUTS, examples=EXAMPLES))
    assert len(demo.examples) == 2
    lines = [record.getMessage() for record in caplog.records]
    assert sorted(line.split(" is left out")[0] for line in lines) == [
        "CNN_EXAMPLES: broken.jpg",
        "CNN_EXAMPLES: notes.txt",
    ]


def test_an_empty_or_missing_folder_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plain = demo_of(size, INPUTS, examples=EXAMPLES)
    assert own_examples.with_own(plain) is plain
    (tmp_path / "empty").mkdir()
    for name in ("empty", "not_there"):
        monkeypatch.setenv(own_examples.FOLDER, str(tmp_path / name))
        assert own_examples.with_own(plain) is plain
    assert "there is no picture in" in caplog.text
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("inputs", "private", "taken"),
    [
        (INPUTS, False, "picture"),
        (INPUTS, True, None),  # faces
        ({"one": Picture(label="One"), "two": Picture(label="Two")}, False, None),
        ({"one": Picture(label="One"), "two": Picture(label="Two", optional=True)}, False, "one"),
        ({"maybe": Picture(label="Maybe", optional=True)}, False, None),
        ({"all": Pictures(label="All")}, False, None),
    ],
)
def test_only_tabs_that_need_one_picture_take_them(inputs: dict, private: bool, taken: str | None) -> None:
    demo = demo_of(lambda **values: "", inputs, private=private)
    assert own_examples.only_picture(demo) == taken


def test_no_more_than_a_page_has_room_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_examples, "MOST", 1)
    assert own_examples.photographs(str(folder)) == ("own:a_first.png",)


def test_a_telephones_photograph_is_kept_as_large_as_a_page_shows_it(folder: Path) -> None:
    Image.new("RGB", (4000, 3000), BLUE).save(folder / "c.jpg")
    names = own_examples.photographs(str(folder))
    assert max(samples.load(names[-1]).shape) <= 2000


def test_the_real_tabs_take_them_and_other_samples_stay_as_they_are(folder: Path) -> None:
    before = samples.names(), samples.originals()
    demo = catalogue.demo_in.__wrapped__("recognise", "classify")
    assert [runner.example_values(demo, example)["picture"].shape for example in demo.examples] == [(20, 30, 3)] * 2
    assert (samples.names(), samples.originals()) == before
    faces = catalogue.demo_in.__wrapped__("compare", "who_is_it")
    assert faces.examples[0]["picture"] == "astronaut_changed"


def test_the_disks_order_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for order in (TOUCHED, TOUCHED[::-1]):
        monkeypatch.setattr(Path, "iterdir", lambda self, order=order: (self / name for name in order))
        assert [file.name for file in own_examples.files_in(str(folder))] == ["a_first.png", "b_second.png"]
