"""What events of the Gradio page do, called as the server calls them: memories, places, choices, sentences, the drawer."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from cnn_core.errors import InputError
from demos import runner
from demos.charts import Axis, Chart, Line
from demos.frontends import presentation
from demos.frontends.gradio import app, drawer, outputs
from demos.frontends.gradio.changes import _prepare, dependents
from demos.frontends.gradio.drawer import Drawer
from demos.frontends.gradio.run import opened_drawer, results, run_of, trouble
from demos.frontends.gradio.turns import Turns
from demos.spec import Button, Choice, Memory, Note, Picture, Pictures, Plot, Region, Regions, Slider
from tests.frontends import small_demos
from tests.frontends.gradio_pages import drawn, small

PIXELS = np.full((20, 30, 3), 90, np.uint8)
ANYBODY = SimpleNamespace(cookies={})
"""What Gradio tells of a browser without a cookie."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    outputs._lately.forget()


def event_of(blocks: gr.Blocks, kind: type, label: str, event: str) -> Any:
    """The function of the event by which a widget of the page acts."""
    widgets = [b._id for b in blocks.blocks.values() if isinstance(b, kind) and getattr(b, "label", None) == label]
    (found,) = [fn for fn in blocks.fns.values() if set(fn.targets) & {(widget, event) for widget in widgets}]
    return found


def answered(event: Any, *payloads: Any) -> dict[str, Any]:
    """What a call of the event's function gives, by the labels of its outputs (the classes of those without one)."""
    values = event.fn(*payloads)
    values = values if len(event.outputs) > 1 else [values]
    return {getattr(b, "label", None) or type(b).__name__: v for b, v in zip(event.outputs, values, strict=True)}


# ---------------------------------------------------------------- memory


def test_a_memory_is_a_copy_of_the_answer_that_everybody_gets() -> None:
    everybodys = {"losses": [1.0]}
    (mine,) = outputs.updates_for(Memory("held"), everybodys)
    assert mine == everybodys and mine is not everybodys and mine["losses"] is not everybodys["losses"]


def test_an_example_starts_the_memory_anew() -> None:
    held = Memory("held", initial={"losses": []})
    demo = small(lambda n, held: (f"{n}", held), {"n": Slider(label="N", low=0, high=9, step=1, default=4), "held": held},
                 (Note(label="Said"), held), examples=({"n": 2}, {"n": 3}))  # fmt: skip
    blocks = app.build([demo])
    event = event_of(blocks, gr.Dataset, "Examples", "click")
    states = [b for b in event.outputs if isinstance(b, gr.State) and b.value == {"losses": []}]
    assert len(states) == 1
    given = dict(zip(event.outputs, event.fn(Turns(), 1), strict=True))
    assert given[states[0]] == {"losses": []} and given[states[0]] is not held.initial
    assert answered(event, Turns(), 1)["N"] == 3


def test_a_sentence_leaves_the_memory_as_it_is() -> None:
    page = drawn(small_demos.kitchen_sink)
    assert trouble(page, "No.", Drawer())[-5] == gr.skip()  # before the error, facts, address and Stop stands the memory


# ---------------------------------------------------------------- sentences


def test_a_sentence_is_no_markup() -> None:
    def run(n: int) -> str:
        raise InputError("Not <b>more</b> & <script>alert('x')</script>.")

    page = drawn(small(run, {"n": Slider(label="N", low=0, high=9, step=1, default=4)}, (Note(label="Said"),)))
    note, error, facts, _ = list(run_of(page)(Turns(), 3))[-1]
    assert note["visible"] is facts["visible"] is False and error["visible"] is True
    assert error["value"] == (
        '<div role="alert">Not &lt;b&gt;more&lt;/b&gt; &amp; &lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;.</div>'
    )


def test_a_pressed_button_is_true_in_the_run_that_it_starts() -> None:
    inputs = {"halt": Button(label="One"), "go": Button(label="Two")}
    page = drawn(small(lambda halt, go: f"{halt} {go}", inputs, (Note(label="Said"),)))
    assert [list(run_of(page, name)(Turns(), False, False))[-1][0]["value"] for name in ("", "halt", "go")] == [
        "False False", "True False", "False True",
    ]  # fmt: skip


# ---------------------------------------------------------------- inputs that change others


def test_a_new_picture_clears_the_places_on_the_old_one() -> None:
    blocks = app.build([small_demos.opener])
    event = event_of(blocks, gr.Image, "Any picture", "input")
    payloads = [None, "red", "pale red", "12, 34", "5, 6"]
    given = answered(event, Turns(), ANYBODY, *payloads)
    assert given["Place"] == "" and given["Corner"] == ""


