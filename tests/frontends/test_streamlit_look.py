"""How large things stand on the Streamlit page, by the keys that its style sheet knows."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from demos.frontends.streamlit import outputs
from demos.frontends.streamlit.parts import STYLES
from tests.frontends.streamlit_demos import PAIR
from tests.frontends.streamlit_pages import containers, elements, named, opened, shows_no_traceback, texts

SHEET = "".join(sheet.read_text() for sheet in STYLES)


def test_a_long_headline_has_smaller_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "pressed: none"
    for longest, key, other in (
        (len(words), "headline-Pressed", "headline-long-Pressed"),
        (len(words) - 1, "headline-long-Pressed", "headline-Pressed"),
    ):
        monkeypatch.setattr(outputs, "LONGEST_LARGE", longest)
        shown = containers(opened("PAIR", "pair"))
        assert key in shown and other not in shown
    assert "st-key-headline-long" in SHEET


def test_one_of_several_pictures_and_few_pixels_are_shown_small() -> None:
    page = opened("PAIR", "pair")
    assert {"preview-one-of-several-pair.one", "preview-one-of-several-pair.other"} <= set(containers(page))
    (few,) = (str(entry.proto) for entry in elements(page, "bidi_component") if "Pixels" in str(entry.proto))
    assert re.search(r"tiny\W+true", few)
    assert {"preview-kitchen_sink.picture"} <= set(containers(opened()))
    assert "st-key-preview-one-of-several" in SHEET


def test_buttons_that_follow_each_other_stand_in_one_row_and_each_is_pressed_alone() -> None:
    page = opened("PAIR", "pair")
    rows = [
        [child.label for child in block.children.values() if child.type == "button"] for block in containers(page).values()
    ]
    assert ["First", "Second"] in rows
    named(page.button, "Second").click().run()
    assert "pressed: second" in texts(page)


@pytest.mark.parametrize("run", [object(), None], ids=["a step", "the last answer"])
def test_a_step_covers_what_a_longer_answer_left_below_it(run: object) -> None:
    def draw(run: object) -> None:
        from demos.frontends.streamlit import page, pictures
        from demos.frontends.streamlit.visit import Seen, Visit
        from tests.frontends.streamlit_demos import PAIR

        visit = Visit.of(PAIR)
        result = pictures.Result(("pressed: none", None), {}, "")
        page._results(visit, Seen({}, result, "", run, 1), dict(visit.pictures), lambda *_: None)

    page = shows_no_traceback(AppTest.from_function(draw, args=(run,)).run())
    (shown,) = (block for block in page.main.children.values() if hasattr(block, "children"))
    below = [child.type for child in shown.children.values()]
    assert below.count("empty") >= 3 * len(PAIR.outputs) if run else "empty" not in below
