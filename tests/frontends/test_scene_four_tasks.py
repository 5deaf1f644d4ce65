"""The drawings of four tasks and of the label vector: what they show, and what a hand or a key sends."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.frontends.scene_pages import Draw, bare, draw  # noqa: F401

pytestmark = pytest.mark.browser

PHOTO = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='200' height='100'/%3E"
ROWS = [
    {"part": "c", "symbol": "c", "name": "", "target": "1", "said": "0.80", "made": "sigmoid", "loss": "0.22"},
    {"part": "box", "symbol": "b_x", "name": "", "target": "0.30", "said": "0.52", "made": "ReLU", "loss": "0.048"},
    {"part": "classes", "symbol": "c_3", "name": "frog", "target": "1", "said": "0.30", "made": "softmax", "loss": "1.20"},
]


def vector(present: bool = True, **changes: Any) -> dict[str, Any]:
    rows = [{**one, "counts": present or one["part"] == "c"} for one in ROWS]
    return {
        "words": "A picture.", "photo": PHOTO, "width": 200, "height": 100, "box": [0.2, 0.2, 0.6, 0.8], "present": present,
        "said": [0.1, 0.1, 0.5, 0.9], "truth": "2", "order": "presence_first",
        "vector": {"said": ["L = 1.64."], "rows": rows},
        "views": [
            {
                "said": "Seven.", "columns": ["number", "target"], "rows": [["b_x", "0.10"]], "grid": 7,
                "marked": [[0, 0, 0.1, 0.1]],
            },
            {
                "said": "8,732.", "columns": ["feature map"], "rows": [["38 × 38"], ["19 × 19"]],
                "marked": [[0, 0, 1, 1], [0, 0, 0.5, 1]],
            },
            {"said": "Nothing there.", "columns": [], "rows": []},
        ],
        **changes,
    }  # fmt: skip


def pull(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drags from one place of the photo to another, in shares of it."""
    box = page.locator(".lv-frame").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=3)
    page.mouse.up()


def sent(page: Page) -> dict[str, Any]:
    found: list[dict[str, Any]] = page.evaluate("sent.splice(0)")
    (last,) = found
    return last


def box_sent(page: Page) -> list[float]:
    return [float(part) for part in sent(page)["box"].split()]


def test_the_target_is_moved_resized_drawn_anew_and_moved_by_keys(draw: Draw) -> None:  # noqa: F811
    page = draw("label_vector", vector())
    pull(page, (0.4, 0.5), (0.5, 0.4))  # from within: the whole box
    assert box_sent(page) == pytest.approx([0.3, 0.1, 0.7, 0.7], abs=0.01)
    page.evaluate("(data) => draw(data)", vector())
    pull(page, (0.6, 0.8), (0.9, 0.7))  # from its lower right corner
    assert box_sent(page) == pytest.approx([0.2, 0.2, 0.9, 0.7], abs=0.01)
    page.evaluate("(data) => draw(data)", vector())
    pull(page, (0.2, 0.2), (0.7, 0.9))  # a corner pulled past the others
    assert box_sent(page) == pytest.approx([0.6, 0.8, 0.7, 0.9], abs=0.01)
    page.evaluate("(data) => draw(data)", vector())
    pull(page, (0.95, 0.95), (0.75, 0.05))  # beside it: a new one
    assert box_sent(page) == pytest.approx([0.75, 0.05, 0.95, 0.95], abs=0.01)
    page.evaluate("(data) => draw(data)", vector())
    pull(page, (0.4, 0.5), (0.95, 0.5))  # never out of the picture
    assert box_sent(page) == pytest.approx([0.6, 0.2, 1, 0.8], abs=0.01)
    page.evaluate("(data) => draw(data)", vector())
    pull(page, (0.95, 0.05), (0.955, 0.055))  # a mere press is no box
    assert page.evaluate("sent.length") == 0
    page.locator(".lv-frame").focus()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_function("sent.length > 0")
    assert box_sent(page) == pytest.approx([0.18, 0.18, 0.62, 0.78], abs=0.002)


