"""The drawing of a scene graph: what an arrow and a line show, by hand and by keys."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser

PHOTO = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='200' height='100'/%3E"


def node(number: int, verdict: str = "true", said: str = "") -> dict[str, Any]:
    at = [20 * number, 10, 20 * number + 15, 40]
    return {"name": f"small red shape{number}", "at": at, "colour": "#E69F00", "verdict": verdict, "said": said}


DATA = {
    "words": "Three things.", "photo": PHOTO, "width": 200, "height": 100,
    "nodes": [node(0), node(1, "false", "wrong: it is a star"), node(2, "missed", "missed")],
    "arrows": [
        {"from": 0, "to": 1, "relation": "left of", "sure": "90%", "verdict": "true"},
        {"from": 0, "to": 1, "relation": "on", "sure": "70%", "verdict": "false"},
        {"from": 2, "to": 0, "relation": "below", "sure": "", "verdict": "missed"},
    ],
}  # fmt: skip


def pointed(page: Page, what: str) -> list[int]:
    """The numbers of the parts of a kind that are shown as pointed at."""
    found: list[int] = page.evaluate(
        "(what) => [...document.querySelectorAll(what)].flatMap((part, k) => part.classList.contains('pointed') ? [k] : [])",
        what,
    )
    return found


def test_a_line_and_an_arrow_show_their_two_boxes(draw: Draw) -> None:  # noqa: F811
    page = draw("scene_graph", DATA)
    about, rows = page.locator(".sg-about"), page.locator(".sg-row")
    assert about.inner_text() == "2 small red shape1 is wrong: it is a star; 3 small red shape2 is missed"
    assert [part.strip() for part in rows.nth(1).inner_text().split("\n") if part.strip()] == [
        "1 small red shape0", "on", "2 small red shape1", "70% ✗ wrong",
    ]  # fmt: skip
    assert page.locator(".sg-link").count() == 2 and page.locator(".sg-link.false").count() == 1  # one arrow a pair
    rows.nth(2).hover()
    assert pointed(page, ".sg-box") == [0, 2] and pointed(page, ".sg-link") == [1]
    assert about.inner_text() == "3 small red shape2 — below — 1 small red shape0, … missed"
    page.mouse.move(1, 1)
    assert pointed(page, ".sg-box") == []
    page.locator(".sg-link .reach").first.dispatch_event("pointerenter")
    page.locator(".sg-link").first.dispatch_event("pointerenter")
    assert pointed(page, ".sg-row") == [0, 1] and pointed(page, ".sg-node") == [0, 1]


def test_keys_walk_along_the_lines_and_a_press_keeps_one(draw: Draw) -> None:  # noqa: F811
    page = draw("scene_graph", DATA)
    rows = page.locator(".sg-row")
    rows.nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # there is none behind the last
    assert pointed(page, ".sg-row") == [2]
    page.keyboard.press("Enter")
    assert rows.nth(2).get_attribute("aria-pressed") == "true"
    page.evaluate("document.activeElement.blur()")
    assert pointed(page, ".sg-box") == [0, 2]  # it stays
    rows.nth(2).click()
    page.mouse.move(1, 1)
    page.evaluate("document.activeElement.blur()")
    assert rows.nth(2).get_attribute("aria-pressed") == "false" and pointed(page, ".sg-box") == []
    assert not page.evaluate("sent.length")


def test_nothing_found_is_said(draw: Draw) -> None:  # noqa: F811
    page = draw("scene_graph", {**DATA, "nodes": [], "arrows": []})
    assert page.locator(".sg-about").inner_text() == "Nothing was found: lower the threshold."
    page.evaluate("(data) => draw(data)", DATA)
    assert page.locator(".sg-row").count() == 3 and page.locator(".sg-node").count() == 3
    frame = page.locator(".sg-photo").bounding_box()
    box = page.locator(".sg-box .line").nth(1).bounding_box()
    assert frame is not None and box is not None
    assert (box["x"] - frame["x"]) / frame["width"] == pytest.approx(20 / 200, abs=0.02)
    assert (box["y"] - frame["y"]) / frame["height"] == pytest.approx(10 / 100, abs=0.03)


def test_things_without_relations_are_said(draw: Draw) -> None:  # noqa: F811
    page = draw("scene_graph", {**DATA, "nodes": [node(0)], "arrows": []})
    assert page.locator(".sg-about").inner_text().startswith("No relation holds")
