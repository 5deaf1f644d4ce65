"""A press of "Try this", called as the server calls it: what is named changes, what others set goes back, the rest stays."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from cnn_core.images import samples
from demos.frontends.gradio import app
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.tries import all_set, tried_inputs, tried_results
from demos.frontends.gradio.turns import Turns
from demos.spec import Button, Demo, Lesson, Memory, Note, Slider, Try
from tests.frontends import small_demos
from tests.frontends.gradio_pages import drawn, small

SINK = small_demos.kitchen_sink
TRIES = (
    Try(words="Show it a tree", sets={"sort": "tree"}, watch="Which *kind*?"),
    Try(words="Show it coffee", sets={"picture": "coffee", "amount": 0.25}, watch="Is it hot?"),
    Try(words="A pear twice", sets={"kind": "pear", "extra": ["coffee", "chelsea"]}, watch="Both."),
    Try(words="Count anew", sets={"reset": True, "amount": 1.0}, watch="Is it 0?"),
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))


def with_tries(demo: Demo, tries: tuple[Try, ...]) -> Demo:
    return replace(demo, lesson=replace(demo.lesson, tries=tries))


@pytest.fixture
def page() -> Page:
    return drawn(with_tries(SINK, TRIES))


HELD: dict[str, Any] = {
    "picture": {"path": "mine.png"}, "extra": [], "amount": 0.9, "sort": "fruit", "kind": "pear", "several": ["x"],
    "flag": True, "words": "mine", "seed": 7, "place": "12, 34", "reset": False, "count": 3,
}  # fmt: skip


def pressed(page: Page, index: int, **held: Any) -> dict[str, Any]:
    """The updates that a press gives, by the inputs' names, without those that leave things as they are."""
    opened, watch, *updates = tried_inputs(page)(Turns(), index, *(HELD | held).values())
    assert opened is True
    named = dict(zip(["watch", *all_set(page.demo)], [watch, *updates], strict=True))
    return {name: update for name, update in named.items() if update != gr.skip()}


def pixels(path: str) -> np.ndarray:
    return np.asarray(Image.open(path))


def test_a_press_changes_what_it_names_and_the_choices_that_go_with_it(page: Page) -> None:
    given = pressed(page, 0)
    assert set(given) == {"watch", "sort", "kind", "amount"} and given["sort"] == "tree"
    assert given["kind"]["value"] == "oak" and [value for _, value in given["kind"]["choices"]] == ["oak", "beech", "lime"]
    assert "<em>kind</em>" in given["watch"]


def test_what_the_other_tries_set_goes_back_to_how_the_page_opens(page: Page) -> None:
    given = pressed(page, 3, amount=0.1, sort="tree", kind="lime", picture={"path": "mine.png"})
    assert given["amount"] == 1.0 and given["sort"] == "fruit" and given["kind"]["value"] == "apple"
    assert set(given) == {"watch", "amount", "sort", "kind"}  # the picture, the place and what no press sets stay


def test_a_new_picture_comes_by_its_name_and_clears_the_place_on_the_old_one(page: Page) -> None:
    given = pressed(page, 1)
    assert {"picture", "amount", "place"} <= set(given) and given["amount"] == 0.25 and given["place"] == ""
    assert np.array_equal(pixels(given["picture"]), samples.load("coffee"))


def test_several_pictures_and_a_dependent_choice_are_set_too(page: Page) -> None:
    given = pressed(page, 2)
    assert [np.array_equal(pixels(p), samples.load(n)) for p, n in zip(given["extra"], ("coffee", "chelsea"), strict=True)]
    assert given["kind"]["value"] == "pear" and given["place"] == "" and given["sort"] == "fruit"


def test_a_press_makes_earlier_runs_late(page: Page) -> None:
    turns = Turns()
    turn = turns.begin()
    tried_inputs(page)(turns, 0, *HELD.values())
    assert turns.latest > turn


def test_the_page_knows_from_which_example_its_pictures_come(page: Page) -> None:
    turns = Turns()
    for index, example in ((0, 0), (1, 1), (2, None), (3, None)):  # coffee is the second example's; two pictures nobody's
        tried_inputs(page)(turns, index, *HELD.values())
        assert turns.example == example


def test_the_run_has_what_the_inputs_hold_and_a_button_that_is_set_counts_as_pressed() -> None:
    held = Memory("held", initial=0)
    inputs = {"n": Slider(label="N", low=0, high=9, step=1, default=4), "go": Button(label="Go"), "held": held}
    tries = (Try(words="Two", sets={"n": 2}, watch="It is."), Try(words="Go", sets={"go": True}, watch="It goes."))
    demo = small(lambda n, go, held: (f"{n} {go} {held}", held), inputs, (Note(label="Said"), held))
    page = drawn(with_tries(demo, tries))
    assert all_set(page.demo) == ["n"]
    said = [list(tried_results(page)(Turns(), index, 2, False, 5))[-1][0]["value"] for index in (0, 1)]
    assert said == ["2 False 5", "2 True 5"]


def test_the_buttons_stand_on_the_page_and_stop_ends_their_run() -> None:
    blocks = app.build([with_tries(SINK, TRIES)])
    (tries,) = [b for b in blocks.blocks.values() if isinstance(b, gr.Dataset) and b.label == "Try this"]
    assert tries.sample_labels == [tried.words for tried in TRIES]
    (press,) = [fn for fn in blocks.fns.values() if (tries._id, "click") in fn.targets]
    (run,) = [fn for fn in blocks.fns.values() if fn.trigger_after == press._id]
    (stop,) = [b for b in blocks.blocks.values() if isinstance(b, gr.Button) and b.value == "Stop"]
    cancelled = {number for fn in blocks.fns.values() if (stop._id, "click") in fn.targets for number in fn.cancels}
    assert run._id in cancelled and run.queue and not press.queue
    none = app.build([with_tries(SINK, ())])
    assert not [b for b in none.blocks.values() if isinstance(b, gr.Dataset) and b.label == "Try this"]


def test_a_lesson_without_words_of_its_own_takes_no_room() -> None:
    lesson = Lesson(notice=("One.", "Two."), questions=(("A?", "B."), ("C?", "D.")))
    page = drawn(replace(SINK, lesson=lesson))
    assert page.tries is None and page.watch is None


@pytest.mark.parametrize("index", [-1, 4, None, "0", {}, 0.0])
def test_what_is_not_there_to_try_is_refused_in_words(page: Page, index: Any) -> None:
    with pytest.raises(gr.Error, match="no such thing to try"):
        tried_inputs(page)(Turns(), index, *HELD.values())
    with pytest.raises(gr.Error, match="no such thing to try"):
        next(tried_results(page)(Turns(), index, *HELD.values()))
