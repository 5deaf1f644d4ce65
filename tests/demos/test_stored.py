"""Answers that slow demos bring along: they are what a run would say, and hold only while nothing has changed."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnn_core.runtime import weights
from demos import catalogue, charts, runner, stored
from demos.fields import Region
from demos.spec import Slider
from demos.stored.codec import decode, encode
from tests.demos.small_runs import demo_of

GREY = np.array([[0, 255, 7]], np.uint8)
RED = np.array([[[200, 10, 20]], [[1, 2, 3]]], np.uint8)
MASK = np.array([[True, False]])


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    line = charts.Line(name="loss", x=(1, 2), y=(0.5, 0.25))
    chart = charts.Chart(words="A line.", x=charts.Axis(title="step"), y=charts.Axis(title="loss"), layers=(line,))
    value = (
        "words", 3, 0.25, None, True, [("a", RED)], (RED, [Region((1.0, 2.0, 3.0, 4.0), "cat", 0.5), Region(MASK, "dog")]),
        {"share": np.float32(0.5)}, ("file.bin", b"\x00\xff"), GREY, chart,
    )  # fmt: skip
    kept: dict[str, bytes] = {}

    def keep(picture: np.ndarray) -> str:
        kept[str(len(kept))] = stored._packed(picture)
        return str(len(kept) - 1)

    data = json.loads(json.dumps(encode(value, keep)))
    assert data["tuple"][:5] == ["words", 3, 0.25, None, True]
    assert data["tuple"][7] == {"dict": [["share", 0.5]]}
    assert data["tuple"][8] == {"tuple": ["file.bin", {"bytes": "AP8="}]}
    back = decode(data, lambda name: np.array(Image.open(io.BytesIO(kept[name])).convert("RGB")))
    assert back[:5] == value[:5] and back[7] == {"share": 0.5} and back[8] == value[8] and back[10] == chart
    assert isinstance(back[5], list) and np.array_equal(back[5][0][1], RED)
    picture, (box, mask) = back[6]
    assert np.array_equal(picture, RED) and box == Region((1.0, 2.0, 3.0, 4.0), "cat", 0.5)
    assert mask.name == "dog" and mask.shape.dtype == bool and np.array_equal(mask.shape, MASK)
    assert np.array_equal(back[9], GREY)


@pytest.mark.parametrize("data", [{"os": "system"}, {"tuple": [], "list": []}, {"Path": {}}])
def test_nothing_else_is_made_of_what_a_file_says(data: Any) -> None:
    with pytest.raises(ValueError, match="nothing is stored as"):
        decode(data, lambda name: RED)


def test_what_no_output_is_made_of_is_not_stored() -> None:
    with pytest.raises(TypeError, match="a set cannot be stored"):
        encode({"a"}, lambda picture: "")


@pytest.mark.parametrize("name", stored.SLOW)
def test_each_stored_answer_holds_for_the_shipped_networks_and_says_that_it_was_stored(name: str) -> None:
    answer = stored.find(catalogue.demo_named(name))
    assert answer is not None, "run python -m demos.stored"
    assert answer.facts.startswith("**Stored**: worked out beforehand (")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["instance_segmentation", "why"])
def test_a_stored_answer_is_what_a_run_says(name: str) -> None:
    demo = catalogue.demo_named(name)
    answer = stored.find(demo)
    assert answer is not None
    *_, fresh = runner.answers(demo, runner.example_values(demo, demo.examples[0]))
    assert alike(answer.values, fresh.values)


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are equal, but for what another processor computes a little differently."""
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and np.abs(one.astype(float) - other.astype(float)).mean() < 1
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Region):
        return one.name == other.name and alike(np.asarray(one.shape), np.asarray(other.shape))
    return isinstance(one, charts.Chart) or one == other


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A demo whose answer is stored in a folder of its own."""
    monkeypatch.setattr(stored, "FOLDER", tmp_path)
    monkeypatch.setattr(stored, "SLOW", ("small",))
    amount = {"n": Slider(label="N", low=0, high=9, step=1, default=4)}
    demo = demo_of(lambda n: f"{n} of a run", amount, examples=({"n": 2},), name="small")
    stored.store(demo, tmp_path)
    return demo


def test_it_is_shown_in_a_runs_place(small: Any) -> None:
    shown = replace(small, run=lambda n: "no run")
    assert stored.first_answer(shown)[1].values == ("2 of a run",)  # type: ignore[index]


def test_other_inputs_are_run(small: Any) -> None:
    assert stored.find(replace(small, examples=({"n": 3},))) is None
    assert stored.first_answer(replace(small, examples=({"n": 3},)))[1].values == ("3 of a run",)  # type: ignore[index]


def test_a_demo_that_shows_more_by_now_is_run(small: Any) -> None:
    more = replace(small, outputs=(*small.outputs, replace(small.outputs[0], label="More")), run=lambda n: (f"{n}", "more"))
    assert stored.find(more) is None
    assert stored.first_answer(more)[1].values == ("2", "more")  # type: ignore[index]


def test_another_network_under_the_name_is_asked(small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = weights.names()[0]
    rewrite(tmp_path / "small.zip", networks={name: weights.card(name).sha256})
    assert stored.find(small) is not None
    rewrite(tmp_path / "small.zip", networks={name: "0" * 64})
    assert stored.find(small) is None
    rewrite(tmp_path / "small.zip", networks={"gone": "0" * 64})
    assert stored.find(small) is None


def rewrite(path: Path, **changes: Any) -> None:
    with zipfile.ZipFile(path) as pack:
        content = json.loads(pack.read("answer.json")) | changes
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("answer.json", json.dumps(content))


def test_a_damaged_file_costs_nothing_but_time(small: Any, tmp_path: Path) -> None:
    (tmp_path / "small.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert stored.find(small) is None
    assert stored.first_answer(small)[1].values == ("2 of a run",)  # type: ignore[index]


def test_the_first_answer_is_worked_out_once_and_is_the_last_step() -> None:
    runs: list[int] = []

    def run(n: int) -> Iterator[str]:
        runs.append(n)
        yield "early"
        yield f"late {n}"

    amount = {"n": Slider(label="N", low=0, high=9, step=1, default=4)}
    demo = demo_of(run, amount, examples=({"n": 2}, {"n": 3}))
    for _ in range(2):
        found = stored.first_answer(demo)
        assert found is not None and found[0] == {"n": 2} and found[1].values == ("late 2",)
    assert runs == [2]
    assert stored.first_answer(demo_of(run, amount)) is None
