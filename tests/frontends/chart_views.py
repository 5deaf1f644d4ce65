"""What a person sees of a chart in a browser, and what a pointer over it shows; the same in both front ends."""

from typing import Any

WRITTEN = """chart => [...chart.querySelectorAll('text')].map(word => {
    const [red, green, blue] = getComputedStyle(word).fill.match(/[0-9.]+/g).map(Number)
    return [word.textContent, word.getBoundingClientRect().right, parseFloat(getComputedStyle(word).fontSize),
            (red + green + blue) / 3]
})"""


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