def test_choices_two_dependencies_away_change_with_the_first() -> None:
    kinds = {"fruit": ("pear", "apple"), "tree": ("oak", "lime")}
    leaves = {"pear": ("oval",), "apple": ("round",), "oak": ("lobed", "brown"), "lime": ("heart", "brown")}
    demo = small(
        lambda sort, kind, leaf: "",
        {
            "leaf": Choice(label="Leaf", options=lambda kind: tuple((v, v) for v in leaves[kind]), depends_on=("kind",)),
            "sort": Choice(label="Sort", options=(("fruit", "Fruit"), ("tree", "Tree"))),
            "kind": Choice(label="Kind", options=lambda sort: tuple((v, v) for v in kinds[sort]), depends_on=("sort",)),
        },
        (Note(label="Said"),),
    )
    assert list(dependents(demo, "sort")) == ["kind", "leaf"]
    event = event_of(app.build([demo]), gr.Radio, "Sort", "input")
    given = answered(event, Turns(), ANYBODY, "oval", "tree", "pear")
    assert given["Kind"]["value"] == "oak" and given["Kind"]["choices"] == [("oak", "oak"), ("lime", "lime")]
    assert given["Leaf"]["value"] == "lobed" and given["Leaf"]["choices"] == [("lobed", "lobed"), ("brown", "brown")]
    kept = answered(event_of(app.build([demo]), gr.Dropdown, "Kind", "input"), Turns(), ANYBODY, "brown", "tree", "lime")
    assert kept == {"Leaf": gr.update(choices=[("heart", "heart"), ("brown", "brown")], value="brown")}


@pytest.mark.parametrize("junk", [None, [], {"a": 1}, 2**70, float("nan"), "no such", ["a", []]])
def test_junk_in_a_choice_is_taken_for_its_default(junk: Any) -> None:
    """Whoever speaks HTTP can send anything to a page's events."""
    finer = Choice(label="Finer", options=lambda sort: ((f"{sort} 1", "1"), (f"{sort} 2", "2")), depends_on=("sort",))
    some = Choice(label="Some", options=lambda sort: ((f"{sort} 3", "3"),), depends_on=("sort",), several=True)
    inputs = {"sort": Choice(label="Sort", options=(("a", "A"), ("b", "B"))), "finer": finer, "some": some}
    demo = small(lambda **values: "", inputs, (Note(label="Said"),))
    assert _prepare(demo, ["finer", "some"])(Turns(), ANYBODY, junk, junk, junk) == [
        gr.update(choices=[("1", "a 1"), ("2", "a 2")], value="a 1"), gr.update(choices=[("3", "a 3")], value=[]),
    ]  # fmt: skip
    kept = _prepare(demo, ["finer", "some"])(Turns(), ANYBODY, "b", "b 2", ["b 3", junk])
    assert [update["value"] for update in kept] == ["b 2", ["b 3"]]


@pytest.mark.parametrize("index", [-1, 1, 2**70, None, "0", [0], 0.0, float("nan")])
def test_an_example_that_there_is_not_is_refused_in_words(index: Any) -> None:
    demo = small(
        lambda n: "", {"n": Slider(label="N", low=0, high=9, step=1, default=4)}, (Note(label="Said"),), examples=({"n": 7},)
    )
    event = event_of(app.build([demo]), gr.Dataset, "Examples", "click")
    with pytest.raises(gr.Error, match="no such example") as raised:
        event.fn(Turns(), index)
    assert not raised.value.print_exception
    assert event.fn(Turns(), 0)[1] == 7


def test_a_click_on_a_picture_is_a_place_in_words() -> None:
    event = event_of(app.build([small_demos.opener]), gr.HTML, "Negative", "select")
    clicked = gr.SelectData(None, {"index": 0, "value": {"place": [39.7, 60.2]}})
    assert event.fn(Turns(), clicked) == "39, 60"
    with pytest.raises(gr.Error, match="two whole numbers"):
        event.fn(Turns(), gr.SelectData(None, {"index": 0, "value": {"place": "here"}}))
    event = event_of(app.build([small_demos.opener]), gr.Image, "Any picture", "select")
    assert event.fn(Turns(), gr.SelectData(None, {"index": [39.7, 60.2], "value": None})) == "39, 60"


# ---------------------------------------------------------------- the drawer


def fold(amount: int) -> Iterator[Any]:
    chart = Chart(words="A line.", x=Axis(title="x"), y=Axis(title="y"), layers=(Line(name="", x=[0, 1], y=[0, 1]),))
    for step in (1, 2):
        yield (
            f"step {step}",
            PIXELS,
            PIXELS + amount,
            [(PIXELS, "a"), (PIXELS, "b")],
            chart,
            (PIXELS, [Region((1, 1, 9, 9), "x")]),
        )


