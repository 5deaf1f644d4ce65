"""The transposed convolution that is typed into cells: against cnn_core, worked on paper, and what its controls send."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from cnn_core.ops import upsampling
from demos import runner
from demos.tabs.by_hand import upsampling_bench
from tests.frontends.scene_pages import Draw, bare, draw

pytestmark = pytest.mark.browser
__all__ = ["bare", "draw"]
WORKED = {"decoder": "5 6; 1 0", "kernel": "1 2 1; 3 4 7; 10 20 50", "stride": 2, "padding": 0}


def data(**more: Any) -> dict[str, Any]:
    values = runner.defaults(upsampling_bench.DEMO) | {"output_padding": "auto"} | more
    scene: dict[str, Any] = upsampling_bench.run(**values)[1]
    return scene


def output(page: Page) -> list[list[float]]:
    return page.locator(".up-out").evaluate(
        """out => { const across = Number(out.querySelector(".up-grid").style.getPropertyValue("--across"));
            const all = [...out.querySelectorAll("span")].map((cell) => Number(cell.textContent.replace("−", "-")));
            return Array.from({ length: all.length / across }, (_, r) => all.slice(r * across, (r + 1) * across)); }"""
    )


def said(page: Page) -> str:
    return (page.locator(".up-said").text_content() or "").replace("−", "-")


def marked(page: Page, which: int) -> list[str]:
    fields = page.locator(".up-grid").nth(which).locator(".up-marked")
    return [field.input_value() for field in fields.all()]


@pytest.mark.parametrize("seed", range(4))
def test_the_browser_stamps_what_cnn_core_stamps(draw: Draw, seed: int) -> None:
    """Neither square nor symmetric; every stride, some paddings, the output padding chosen or not."""
    rng = np.random.default_rng(seed)
    small, kernel = rng.integers(-9, 10, (2, 4)), rng.integers(-9, 10, (3, 2))
    stride, padding, choice = seed + 1, seed % 2, "auto" if seed % 2 else "0"
    texts = {
        name: "; ".join(" ".join(map(str, row)) for row in table) for name, table in (("decoder", small), ("kernel", kernel))
    }
    scene = data(**texts, stride=stride, padding=padding, output_padding=choice)
    extra = upsampling_bench.fit_output_padding(kernel, stride, padding) if choice == "auto" else 0
    truth = upsampling.transposed_convolution(small.astype(float), kernel.astype(float), stride, padding, extra)
    assert output(draw("stamping", scene)) == truth.tolist()


def test_a_number_shows_the_stamps_that_make_it(draw: Draw) -> None:
    page = draw("stamping", data(**WORKED, output_padding="0"))
    assert output(page)[:2] == [[5, 10, 11, 12, 6], [15, 20, 53, 24, 42]]
    page.locator(".up-out span").nth(2 * 5 + 2).hover()
    assert said(page).startswith(
        "Row 3, column 3: 5·50 + 6·10 + 1·1 + 0·1 = 311, from 4 stamps. Rows: (2 - 1) · 2 + 3 - 2 · 0 + 0 = 5"
    )
    assert marked(page, 0) == ["5", "6", "1", "0"]
    assert marked(page, 1) == ["1", "1", "10", "50"]
    grid = page.locator(".up-out .up-grid")
    grid.press("ArrowUp")
    grid.press("ArrowRight")
    assert said(page).startswith("Row 2, column 4: 6·4 = 24, from 1 stamp.")
    assert marked(page, 0) == ["6"] and marked(page, 1) == ["4"]
    page.get_by_role("button", name="Count the stamps").click()
    assert output(page) == [[1, 1, 2, 1, 1], [1, 1, 2, 1, 1], [2, 2, 4, 2, 2], [1, 1, 2, 1, 1], [1, 1, 2, 1, 1]]


def test_cells_sizes_and_paddings_are_changed_there_and_sent(draw: Draw) -> None:
    page = draw("stamping", data(**WORKED, output_padding="0"))
    page.get_by_label("the kernel, row 1, column 2").fill("-2")
    assert output(page)[0] == [5, -10, 11, -12, 6]
    page.get_by_label("padding", exact=True).fill("1")
    assert output(page) == [[20, 53, 24], [98, 311, 120], [4, 7, 0]]  # the middle of five rows: -2·1 + 20·5, -2·0 + 20·6
    page.get_by_label("output padding").fill("1")
    assert [len(output(page)), len(output(page)[0])] == [4, 4]
    page.get_by_role("button", name="+ row").first.click()
    page.get_by_role("button", name="− column").first.click()
    assert [len(output(page)), len(output(page)[0])] == [6, 2]  # 3 x 1 numbers
    page.wait_for_function("sent.at(-1)?.decoder === '5; 1; 0'")
    sent = page.evaluate("sent.at(-1)")
    assert sent == {"decoder": "5; 1; 0", "kernel": "1 -2 1; 3 4 7; 10 20 50", "padding": 1, "output_padding": "1"}
    assert data(**WORKED | sent)["extra"] == 1
    page.evaluate("(data) => draw(data)", data(**WORKED | sent))
    expect(page.locator(".up-out figcaption")).to_have_text("output, 6 × 2")


def test_nothing_left_is_said(draw: Draw) -> None:
    page = draw("stamping", data(decoder="3", kernel="1 2; 3 4", stride=1, padding=0))
    page.get_by_label("padding", exact=True).fill("1")
    expect(page.locator(".up-said")).to_contain_text("The padding takes everything away")
    page.get_by_label("padding", exact=True).fill("0")
    assert output(page) == [[3, 6], [9, 12]]
