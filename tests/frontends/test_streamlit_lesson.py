"""The lesson beside the results in Streamlit: what is tried is set, run and explained."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from demos import lesson_file
from demos.frontends.streamlit.addresses import OWN
from demos.paths import PATHS, Stop
from demos.paths import Path as Way
from tests.frontends.streamlit_pages import elements, named, opened


def said(page: AppTest) -> str:
    return next(entry.value for entry in page.markdown if " times " in entry.value or "at 3 of" in entry.value)


def html_of(page: AppTest) -> str:
    return "".join(str(entry.value) for entry in elements(page, "html"))


def test_the_lesson_stands_beside_the_results() -> None:
    page = opened("LED, AGAIN", at="classify")
    html = html_of(page)
    assert "<h3>What you see</h3><p>How large it is.</p>" in html
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


LESSON = Way(
    "Ours",
    "A lesson.",
    (
        Stop("classify", "How large?", {"factor": "7"}, (("Is it mine?", "Yes."),)),
        Stop("localise", "And again?", {"example": "2"}),
        Stop("classify", "And as it was?"),
    ),
    numbered=True,
)


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_file, "ways", lambda: (LESSON, *PATHS))


def led(page: AppTest) -> list[tuple[str, str, str]]:
    return [(link.proto.page, link.proto.label, link.proto.query_string) for link in elements(page, "page_link")]


@pytest.mark.usefixtures("lesson")
def test_a_lecturers_lesson_comes_first_and_its_cards_set_what_it_says() -> None:
    page = opened("LED, AGAIN", at="")
    assert led(page)[:5] == [
        ("classify", "**1. How large?**", "factor=7&stop=1"),
        ("localise", "**2. And again?**", "example=2&stop=2"),
        ("classify", "**3. And as it was?**", "stop=3"),
        ("sheet", "Questions to print", "path=1"),
        ("classify", "What is it?", ""),
    ]


@pytest.mark.usefixtures("lesson")
def test_a_stop_opens_as_it_says_with_its_question_and_the_way_on() -> None:
    page = opened("LED, AGAIN", at="classify", factor="7", stop="1")
    assert said(page) == "30 by 20 at (4, 5) times 7"
    assert '<p class="asked">How large?</p>' in html_of(page) and "<summary>Is it mine?</summary>" in html_of(page)
    assert html_of(page).index("Is it mine?") < html_of(page).index("Which?")
    assert "Stop 1 of 3 · Ours" in html_of(page)
    assert led(page) == [("localise", "Next: And again? →", "example=2&stop=2")]
    assert {name: "".join(value) for name, value in page.query_params.items()} == {"stop": "1", "factor": "7"}


@pytest.mark.usefixtures("lesson")
def test_at_another_stop_of_the_same_page_nothing_stays_of_the_one_before() -> None:
    page = opened("LED, AGAIN", at="classify", factor="7", stop="1")
    page.query_params.clear()
    page.query_params["stop"] = "3"
    page.run()
    assert said(page) == "30 by 20 at (4, 5) times 2"
    assert "And as it was?" in html_of(page) and "Is it mine?" not in html_of(page) and "Stop 3 of 3" in html_of(page)
    assert led(page) == []
    page.query_params.clear()  # the list of pages leads to an address that says nothing
    page.run()
    assert "Stop 3 of 3" in html_of(page) and page.query_params["stop"] == "3"


@pytest.mark.usefixtures("lesson")
def test_nor_with_a_picture_of_ones_own(photograph: Path) -> None:
    page = opened("LED, AGAIN", at="classify")
    page.session_state[OWN] = photograph.read_bytes()
    page.run()
    for stop, factor in (("1", {"factor": "7"}), ("3", {})):
        page.query_params.clear()
        for name, value in {"stop": stop, **factor}.items():
            page.query_params[name] = value
        page.run()
        assert said(page) == f"320 by 240 at None times {factor.get('factor', 2)}"
