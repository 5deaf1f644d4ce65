"""The drawing of a network in the browser: where blocks stand, what a press and the keys do."""

from typing import Any

import pytest
from playwright.sync_api import Page

from demos.frontends import scene_files  # noqa: F401
from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


def block(value: str, column: int, row: int, lane: int = 0) -> dict[str, Any]:
    return {"value": value, "about": f"about {value or 'input'}", "picture": DOT, "column": column, "row": row, "lane": lane}


DATA: dict[str, Any] = {
    "words": "4 layers.", "sets": "layer", "chosen": 1, "columns": 4,
    "rows": [{"label": "8 × 8", "lanes": 2}, {"label": "4 × 4", "lanes": 1}],
    "blocks": [block("", 0, 0), block("a", 1, 0), block("b", 2, 0), block("c", 2, 0, 1), block("d", 3, 0), block("e", 3, 1)],
    "end": None,
    "arrows": [[0, 1, False], [1, 2, False], [1, 3, False], [1, 4, True], [2, 4, False], [4, 5, False]],
}  # fmt: skip


def abouts(page: Page) -> str:
    return page.locator(".network-about").inner_text()


def test_blocks_stand_where_they_belong_and_keys_walk(draw: Draw) -> None:  # noqa: F811
    page = draw("network", DATA)
    boxes = [tile.bounding_box() for tile in page.locator(".network-block").all()]
    assert [tile["x"] for tile in boxes] == sorted(tile["x"] for tile in boxes)
    assert boxes[2]["x"] == boxes[3]["x"] and boxes[3]["y"] > boxes[2]["y"] + boxes[2]["height"] - 1
    assert boxes[5]["x"] == boxes[4]["x"] and boxes[5]["y"] > boxes[3]["y"] + boxes[3]["height"]
    assert page.locator("path.arrow").count() == 6 and page.locator("path.skip").count() == 1
    assert page.locator(".network-block[aria-pressed=true]").get_attribute("aria-label") == "about a" == abouts(page)
    page.locator(".network-block[tabindex='0']").focus()
    for key, expected in zip(("Right", "Down", "Up", "Right", "Right"), "bcbcd", strict=True):
        page.keyboard.press(f"Arrow{key}")
        assert abouts(page) == f"about {expected}", key
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("sent") == [{"layer": "e"}]
    page.locator(".network-block").nth(2).click()
    page.locator(".network-block").first.click()  # the input is no layer
    assert page.evaluate("sent") == [{"layer": "e"}, {"layer": "b"}]


def test_arrows_begin_at_their_blocks_also_where_the_stage_is_wider(draw: Draw) -> None:  # noqa: F811
    page = draw("network", {**DATA, "arrows": [[0, 1, False]]})
    left, right = (page.locator(".network-block").nth(k).bounding_box() for k in (0, 1))
    arrow = page.locator("path.arrow").bounding_box()
    assert left and right and arrow
    assert abs(arrow["x"] - left["x"] - left["width"]) <= 2 and abs(arrow["x"] + arrow["width"] - right["x"]) <= 2


def test_the_focus_stays_on_the_chosen_block_and_the_film_ends(draw: Draw) -> None:  # noqa: F811
    page = draw("network", DATA)
    page.locator(".network-block").nth(4).focus()
    page.evaluate("data => window.draw(data)", {**DATA, "chosen": 4})
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "about d"
    film = page.get_by_role("button", name="Film")
    film.click()
    assert abouts(page) == "about input"
    page.wait_for_function("document.querySelector('.network-about').textContent === 'about a'")
    page.get_by_role("button", name="Stop").click()
    assert film.is_visible() and page.evaluate("sent") == []


END = {"said": "The label: cat, 65%. So.", "rows": [["cat", 0.645], ["dog", 0.05]]}


def test_the_film_of_a_classifier_ends_with_the_label(draw: Draw) -> None:  # noqa: F811
    page = draw(
        "network",
        {**DATA, "blocks": DATA["blocks"][:2], "arrows": DATA["arrows"][:1], "end": END},
    )
    film = page.get_by_role("button", name="Film: from pixels to the answer")
    film.click()
    page.wait_for_function("document.querySelector('.network-about').textContent.startsWith('The label: cat, 65%.')")
    film.wait_for()  # it has ended
    shown = page.locator(".network-label")
    assert shown.locator("dt").all_inner_texts() == ["cat", "dog"]
    assert shown.locator("dd").all_inner_texts() == ["65%", "5.0%"]
    page.locator(".network-block").first.hover()
    assert shown.is_hidden() and abouts(page) == "about input"
    page.evaluate("data => window.draw(data)", {**DATA, "end": None})
    assert page.get_by_role("button", name="Film: from the input to the end").is_visible()
