"""What walks through the Gradio pages in a real Chromium share: a visitor, and what a person does there."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

PATIENCE = 30_000  # ms; a shared machine may be slow
SETTLE = 400  # ms; Gradio 6.31 can drop a change made in the very moment in which a run ends, and no person is that quick
AS_OPENED = "step 2: fruit/apple ['y'] False 'hello' 0 None x0.5 n0 count 1"
NO_LANGUAGE_HERE = "Method not implemented"  # Chromium's own complaint about a part that this build lacks


@pytest.fixture
def visit(people, gradio_url: str) -> Iterator[Callable]:
    """Opens a demo's page as a new person; at the end, nothing may have gone wrong or gone elsewhere."""
    wrong: list[str] = []

    def open_page(name: str, **options):
        page = people.comes(viewport={"width": 1280, "height": 900, **options}).new_page()
        watch(page, wrong)
        page.goto(gradio_url + name)
        return page

    yield open_page
    assert not wrong, wrong


def watch(page, wrong: list[str]) -> None:
    """From now on ``wrong`` gets a line for each error on the page and each request that leaves this machine."""
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: wrong.append(request.url) if is_elsewhere(request.url) else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if is_complaint(message) else None)


def is_complaint(message) -> bool:
    return message.type == "error" and NO_LANGUAGE_HERE not in message.text


def is_elsewhere(url: str) -> bool:
    return urlparse(url).hostname not in (None, "", "127.0.0.1")


@pytest.fixture(scope="module")
def opened_sink(browser, gradio_url: str) -> Iterator:
    """The kitchen sink, opened once for all tests of a file, and what went wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, wrong = context.new_page(), []
    watch(page, wrong)
    page.goto(gradio_url + "kitchen_sink")
    says(page, AS_OPENED)
    yield page, wrong
    context.close()


HEADLINE = "[...document.querySelectorAll('.note.headline')].find((each) => each.checkVisibility())?.innerText ?? ''"
SETTLED = 400
"""Milliseconds after which what the test before did last has reached the server: coming later, it would end the next run."""


@pytest.fixture
def sink(opened_sink) -> Iterator:
    """The kitchen sink as a new person finds it: its first example, which empties its memory, answered; drawers closed."""
    page, wrong = opened_sink
    page.evaluate("() => document.querySelectorAll('button.label-wrap.open').forEach((drawer) => drawer.click())")
    if AS_OPENED in page.evaluate(HEADLINE):  # a sentence may stand in its place
        page.get_by_role("button", name="Cup of coffee").click()  # else nobody could tell the first example's new answer
        says(page, "step 2: tree/oak")  # from the one that stands there
    page.wait_for_timeout(SETTLED)
    press_first_example(page)
    wrong.clear()
    yield page
    assert not wrong, wrong


def press_first_example(page) -> None:
    """Presses it, and again where an event of the test before came so late that it ended this run, too."""
    for _ in range(3):
        page.get_by_role("button", name="Cat (Chelsea)").click()
        try:
            expect(page.locator(".note.headline:visible").first).to_contain_text(AS_OPENED, timeout=PATIENCE / 3)
        except AssertionError:
            continue
        break
    says(page, AS_OPENED)


def says(page, words: str | re.Pattern) -> None:
    """Waits until the visible headline's last step says these words."""
    expect(page.locator(".note.headline:visible").first).to_contain_text(words, timeout=PATIENCE)
    page.wait_for_timeout(SETTLE)


def upload(page, path: Path) -> None:
    page.locator(".inputs .picture:visible input[type=file]").set_input_files(path)


def remove(page) -> None:
    page.get_by_role("button", name="Remove Image").locator("visible=true").click()
    page.locator(".inputs .picture:visible input[type=file]").wait_for(state="attached")


def measured(page, expression: str) -> Any:
    """What an expression or its promise gives; a page that says nothing fails after a while, where ``evaluate`` waits on."""
    return page.wait_for_function(expression, polling=100, timeout=PATIENCE).json_value()


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
