"""The sheet of channel pictures in a browser: which picture stands where, what a press and the keys choose."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from demos.frontends import scene_files

pytestmark = pytest.mark.browser
SCRIPT = scene_files.script_for_streamlit("atlas").split("export default")[0]
COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0), (0, 250, 250)]


def sheet() -> str:
    """Five flat pictures of 16 x 16 pixels, three in a row."""
    pixels = np.zeros((32, 48, 3), np.uint8)
    for k, colour in enumerate(COLOURS):
        row, column = divmod(k, 3)
        pixels[16 * row : 16 * row + 16, 16 * column : 16 * column + 16] = colour
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", lossless=True)
    return base64.b64encode(file.getvalue()).decode()


DATA: dict[str, Any] = {
    "words": "Five.", "key": "one", "sheet": sheet(), "side": 16, "columns": 3, "names": [f"channel {k}" for k in range(5)],
    "chosen": 1, "title": "the second layer", "made": "Stored.", "earlier": {"value": "first", "label": "the first layer"},
    "later": None,
}  # fmt: skip


@pytest.fixture
def page(browser: Any) -> Any:
    page = browser.new_page(viewport={"width": 300, "height": 600})  # four small pictures in a row
    page.add_script_tag(content=SCRIPT)
    page.evaluate(
        """([style, markup, data]) => {
            document.body.innerHTML = `<style>${style}</style>${markup}`;
            window.sent = [];
            window.draw = scene(document.querySelector(".scene"), (values) => sent.push(values));
            draw(data);
        }""",
        [scene_files.style("atlas"), scene_files.MARKUP, DATA],
    )
    yield page
    page.close()


def test_each_channel_has_its_own_picture(page: Page) -> None:
    middle = """() => [...document.querySelectorAll(".atlas-tile canvas")].map(
        (canvas) => [...canvas.getContext("2d").getImageData(8, 8, 1, 1).data].slice(0, 3))"""
    page.wait_for_function(f"({middle})().at(-1)[2] > 0")
    assert page.evaluate(middle) == [list(colour) for colour in COLOURS]
    assert page.locator("[aria-pressed=true]").get_attribute("aria-label") == "channel 1"
    expect(page.locator(".atlas-said")).to_have_text("channel 1")


def test_a_press_chooses_and_the_keys_walk(page: Page) -> None:
    page.get_by_role("button", name="channel 3").click()
    assert page.evaluate("sent") == [{"channel": "3"}]
    chosen = page.get_by_role("button", name="channel 1")
    assert chosen.get_attribute("tabindex") == "0"
    chosen.press("ArrowLeft")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "channel 0")
    page.keyboard.press("ArrowDown")  # to the first of the second row
    expect(page.locator(":focus")).to_have_attribute("aria-label", "channel 4")
    page.keyboard.press("ArrowRight")  # there is no sixth
    expect(page.locator(".atlas-said")).to_have_text("channel 4")
    page.keyboard.press("Enter")
    assert page.evaluate("sent").pop() == {"channel": "4"}


def test_buttons_lead_to_the_layers_beside(page: Page) -> None:
    expect(page.get_by_role("button", name="Later layer")).to_be_hidden()
    page.get_by_role("button", name="Earlier layer").click()
    assert page.evaluate("sent") == [{"layer": "first"}]
    page.evaluate(
        "(data) => draw(data)", DATA | {"key": "two", "names": ["channel 0"], "chosen": -1, "title": "the first layer"}
    )
    expect(page.locator(".atlas-tile")).to_have_count(1)
    expect(page.locator("[aria-pressed=true]")).to_have_count(0)
    expect(page.locator(".atlas-bar strong")).to_have_text("the first layer")
