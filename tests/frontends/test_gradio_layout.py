"""Every tab in a real Chromium, with answers of an ordinary size: what stands where, and whether it can be read.

One walk opens each page once and measures it at every size and in both themes.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from demos import catalogue, lesson_file
from demos.frontends import presentation
from demos.frontends.gradio import app, sessions
from demos.frontends.markup import term_id, terms
from demos.frontends.sheet import draw_sheet
from demos.paths import PATHS
from demos.spec import (
    Demo,
)
from tests import access
from tests.frontends.conftest import free_port
from tests.frontends.gradio_walks import PATIENCE, measured
from tests.frontends.ordinary_demos import answering_at_once, parts_out_of_view

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = ((1280, 720), (1920, 1080), (390, 844), (360, 800))
PICTURES = ", ".join(
    (
        ".stage .grid-container",
        ".stage .scene .frame",
        ".stage .scene > svg",
        ".stage .scene .gan-plane canvas",
        ".stage .scene .people",
        ".stage .scene .bp-network",
        ".stage .scene .field-frame",
        ".stage .scene .cv-main",
        ".stage .scene .network-frame",
        ".stage .scene .ag-picture",
        ".stage .scene .tl-main",
        ".stage .scene .ft-cards",
        ".stage .scene .lv-frame",
        ".stage .scene .sg-top",
        ".stage .scene .ask-top",
        ".stage .scene .cp-strip",
        ".stage .scene .rooms-frame",
        ".stage .vega-embed svg",
    )
)
MEASURE = f"window.PICTURES = {json.dumps(PICTURES)};\n" + (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
SAMPLED = ("classify", "detect", "colorize", "live_gan", "who_is_it", "models_compared")
"""Pages with every kind of input and output, which axe-core looks at; all others by ``python -m tests.access``."""
ANSWERED = "parts => [...document.querySelectorAll(parts)].some(element => element.checkVisibility())"


@pytest.fixture(scope="module")
def demos() -> list[Demo]:
    return [answering_at_once(demo) for demo in catalogue.find_demos()]


@pytest.fixture(scope="module")
def served(demos: list[Demo], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of these demos."""
    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("gradio"))
    sessions.use_light_sessions()
    blocks = app.build(demos)
    _, url, _ = blocks.launch(
        **app.launch_options(blocks), server_port=free_port(), prevent_thread_lock=True, quiet=True
    )  # fmt: skip
    yield url
    blocks.close()


@pytest.fixture(scope="module")
def seen(browser, demos: list[Demo], served: str) -> Iterator[dict[str, dict[Any, Any]]]:
    """Demo -> screen size -> where its parts stand; demo -> theme -> words that are too faint; what axe-core finds wrong.

    One walk for all.
    """
    page = browser.new_page()
    yield {demo.name: _look_at(page, served, demo) for demo in demos}
    page.close()


def _look_at(page: Any, url: str, demo: Demo) -> dict[Any, Any]:
    pictured = presentation.main_picture(demo) is not None
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(url + demo.name)
    page.wait_for_function(ANSWERED, arg=PICTURES if pictured else ".stage .note.headline", timeout=PATIENCE)
    page.add_style_tag(content="*, *::before, *::after { transition: none !important; }")  # a colour on its way is none
    page.add_script_tag(content=MEASURE)
    found: dict[Any, Any] = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found[width, height] = measured(page, "lookAt()")
    for theme in ("light", "dark"):
        page.evaluate("theme => document.body.classList.toggle('dark', theme === 'dark')", theme)
        found[theme] = measured(page, "faintWords()")
        rules = access.OF_COLOURS if theme == "dark" else ()
        found["faults", theme] = access.faults(page, rules) if demo.name in SAMPLED else []
    return found


def test_at_a_projector_s_size_the_answer_the_control_and_the_lesson_are_in_view(demos, seen) -> None:
    assert not parts_out_of_view(demos, seen)


@pytest.mark.parametrize("size", SIZES)
def test_no_tab_needs_sideways_scrolling_and_a_telephone_shows_the_answer_first(seen, size: tuple[int, int]) -> None:
    width, height = size
    wide = {name: found[size]["width"] for name, found in seen.items() if found[size]["width"] > width}
    firsts = {name: found[size]["picture"] or found[size]["headline"] for name, found in seen.items()}
    late = {name: first for name, first in firsts.items() if first["bottom"] > 1.5 * height}
    assert not wide and not late


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_of_all_tabs_can_be_read(seen, theme: str) -> None:
    faint = {name: found[theme] for name, found in seen.items() if found[theme]}
    assert not faint, "contrast below 4.5"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out(seen, theme: str) -> None:
    assert set(SAMPLED) <= set(seen)
    assert {name: found["faults", theme] for name, found in seen.items() if found["faults", theme]} == {}


def test_start_page_glossary_and_sheet_keep_nobody_out(browser, served: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    found = {}
    for name, stands in (("", ".start h1"), ("glossary", ".glossary dl"), ("sheet", "main h1")):
        page.goto(served + name)
        page.locator(stands).wait_for(timeout=PATIENCE)
        found[name] = access.faults(page)
    page.close()
    assert not any(found.values()), found


def test_a_lectures_sheet_has_at_most_two_pages(browser) -> None:
    demos = catalogue.find_demos()
    by_name, page, pages = {demo.name: demo for demo in demos}, browser.new_page(), {}
    lessons = [lesson_file.read(file, demos) for file in sorted(Path("docs/lessons").glob("*.toml"))]
    for path in (*lessons, *PATHS):
        for answers in (False, True):
            page.set_content(draw_sheet(path.places(by_name), by_name, "http://lab.example.org:7860", answers))
            printed = page.pdf(format="A4", prefer_css_page_size=True)
            pages[path.title, answers] = len(re.findall(rb"/Type\s*/Page[^s]", printed))
    page.close()
    assert len(pages) == 2 * (5 + len(PATHS))
    assert set(pages.values()) <= {1, 2}, pages


def test_a_term_explains_itself_to_mouse_and_keyboard(browser, served: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{served}detect")
    page.wait_for_function(ANSWERED, arg=PICTURES, timeout=PATIENCE)  # or the lesson moves away under the mouse
    term = page.locator(".lesson .term").first
    meaning = term.locator(".meaning")
    name = next(word for word in terms() if term_id(word) == term.get_attribute("aria-describedby"))
    expect(meaning).to_be_hidden()
    term.hover()
    expect(meaning).to_be_visible()
    expect(meaning).to_have_text(terms()[name])
    box = meaning.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.mouse.move(5, 5)
    expect(meaning).to_be_hidden()
    term.focus()
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    page.close()
