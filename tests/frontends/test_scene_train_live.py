"""The drawing of a training: where its lines run, where they break off, the colours of kernels, and what a press sends."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser


def pixels(*values: int) -> str:
    return base64.b64encode(bytes(values)).decode()


def network(name: str, colour: str, **changes: Any) -> dict[str, Any]:
    curves = {"steps": [0, 50, 100], "accuracy": [0.1, 0.5, 1.0], "heldOutAccuracy": [0.1, 0.25, 0.5],
              "loss": [2.0, 1.0, 0.5], "heldOutLoss": [2.5, 1.25, 1.0]}  # fmt: skip
    return {"name": name, "colour": colour, "words": f"{name}, 12 parameters.", **curves, **changes}


def picture(number: int, shape: str, said: str) -> dict[str, Any]:
    return {"number": number, "pixels": pixels(0, 255, 100, 50), "is": shape, "said": said}


KERNEL = [0.5, -0.25, *[0.0] * 22, None]
DATA: dict[str, Any] = {
    "words": "All.", "trouble": "", "guess": {"accuracy": 0.125, "loss": 2.0}, "side": 2, "channels": 1,
    "kernels": [KERNEL, [0.0] * 25],
    "networks": [network("CNN", "#2A84C6")], "picture": picture(6, "ring", "star"),
    "first": {"side": 2, "maps": [pixels(0, 50, 100, 255), pixels(9, 9, 9, 9)]},
    "second": {"side": 1, "maps": [pixels(7)]},
    "wrong": {"words": "2 of 300 wrong:", "pictures": [picture(6, "ring", "star"), picture(9, "plus", "circle")]},
}  # fmt: skip


def places(page: Page, chart: int, line: int) -> list[list[tuple[str, float, float]]]:
    """A line's strokes: (letter, x, y) of each point."""
    path = page.locator(".tl-chart svg").nth(chart).locator(".tl-line").nth(line).get_attribute("d") or ""
    return [(letter, float(x), float(y)) for letter, x, y in re.findall(r"([ML])([\d.]+) ([\d.]+)", path)]


def level(page: Page, chart: int) -> float:
    path = page.locator(".tl-chart svg").nth(chart).locator(".tl-guess").get_attribute("d") or ""
    return float(re.findall(r"M[\d.]+ ([\d.]+)", path)[0])


def colour(page: Page, canvas: str, x: int, y: int) -> list[int]:
    found: list[int] = page.locator(canvas).first.evaluate(
        "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]", [x, y]
    )
    return found[:3]


def test_lines_levels_kernels_maps_and_words(draw: Draw) -> None:  # noqa: F811
    page = draw("train_live", DATA)
    (_, left, low), (_, middle, half), (_, right, top) = places(page, 0, 0)  # accuracy in training: 0.1, 0.5, 1
    assert middle - left == pytest.approx(right - middle, abs=0.2)
    assert (low - half) / (half - top) == pytest.approx(0.4 / 0.5, abs=0.02)
    held_out = places(page, 0, 1)
    assert held_out[2][2] == pytest.approx(half, abs=0.1) and held_out[0][2] == pytest.approx(low, abs=0.1)
    assert level(page, 0) == pytest.approx(low - (low - half) * (0.025 / 0.4), abs=0.2)
    assert level(page, 1) == pytest.approx(places(page, 1, 0)[0][2], abs=0.1)  # a loss of 2: a blind guess
    charts = page.locator(".tl-chart svg")
    assert charts.nth(0).get_attribute("aria-label") == "Accuracy: CNN 1.00 in training, 0.50 held out"
    widths = charts.evaluate_all("(all) => all.map((each) => each.viewBox.baseVal.width / each.clientWidth)")
    assert widths == [pytest.approx(1, abs=0.01)] * 2  # letters keep their size
    assert page.locator(".tl-line.training").count() == 2
    assert colour(page, ".tl-column canvas", 0, 0) == [42, 132, 198]  # the largest: blue
    assert colour(page, ".tl-column canvas", 1, 0) == [230, 170, 124]  # half as far below 0: half way to orange
    assert colour(page, ".tl-column canvas", 4, 4) == [247] * 3  # no number
    assert colour(page, ".tl-column canvas:nth-of-type(2)", 0, 1) == [100] * 3
    assert colour(page, ".tl-given canvas", 1, 0) == [255] * 3
    assert page.locator(".tl-given figcaption").inner_text() == "It is: ring. CNN: star"
    assert page.locator(".tl-trouble").count() == 0


def test_a_line_breaks_off_where_there_is_no_number_and_runs_along_the_top_where_it_is_too_high(draw: Draw) -> None:  # noqa: F811
    broken = network(
        "CNN", "#2A84C6", loss=[2.0, None, 3.0], heldOutLoss=[1.0, 4e8, None], heldOutAccuracy=[None, None, None]
    )
    page = draw("train_live", DATA | {"networks": [broken, network("dense net", "#D55E00")], "trouble": "It diverged <b>."})
    assert [letter for letter, _, _ in places(page, 1, 0)] == ["M", "M"]
    (_, _, one), (_, _, top) = places(page, 1, 1)
    assert top == pytest.approx(8, abs=0.1) and one > top
    assert places(page, 0, 1) == [] and len(places(page, 0, 2)) == 3
    assert "CNN 3.00 in training, no number held out; dense net" in (
        page.locator(".tl-chart svg").nth(1).get_attribute("aria-label") or ""
    )
    assert page.get_by_role("status").inner_text() == "It diverged <b>."


def test_a_press_on_a_wrong_picture_asks_for_its_feature_maps(draw: Draw) -> None:  # noqa: F811
    page = draw("train_live", DATA)
    button = page.get_by_role("button", name="Held-out picture 9: plus, called circle. Show its feature maps.")
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("sent") == [{"picture": 9}]
    assert page.locator("[aria-pressed=true]").get_attribute("data-number") == "6"
    page.evaluate("(data) => draw(data)", DATA | {"picture": picture(9, "plus", "circle")})
    assert page.locator("[aria-pressed=true]").get_attribute("data-number") == "9"
    assert page.locator(":focus").get_attribute("data-number") == "9"  # which the keyboard was on


def test_colour_pictures_and_kernels_are_drawn_in_colour(draw: Draw) -> None:  # noqa: F811
    tile = {"number": 6, "pixels": pixels(1, 2, 3, 250, 0, 0, 0, 250, 0, 0, 0, 250), "is": "car", "said": "ship"}
    kernel = [1.0, 0.0, -1.0, *[0.0] * 71, None]
    wrong = {"words": "1 wrong", "pictures": [tile]}
    page = draw("train_live", {**DATA, "channels": 3, "kernels": [kernel, kernel], "picture": tile, "wrong": wrong})
    assert [colour(page, ".tl-given canvas", x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))] == [
        [1, 2, 3], [250, 0, 0], [0, 250, 0], [0, 0, 250]
    ]  # fmt: skip
    assert colour(page, ".tl-wrong canvas", 1, 1) == [0, 0, 250]
    assert colour(page, ".tl-column canvas", 0, 0) == [255, 128, 0]
    assert colour(page, ".tl-column canvas", 4, 4) == [128, 128, 128]
    assert "grey is 0" in page.locator(".tl-rows .tl-title").inner_text()
