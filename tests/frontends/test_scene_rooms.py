"""The agent's way in the browser: its film, and a person who walks through the same room."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


def moment(row: int, column: int, action: int, heat: int = 4) -> dict[str, Any]:
    percents = [0] * 9  # reach 1: nine cells in view
    percents[heat] = 100
    return {"at": [row, column], "actions": [90 if k == action else 2 for k in range(5)], "heat": percents, "unseen": 0}


DATA = {
    "words": "A room.", "key": "1", "picture": DOT, "rows": 2, "columns": 3, "reach": 1, "meant": "red lamp",
    "asked": "lamp",
    "actions": ["up", "down", "left", "right", "stop"], "ways": [[-1, 0], [1, 0], [0, -1], [0, 1]],
    "filled": [[0, 2], [1, 1]], "start": [0, 0], "goal": [[0, 1], [1, 2]], "target": [0, 2], "shortest": 1,
    "moments": [moment(0, 0, 3), moment(0, 1, 4, heat=5)], "ended": "The agent: there in 1 steps.",
}  # fmt: skip


def says(page: Page) -> str:
    return page.locator(".rooms-said").inner_text()


def test_the_film_opens_with_its_end_and_goes_step_by_step(draw: Draw) -> None:  # noqa: F811
    page = draw("rooms", DATA)
    assert says(page) == "Step 2 of 2: stop, 90%. The agent: there in 1 steps."
    assert page.locator("rect.goal").count() == 1
    assert page.locator("rect.heat").get_attribute("x") == "120"  # the cell right of (0, 1), one wall's width farther
    assert page.locator("rect.beyond").count() == 4 * 5 - 9  # all cells and walls but the nine in view
    page.locator(".rooms-frame").focus()
    page.keyboard.press("ArrowLeft")
    assert says(page) == "Step 1 of 2: right, 90%." and page.locator("rect.goal").count() == 0
    assert page.locator("circle.agent").get_attribute("cx") == "60"
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.rooms-said').textContent.startsWith('Step 2')")


def test_a_person_walks_where_it_is_free_and_is_told_the_truth(draw: Draw) -> None:  # noqa: F811
    page = draw("rooms", DATA)
    page.get_by_role("button", name="Walk yourself").click()
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowRight"):  # the wall, a step, the bed, the lamp
        page.keyboard.press(key)
    assert page.locator("polyline.you").get_attribute("points") == "60,60 100,60"
    assert page.locator("rect.heat").count() == 0
    page.keyboard.press("Enter")
    assert says(page) == "You are there in 1 steps; the shortest way has 1. The agent: there in 1 steps."
    page.get_by_role("button", name="Back to the agent").click()
    page.get_by_role("button", name="Walk yourself").click()
    page.get_by_role("button", name="Stop here").click()
    assert says(page) == "No: that is not beside the red lamp."
    assert page.evaluate("sent") == []
