"""A walk that both front ends bear: the kitchen sink's curve is touched by key and by mouse."""

from playwright.sync_api import Page, expect


def check_touch(page: Page, patience: float) -> None:
    """The curve's mark moves by arrow keys and by a press, and each sets the input that goes with it."""
    mark = page.locator(".scene .mark").locator("visible=true")
    headline = page.get_by_text("step 2: fruit/apple", exact=False).locator("visible=true").first
    mark.wait_for(timeout=patience)
    expect(mark).to_have_attribute("aria-valuenow", "0.5")
    mark.press("ArrowRight")
    expect(headline).to_contain_text("x0.75", timeout=patience)
    expect(mark).to_have_attribute("aria-valuenow", "0.75")
    box = page.locator(".scene .curve").bounding_box()  # from (0, 0) below left to (100, 100) above right
    assert box is not None
    page.mouse.click(box["x"] + 0.27 * box["width"], box["y"] + 0.73 * box["height"])  # nearest to the quarter
    expect(headline).to_contain_text("x0.25", timeout=patience)
    assert page.locator(".scene").locator("visible=true").get_attribute("aria-label") == "A straight line."
