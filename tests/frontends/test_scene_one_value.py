"""One value in the browser: a press and the keys take another one, the walks lead on, the sum stands there in numbers."""

from typing import Any

import pytest

from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
TERM = {"name": "channel 7", "patch": [[1, None], [0.25, -2]], "weights": [[3, 1], [4, 0.5]], "sum": 3.0}
DATA: dict[str, Any] = {
    "words": "A value.", "map": DOT, "rows": 2, "columns": 4, "at": [1, 2], "photo": DOT, "field": [0.25, 0, 0.75, 0.5],
    "source": [0, 0, 80, 20], "inside": [0, 2, 8, 4], "size": [6, 8], "upload": [20, 80],
    "channel": {"name": "channel 3 of 9", "earlier": "2", "later": None},
    "layer": {"name": "conv", "earlier": None, "later": {"value": "relu", "label": "after ReLU"}},
    "value": 4.5, "kind": "convolution", "terms": [TERM], "others": {"count": 8, "sum": 1.25}, "bias": 0.25, "total": 4.5,
    "steps": [{"words": "ReLU", "value": 4.5}],
}  # fmt: skip


def test_presses_and_keys_say_a_place_of_the_upload(draw: Draw) -> None:  # noqa: F811
    """A cell of 2 x 3 input pixels; 8 x 2 of them are the upload's 80 x 20: a pixel is 10 of the upload's."""
    page = draw("one_value", DATA)
    page.add_style_tag(content=".scene .ov-frame img { height: 120px; }")
    frame = page.locator(".ov-map")
    box = frame.bounding_box()
    assert box is not None
    frame.click(position={"x": 0.9 * box["width"], "y": 0.2 * box["height"]})
    assert page.evaluate("sent.at(-1)") == {"place": [70, 0]}  # column 3: middle 7; row 0: middle 1.5, above the upload
    frame.focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("sent.at(-1)") == {"place": [30, 19]}  # row 1: middle 4.5, below it
    photo = page.locator(".ov-photo").bounding_box()
    assert photo is not None
    page.mouse.click(photo["x"] + 0.51 * photo["width"], photo["y"] + 0.77 * photo["height"])
    assert page.evaluate("sent.at(-1)") == {"place": [40, 15]}
    mark = page.locator(".ov-photo .ov-mark").bounding_box()
    assert mark is not None and mark["width"] == pytest.approx(photo["width"] / 2, abs=1)


def test_channels_and_layers_are_walked_and_the_sum_is_written(draw: Draw) -> None:  # noqa: F811
    page = draw("one_value", DATA)
    page.get_by_role("button", name="Earlier channel").click()
    page.get_by_role("button", name="Next layer: after ReLU").click()
    assert page.evaluate("sent") == [{"channel": "2"}, {"layer": "relu"}]
    assert page.get_by_role("button", name="Next channel").is_disabled()
    page.get_by_role("button", name="Earlier channel").press("ArrowDown")  # down is the next layer, whatever has the focus
    page.get_by_role("button", name="Earlier channel").press("ArrowRight")  # there is none
    page.get_by_role("button", name="Next layer").press("ArrowLeft")
    assert page.evaluate("sent.slice(2)") == [{"layer": "relu"}, {"channel": "2"}]
    grids = page.locator(".ov-grid")
    assert grids.nth(0).locator("span").all_inner_texts() == ["1", "·", ".25", "-2"]
    assert grids.nth(2).locator("span").all_inner_texts() == ["3", "0", "1", "-1"]
    assert page.locator(".ov-term strong").inner_text() == "3"
    steps = page.locator(".ov-steps li").all_inner_texts()
    assert steps == ["The 8 other channels together: 1.25", "Bias: 0.25", "All of it added up: 4.5", "ReLU: 4.5"]
    page.evaluate("data => window.draw(data)", {**DATA, "map": None, "photo": None, "field": None})
    assert page.locator(".ov-frame").first.is_hidden() and page.locator(".ov-frame").last.is_hidden()
