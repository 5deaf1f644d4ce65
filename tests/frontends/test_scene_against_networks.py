"""The game's script: nothing is given away before the round is over; keys, the mouse and a second round."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.frontends.scene_data import GREY
from tests.frontends.scene_pages import Draw, bare, draw

pytestmark = pytest.mark.browser
__all__ = ["bare", "draw"]  # fixtures

ROUND: dict[str, Any] = {
    "words": "Round 1 of 2.", "key": "game 0", "round": 1, "rounds": 2, "names": ["ant", "bee", "cat"],
    "step": 0, "frames": [GREY], "steps": ["8 px", "16 px", "32 px"], "worth": [3, 2, 1],
    "cost": 3, "board": [{"player": "you", "points": 4}, {"player": "Ada", "points": 1}, {"player": "Bob", "points": 0},
                         {"player": "Cyd", "points": 0}],
    "held": "1b2c3d4e 0:0", "pixelated": False, "result": None,
}  # fmt: skip
RESULT = {
    "truth": 1, "title": "Buzz", "press": [1, 1],
    "alone": [f"{GREY}#3", f"{GREY}#4"], "aloneNames": ["no background", "no object"],
    "networks": [
        {"title": "Ada", "outcome": "right", "step": 1, "points": 2, "says": [[2, 40], [1, 71], [1, 88], [1, 90], [0, 35]],
         "free": ["wasp", 22]},
        {"title": "Bob", "outcome": "wrong", "step": 0, "points": -3, "says": [[2, 95], [2, 51], [1, 52], [1, 64], [1, 61]],
         "free": ["hornet", 17]},
        {"title": "Cyd", "outcome": "waited", "step": None, "points": 0, "free": ["teapot", 9],
         "says": [[0, 41], [2, 43], [0, 42], [2, 39], [2, 36]]},
    ],
}  # fmt: skip


FRAMES = [GREY, f"{GREY}#1", f"{GREY}#2"]


def at(step: int, **changes: Any) -> dict[str, Any]:
    """What the server says of a later step of the same round."""
    return ROUND | {"step": step, "frames": [FRAMES[step]]} | changes


def judged(mine: int, held: str, **changes: Any) -> dict[str, Any]:
    """The same round when it is over."""
    points = zip(ROUND["board"], (4 + mine, 3, -3, 0), strict=True)
    board = [{"player": row["player"], "points": total} for row, total in points]
    return ROUND | {"held": held, "board": board, "frames": FRAMES, "result": RESULT | changes}


SERVE = f"""() => {{
    window.asked = [];
    setInterval(() => {{
        for (const one of sent.splice(0)) {{
            const step = Number(one.presses.slice(-1));
            asked.push(performance.now());
            setTimeout(() => draw({{...{json.dumps(ROUND)}, step, frames: [{json.dumps(FRAMES)}[step]]}}), 400);
        }}
    }}, 10);
}}"""
"""A server in the page: it gives a frame 400 ms after it is asked for."""
SECRETS = ("Buzz", "wasp", "hornet", "teapot", "71", "95", "✓", "✗")


def whole(page: Page) -> str:
    return str(page.locator(".scene").evaluate("scene => scene.outerHTML"))


def test_a_round_by_keys_and_what_it_gives_away_when(draw: Draw) -> None:
    page = draw("against_networks", ROUND)
    say, picture = page.locator(".ag-say"), page.locator("img.ag-picture")
    assert not [word for word in SECRETS if word in whole(page)]
    expect(say).to_have_text("8 px: the right name is now worth 3, a wrong one costs 3.")
    page.locator(".ag-names button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")  # it is on its way
    assert page.evaluate("sent.splice(0)") == [{"presses": "1b2c3d4e 0:0 +1"}]
    expect(say).to_contain_text("8 px: the right name is now worth 3")
    page.evaluate("data => draw(data)", at(1))
    expect(say).to_contain_text("16 px: the right name is now worth 2")
    expect(picture).to_have_attribute("src", f"{GREY}#1")
    expect(picture).to_have_attribute("alt", "What is it? 16 px, step 2 of 3")
    page.keyboard.press("ArrowLeft")  # what was seen cannot be unseen
    page.keyboard.press("4")  # there is no fourth name
    expect(say).to_contain_text("16 px")
    assert not [word for word in SECRETS if word in whole(page)]
    page.keyboard.press("2")
    assert page.evaluate("sent") == [{"presses": "1b2c3d4e 0:0 1:1 ?"}]
    expect(say).to_have_text("What is right?")
    assert not [word for word in SECRETS if word in whole(page)]
    for key in ("1", "ArrowRight"):  # too late
        page.keyboard.press(key)
    assert page.evaluate("sent.length") == 1
    expect(picture).to_have_attribute("src", f"{GREY}#1")
    page.evaluate("data => draw(data)", judged(2, "1b2c3d4e 0:0 1:1"))
    expect(say).to_have_text(
        "Buzz: bee. You: bee at 16 px, +2. First right network: Ada at 16 px, 71% sure. Sure and wrong: 1 of 3."
    )
    rows = [" ".join(row.split()) for row in page.locator(".ag-board > div").all_inner_texts()]
    assert rows == [
        "you +6", "Ada bee, 71%, at 16 px +3", "Bob cat, 95%, at 8 px −3", "Cyd never sure enough: at most 43%, cat 0",
    ]  # fmt: skip
    cells = page.locator(".ag-told tr").nth(2).locator("td").all_inner_texts()
    assert [" ".join(cell.split()) for cell in cells] == ["cat ✗ 95%", "cat ✗ 51%", "bee ✓ 52%"]
    assert page.locator(".ag-told td.chosen").all_inner_texts() == ["bee\n✓ 71%", "cat\n✗ 95%"]
    alone = page.locator(".ag-alone figcaption").nth(1)
    expect(alone).to_contain_text("no object")
    expect(alone).to_contain_text("Bob: bee 61% ✓")
    expect(page.locator(".ag-told")).to_contain_text("Of all its classes, at the end. Ada: wasp 22%, Bob: hornet 17%")
    page.keyboard.press("1")  # too late
    expect(page.get_by_role("button", name="Next round")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(picture).to_have_attribute("src", f"{GREY}#1")
    page.keyboard.press("Enter")
    assert page.evaluate("sent.slice(1)") == [{"presses": "1b2c3d4e 0:0 1:1"}]


def test_wrong_names_cost_and_the_same_round_stays_while_another_begins_anew(draw: Draw) -> None:
    page = draw("against_networks", ROUND)
    say = page.locator(".ag-say")
    page.get_by_role("button", name="3 cat").click()
    page.evaluate("data => draw(data)", judged(-3, "1b2c3d4e 0:0 0:2", press=[0, 2]))
    expect(say).to_contain_text("You: cat at 8 px, −3.")
    expect(page.locator(".ag-board b").first).to_have_text("+1")
    expect(page.get_by_role("button", name="Next round")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    fewer = judged(-3, "1b2c3d4e 0:0 0:2", press=[0, 2], networks=RESULT["networks"][:1])
    page.evaluate("data => draw(data)", fewer)  # the networks were changed meanwhile
    expect(say).to_have_text("Buzz: bee. You: cat at 8 px, −3. First right network: Ada at 16 px, 71% sure.")
    expect(page.locator("img.ag-picture")).to_have_attribute("src", f"{GREY}#1")  # where it was
    page.evaluate("data => draw(data)", ROUND | {"key": "game 1", "round": 2, "held": "1b2c3d4e 0:0 0:2"})
    expect(say).to_contain_text("8 px: the right name is now worth 3")
    expect(page.locator(".ag-names button").first).to_be_focused()
    assert not [word for word in SECRETS if word in whole(page)]
    page.get_by_role("button", name="Name nothing").click()
    assert page.evaluate("sent") == [{"presses": "1b2c3d4e 0:0 0:2 ?"}, {"presses": "1b2c3d4e 0:0 0:2 - ?"}]
    last = {"key": "game 1", "round": 2}
    page.evaluate("data => draw(data)", judged(0, "1b2c3d4e 0:0 0:2 -", press=None) | last)
    expect(say).to_contain_text("You named nothing.")
    expect(page.locator(".ag-board b").first).to_have_text("+4")
    page.get_by_role("button", name="To the result").click()
    assert page.evaluate("sent.slice(2)") == [{"presses": "1b2c3d4e 0:0 0:2 -"}]
    over = {"words": "The game is over: you 4.", "key": "game end", "over": True, "board": ROUND["board"][:1], "seed": 7}
    page.evaluate("data => draw(data)", over | {"held": "x"})
    expect(say).to_have_text("The game is over.")
    expect(page.locator(".ag-names")).to_be_hidden()
    page.get_by_role("button", name="Another game").click()
    assert page.evaluate("sent.slice(3)") == [{"presses": "", "seed": 8}]


def test_a_page_that_opens_with_a_result_shows_it(draw: Draw) -> None:
    page = draw("against_networks", judged(-3, "1b2c3d4e 0:0 0:2", press=[0, 2]))
    expect(page.locator(".ag-say")).to_contain_text("Buzz: bee. You: cat at 8 px, −3.")
    expect(page.locator("img.ag-picture")).to_have_attribute("src", f"{GREY}#2")


def test_a_name_may_be_pressed_while_the_next_frame_is_on_its_way(draw: Draw) -> None:
    page = draw("against_networks", ROUND)
    page.get_by_role("button", name="Show more").click()
    page.keyboard.press("2")
    assert page.evaluate("sent.splice(0)") == [{"presses": "1b2c3d4e 0:0 +1"}, {"presses": "1b2c3d4e 0:0 0:1 ?"}]
    page.evaluate("data => draw(data)", at(1))  # too late: the press stands
    expect(page.locator(".ag-say")).to_have_text("What is right?")
    expect(page.locator("img.ag-picture")).to_have_attribute("src", GREY)
    page.evaluate("data => draw(data)", judged(3, "1b2c3d4e 0:0 0:1", press=[0, 1]))
    expect(page.locator(".ag-say")).to_contain_text("You: bee at 8 px, +3.")


def test_a_page_that_opens_in_the_middle_of_a_round_goes_on_there(draw: Draw) -> None:
    page = draw("against_networks", at(1))
    expect(page.locator("img.ag-picture")).to_have_attribute("src", f"{GREY}#1")
    page.get_by_role("button", name="Show more").click()
    assert page.evaluate("sent") == [{"presses": "1b2c3d4e 0:0 +2"}]


def test_it_shows_more_by_itself_until_all_is_seen_and_fits_a_telephone(draw: Draw) -> None:
    page = draw("against_networks", ROUND)
    try:
        page.set_viewport_size({"width": 340, "height": 700})
        page.evaluate(SERVE)
        page.get_by_label("by itself").check()
        expect(page.locator(".ag-say")).to_contain_text("32 px: the right name is now worth 1", timeout=9000)
        expect(page.get_by_role("button", name="That is all of it")).to_be_disabled()
        first, second = page.evaluate("asked")
        assert 1400 <= second - first <= 2500  # the frame took 400 ms, and the pace is 1,500 all the same
        page.get_by_role("button", name="1 ant").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 340
        low = [box["height"] for button in page.locator(".ag-names button").all() if (box := button.bounding_box())]
        assert min(low) >= 44
    finally:
        page.set_viewport_size({"width": 640, "height": 900})
