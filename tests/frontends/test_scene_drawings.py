"""What the scripts of scenes draw and work out, on a bare page, with numbers worked by hand."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.frontends.scene_data import BUBBLES, ROC, TRIPLET, VALUES
from tests.frontends.scene_pages import Draw, bare, drag, draw

pytestmark = pytest.mark.browser
__all__ = ["bare", "draw"]  # fixtures


# ---------------------------------------------------------------- a triplet in its plane


def test_the_loss_of_a_triplet_that_is_moved_by_keys(draw: Draw) -> None:
    page = draw("plane", TRIPLET)
    worked, back = page.locator(".worked"), page.get_by_role("button", name="Put them back")
    anchor, positive, negative = (page.get_by_role("slider", name=name) for name in ("anchor", "positive", "negative"))
    expect(worked).to_have_text("max(d²(A, P) - d²(A, N) + α, 0) = max(1.000 - 1.210 + 0.50, 0) = 0.290. Semi-hard.")
    expect(back).to_be_disabled()
    for _ in range(4):
        negative.press("ArrowDown")  # to (0, 0.9)
    expect(worked).to_contain_text("max(1.000 - 0.810 + 0.50, 0) = 0.690. Hard.")
    for _ in range(4):
        positive.press("ArrowLeft")  # to (0.8, 0)
    expect(worked).to_contain_text("max(0.640 - 0.810 + 0.50, 0) = 0.330. Semi-hard.")
    for key in (*["ArrowRight"] * 4, *["ArrowDown"] * 2):
        anchor.press(key)  # to (0.2, -0.1): 0.6² + 0.1², 0.2² + 1
    expect(worked).to_contain_text("max(0.370 - 1.040 + 0.50, 0) = 0.000. Easy.")
    back.click()
    expect(worked).to_contain_text("= 0.290. Semi-hard.")
    expect(back).to_be_disabled()


def test_the_circles_of_a_triplet(draw: Draw) -> None:
    """Where a negative is hard, and where it costs something: at distances up to 1 and up to sqrt(1 + 0.5)."""
    page = draw("plane", TRIPLET)
    radius = {kind: float(page.locator(f".{kind}").get_attribute("r") or 0) for kind in ("nearer", "costs")}
    assert radius["costs"] / radius["nearer"] == pytest.approx(1.5**0.5, abs=1e-3)
    middle = [float(page.locator(".costs").get_attribute(name) or 0) for name in ("cx", "cy")]
    positive = [float(page.locator(".positive").get_attribute(name) or 0) for name in ("cx", "cy")]
    assert positive[0] - middle[0] == pytest.approx(radius["nearer"], abs=0.01)
    assert positive[1] == middle[1]


def test_a_step_against_the_gradient(draw: Draw) -> None:
    """By a tenth of 2 (P - N), 2 (A - P), 2 (N - A): to (0.2, -0.22), (0.8, 0) and (0, 1.32)."""
    page = draw("plane", TRIPLET)
    page.get_by_role("button", name="One step").click()
    said = [page.locator(f".point.{name}").get_attribute("aria-valuetext") for name in ("anchor", "positive", "negative")]
    assert said == ["at 0.20, -0.22", "at 0.80, 0.00, 0.64 from the anchor", "at 0.00, 1.32, 1.55 from the anchor"]
    expect(page.locator(".worked")).to_contain_text("max(0.408 - 2.412 + 0.50, 0) = 0.000. Easy.")
    expect(page.get_by_role("button", name="One step")).to_be_disabled()
    assert [tip.get_attribute("d") for tip in page.locator(".tip").all()] == ["", "", ""]  # no loss, no gradient, no arrow
    assert page.evaluate("sent") == []


def test_a_negative_is_dragged_and_stays_when_the_margin_changes(draw: Draw) -> None:
    page = draw("plane", TRIPLET)
    negative = page.locator(".point.negative")
    unit = float(page.locator(".nearer").get_attribute("r") or 0)  # pixels
    drag(page, negative, 0.5 * unit, 0.35 * unit)  # to (0.5, 0.75): 0.8125
    expect(page.locator(".worked")).to_contain_text("max(1.000 - 0.81")
    before = negative.get_attribute("aria-valuetext")
    page.evaluate("(data) => draw(data)", TRIPLET | {"margin": 1.0})
    assert negative.get_attribute("aria-valuetext") == before
    expect(page.locator(".worked")).to_contain_text("+ 1.00, 0) = 1.1")
    page.evaluate(
        "(data) => draw(data)", TRIPLET | {"points": [*TRIPLET["points"][:2], {"name": "negative", "x": 0, "y": 2}]}
    )
    expect(page.locator(".worked")).to_contain_text("max(1.000 - 4.000 + 0.50, 0) = 0.000. Easy.")


# ---------------------------------------------------------------- circles to press


def test_circles_stand_where_their_numbers_are_and_are_pressed(draw: Draw) -> None:
    page = draw("bubbles", BUBBLES)
    small, large = (page.get_by_role("button", name=name) for name in ("Small", "Large"))
    place = [[float(circle.get_attribute(name) or 0) for name in ("cx", "cy", "r")] for circle in (small, large)]
    right, down, wide = ((large_one - small_one) for small_one, large_one in zip(*place, strict=True))
    assert wide == pytest.approx(place[0][2])  # four times the area
    low, high = (page.locator(f".bubbles text:text-is('{tick}')").get_attribute("x") for tick in ("1 M", "100 M"))
    assert (float(low or 0), float(high or 0)) == (place[0][0], place[1][0]) and right > 0 > down
    expect(large).to_have_attribute("aria-pressed", "true")
    about = page.locator(".about")
    expect(about).to_have_text("Large: 80 % right")
    small.hover()
    expect(about).to_have_text("Small: 60 % right")
    small.click()
    large.press("Enter")
    small.press(" ")
    assert page.evaluate("sent") == [{"network": name} for name in ("small", "large", "small")]
    page.evaluate("(data) => draw(data)", BUBBLES | {"chosen": "small"})
    expect(small).to_have_attribute("aria-pressed", "true")
    expect(small).to_be_focused()  # it was pressed by a key, and the next key finds it
    page.evaluate("(data) => draw(data)", BUBBLES | {"chosen": "somewhere else"})
    page.mouse.move(5, 890)
    page.evaluate("document.activeElement.blur()")
    expect(about).to_have_text("Press a circle.")


def test_a_small_circle_inside_a_large_one_can_be_pressed(draw: Draw) -> None:
    small, large = BUBBLES["bubbles"]
    page = draw("bubbles", BUBBLES | {"bubbles": [small | {"x": 1e8, "y": 80, "size": 10}, large]})
    page.get_by_role("button", name="Small").click()
    assert page.evaluate("sent") == [{"network": "small"}]


# ---------------------------------------------------------------- values by name


def test_bars_stand_on_zero_and_their_names_at_their_tips(draw: Draw) -> None:
    page = draw("values", VALUES)
    sides = ("x", "y", "width", "height")
    bars = [{name: float(bar.get_attribute(name) or 0) for name in sides} for bar in page.locator(".bar").all()]
    ant, bee, cat, dog = bars
    assert [bar["height"] / cat["height"] for bar in bars] == pytest.approx([0.5, 0, 1, 0.5])
    zero = cat["y"] + cat["height"]
    assert [bar["y"] for bar in (ant, bee, dog)] == pytest.approx([zero, zero, zero - dog["height"]])
    names = {text.text_content(): float(text.get_attribute("y") or 0) for text in page.locator(".name").all()}
    assert set(names) == {"ant", "bee", "cat", "dog"}
    assert names["cat"] < cat["y"] < zero < ant["y"] + ant["height"] < names["ant"]
    assert [bar.get_attribute("class") for bar in page.locator(".bar").all()] == ["bar", "bar", "bar chosen", "bar"]


def test_a_value_says_its_name_and_is_chosen(draw: Draw) -> None:
    page = draw("values", VALUES)
    about, cursor = page.locator(".about"), page.get_by_role("slider", name="classes")
    expect(about).to_have_text("class cat: 3.00")
    box = page.locator("svg.values").bounding_box() or {}
    page.mouse.move(box["x"] + box["width"] / 8, box["y"] + 100)
    expect(about).to_have_text("class ant: -1.50")
    page.mouse.click(box["x"] + 7 * box["width"] / 8, box["y"] + 100)
    cursor.press("ArrowLeft")
    expect(cursor).to_have_attribute("aria-valuetext", "class cat: 3.00")
    cursor.press("Home")
    cursor.press("ArrowLeft")  # nothing lies farther
    expect(about).to_have_text("class ant: -1.50")
    cursor.press("ArrowRight")
    cursor.press("Enter")
    assert page.evaluate("sent") == [{"channel": "3"}, {"channel": "1"}]
    page.mouse.move(5, 890)
    expect(about).to_have_text("class cat: 3.00")


def test_of_many_names_those_of_the_strongest_are_written(draw: Draw) -> None:
    names = [f"a rather long name {k}" for k in range(100)]
    values = [0.01 * k for k in range(99)] + [-5.0]
    page = draw("values", VALUES | {"names": names, "short": names, "values": values, "chosen": 0})
    written = page.locator(".name").all()
    assert {names[98], names[99]} <= {text.text_content() for text in written}
    boxes = [text.bounding_box() or {} for text in written]
    for k, one in enumerate(boxes):
        for other in boxes[:k]:
            beside = abs(one["x"] - other["x"]) >= min(one["width"], other["width"])
            assert beside or abs(one["y"] - other["y"]) >= 14


# ---------------------------------------------------------------- a ROC curve


def test_a_press_on_a_curve_chooses_the_nearest_threshold(draw: Draw) -> None:
    page = draw("roc", ROC)
    mark = page.get_by_role("slider", name="threshold")
    expect(mark).to_have_attribute("aria-valuetext", "0.5: 20.0 % accepted, 60.0 % found")  # nearest to 0.45
    curve = page.locator(".curve").bounding_box() or {}
    for across, up in ((0.75, 0.95), (0.1, 0.5), (0.05, 0.1)):
        page.mouse.click(curve["x"] + across * curve["width"], curve["y"] + (1 - up) * curve["height"])
    mark.press("ArrowRight")
    mark.press("ArrowLeft")
    mark.press("ArrowLeft")  # nothing lies before it
    assert [touch["threshold"] for touch in page.evaluate("sent")] == [-0.3, 0.5, 0.9, 0.5, 0.9, 0.9]


@pytest.mark.parametrize(("script", "data"), [("roc", ROC), ("plane", TRIPLET), ("bubbles", BUBBLES), ("values", VALUES)])
def test_letters_keep_their_size_on_a_telephone(draw: Draw, script: str, data: Any) -> None:
    page = draw(script, data)
    try:
        page.set_viewport_size({"width": 340, "height": 700})
        page.wait_for_timeout(200)
        svg = page.locator("svg").first
        assert float((svg.get_attribute("viewBox") or "").split()[2]) == pytest.approx(
            (svg.bounding_box() or {})["width"], abs=1
        )
    finally:
        page.set_viewport_size({"width": 640, "height": 900})
