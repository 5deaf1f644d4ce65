"""How a Gradio page opens, and tells how far it is: called as the server calls it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from cnn_core.runtime import run_log
from demos.frontends.gradio import files, links
from demos.frontends.gradio.events import LINKED, OPENING, opening_inputs, opening_results
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import run_of
from demos.frontends.gradio.turns import Turns
from demos.spec import Memory, Note, Slider
from tests.frontends import small_demos
from tests.frontends.gradio_pages import drawn, small

PIXELS = np.full((20, 30, 3), 90, np.uint8)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))


def request(key: str | None = None) -> Any:
    """What Gradio tells of a page's address."""
    return SimpleNamespace(query_params={} if key is None else {"with": key})


ADDRESS = request()


# ---------------------------------------------------------------- progress


def test_slow_work_tells_the_page_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, str]] = []
    monkeypatch.setattr(gr, "Progress", lambda: lambda share, words: told.append((share, words)))

    def work(n: int) -> str:
        run_log.tell_progress(n / 8, f"{n} of 8")
        return "done"

    inputs = {"n": Slider(label="N", low=0, high=8, step=1, default=4)}
    list(run_of(drawn(small(work, inputs, (Note(label="Said"),))))(Turns(), 6))
    assert told == [(0.75, "6 of 8")]


# ---------------------------------------------------------------- opening


def shows_a_number(examples: tuple[dict[str, int], ...] = ({"n": 2},)) -> Page:
    """A page of one slider that says its number; its first example says 2."""
    inputs = {"n": Slider(label="N", low=0, high=9, step=1, default=4)}
    return drawn(small(lambda n: f"n is {n}", inputs, (Note(label="Said"),), examples=examples))


def test_a_page_opens_with_its_first_example_once() -> None:
    page, turns = shows_a_number(), Turns()
    assert opening_inputs(page)(False, turns, ADDRESS) == [OPENING, 2]
    ((opened, said, *_),) = opening_results(page)(OPENING, turns)
    assert opened is True and said["value"] == "n is 2"
    assert opening_inputs(page)(True, turns, ADDRESS) == [True, gr.skip()]
    ((opened, said, *_),) = opening_results(page)(True, turns)
    assert opened is True and said == gr.skip()


@pytest.mark.parametrize("examples", [(), ({"n": 2},)])
def test_a_run_that_is_quicker_than_the_opening_is_not_thrown_away(examples: tuple[dict[str, int], ...]) -> None:
    page, turns = shows_a_number(examples), Turns()
    steps = run_of(page)(turns, 7)
    assert next(steps)[0]["value"] == "n is 7"
    assert opening_inputs(page)(False, turns, ADDRESS) == [True, gr.skip()]  # what the visitor set stays
    ((opened, said, *_),) = opening_results(page)(OPENING, turns)
    assert opened is True and said == gr.skip()
    assert turns.latest == 1 and list(steps) == []  # the run was not made late: no "unchanged" follows


def test_a_page_opens_with_what_its_link_says(tmp_path: Path) -> None:
    page, turns = drawn(small_demos.kitchen_sink), Turns()
    picture = files.picture_path(PIXELS, True, "Given")
    key = links.address_of("kitchen_sink", {"picture": picture, "amount": 0.25, "sort": "tree"}).partition("=")[2]
    opened, *shown = opening_inputs(page)(False, turns, request(key))
    names = [name for name, entry in page.demo.inputs.items() if not isinstance(entry, Memory)]
    updates = dict(zip(names, shown, strict=True))
    assert opened == LINKED and updates["picture"] == picture and updates["amount"] == 0.25
    assert updates["kind"]["value"] == "oak" and ("Lime", "lime") in updates["kind"]["choices"]  # as the sort is another
    assert updates["words"] == "hello"  # not in the link: as the first example has it


def test_what_a_link_says_is_answered_and_the_first_example_is_not() -> None:
    page, turns = shows_a_number(), Turns()
    key = links.address_of("small", {"n": 7}).partition("=")[2]
    assert opening_inputs(page)(False, turns, request(key)) == [LINKED, 7]
    assert [said["value"] for _, said, *_ in opening_results(page)(LINKED, turns, 7)] == ["n is 7"]
    assert opening_inputs(page)(False, Turns(), request("long gone")) == [OPENING, 2]
