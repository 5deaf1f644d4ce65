"""A press on one of several pictures of a result chooses an option, as if it had been chosen in its list."""

from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demos.frontends.gradio import app
from demos.frontends.gradio.turns import Turns
from tests.frontends import small_demos


@pytest.mark.parametrize(("number", "chosen"), [(0, "fruit"), (1, "tree"), (2, "fruit"), (-1, "fruit"), (0.5, "fruit")])
def test_a_press_on_a_picture_chooses_and_settles_what_depends_on_it(number: Any, chosen: str) -> None:
    page = app.build([small_demos.kitchen_sink])
    gallery = next(block for block in page.blocks.values() if getattr(block, "label", None) == "Both")
    event = next(fn for fn in page.fns.values() if (gallery._id, "select") in fn.targets)
    clicked = gr.SelectData(None, {"index": number, "value": None})
    payloads = [None, [], 0.5, "fruit", "pear", [], False, "", 0, "", False, 0]
    sort, kind = event.fn(Turns(), clicked, SimpleNamespace(cookies={}), *payloads)
    assert sort == chosen
    assert kind["value"] == ("oak" if chosen == "tree" else "pear")
    assert [value for _, value in kind["choices"]] == (["oak", "beech", "lime"] if chosen == "tree" else ["apple", "pear"])
