"""Buttons that open another tab with values of this one, and run it there."""

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from demos import runner
from demos.frontends.gradio.changes import dependents, kept_or_default
from demos.frontends.gradio.events import settable
from demos.frontends.gradio.inputs import update_of
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import QUICK, then_run
from demos.frontends.gradio.turns import Turns
from demos.spec import Demo, Memory, OpenIn


def connect_links(page: Page, pages: Mapping[str, Page], groups: gr.Tabs, tabs: Mapping[str, gr.Tabs]) -> None:
    """Connects a page's OpenIn buttons. ``groups`` are the outer tabs, ``tabs`` the inner ones by group."""
    for entry, widgets in zip(page.demo.outputs, page.outputs, strict=True):
        if not isinstance(entry, OpenIn) or entry.demo not in pages:
            continue
        button, held = widgets
        target = pages[entry.demo]
        opened = button.click(
            _opener(target.demo),
            [target.turns, held, target.opened, *target.input_widgets],
            [groups, tabs[target.demo.group], target.opened, *settable(target)],
            **QUICK,
        )
        then_run(target, opened)


def _opener(demo: Demo) -> Callable[..., list[Any]]:
    """Selects the demo's tab and sets the given inputs and the choices that go with them; its other inputs stay.

    Where nobody has been yet, the others hold what the first example says, as if the tab had been opened before.
    """

    def open_in(turns: Turns, held: Mapping[str, Any], opened: bool, *payloads: Any) -> list[Any]:
        turns.begin()
        fresh = not opened and bool(demo.examples)
        present = runner.example_values(demo, demo.examples[0]) if fresh else dict(zip(demo.inputs, payloads, strict=True))
        values = present | dict(held)
        changed = set(demo.inputs) if fresh else set(held)
        for name in held:
            for dependent, entry in dependents(demo, name).items():
                changed.add(dependent)
                values[dependent] = kept_or_default(entry, values, dependent)
        updates = [
            update_of(entry, values[name], values) if name in changed else gr.skip()
            for name, entry in demo.inputs.items()
            if not isinstance(entry, Memory)
        ]
        return [gr.Tabs(selected=demo.group), gr.Tabs(selected=demo.name), True, *updates]

    return open_in
