"""What walks through the Gradio pages in a real Chromium share: a visitor, and what a person does there."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

PATIENCE = 30_000  # ms; a shared machine may be slow
SETTLE = 400  # ms; Gradio 6.31 can drop a change made in the very moment in which a run ends, and no person is that quick
NO_LANGUAGE_HERE = "Method not implemented"  # Chromium's own complaint about a part that this build lacks


@pytest.fixture
def visit(people, gradio_url: str) -> Iterator[Callable]:
    """Opens a demo's page as a new person; at the end, nothing may have gone wrong or gone elsewhere."""
    elsewhere, errors = [], []

    def open_page(name: str, **options):
        page = people.comes(viewport={"width": 1280, "height": 900, **options}).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: elsewhere.append(request.url) if is_elsewhere(request.url) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(gradio_url + name)
        return page

    yield open_page
    assert not elsewhere
    assert not [error for error in errors if NO_LANGUAGE_HERE not in error]


def is_elsewhere(url: str) -> bool:
    return urlparse(url).hostname not in (None, "", "127.0.0.1")


@pytest.fixture
def sink(visit) -> Iterator:
    """The kitchen sink, opened by a new person, its first example answered."""
    page = visit("kitchen_sink")
    says(page, "fruit/apple ['y'] False 'hello' 0 None x0.5 n0 count 1")
    return page


def says(page, words: str | re.Pattern) -> None:
    """Waits until the visible headline's last step says these words."""
    expect(page.locator(".note.headline:visible").first).to_contain_text(words, timeout=PATIENCE)
    page.wait_for_timeout(SETTLE)


def upload(page, path: Path) -> None:
    page.locator(".inputs .picture:visible input[type=file]").set_input_files(path)


def remove(page) -> None:
    page.get_by_role("button", name="Remove Image").locator("visible=true").click()
    page.locator(".inputs .picture:visible input[type=file]").wait_for(state="attached")


def has_size(page, label: str, width: int, height: int) -> None:
    """Waits until the visible picture with this alternative text has so many pixels: a new result may still be loading."""
    image = page.get_by_alt_text(label, exact=True).locator("visible=true").first
    expect(image).to_have_js_property("naturalWidth", width, timeout=PATIENCE)
    expect(image).to_have_js_property("naturalHeight", height, timeout=PATIENCE)


def run_with(page, words: str) -> None:
    """Types the words and starts a run; again if need be: Gradio starts no run until a stopped one has ended."""
    field = page.get_by_label("Words").locator("visible=true")
    field.fill(words)
    for _ in range(10):
        field.press("Enter")
        try:
            expect(page.locator(".note.headline:visible").first).to_contain_text(words, timeout=PATIENCE / 10)
        except AssertionError:
            continue
        return
    says(page, words)


def click_at(page, image, across: float, down: float) -> None:
    box = image.bounding_box()
    image.click(position={"x": box["width"] * across, "y": box["height"] * down})
