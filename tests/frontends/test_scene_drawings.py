"""What the scripts of scenes draw and work out, on a bare page: no front end, no server, numbers worked by hand."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from demos.frontends import scene_files
from tests.frontends.scene_data import BUBBLES, PEOPLE, SELECTION, TRIPLET

pytestmark = pytest.mark.browser
CALLED = scene_files.EXPORTED
BARE = ":root { --body-text-color: #111; --body-background-fill: #fff; --primary-500: #168f95; }"

Draw = Callable[[str, dict[str, Any]], Page]


@pytest.fixture(scope="module")
def bare(browser: Any) -> Iterator[Page]:
    """One page for all scenes."""
    page = browser.new_page(viewport={"width": 640, "height": 900})
    yield page
    page.close()


@pytest.fixture
def draw(bare: Page) -> Iterator[Draw]:
    """Draws data with a script as something new; ``sent`` of the page's window is what its touches say."""
    errors: list[str] = []
    bare.on("pageerror", lambda error: errors.append(str(error)))

    def begin(script: str, data: dict[str, Any]) -> Page:
        source = (scene_files.FOLDER / f"{script}.js").read_text().replace(CALLED, "function scene(")
        bare.evaluate(
            f"""([style, markup, data]) => {{
                {source};
                document.body.innerHTML = `<style>${{style}}</style>${{markup}}`;
                window.sent = [];
                window.draw = scene(document.querySelector(".scene"), (values) => sent.push(values));
                draw(data);
                return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            }}""",
            [BARE + scene_files.style(script), scene_files.MARKUP, data],
        )
        return bare

    yield begin
    assert not errors


def drag(page: Page, what: Locator, across: float, down: float) -> None:
    """Drags something by so many pixels of the screen."""
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2)
    page.mouse.move(x + across, y + down)
    page.mouse.up()


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
