"""The drawing of a question on a bare page: words that are menus, frames and lines, what a press and the keys show."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.frontends.scene_data import GREY
from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser


def thing(x: float, name: str, weight: float) -> dict[str, Any]:
    return {"box": [x, 0.2, x + 0.2, 0.4], "name": name, "weight": weight, "words": "without: 5%", "faint": False}


DATA: dict[str, Any] = {
    "words": "A scene.", "photo": GREY, "width": 100, "height": 100, "about": "yes: 90%.",
    "things": [thing(0.1, "red ring", 1.0), thing(0.4, "blue star", 0.5), thing(0.7, "grey cross", 0.0)],
    "pairs": [
        {"one": 0, "other": 1, "weight": 1.0, "words": "without: 10%"},
        {"one": 2, "other": 2, "weight": 0.2, "words": "without: 80%"},
    ],
    "sentence": [
        {"word": "is there a", "changes": []},
        {"word": "red", "changes": [{"word": "blue", "question": "is there a blue ring?", "said": "no"}]},
        {"word": "ring", "changes": []},
    ],
    "kinds": [{"word": "how many rings are there?", "question": "how many rings are there?"}],
}  # fmt: skip


def test_another_word_is_another_question(draw: Draw) -> None:  # noqa: F811
    page = draw("ask_a_question", DATA)
    menus = page.locator(".ask-sentence select")
    assert menus.count() == 2
    assert page.locator(".ask-sentence span").all_text_contents() == ["is there a", "ring"]
    assert menus.nth(1).locator("option").all_text_contents() == ["red", "blue → no"]
    menus.nth(1).select_option(index=1)
    menus.nth(0).select_option("how many rings are there?")
    assert page.evaluate("sent") == [{"question": "is there a blue ring?"}, {"question": "how many rings are there?"}]


def test_pairs_are_lines_and_one_with_itself_is_none(draw: Draw) -> None:  # noqa: F811
    page = draw("ask_a_question", DATA)
    assert page.locator("rect.thing").count() == 3 and page.locator("path.pair").count() == 1
    assert page.locator("path.pair").get_attribute("d") == "M0.2 0.30000000000000004L0.5 0.30000000000000004"
    assert page.locator(".ask-side button").all_text_contents() == [
        "red ring, blue starwithout: 10%",
        "grey crosswithout: 80%",
    ]


def test_who_is_pointed_at_stands_out(draw: Draw) -> None:  # noqa: F811
    page = draw("ask_a_question", DATA)
    page.locator(".ask-side button").nth(1).focus()
    expect(page.locator("rect.thing.faint")).to_have_count(2)
    expect(page.locator("path.pair.faint")).to_have_count(1)
    page.locator(".ask-side button").nth(0).hover()
    page.locator(".ask-side button").nth(0).focus()
    expect(page.locator("rect.thing.faint")).to_have_count(1)


def test_without_pairs_the_things_are_listed_and_a_photograph_has_no_menus(draw: Draw) -> None:  # noqa: F811
    page = draw("ask_a_question", {**DATA, "pairs": [], "sentence": [], "kinds": []})
    assert page.locator(".ask-side button").count() == 3
    assert page.locator(".ask-sentence").is_hidden()
