"""The strip of words: what a press shows, and what a press on a rival sends."""

from typing import Any

import pytest

from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser

PHOTO = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='200' height='100'/%3E"


def data(**changes: Any) -> dict[str, Any]:
    cards = [
        {"word": "a", "share": 0.5, "photo": PHOTO, "rivals": [{"word": "two", "share": 0.25, "beginning": "two"}]},
        {
            "word": "dog", "share": 0.4, "photo": PHOTO,
            "rivals": [
                {"word": "cat", "share": 0.3, "beginning": "a cat"}, {"word": "man", "share": 0.004, "beginning": "a man"},
            ],
        },
        {"word": "runs", "share": 0.2, "photo": PHOTO, "rivals": []},
    ]  # fmt: skip
    return {"words": "A dog runs.", "width": 200, "height": 100, "fixed": 0, "chosen": 1, "cards": cards, **changes}


def test_a_rival_sends_the_beginning_that_it_makes(draw: Draw) -> None:  # noqa: F811
    page = draw("caption", data())
    assert page.locator(".cp-card").all_inner_texts() == ["a\n50 %", "dog\n40 %", "runs\n20 %"]
    assert page.locator(".cp-now").inner_text() == "a dog 40 %"
    assert page.locator(".cp-rival").all_inner_texts() == ["cat\n30 %", "man\n<1 %"]
    widths = [box["width"] for box in (bar.bounding_box() for bar in page.locator(".cp-bar").all()) if box]
    first = page.locator(".cp-bar i").first.bounding_box()
    assert first is not None and first["width"] == pytest.approx(0.3 * widths[0], abs=1)
    page.locator(".cp-rival").nth(1).click()
    assert page.evaluate("sent") == [{"beginning": "a man"}]


def test_a_word_is_chosen_by_press_and_by_key(draw: Draw) -> None:  # noqa: F811
    page = draw("caption", data())
    page.locator(".cp-card").first.click()
    assert page.locator(".cp-now").inner_text().strip() == "a 50 %"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator(".cp-now").inner_text() == "a dog runs 20 %"
    assert page.locator('.cp-card[aria-pressed="true"] .cp-word').inner_text() == "runs"
    assert page.locator(".cp-anew").count() == 0 and page.evaluate("sent") == []


def test_given_words_are_marked_and_can_be_taken_back(draw: Draw) -> None:  # noqa: F811
    page = draw("caption", data(fixed=2))
    assert page.locator(".cp-now").inner_text() == "a dog given, 40 %"
    assert page.locator(".cp-given .cp-word").all_inner_texts() == ["a", "dog"]
    page.locator(".cp-anew").click()
    assert page.evaluate("sent") == [{"beginning": ""}]


def test_all_words_together_stand_after_the_last(draw: Draw) -> None:  # noqa: F811
    page = draw("caption", data(whole={"photo": PHOTO, "words": "Summed up."}))
    assert page.locator(".cp-card").all_inner_texts()[3] == "all\nwords"
    page.locator(".cp-card").last.click()
    assert page.locator(".cp-now").inner_text() == "Summed up." and page.locator(".cp-rival").count() == 0
    page.keyboard.press("ArrowLeft")
    assert page.locator(".cp-now").inner_text() == "a dog runs 20 %"
