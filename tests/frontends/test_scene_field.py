"""Fields drawn in the browser: their sizes, what a changed layer and a press on the picture do."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cnn_core.explain.effective_field import Layer, follow_stack
from demos.tabs.by_hand import receptive_field as tab
from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser
PICTURE = np.full((200, 320, 3), 90, np.uint8)


def data(layers: str = "3 1 1; 3 2 1", network: str = "own", layer: str = "own") -> dict[str, Any]:
    return tab.run(PICTURE, network, layer, layers, None, 1)[1]


def squares(page: Page) -> list[list[float]]:
    numbers = "['x', 'y', 'width', 'height'].map((name) => +square.getAttribute(name))"
    script = f"[...document.querySelectorAll('rect')].map((square) => {numbers})"
    found: list[list[float]] = page.evaluate(script)
    return found


def test_the_squares_are_the_fields_around_the_middle_of_the_value(draw: Draw) -> None:  # noqa: F811
    page = draw("field", data("3 1 1; 5 2 2; 7 1 4"))
    sizes = [grown.field for grown in follow_stack([Layer(3), Layer(5, 2, 2), Layer(7, 1, 4)])]
    assert sizes == [3, 11, 59]
    assert squares(page) == [[80.5 - side / 2, 80.5 - side / 2, side, side] for side in sizes]


def test_a_changed_layer_moves_the_square_at_once_and_asks_the_server(draw: Draw) -> None:  # noqa: F811
    page = draw("field", data())
    page.get_by_label("Layer 2, dilation").select_option("8")
    assert squares(page)[-1][2] == 3 + 2 * 8
    assert page.evaluate("sent") == [{"layers": "3 1 1; 3 2 8"}]
    page.get_by_role("button", name="Add a layer").click()
    assert squares(page)[-1][2] == 19 + 2 * 2 and page.evaluate("sent.at(-1)") == {"layers": "3 1 1; 3 2 8; 3 1 1"}
    page.get_by_role("button", name="Take layer 1 away").click()
    assert page.evaluate("sent.at(-1)") == {"layers": "3 2 8; 3 1 1"}
    assert page.locator(".grown").all_inner_texts() == ["17", "21"]


def test_six_layers_at_most_and_one_at_least(draw: Draw) -> None:  # noqa: F811
    page = draw("field", data("; ".join(["3 1 1"] * 6)))
    assert page.get_by_role("button", name="Add a layer").is_disabled()
    page = draw("field", data("3 1 1"))
    assert page.get_by_role("button", name="Take layer 1 away").is_disabled()


def test_a_press_says_the_place_in_the_upload(draw: Draw) -> None:  # noqa: F811
    """The middle 200 x 200 of the upload's 320 x 200 pixels became 160 x 160: pixel 40 is 60 + 40.5 * 1.25."""
    page = draw("field", data())
    frame = page.locator(".field-frame")
    box = frame.bounding_box()
    assert box is not None
    frame.click(position={"x": (40.5 / 160) * box["width"], "y": (120.5 / 160) * box["height"]})
    assert page.evaluate("sent") == [{"place": [110, 150]}]
    frame.press("ArrowRight")  # a step of the last layer: two pixels
    assert page.evaluate("sent.at(-1)") == {"place": [113, 150]}


def test_a_network_has_one_square_and_no_layers_to_change(draw: Draw) -> None:  # noqa: F811
    page = draw("field", data(network="classify_lenet_cifar10", layer="s4"))
    assert [square[2:] for square in squares(page)] == [[16, 16]]
    assert page.locator("select").count() == 0
    page.get_by_role("checkbox").uncheck()
    assert page.locator(".heat").is_hidden()