def test_where_nothing_is_a_new_box_says_that_there_is_something(draw: Draw) -> None:  # noqa: F811
    page = draw("label_vector", vector(present=False))
    cells = page.locator(".lv-table tbody tr").nth(1).locator("td").all_inner_texts()
    assert cells == ["?", "0.52", "ReLU", "does not count"]
    assert page.locator(".lv-table tr.out").count() == 2 and page.locator(".lv-frame .target").count() == 0
    pull(page, (0.4, 0.5), (0.9, 0.9))
    found = sent(page)
    assert found["truth"] == "likeliest" and found["box"] == "0.400 0.500 0.900 0.900"


def test_each_view_has_its_words_its_table_and_its_boxes(draw: Draw) -> None:  # noqa: F811
    page = draw("label_vector", vector())
    rows = page.locator(".lv-table tbody tr")
    assert [cell.strip() for cell in rows.nth(2).locator("th, td").all_inner_texts()] == [
        "c_3 frog",
        "1",
        "0.30",
        "softmax",
        "1.20",
    ]
    assert page.locator(".lv-frame .said").count() == 1 and page.locator(".lv-side").inner_text().startswith("L = 1.64.")
    page.get_by_role("button", name="YOLO").click()
    assert page.locator(".lv-side").inner_text() == "Seven." and rows.all_inner_texts() == ["b_x\t0.10"]
    assert page.locator(".lv-frame .grid").count() == 6 and page.locator(".lv-frame .marked").count() == 1
    page.get_by_role("button", name="SSD").click()
    assert (
        rows.count() == 2 and page.locator(".lv-frame .marked").count() == 2 and page.locator(".lv-frame .grid").count() == 0
    )
    page.get_by_role("button", name="FCOS").click()
    assert rows.count() == 0 and page.locator(".lv-side").inner_text() == "Nothing there."
    page.evaluate("(data) => draw(data)", vector())  # a new answer leaves the view
    assert page.get_by_role("button", name="FCOS").get_attribute("aria-pressed") == "true"
    assert not page.evaluate("sent.length")


def test_a_pressed_column_is_shown_large_with_its_heads(draw: Draw) -> None:  # noqa: F811
    columns = [
        {
            "title": f"task {n}", "asks": f"Which {n}?", "network": "Net", "photo": PHOTO, "answer": f"answer {n}",
            "boxes": [{"at": [10, 20, 60, 80], "name": f"cat {n}", "colour": "#E69F00"}] * n,
            "way": [["input", "3 × 8 × 9", ""]], "heads": [["classes", str(100 * n), "softmax"]], "outputs": f"{n},000",
            "input": "3×8×9",
            "seconds": "0.10 s",
        }
        for n in range(4)
    ]  # fmt: skip
    page = draw("four_tasks", {"words": "Four.", "width": 200, "height": 100, "columns": columns})
    cards = page.locator("button.ft-card")
    assert [part.strip() for part in cards.nth(2).inner_text().split("\n") if part.strip()] == [
        "task 2", "answer 2", "in 3×8×9", "out 2,000", "0.10 s",
    ]  # fmt: skip
    assert [cards.nth(k).locator("rect.box").count() for k in range(4)] == [0, 1, 2, 3]
    cards.nth(2).click()
    assert page.locator(".ft-asks").inner_text() == "Which 2? Net"
    assert page.locator(".ft-table tr").all_inner_texts() == [
        "in", "input\t3 × 8 × 9\t", "out: 2,000 numbers", "classes\t200\tsoftmax",
    ]  # fmt: skip
    assert page.locator(".ft-detail .ft-tag").all_inner_texts() == ["cat 2", "cat 2"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # there is none behind the last
    assert cards.nth(3).get_attribute("aria-pressed") == "true" and cards.nth(2).get_attribute("aria-pressed") == "false"
    assert page.locator(".ft-asks").inner_text() == "Which 3? Net"
