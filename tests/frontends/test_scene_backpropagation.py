"""The network that learns in the browser: number by number against cnn_core, and what presses do."""

import json
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cnn_core.ops.backpropagation import Parameters, backward, descend, forward
from demos.tabs.by_hand import backpropagation as tab
from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser


def data(**changes: Any) -> dict[str, Any]:
    return tab.run("vertical", 0.1, 1, "")[1] | changes


def numbers(page: Page, block: str) -> list[str]:
    return page.locator(f".bp-{block} button").all_inner_texts()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def state(page: Page) -> dict[str, Any]:
    """What the drawing sends to be checked: every number, in full."""
    press(page, "Check with autograd")
    sent: dict[str, Any] = page.evaluate("JSON.parse(sent.at(-1).numbers)")
    return sent


def test_twelve_steps_with_all_images_in_turn_are_cnn_cores(draw: Draw) -> None:  # noqa: F811
    rng = np.random.default_rng(3)
    parameters = Parameters.from_flat(rng.normal(0, 0.5, 25))
    images = [(rng.uniform(0, 1, (6, 6)) < 0.4).astype(float) for _ in range(3)]
    named = {name: image.ravel().tolist() for name, image in zip(tab.CLASSES, images, strict=True)}
    page = draw("backpropagation", data(images=named, rate=0.3, key="another", **tab.as_lists(parameters)))
    page.get_by_label("in turn").check()
    press(page, "10 steps")
    press(page, "1 step")
    press(page, "1 step")
    label = 1  # a vertical line is the first
    for _ in range(12):
        x = images[label]
        parameters = descend(parameters, backward(x, parameters, label, forward(x, parameters, label)).parameters, 0.3)
        label = (label + 1) % 3
    found = state(page)
    assert (found["step"], found["label"], found["x"]) == (12, label, images[label].ravel().tolist())
    assert found["row"] == pytest.approx(parameters.flat().tolist(), abs=1e-12)


def test_the_worked_network_stands_on_the_page_forwards_and_backwards(draw: Draw) -> None:  # noqa: F811
    """The numbers worked by hand in tests/ops/test_backpropagation.py, with a third class that nothing speaks for."""
    pixels = [0] * 36
    pixels[1] = pixels[3 * 6 + 4] = 1
    page = draw("backpropagation", data(
        key="worked", first="horizontal", images=dict.fromkeys(tab.CLASSES, pixels), kernel=[1, 2, 0, 0, -1, 3, 4, 0, 0],
        bias=-0.5, weights=[[1, 0, 0, 0], [0, 0, 0, 2], [0, 0, 0, 0]], biases=[0, -3.5, -900],
    ))  # fmt: skip
    assert numbers(page, "z") == [
        "1.50",
        "0.50",
        "−0.50",
        "−0.50",
        "−0.50",
        "−0.50",
        "−0.50",
        "−0.50",
        "−0.50",
        "−0.50",
        "2.50",
        "−1.50",
        "−0.50",
        "−0.50",
        "−0.50",
        "1.50",
    ]
    assert numbers(page, "relu") == [
        "1.50",
        "0.50",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "2.50",
        "0",
        "0",
        "0",
        "0",
        "1.50",
    ]
    assert numbers(page, "pooled") == ["1.50", "0", "0", "2.50"]
    assert numbers(page, "logits")[:2] == ["1.50", "1.50"] and numbers(page, "probabilities") == ["0.50", "0.50", "0"]
    assert numbers(page, "loss") == ["0.69"]
    worked = page.locator(".bp-worked")
    page.locator(".bp-z button").nth(10).click()
    assert (
        worked.inner_text()
        == "z(3, 3) = Σ x·k + b = 0·1.00 + 0·2.00 + 0·0 + 0·0 + 0·(−1.00) + 1·3.00 + 0·4.00 + 0·0 + 0·0 − 0.50 = 2.50"
    )
    assert page.locator(".bp-x button.used").count() == 9
    press(page, "Derivatives")
    assert numbers(page, "kernel") == ["0", "−0.50", "0", "0", "0", "1.00", "0", "0", "0"] and numbers(page, "bias") == [
        "0.50"
    ]
    assert numbers(page, "weights")[:8] == ["−0.75", "0", "0", "−1.25", "0.75", "0", "0", "1.25"]
    page.locator(".bp-kernel button").nth(5).click()
    assert (
        worked.inner_text() == "∂L/∂k(2, 3) = Σ x·∂L/∂z = 0·(−0.500) + 1·1.000 = 1.000. One step: 3.00 − 0.1·1.000 = 2.900"
    )
    page.locator(".bp-logits button").nth(0).click()
    assert worked.inner_text() == "∂L/∂s(horizontal) = q − y = 0.50 − 1 = −0.500"
    assert "Finite differences agree" in page.locator(".bp-foot").inner_text()


def test_a_pixel_and_the_true_class_are_pressed_and_a_new_rate_keeps_what_was_learned(draw: Draw) -> None:  # noqa: F811
    page = draw("backpropagation", data())
    page.locator(".bp-x button").nth(0).click()
    page.locator(".bp-truth button").nth(2).click()
    press(page, "1 step")
    found = state(page)
    assert (found["x"][0], sum(found["x"]), found["label"], found["step"]) == (1, 7, 2, 1)
    page.evaluate("(fresh) => draw(fresh)", data(rate=0.5))
    assert state(page) == found
    page.evaluate("(fresh) => draw(fresh)", data(key="anew"))
    assert state(page)["step"] == 0 and state(page)["x"] != found["x"]


def test_arrow_keys_walk_over_the_cells_of_a_block_and_not_out_of_it(draw: Draw) -> None:  # noqa: F811
    page = draw("backpropagation", data())
    page.locator(".bp-kernel button").nth(0).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert page.locator(".bp-worked").inner_text().startswith("k(1, 3) = ")
    assert json.loads(page.evaluate("JSON.stringify(sent)")) == []  # nothing is asked of the server


def test_every_number_says_how_it_comes_about(draw: Draw) -> None:  # noqa: F811
    page = draw("backpropagation", data())
    for side in ("Derivatives", "Values"):
        for block in ("x", "kernel", "bias", "z", "relu", "pooled", "weights", "biases", "logits", "probabilities", "loss"):
            page.locator(f".bp-{block} button").last.click()
            said = page.locator(".bp-worked").inner_text()
            assert len(said) > 10 and "undefined" not in said and "NaN" not in said, (block, said)
        press(page, side)
