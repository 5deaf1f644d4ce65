"""Every tab of the Streamlit front end in a real Chromium, with answers of an ordinary size: what stands where.

One walk by the list of pages measures each at every size.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demos.frontends import presentation
from demos.spec import Demo
from tests.frontends.gradio_walks import measured
from tests.frontends.ordinary_demos import every_demo, parts_out_of_view
from tests.frontends.streamlit_server import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MEASURE = (Path(__file__).parent / "layout_streamlit.js").read_text(encoding="utf-8")
SIZES = ((1280, 720), (1920, 1080), (390, 844), (360, 800))
PATIENCE = 60_000
STANDS = """() => document.querySelector("[data-test-script-state=notRunning]") && !document.querySelector(
  ".lab-working, .lab-skeleton, [data-testid=stStatusWidget], [data-stale=true]") &&
  document.querySelector(".st-key-results")?.innerText.trim().length > 6"""


@pytest.fixture(scope="module")
def seen(browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[Any, Any]]]:
    """Demo -> screen size -> where its parts stand."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    with served(tmp_path_factory.mktemp("layout"), "ordinary_demos") as address:
        page.goto(f"{address}/{every_demo()[0].name}")
        yield {demo.name: _look_at(page, demo) for demo in every_demo()}
    context.close()


def _look_at(page: Any, demo: Demo) -> dict[Any, Any]:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator(f'[data-testid=stSidebarNav] a[href$="/{demo.name}"]').first.click()
    page.get_by_role("heading", name=demo.title, exact=True, level=1).wait_for()
    page.wait_for_function(STANDS)
    page.evaluate(MEASURE)
    pictured = presentation.main_picture(demo) is not None
    found: dict[Any, Any] = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found[width, height] = _measured(page, pictured)
    return found


def _measured(page: Any, pictured: bool) -> Any:
    """Where the parts stand; what is drawn anew where the window changes, or comes last, is waited for."""
    for _ in range(PATIENCE // 250):
        seen = measured(page, "lookAt()")
        fits = seen["width"] <= page.viewport_size["width"]
        if fits and seen["control"] and (seen["picture"] or not pictured):
            break
        page.wait_for_timeout(250)
    return seen


def test_at_a_projector_s_size_the_answer_the_control_and_the_lesson_are_in_view(seen) -> None:
    assert not parts_out_of_view(every_demo(), seen)


@pytest.mark.parametrize("size", SIZES)
def test_no_tab_needs_sideways_scrolling_and_a_telephone_shows_the_answer_first(seen, size: tuple[int, int]) -> None:
    width, height = size
    wide = {name: found[size]["width"] for name, found in seen.items() if found[size]["width"] > width}
    firsts = {name: found[size]["picture"] or found[size]["headline"] for name, found in seen.items()}
    late = {name: first for name, first in firsts.items() if first is None or first["bottom"] > 1.5 * height}
    assert not wide and not late
