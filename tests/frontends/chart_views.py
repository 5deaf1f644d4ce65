"""What a person sees of a chart in a browser, and what a pointer over it shows; the same in both front ends."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageColor

from demos.charts import SERIES

WRITTEN = """chart => [...chart.querySelectorAll('text')].map(word => {
    const [red, green, blue] = getComputedStyle(word).fill.match(/[0-9.]+/g).map(Number)
    return [word.textContent, word.getBoundingClientRect().right, parseFloat(getComputedStyle(word).fontSize),
            (red + green + blue) / 3]
})"""


def check_saving(page: Any, folder: Path, dark: bool) -> None:
    """The kitchen sink's chart is kept as its numbers, and as a picture on the page's own ground."""
    tools = page.locator(".scene[aria-label='Save Curve']").locator("visible=true")
    kept = {}
    for ending in ("CSV", "SVG", "PNG"):
        with page.expect_download() as began:
            tools.get_by_role("button", name=ending).click()
        kept[ending] = folder / began.value.suggested_filename
        began.value.save_as(kept[ending])
    assert kept["CSV"].name == "Curve.csv"
    assert kept["CSV"].read_text("utf-8").split() == ["place", "in", "m,height", "0,0", "1,0.5", "2,1"]
    assert "place in m" in kept["SVG"].read_text("utf-8") and "currentColor" in kept["SVG"].read_text("utf-8")
    picture = np.asarray(Image.open(kept["PNG"]).convert("RGB")).astype(int)
    shown = page.locator(".vega-embed svg").first.bounding_box()
    assert np.allclose(picture.shape[:2], [2 * shown["height"], 2 * shown["width"]], atol=2)
    assert (picture[0, 0] < 60).all() if dark else (picture[0, 0] > 200).all()
    contrast = np.abs(picture - picture[0, 0]).sum(-1).max()
    line = np.abs(picture - ImageColor.getrgb(SERIES[0])).sum(-1).min()
    assert contrast > 450 and line < 12  # letters that can be read, and the curve


def check_chart(page: Any, light_letters: bool) -> None:
    """The kitchen sink's chart fits its page, can be read, and says its numbers with their units under a pointer."""
    chart = page.locator(".vega-embed svg").first
    chart.wait_for()
    chart.scroll_into_view_if_needed()
    words = chart.evaluate(WRITTEN)
    assert {"place in m", "height"} <= {text for text, *_ in words}
    assert all(right <= page.viewport_size["width"] for _, right, _, _ in words)
    assert all(size >= 14 for *_, size, _ in words)
    tones = {grey for *_, grey in words}
    assert min(tones) > 200 if light_letters else max(tones) < 60, tones
    point = chart.locator(".mark-symbol path").nth(1).bounding_box()
    page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    shown = page.locator("#vg-tooltip-element")
    shown.get_by_text("place in m").wait_for()
    assert [part.strip() for part in shown.locator("td.value").all_inner_texts()] == ["1", "0.5"]
