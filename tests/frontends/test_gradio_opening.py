"""How a Gradio page opens, and tells how far it is: called as the server calls it."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from cnn_core.runtime import run_log
from demos.frontends.gradio import app, carried, files, links
from demos.frontends.gradio.changes import _prepare
from demos.frontends.gradio.events import LINKED, OPENING, opening_inputs, opening_results
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import run_of
from demos.frontends.gradio.turns import Turns
from demos.frontends.gradio.visitors import COOKIE
from demos.spec import Choice, Memory, Note, Picture, Point, Slider
from tests.frontends import small_demos
from tests.frontends.gradio_pages import drawn, small

PIXELS = np.full((20, 30, 3), 90, np.uint8)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))


def request(key: str | None = None, cookie: str = "", **query: str) -> Any:
    """What Gradio tells of a page's address and of the browser that asks."""
    named = query if key is None else query | {"with": key}
    return SimpleNamespace(query_params=named, cookies={COOKIE: cookie} if cookie else {})


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
    assert opening_inputs(page)(False, turns, ADDRESS) == [OPENING, 2, gr.skip()]
    ((opened, said, *_),) = opening_results(page)(OPENING, turns)
    assert opened is True and said["value"] == "n is 2"
    assert opening_inputs(page)(True, turns, ADDRESS) == [True, gr.skip(), gr.skip()]
    ((opened, said, *_),) = opening_results(page)(True, turns)
    assert opened is True and said == gr.skip()


@pytest.mark.parametrize("examples", [(), ({"n": 2},)])
def test_a_run_that_is_quicker_than_the_opening_is_not_thrown_away(examples: tuple[dict[str, int], ...]) -> None:
    page, turns = shows_a_number(examples), Turns()
    steps = run_of(page)(turns, 7)
    assert next(steps)[0]["value"] == "n is 7"
    assert opening_inputs(page)(False, turns, ADDRESS) == [True, gr.skip(), gr.skip()]  # what the visitor set stays
    ((opened, said, *_),) = opening_results(page)(OPENING, turns)
    assert opened is True and said == gr.skip()
    assert turns.latest == 1 and list(steps) == []  # the run was not made late: no "unchanged" follows


def test_a_page_opens_with_what_its_link_says(tmp_path: Path) -> None:
    page, turns = drawn(small_demos.kitchen_sink), Turns()
    picture = files.picture_path(PIXELS, True, "Given")
    key = links.address_of("kitchen_sink", {"picture": picture, "amount": 0.25, "sort": "tree"}).partition("=")[2]
    opened, *shown, _ = opening_inputs(page)(False, turns, request(key))
    names = [name for name, entry in page.demo.inputs.items() if not isinstance(entry, Memory)]
    updates = dict(zip(names, shown, strict=True))
    assert opened == LINKED and updates["picture"] == picture and updates["amount"] == 0.25
    assert updates["kind"]["value"] == "oak" and ("Lime", "lime") in updates["kind"]["choices"]  # as the sort is another
    assert updates["words"] == "hello"  # not in the link: as the first example has it


def test_what_a_link_says_is_answered_and_the_first_example_is_not() -> None:
    page, turns = shows_a_number(), Turns()
    key = links.address_of("small", {"n": 7}).partition("=")[2]
    assert opening_inputs(page)(False, turns, request(key)) == [LINKED, 7, gr.skip()]
    assert [said["value"] for _, said, *_ in opening_results(page)(LINKED, turns, 7)] == ["n is 7"]
    assert opening_inputs(page)(False, Turns(), request("long gone")) == [OPENING, 2, gr.skip()]


# ---------------------------------------------------------------- addresses


def test_a_page_opens_with_what_its_address_says() -> None:
    page = shows_a_number(({"n": 2}, {"n": 5}))
    assert opening_inputs(page)(False, Turns(), request(n="7")) == [LINKED, 7, gr.skip()]
    assert opening_inputs(page)(False, Turns(), request(n="70")) == [OPENING, 2, gr.skip()]
    turns = Turns()
    assert opening_inputs(page)(False, turns, request(example="2")) == [LINKED, 5, gr.skip()]
    assert turns.example == 1


def test_the_address_follows_a_run_once() -> None:
    page, turns = shows_a_number(), Turns()
    ((*_, address),) = run_of(page)(turns, 7)
    assert address == '<i data-query="n=7"></i>'
    ((*_, address),) = run_of(page)(turns, 7)
    assert address == gr.skip()
    ((*_, address),) = run_of(page)(turns, 2)
    assert address == '<i data-query=""></i>'


# ---------------------------------------------------------------- one picture through the lecture


def takes_a_picture(**changes: Any) -> Page:
    """A page with a picture and a place on it, of which the first example sets both."""
    inputs = {"picture": Picture(label="Any picture"), "place": Point(label="Place", on="picture")}
    demo = small(lambda picture, place: f"{picture.shape}", inputs, (Note(label="Said"),))
    return drawn(replace(demo, examples=({"picture": PIXELS, "place": (1, 2)},), **changes))


@pytest.fixture
def own_picture() -> str:
    return files.picture_path(PIXELS + 1, True, "own")


def test_a_visitors_picture_opens_the_next_page(own_picture: str) -> None:
    carried.carry(request(cookie="7.a"), own_picture)
    turns = Turns()
    opened, picture, place, yours = opening_inputs(takes_a_picture())(False, turns, request(cookie="7.a"))
    assert (opened, picture, place) == (LINKED, own_picture, "")  # the example's place is on another picture
    assert turns.example is None and yours["visible"]
    assert 'Your picture came along. <a href="./small?fresh=1">' in yours["value"]  # Gradio's pages have the base ./
    opened, picture, *_ = opening_inputs(takes_a_picture())(False, Turns(), request(cookie="8.b"))
    assert opened == OPENING and picture != own_picture  # somebody else's page
    opened, picture, *_ = opening_inputs(takes_a_picture())(False, Turns(), request())
    assert opened == OPENING and picture != own_picture  # a browser without a cookie