FOLDING = small(
    fold,
    {"amount": Slider(label="Amount", low=0, high=9, step=1, default=4)},
    (
        Note(label="Said"), Picture(label="Seen"), Picture(label="One", folded=True), Pictures(label="Two", folded=True),
        Plot(label="Curve", folded=True), Regions(label="Boxes", folded=True),
    ),
)  # fmt: skip


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Writes down each picture that is encoded and each chart that is translated."""
    calls: list[str] = []

    def count(module: Any, name: str) -> None:
        make = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given: (calls.append(name), make(*given))[1])

    count(presentation, "picture_file")
    count(outputs, "as_vega")
    return calls


def test_folded_results_cost_nothing_until_the_drawer_is_opened(made: list[str]) -> None:
    page, turns = drawn(FOLDING), Turns()
    steps = list(run_of(page)(turns, 7))
    assert made == ["picture_file"]  # one open picture, the same in both steps
    folded = page.folded
    assert folded == (2, 3, 4, 5)
    assert all(update == gr.skip() for update in steps[-1][3:12])
    updates = opened_drawer(page)(turns)
    assert sorted(made[1:]) == ["as_vega"] + ["picture_file"] * 4
    one, file, two, curve, saving, numbers, boxes, drawn_boxes, data, error = updates
    assert one["visible"] and two["visible"] and curve["visible"] and saving["visible"] and boxes["visible"]
    assert file == numbers == drawn_boxes == data == error == gr.skip()
    assert [caption for _, caption in two["value"]] == ["a", "b"]


def test_what_a_step_shows_again_is_not_made_again_and_stands_in_every_step(made: list[str]) -> None:
    page = drawn(FOLDING)
    _, first, second, _ = run_of(page)(Turns(), 7)  # before and after them, the Stop button's
    value = first[1].pop("value")  # as Gradio takes an update apart
    assert second[1] == gr.update(value=value, visible=True) and Path(value["files"][0]).exists()
    assert (first[0]["value"], second[0]["value"]) == ("step 1", "step 2") and made == ["picture_file"]
    assert list(run_of(page)(Turns(), 7))[1][1]["value"] == value and len(made) == 1


def test_an_open_drawer_is_filled_by_every_run_and_a_closed_one_no_more(made: list[str]) -> None:
    blocks = app.build([FOLDING])
    turns = Turns()
    page = drawn(FOLDING)
    opened_drawer(page)(turns)
    assert made == []
    *_, last = run_of(page)(turns, 7)
    assert len(made) == 6 and last[3]["visible"] and last[6]["visible"]  # in the second step nothing is new
    close = event_of(blocks, gr.Accordion, "More results", "collapse")
    close.fn(turns)
    list(run_of(page)(turns, 8))
    assert len(made) == 6
    assert event_of(blocks, gr.Accordion, "More results", "expand").queue is False


def test_the_drawer_holds_the_latest_answer_once(made: list[str]) -> None:
    page, turns = drawn(replace(FOLDING, run=lambda amount: next(fold(amount)))), Turns()
    for amount in (3, 8):
        list(run_of(page)(turns, amount))
    shown = opened_drawer(page)(turns)[0]["value"]
    assert [outputs.picture_path(PIXELS + 8, False, "One")] == shown["files"]
    assert opened_drawer(page)(turns)[:-1] == [gr.skip()] * 9


def test_after_a_sentence_the_drawer_is_empty() -> None:
    page, turns = drawn(FOLDING), Turns()
    list(run_of(page)(turns, 7))
    assert trouble(page, "No.", turns.drawer)[3]["visible"] is False
    assert opened_drawer(page)(turns) == [gr.skip()] * 10


def test_what_had_to_go_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawer, "MOST_BYTES", 2 * PIXELS.nbytes)
    first, second, third = Drawer(), Drawer(), Drawer()
    first.put({0: PIXELS.copy()})
    second.put({0: PIXELS.copy()})
    third.put({0: PIXELS.copy()})
    assert first.take() is None and first.take() == {}
    assert np.array_equal((second.take() or {})[0], PIXELS) and third.take() is not None
    page, turns = drawn(FOLDING), Turns()
    list(run_of(page)(turns, 7))
    Drawer().put({0: np.zeros(10**6, np.uint8)})
    assert "Run again to see them." in opened_drawer(page)(turns)[-1]["value"]


def test_an_array_is_counted_once_and_a_chart_roughly() -> None:
    regions = [Region(np.zeros((10, 10), bool), "a"), Region((0, 0, 1, 1), "b")]
    assert drawer.size_of([{0: PIXELS, 1: [(PIXELS, "a")]}, {0: (PIXELS, regions)}]) == PIXELS.nbytes + 100
    assert drawer.size_of({0: next(fold(5))[4], 1: "words", 2: None}) == drawer.CHART


def test_every_visitor_has_a_drawer_of_their_own() -> None:
    turns = Turns()
    turns.drawer.is_open = True
    other = copy.deepcopy(turns)
    assert other.drawer is not turns.drawer and other.drawer.is_open is False


def test_results_stand_in_the_order_of_the_outputs() -> None:
    page = drawn(FOLDING)
    answer = runner.Answer(next(fold(5)), "**facts**")
    shown = results(page, answer, Drawer())
    assert len(shown) == len(page.result_widgets) and shown[0]["value"] == "step 1"
    assert shown[page.address_at - 1] == gr.update(value=presentation.folded_facts("**facts**"), visible=True)
