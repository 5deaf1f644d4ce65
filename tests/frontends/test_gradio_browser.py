"""A Gradio page in a real Chromium: its inputs, results and places, as a person meets them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.frontends.gradio_walks import (
    AS_OPENED,
    PATIENCE,
    click_at,
    has_size,
    opened_sink,
    remove,
    says,
    sink,
    upload,
    visit,
)

pytestmark = pytest.mark.browser
__all__ = ["opened_sink", "sink", "visit"]  # fixtures


# ---------------------------------------------------------------- what a person sees


def test_a_tab_opens_with_its_first_example_answered(visit):
    sink = visit("kitchen_sink")
    says(sink, AS_OPENED)
    has_size(sink, "Main picture", 451, 300)
    has_size(sink, "The picture with inverted colours", 451, 300)
    assert not sink.get_by_text("Because.").is_visible() and not sink.get_by_text("All of it.").is_visible()
    sink.get_by_text("Why?").click()
    sink.get_by_text("Because.").wait_for()
    sink.get_by_text("More for the class").click()
    sink.get_by_text("All of it.").wait_for()
    sink.get_by_role("button", name="Show the code").click()
    sink.get_by_text("Shows what came in, in every kind of output").wait_for()


def test_your_own_picture_gets_its_result(sink, photograph: Path):
    remove(sink)
    sink.get_by_role("alert").get_by_text("please give a picture").wait_for()
    upload(sink, photograph)
    says(sink, "step 2")
    has_size(sink, "The picture with inverted colours", 320, 240)
    expect(sink.get_by_role("alert")).to_have_count(0, timeout=PATIENCE)


def test_examples_fill_the_inputs_and_run_by_mouse_and_keyboard(sink):
    sink.get_by_role("button", name="Cup of coffee").click()
    says(sink, "tree/oak")
    has_size(sink, "The picture with inverted colours", 600, 400)
    expect(sink.get_by_label("Kind")).to_have_value("Oak", timeout=PATIENCE)
    sink.get_by_role("button", name="Cat (Chelsea)").focus()
    sink.keyboard.press("Enter")
    says(sink, "fruit/apple")


def test_a_slider_answers_while_it_moves(sink):
    sink.get_by_role("slider", name="range slider for Amount").focus()
    sink.keyboard.press("ArrowRight")
    sink.keyboard.press("ArrowRight")
    says(sink, "x0.6 ")


def test_choices_follow_the_choice_they_depend_on(sink):
    sink.get_by_label("Tree").check()
    says(sink, "tree/oak")
    sink.get_by_label("Kind").click()
    expect(sink.get_by_role("option")).to_have_text(
        [re.compile(name) for name in ("Oak", "Beech", "Lime")], timeout=PATIENCE
    )
    sink.get_by_role("option", name="Lime").click()
    says(sink, "tree/lime")
    both = sink.locator(".results .pictures:visible .grid-container button")
    both.nth(0).click()
    says(sink, "fruit/apple")
    both.nth(1).press("Enter")
    says(sink, "tree/oak")


def test_a_warning_appears_and_goes(sink):
    assert not sink.get_by_text("Careful.").is_visible()
    sink.get_by_label("Flag").check()
    sink.get_by_text("Careful.").wait_for()
    sink.get_by_label("Flag").uncheck()
    sink.get_by_text("Careful.").wait_for(state="hidden")


def test_the_die_draws_another_seed(sink):
    sink.locator(".inputs .more button").first.click()
    before = sink.get_by_label("Seed").input_value()
    sink.get_by_role("button", name="Another").click()
    sink.wait_for_function("old => document.querySelector('.seed input').value !== old", arg=before)
    says(sink, f"'hello' {sink.get_by_label('Seed').input_value()} None")
    sink.get_by_label("Seed").fill("7")
    says(sink, "'hello' 7 None")


def test_a_file_can_be_kept(sink):
    sink.get_by_role("button", name="More results").click()
    with sink.expect_download() as started:
        sink.get_by_role("button", name="Numbers").click()
    assert started.value.suggested_filename == "numbers.txt"
    assert started.value.path().read_bytes() == b"1 2 3"


def test_several_pictures_come_and_go(sink, photograph: Path, no_picture: Path):
    sink.locator(".inputs .more button").first.click()
    sink.locator(".inputs .pictures input[type=file]").first.set_input_files([photograph, photograph])
    says(sink, "n2")
    sink.locator(".inputs .pictures").get_by_role("button", name=re.compile("Clear|Remove all")).first.click()
    says(sink, "n0")


# ---------------------------------------------------------------- places on pictures


def test_a_click_is_a_place_in_the_upright_picture(sink, turned_photograph: Path):
    remove(sink)
    upload(sink, turned_photograph)
    says(sink, "step 2")
    has_size(sink, "Main picture", 900, 1200)
    has_size(sink, "The picture with inverted colours", 900, 1200)
    click_at(sink, sink.get_by_alt_text("Main picture").locator("visible=true"), 0.5, 0.25)
    sink.wait_for_function("() => document.querySelector('.place input').value !== ''")
    x, y = (int(part) for part in sink.get_by_label("Place", exact=True).input_value().split(", "))
    assert abs(x - 450) <= 7 and abs(y - 300) <= 7  # a screen pixel is six of its 1200
    says(sink, f"({x}, {y})")
    remove(sink)
    sink.wait_for_function("() => document.querySelector('.place input').value === ''")


def test_a_place_can_be_typed(sink):
    sink.get_by_label("Place", exact=True).fill("12, 34")
    sink.keyboard.press("Enter")
    says(sink, "(12, 34)")


def test_a_click_on_a_result_is_a_place_too(visit):
    page = visit("opener")
    says(page, "red pale red None None")
    has_size(page, "Negative", 160, 120)
    click_at(page, page.get_by_alt_text("Negative").locator("visible=true"), 0.25, 0.5)
    says(page, re.compile(r"None \((39|40), (59|60)\)"))
