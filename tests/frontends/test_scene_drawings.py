"""What the scripts of scenes draw and work out, on a bare page: no front end, no server, numbers worked by hand."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from demos.frontends import scene_files

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

TRIPLET = {
    "words": "Three points.",
    "margin": 0.5,
    "points": [
        {"name": "anchor", "x": 0, "y": 0}, {"name": "positive", "x": 1, "y": 0}, {"name": "negative", "x": 0, "y": 1.1},
    ],
    "kinds": {"easy": "Easy.", "semi-hard": "Semi-hard.", "hard": "Hard."},
    "note": "In a plane.",
}  # fmt: skip


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

BUBBLES = {
    "words": "Two networks.",
    "sets": "network",
    "chosen": "large",
    "hint": "Press a circle.",
    "x": {"title": "multiply-adds", "low": 1e5, "high": 1e9},
    "y": {"title": "accuracy", "low": 50, "high": 90},
    "largest": 400,
    "bubbles": [
        {"name": "Small", "value": "small", "x": 1e6, "y": 60, "size": 100, "about": "Small: 60 % right"},
        {"name": "Large", "value": "large", "x": 1e8, "y": 80, "size": 400, "about": "Large: 80 % right"},
    ],
}


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
