"""The lesson beside the results in Streamlit: what is tried is set, run and explained."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.frontends.streamlit_pages import elements, named, opened


def said(page: AppTest) -> str:
    return next(entry.value for entry in page.markdown if " times " in entry.value or "at 3 of" in entry.value)


def html_of(page: AppTest) -> str:
    return "".join(str(entry.value) for entry in elements(page, "html"))


def test_the_lesson_stands_beside_the_results() -> None:
    page = opened("LED, AGAIN", at="classify")
    html = html_of(page)
    assert "<h4>What you see</h4><p>How large it is.</p>" in html
    assert html.count("<summary>Which?</summary>") == 1 and "More for the class" in html
    links = [(link.proto.page, link.proto.label) for link in elements(page, "page_link")]
    assert links == [("localise", "Next: Where is it? →")]


@pytest.mark.parametrize(
    ("words", "expected", "watch"),
    [
        ("Three times", "30 by 20 at (4, 5) times 3", "Is it larger?"),
        ("Show it the coffee", "600 by 400 at None times 2", "How wide is it?"),
    ],
)
def test_a_press_sets_runs_and_says_what_to_watch(words: str, expected: str, watch: str) -> None:
    page = opened("LED, AGAIN", at="classify")
    assert said(page) == "30 by 20 at (4, 5) times 2" and watch not in html_of(page)
    named(page.button, words).click().run()
    assert said(page) == expected
    assert f"<b>{words}.</b> {watch}" in html_of(page)


def test_one_thing_is_tried_at_a_time() -> None:
    page = opened("LED, AGAIN", at="classify")
    named(page.button, "Three times").click().run()
    named(page.button, "Show it the coffee").click().run()
    assert said(page) == "600 by 400 at None times 2"
    named(page.button, "Three times").click().run()
    assert said(page) == "600 by 400 at None times 3"


def test_what_is_tried_runs_where_nothing_else_runs_by_itself() -> None:
    page = opened("SLOWLY_LED", at="walk")
    named(page.button, "Five steps").click().run()
    for _ in range(8):
        page.run()
    assert any("at 5 of 5" in entry.value for entry in page.markdown)


def test_the_start_page_has_ways_a_search_and_a_glossary() -> None:
    page = opened("LED, AGAIN, SAY", at="")
    labels = [link.proto.label for link in elements(page, "page_link")]
    assert labels == ["What is it?", "Where is it?", "Questions to print", "**Led**", "**Again**", "**Say**"]
    page.text_input[0].set_value("says").run()
    assert [link.proto.label for link in elements(page, "page_link")][3:] == ["**Led**", "**Again**", "**Say**"]
    page.text_input[0].set_value("says it").run()
    assert [link.proto.label for link in elements(page, "page_link")][3:] == ["**Say**"]
    assert "<dt" in html_of(opened("LED, AGAIN", at="glossary"))
