"""Walks that both front ends bear: the kitchen sink's scenes are touched by key and by mouse, its regions are looked at."""

import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor
from playwright.sync_api import Locator, Page, expect

from cnn_core.images import samples
from cnn_core.images.palette import colour_of


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
    assert page.locator(".scene:has(.mark)").locator("visible=true").get_attribute("aria-label") == "A straight line."
    check_triplet(page, patience)


def check_triplet(page: Page, patience: float) -> None:
    """The negative is dragged by keys, and stays where it is when an input changes; the margin is the amount, 0.25."""
    scene = page.locator(".scene:has(.plane)").locator("visible=true")
    assert scene.get_attribute("aria-label") == "A triplet."
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


def parts(page: Page, patience: float) -> Locator:
    """The kitchen sink's regions: a dog's box over the cat's mask, the upper third of 451 x 300 pixels."""
    place = page.locator(".scene[aria-label='Parts: dog 90%; cat']").locator("visible=true")
    place.wait_for(timeout=patience)
    place.scroll_into_view_if_needed()
    expect(place.locator("img:not(.before)")).to_have_js_property("naturalWidth", 451, timeout=patience)
    return place


def point_at(page: Page, place: Locator, x: float, y: float) -> None:
    """The mouse goes to a pixel of the picture."""
    box = place.locator(".frame").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * x / 451, box["y"] + box["height"] * y / 300)


def check_regions(page: Page, patience: float) -> None:
    """Boxes and masks tell their numbers to mouse and keyboard, the legend hides them, the picture can be enlarged."""
    place = parts(page, patience)
    numbers, level = place.locator(".numbers"), place.locator(".level")
    point_at(page, place, 400, 50)
    expect(numbers).to_have_text("catx1 0, y1 0, x2 451, y2 10045,100 pixels")
    point_at(page, place, 112, 75)  # the box, which is smaller, lies above
    expect(numbers).to_have_text("dog 90%x1 1, y1 2, x2 225, y2 150")
    point_at(page, place, 400, 250)
    expect(numbers).to_be_hidden()
    switch = place.get_by_role("button", name="cat")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    point_at(page, place, 400, 50)
    expect(numbers).to_be_hidden()
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", "true")
    place.locator(".frame").focus()
    page.keyboard.press("Tab")
    expect(numbers).to_contain_text("45,100 pixels")  # the larger lies below, and comes first
    page.keyboard.press("Tab")
    expect(numbers).to_contain_text("dog 90%")
    place.locator(".frame").focus()
    page.keyboard.press("+")
    expect(level).to_have_text("1.3×")
    page.keyboard.press("0")
    expect(level).to_have_text("1×")
    point_at(page, place, 225, 150)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    expect(level).to_have_text("1.8×")  # e to the power of 0.6
    level.click()
    expect(level).to_have_text("1×")


def check_mixed(page: Page, folder: Path) -> None:
    """The picture whose pixels have classes is kept as it is seen: a fifth is bare, the rest painted, its negative."""
    place = page.locator(".scene[aria-label='The picture, whose pixels tell their weather']").locator("visible=true")
    with page.expect_download() as began:
        place.get_by_role("button", name=re.compile("as shown")).click()
    began.value.save_as(folder / "mixed.jpg")
    chelsea = samples.load("chelsea").astype(float)
    kept = np.array(Image.open(folder / "mixed.jpg").convert("RGB"))
    assert np.abs(kept - (0.2 * chelsea + 0.8 * (255 - chelsea))).mean() < 4


def check_downloads(page: Page, patience: float, folder: Path) -> None:
    """The picture is kept bare, and as it is shown: with the cat's mask at the chosen opacity, without the dog's box."""
    place, chelsea = parts(page, patience), samples.load("chelsea")
    place.get_by_role("button", name="dog").click()
    place.get_by_label("Opacity").fill("25")
    check_mixed(page, folder)
    kept = {}
    for name in ("as shown", "bare"):
        with page.expect_download() as began:
            place.get_by_role("button", name=re.compile(name)).click()
        path = folder / f"{name}.jpg"
        began.value.save_as(path)
        kept[name] = np.array(Image.open(path).convert("RGB"))
        assert began.value.suggested_filename == "Parts.jpg"
    tinted = 0.75 * chelsea[:100] + 0.25 * np.array(ImageColor.getrgb(colour_of("cat")))
    assert np.abs(kept["bare"].astype(float) - chelsea).mean() < 3
    assert np.abs(kept["as shown"][30:90, 10:440] - tinted[30:90, 10:440]).mean() < 4
    assert np.abs(kept["as shown"][110:].astype(float) - chelsea[110:]).mean() < 4


def check_classes(page: Page, patience: float) -> None:
    """A pixel tells its classes to the mouse, and to the arrow keys: they move a cross by a hundredth of the width, or 1."""
    place = page.locator(".scene[aria-label='The picture, whose pixels tell their weather']").locator("visible=true")
    place.scroll_into_view_if_needed(timeout=patience)
    expect(place.locator("img:not(.before)")).to_have_js_property("naturalWidth", 451, timeout=patience)
    numbers = place.locator(".numbers")
    point_at(page, place, 400.5, 250.5)  # the last of two rows and three columns
    expect(numbers).to_have_text("x 400, y 250rain50%fog38%")
    point_at(page, place, 200.5, 100.5)
    expect(numbers).to_have_text("x 200, y 100rain80%fog20%")
    page.mouse.move(2, 2)
    expect(numbers).to_be_hidden()
    place.locator(".frame").focus()
    page.keyboard.press("ArrowRight")  # from the middle: 225, 150
    expect(numbers).to_have_text("x 230, y 150sun100%rain<1%")
    page.keyboard.press("Shift+ArrowUp")
    expect(place.locator(".said")).to_have_text("x 230, y 149: rain 80%, fog 20%")
    before = place.locator("img.before")  # the bare picture, over the painted one, and gone where the paint is opaque
    expect(before).to_have_css("opacity", "0.5")
    place.get_by_label("Opacity").fill("80")
    expect(before).to_have_css("opacity", "0.2")


def check_divider(page: Page, patience: float) -> None:
    """The divider moves by key and by a press on the picture, and cuts the picture before."""
    place = page.locator(".scene[aria-label='Before and after']").locator("visible=true")
    place.scroll_into_view_if_needed(timeout=patience)
    expect(place.locator("img.before")).to_have_js_property("naturalWidth", 451, timeout=patience)
    divider, before = place.get_by_role("slider"), place.locator("img.before")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuetext", "52% before")
    box = place.locator(".frame").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    expect(divider).to_have_attribute("aria-valuenow", "25")
    cut = before.evaluate("image => parseFloat(getComputedStyle(image).clipPath.split(' ')[1])")
    assert abs(cut - 75) < 0.5
    place.get_by_role("button", name=re.compile("Zoom in")).click()  # from the middle: the line stays, the picture moves
    cut = before.evaluate("image => parseFloat(getComputedStyle(image).clipPath.split(' ')[1])")
    assert abs(cut - 70) < 0.5
