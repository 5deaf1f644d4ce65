"""A touch of a scene: it sets the inputs that it names, and the demo runs."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from cnn_core.errors import LabError
from demos import touches
from demos.frontends.gradio.changes import kept_or_default
from demos.frontends.gradio.inputs import raw_values, update_of
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import QUICK, then_run
from demos.frontends.gradio.tries import changed_by
from demos.frontends.gradio.turns import Turns
from demos.spec import Choice, Demo, Scene


def connect_touches(page: Page) -> list[Any]:
    """Connects the scenes that set inputs; returns the events of the runs that follow a touch."""
    runs = []
    for field, widgets in zip(page.demo.outputs, page.outputs, strict=True):
        if isinstance(field, Scene) and field.sets:
            changed = changed_by(page.demo, dict.fromkeys(field.sets))
            inputs, outputs = [page.turns, *page.input_widgets], [page.inputs[name] for name in changed]
            set_them = touched_inputs(page.demo, field, changed)
            touched = widgets[0].select(set_them, inputs, outputs, trigger_mode="always_last", **QUICK)
            runs.append(then_run(page, touched))
    return runs


def touched_inputs(demo: Demo, scene: Scene, changed: list[str]) -> Callable[..., Any]:
    """The function of the event that sets the inputs: updates of those that a touch of this scene may change."""

    def fill(turns: Turns, event: gr.SelectData, *payloads: Any) -> Any:
        turns.begin()
        values = raw_values(demo.inputs, payloads)
        try:
            found = touches.settings_of(demo, scene, values, event.value)
        except LabError as error:
            raise gr.Error(str(error), print_exception=False) from error
        values |= found
        after = changed_by(demo, found)
        updates = []
        for name in changed:
            entry = demo.inputs[name]
            if name not in after:
                updates.append(gr.skip())
                continue
            if isinstance(entry, Choice) and name not in found:
                values[name] = kept_or_default(entry, values, name)
            updates.append(update_of(entry, values[name], values))
        return updates if len(updates) > 1 else updates[0]

    return fill