def test_an_example_that_the_address_names_goes_before_the_visitors_picture(own_picture: str) -> None:
    carried.carry(request(cookie="7.a"), own_picture)
    opened, picture, *_ = opening_inputs(takes_a_picture())(False, Turns(), request(cookie="7.a", example="1"))
    assert opened == OPENING and picture != own_picture


def test_slow_work_on_a_visitors_picture_waits_for_run(own_picture: str) -> None:
    carried.carry(request(cookie="7.a"), own_picture)
    opened, picture, *_ = opening_inputs(takes_a_picture(live=False))(False, Turns(), request(cookie="7.a"))
    assert opened is True and picture == own_picture


def test_pictures_of_people_stay_where_they_are(own_picture: str) -> None:
    carried.carry(request(cookie="7.a"), own_picture)
    opened, picture, *_ = opening_inputs(takes_a_picture(private=True))(False, Turns(), request(cookie="7.a"))
    assert opened == OPENING and picture != own_picture


def test_a_visitors_picture_can_be_forgotten(own_picture: str) -> None:
    carried.carry(request(cookie="7.a"), own_picture)
    opened, *_ = opening_inputs(takes_a_picture())(False, Turns(), request(cookie="7.a", fresh="1"))
    assert opened == OPENING and carried.carried(request(cookie="7.a")) is None
    carried.carry(request(cookie="7.a"), own_picture)
    Path(own_picture).unlink()
    assert carried.carried(request(cookie="7.a")) is None  # its time was over


def test_the_oldest_pictures_are_forgotten(own_picture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried, "MOST", 2)
    for cookie in ("1.a", "2.b", "3.c"):
        carried.carry(request(cookie=cookie), own_picture)
    assert [carried.carried(request(cookie=cookie)) for cookie in ("1.a", "2.b", "3.c")] == [None, own_picture, own_picture]


def test_a_picture_that_is_given_goes_along_and_one_that_is_taken_away_does_not(own_picture: str) -> None:
    page = takes_a_picture()
    prepare = _prepare(page.demo, ["picture", "place"])
    turns = Turns()
    turns.begin()
    assert prepare(turns, request(cookie="7.a"), {"path": own_picture}, "1, 2") == [gr.skip(), ""]
    assert carried.carried(request(cookie="7.a")) == own_picture and turns.example is None
    prepare(turns, request(cookie="7.a"), None, "")
    assert carried.carried(request(cookie="7.a")) is None
    private = _prepare(replace(page.demo, private=True), ["picture"])
    private(turns, request(cookie="7.a"), {"path": own_picture}, "")
    assert carried.carried(request(cookie="7.a")) is None


def test_a_picture_given_while_the_page_opens_comes_back_for_the_first_example_may_have_come_after_it(
    own_picture: str,
) -> None:
    prepare, turns = _prepare(takes_a_picture().demo, ["picture", "place"]), Turns()
    asked = request(cookie="7.a")
    assert [prepare(turns, asked, {"path": own_picture}, "")[0] for _ in range(2)] == [own_picture, gr.skip()]


def test_what_came_along_is_no_longer_shown_when_another_picture_is_given_or_chosen() -> None:
    blocks = app.build([small_demos.kitchen_sink])
    gone = {"visible": False, "__type__": "update"}
    for kind, label, event in ((gr.Image, "Main picture", "input"), (gr.Dataset, "Examples", "click")):
        (found,) = [
            fn for fn in blocks.fns.values() if any((b._id, event) in fn.targets for b in labelled(blocks, kind, label))
        ]
        (place,) = [k for k, b in enumerate(found.outputs) if "yours" in (b.elem_classes or [])]
        payloads = [0] if kind is gr.Dataset else [None] * (len(found.inputs) - 1)
        asked = [ADDRESS] if kind is gr.Image else []
        assert found.fn(Turns(), *asked, *payloads)[place] == gone


def test_a_picture_brings_settings_when_a_person_gives_it_and_when_it_comes_along(own_picture: str) -> None:
    inputs = {
        "picture": Picture(label="Any picture", brings={"factor": 5, "kind": "b"}),
        "factor": Slider(label="Factor", low=1, high=9, step=1, default=2),
        "kind": Choice(label="Kind", options=(("a", "A"), ("b", "B"))),
    }
    page = drawn(small(lambda picture, factor, kind: f"{factor} {kind}", inputs, (Note(label="Said"),)))
    blocks = app.build([page.demo])
    (image,) = labelled(blocks, gr.Image, "Any picture")
    (given,) = [fn for fn in blocks.fns.values() if (image._id, "input") in fn.targets and len(fn.outputs) > 1]
    turns = Turns()
    turns.begin()
    _, factor, kind, *_ = given.fn(turns, ADDRESS, {"path": own_picture}, 7, "a")
    assert factor == 5 and kind == "b"
    _, factor, kind, *_ = given.fn(turns, ADDRESS, None, 7, "a")
    assert factor == 7 and kind == "a"  # taken away, it brings nothing
    carried.carry(request(cookie="7.a"), own_picture)
    _, _, factor, kind, *_ = opening_inputs(page)(False, Turns(), request(cookie="7.a", factor="8"))
    assert factor == 8 and kind == "b"  # what the address says goes before


def labelled(blocks: gr.Blocks, kind: type, label: str) -> list[Any]:
    return [b for b in blocks.blocks.values() if isinstance(b, kind) and getattr(b, "label", None) == label]
