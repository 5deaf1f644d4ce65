"""Drawings that live in the browser: their scripts, and what a touch of one does."""

from typing import Any

import gradio as gr
import pytest

from demos.frontends import scene_files
from demos.frontends.gradio import app, calls
from demos.frontends.gradio.outputs import updates_for, values_for_programs
from demos.frontends.gradio.touches import touched_inputs
from demos.frontends.gradio.turns import Turns
from demos.frontends.streamlit.visit import Visit
from demos.spec import Choice, Note, Scene, Slider
from tests.frontends import small_demos
from tests.frontends.gradio_pages import small

SCRIPTS = sorted(path.stem for path in scene_files.FOLDER.glob("*.js"))
PAIR = Scene(label="Pair", script="roc", sets=("amount", "sort"))
KINDS = {"fruit": (("apple", "Apple"), ("pear", "Pear")), "tree": (("oak", "Oak"), ("pear", "Pear tree"))}


def two_step(run: Any = None) -> Any:
    inputs = {
        "amount": Slider(label="Amount", low=0, high=1, step=0.25, default=0.5),
        "sort": Choice(label="Sort", options=(("fruit", "Fruit"), ("tree", "Tree"))),
        "kind": Choice(label="Kind", options=lambda sort: KINDS[sort], depends_on=("sort",)),
    }
    return small(lambda **held: "", inputs, (Note(label="Said"), PAIR))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_serves_both_front_ends(script: str) -> None:
    plain = "".join(file.read_text() for file in scene_files.FOLDER.rglob("*.js"))
    gradio, streamlit = scene_files.script_for_gradio(script), scene_files.script_for_streamlit(script)
    assert "export " not in gradio
    assert streamlit.count("export default function (") == 1
    assert "innerHTML" not in plain
    assert "http" not in plain.replace("http://www.w3.org/2000/svg", "")  # nothing is loaded from anywhere
    rules = [line for line in scene_files.style(script).splitlines() if line.endswith("{") and not line.startswith("@")]
    assert all(line.lstrip().startswith(".scene") for line in rules)


def test_a_scene_without_words_is_refused() -> None:
    for data in ({"value": 1}, {"words": ""}, [1]):
        with pytest.raises(ValueError, match="with its 'words'"):
            updates_for(PAIR, data)


def test_a_scene_shows_its_data_and_gives_it_to_programs() -> None:
    shown, kept = updates_for(PAIR, {"words": "Two.", "n": 2})
    assert shown["value"] == {"words": "Two.", "n": 2}
    assert shown["visible"]
    assert "value" not in kept
    assert values_for_programs(PAIR, {"words": "Two.", "n": 2}) == [{"words": "Two.", "n": 2}]
    assert not updates_for(PAIR, None)[0]["visible"]


def test_a_touch_in_gradio_sets_inputs_and_what_depends_on_them() -> None:
    fill = touched_inputs(two_step(), PAIR, ["amount", "sort", "kind"])
    turns = Turns()
    touched = gr.SelectData(None, {"index": 0, "value": {"sort": "tree"}})
    amount, sort, kind = fill(turns, touched, 0.25, "fruit", "apple")
    assert turns.latest == 1  # what ran before is late
    assert amount == gr.skip()
    assert sort == "tree"
    assert kind["value"] == "oak"  # there is no apple among the trees
    assert fill(turns, touched, 0.25, "fruit", "pear")[2]["value"] == "pear"
    with pytest.raises(gr.Error, match="Amount: expected a number from 0 to 1, got 7"):
        fill(turns, gr.SelectData(None, {"index": 0, "value": {"amount": 7}}), 0.25, "fruit", "apple")


def test_a_touch_in_streamlit_sets_inputs_and_asks() -> None:
    visit = Visit.of(two_step())
    visit.drawn = {"amount": 0.25, "sort": "fruit", "kind": "apple"}
    visit.touch(PAIR, {"amount": 0.75})
    assert (visit.preset, visit.touched, visit.due) == ({"amount": 0.75}, True, {})
    visit.touch(PAIR, {"amount": 7, "sort": "tree"})  # no page sends it
    assert visit.preset == {"amount": 0.75}


@pytest.mark.parametrize(
    ("touch", "fits"),
    [
        ({"index": 0, "value": {"amount": 1}}, True), ({"index": 0, "value": {}}, True), (None, False),
        ({"index": [0, 0], "value": {"amount": 1}}, False), ({"index": 0, "value": None}, False),
        ({"value": {"amount": 1}}, False),
    ],
)  # fmt: skip
def test_a_touch_comes_with_values(touch: Any, fits: bool) -> None:
    blocks = app.build([small_demos.kitchen_sink])
    scene = next(block for block in blocks.blocks.values() if getattr(block, "label", None) == "Curve to touch")
    number = next(n for n, fn in blocks.fns.items() if (scene._id, "select") in fn.targets)
    call = {"fn_index": number, "data": [None] * len(blocks.fns[number].inputs), "event_data": touch}
    said = calls.check_of(blocks)("queue/join", call)
    assert said == ("" if fits else 'Expected a touch as {"index": 0, "value": {"input": value}}.')
