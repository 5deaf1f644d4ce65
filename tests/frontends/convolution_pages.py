"""The tab Pixels and convolution on a bare page of a Chromium, and what stands on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from playwright.sync_api import Page

from cnn_core.images import samples
from demos import runner
from demos.frontends import scene_files
from demos.tabs.by_hand import convolution

SCRIPT = scene_files.script_for_streamlit("convolution").split("export default")[0]  # with its parts
DRAW = """([style, markup, data]) => {
    document.body.innerHTML = `<style>${style}</style>${markup}`;
    window.sent = [];
    window.draw = scene(document.querySelector(".scene"), (values) => sent.push(values));
    draw(data);
}"""
RED = np.array([[1, 2, 0, 3], [4, 1, 5, 2], [0, 6, 1, 7]], np.uint8)
TINY = np.stack([RED, np.full((3, 4), 10, np.uint8), np.full((3, 4), 20, np.uint8)], -1)  # (3, 4, 3)

Draw = Callable[..., Page]


@contextmanager
def drawing(browser: Any) -> Iterator[Draw]:
    """Draws the tab's answer as a page gets it; a page of its own each time."""
    pages: list[Page] = []
    errors: list[str] = []

    def begin(options: dict[str, Any] | None = None, **more: Any) -> Page:
        page = browser.new_page(**({"viewport": {"width": 700, "height": 800}} | (options or {})))
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_script_tag(content=SCRIPT)
        page.evaluate(DRAW, [scene_files.style("convolution"), scene_files.MARKUP, data(**more)])
        return page

    yield begin
    for page in pages:
        page.close()
    assert not errors


def data(**more: Any) -> dict[str, Any]:
    values = runner.defaults(convolution.DEMO) | {"picture": samples.load("coffee")} | more
    scene: dict[str, Any] = convolution.run(**values)[1]
    return scene


def tiny(draw: Draw, **more: Any) -> Page:
    """Red's 3 x 4 pixels and a kernel of 2 x 2, whose sums are 16, 0, 19; 0, 28, 5."""
    return draw(**({"picture": TINY, "channels": "red", "pool_stride": 1, "kernels": "1 2; 3 -1"} | more))


def numbers(page: Page, grid: str) -> list[str]:
    return [words.replace("−", "-") for words in page.locator(f".{grid} span").all_text_contents()]


def said(page: Page, panel: str = "cv-worked") -> str:
    """The sentence of a panel, its fields' values in their places."""
    line = page.locator(f".{panel} .cv-sum")
    words = line.evaluate(
        "line => [...line.querySelectorAll('span, label')].map(part => part.textContent"
        " + (part.querySelector('input')?.value ?? '')).join('') || line.textContent"
    )
    return str(words).replace("−", "-")
