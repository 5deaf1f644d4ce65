"""A walk that both front ends bear: the kitchen sink's scenes are touched by key and by mouse."""

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
    labels = [scene.get_attribute("aria-label") for scene in page.locator(".scene").locator("visible=true").all()]
    assert labels == ["A straight line.", "A triplet."]
    check_triplet(page, patience)


def check_triplet(page: Page, patience: float) -> None:
    """The negative is dragged by keys, and stays where it is when an input changes; the margin is the amount, 0.25."""
    scene = page.locator(".scene:has(.plane)").locator("visible=true")
    worked = scene.locator(".worked")
    expect(worked).to_contain_text("max(1.000 - 1.210 + 0.25, 0) = 0.040. Semi-hard.", timeout=patience)
    negative = scene.get_by_role("slider", name="negative")
    for _ in range(4):
        negative.press("ArrowDown")
    expect(worked).to_contain_text("max(1.000 - 0.810 + 0.25, 0) = 0.440. Hard.", timeout=patience)
    page.locator(".scene .mark").locator("visible=true").press("ArrowRight")
    expect(worked).to_contain_text("max(1.000 - 0.810 + 0.50, 0) = 0.690. Hard.", timeout=patience)
    scene.get_by_role("button", name="Put them back").click()
    expect(worked).to_contain_text("max(1.000 - 1.210 + 0.50, 0) = 0.290. Semi-hard.", timeout=patience)
