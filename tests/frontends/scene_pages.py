"""A bare page in a Chromium on which the scripts of scenes draw: no front end, no server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from demos.frontends import scene_files

BARE = ":root { --body-text-color: #111; --body-background-fill: #fff; --primary-500: #168f95; }"

Draw = Callable[[str, dict[str, Any]], Page]


@pytest.fixture(scope="module")
def bare(browser: Any) -> Iterator[Page]:
    """One page for all scenes."""
    page = browser.new_page(viewport={"width": 640, "height": 900})
    yield page
    page.close()


@pytest.fixture
def draw(bare: Page) -> Iterator[Draw]:
    """Draws data with a script as something new; ``sent`` of the page's window is what its touches say."""
    errors: list[str] = []
    bare.on("pageerror", lambda error: errors.append(str(error)))

    def begin(script: str, data: dict[str, Any]) -> Page:
        source = scene_files.script_for_streamlit(script).split("export default")[0]  # with its parts, before what calls it
        bare.evaluate(
            f"""([style, markup, data]) => {{
                {source};
                document.body.innerHTML = `<style>${{style}}</style>${{markup}}`;
                window.sent = [];
                window.draw = scene(document.querySelector(".scene"), (values) => sent.push(values));
                draw(data);
                return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            }}""",
            [BARE + scene_files.style(script), scene_files.MARKUP, data],
        )
        return bare

    yield begin
    assert not errors


def drag(page: Page, what: Locator, across: float, down: float) -> None:
    """Drags something by so many pixels of the screen."""
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2)
    page.mouse.move(x + across, y + down)
    page.mouse.up()
