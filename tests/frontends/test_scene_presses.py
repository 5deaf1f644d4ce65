"""A picture and people that are pressed, on a bare page: what the touches say."""

import re

import pytest
from playwright.sync_api import expect

from tests.frontends.scene_data import PEOPLE, SELECTION
from tests.frontends.scene_pages import Draw, bare, drag, draw

pytestmark = pytest.mark.browser
__all__ = ["bare", "draw"]  # fixtures


# ---------------------------------------------------------------- a picture to press


def test_left_adds_and_right_takes_away_at_pixels_of_the_picture(draw: Draw) -> None:
    page = draw("selection", SELECTION)
    box = page.locator(".select").bounding_box() or {}
    assert box["width"] / box["height"] == pytest.approx(3, abs=0.02)
    spots = page.locator(".spot").all()
    assert [spot.get_attribute("class") for spot in spots] == ["spot adds", "spot takes"]
    assert [float(spot.get_attribute("cx") or 0) / box["width"] for spot in spots] == pytest.approx(
        [30.5 / 300, 270.5 / 300]
    )
    at = {"x": box["x"] + (60.5 / 300) * box["width"], "y": box["y"] + 0.205 * box["height"]}
    page.mouse.click(**at)
    page.mouse.click(**at, button="right")
    assert page.evaluate("sent") == [{"place": [60, 20], "meaning": "more"}, {"place": [60, 20], "meaning": "less"}]
    ring = page.locator(".ring")
    expect(ring).to_have_attribute("class", "ring takes")
    page.mouse.move(at["x"] + 10, at["y"])
    expect(ring).to_have_attribute("class", "ring adds")
    assert "circle(44px at" in (page.locator(".lens").get_attribute("style") or "")


def test_a_selection_by_keys(draw: Draw) -> None:
    """From the middle, (150, 50): five steps of 2 % of the width to the right, two upwards."""
    page = draw("selection", SELECTION)
    frame = page.locator(".select")
    frame.focus()
    for key in (*["ArrowRight"] * 5, *["ArrowUp"] * 2, "Enter", "Delete"):
        page.keyboard.press(key)
    places = [(touch["place"], touch["meaning"]) for touch in page.evaluate("sent")]
    assert [meaning for _, meaning in places] == ["more", "less"]
    assert places[0][0] == places[1][0] == [pytest.approx(180, abs=1), pytest.approx(38, abs=1)]
    page.keyboard.press("ArrowUp")
    expect(page.locator(".about")).to_contain_text("of 300 × 100: Enter adds")


def test_a_long_press_takes_away_and_a_swipe_does_nothing(draw: Draw) -> None:
    page = draw("selection", SELECTION)
    box = page.locator(".select").bounding_box() or {}
    x, y = box["x"] + 0.501 * box["width"], box["y"] + 0.501 * box["height"]
    touch = {"pointerType": "touch", "button": 0, "buttons": 1, "bubbles": True, "clientX": x, "clientY": y}
    page.locator(".select").dispatch_event("pointerdown", touch)
    page.wait_for_function("sent.length")
    page.locator(".select").dispatch_event("pointerup", touch)
    assert page.evaluate("sent") == [{"place": [150, 50], "meaning": "less"}]
    page.locator(".select").dispatch_event("pointerdown", touch)
    page.locator(".select").dispatch_event("pointerup", touch)
    assert page.evaluate("sent.pop()") == {"place": [150, 50], "meaning": "more"}
    page.locator(".select").dispatch_event("pointerdown", touch)
    page.locator(".select").dispatch_event("pointermove", touch | {"clientY": y + 30})
    page.locator(".select").dispatch_event("pointerup", touch | {"clientY": y + 30})
    page.wait_for_timeout(600)
    assert len(page.evaluate("sent")) == 1


# ---------------------------------------------------------------- people to press


def test_a_person_is_claimed_by_a_press_and_no_more_by_a_second(draw: Draw) -> None:
    page = draw("people", PEOPLE)
    ann, bob = (page.get_by_role("button", name=name) for name in ("Ann, similarity 0.75", "Bob, similarity 0.25"))
    expect(bob).to_have_attribute("aria-pressed", "true")
    expect(bob.locator(".tick")).to_have_text("✓")
    ann.click()
    bob.press("Enter")
    assert page.evaluate("sent") == [{"claimed": "Ann"}, {"claimed": ""}]
    page.evaluate("(data) => draw(data)", PEOPLE)
    expect(bob).to_be_focused()


def test_the_threshold_is_dragged_across_the_people(draw: Draw) -> None:
    """The tracks reach from -0.25 to 1, a width of 1.25; from 0.5 it is a fifth of that to 0.75, and as far to 0.25."""
    page = draw("people", PEOPLE)
    line, about = page.get_by_role("slider", name="threshold"), page.locator(".about")
    expect(about).to_have_text("Threshold 0.50: 1 of 2 reaches it.")
    width = (page.locator(".track").first.bounding_box() or {})["width"]
    assert [(bar.bounding_box() or {})["width"] / width for bar in page.locator(".track i").all()] == pytest.approx(
        [0.6, 0.2], abs=0.01
    )
    middle = [(line.bounding_box() or {})[key] for key in ("x", "width")]
    track = (page.locator(".track").first.bounding_box() or {})["x"]
    assert (middle[0] + middle[1] / 2 - track) / width == pytest.approx(0.6, abs=0.01)
    drag(page, line, 0.25 * width, 0)  # 0.5 + 0.25 x 1.25 = 0.81
    expect(about).to_have_text("Threshold 0.81: 0 of 2 reach it.")
    drag(page, line, -0.5 * width, 0)
    expect(about).to_have_text(re.compile(r"^Threshold 0\.1[89]: 2 of 2 reach it\.$"))
    assert page.evaluate("sent.map((touch) => Object.keys(touch)[0])") == ["threshold", "threshold"]
    page.evaluate("(data) => draw(data)", PEOPLE | {"threshold": 0.25})
    expect(about).to_have_text("Threshold 0.25: 2 of 2 reach it.")  # as similar as the threshold is enough
    line.press("ArrowRight")
    assert page.evaluate("sent.pop()") == {"threshold": 0.26}
    expect(page.locator(".person.reaches")).to_have_count(1)
    page.evaluate("(data) => draw(data)", PEOPLE | {"people": []})
    expect(line).to_be_hidden()
