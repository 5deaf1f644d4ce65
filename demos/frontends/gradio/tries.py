"""A press of "Try this": it sets the inputs that it names, says what to watch, and runs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gradio as gr

from cnn_core.images import samples
from demos.frontends import lessons
from demos.frontends.gradio.changes import dependents, kept_or_default
from demos.frontends.gradio.inputs import update_of
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import QUICK, RUN, model_work, run_of
from demos.frontends.gradio.turns import Turns
from demos.spec import Button, Choice, Demo, Input, Picture, Pictures, Point, Try
from demos.tries import settings_of


def connect_tries(page: Page) -> Any:
    """Connects the buttons under "Try this"; returns the event of the run that follows a press."""
    assert page.tries is not None
    inputs = [page.turns, page.tries, *page.input_widgets]
    outputs = [page.opened, page.watch, *(page.inputs[name] for name in all_set(page.demo))]
    pressed = page.tries.click(tried_inputs(page), inputs, outputs, **QUICK)
    run = {"trigger_mode": "always_last"} | RUN | model_work(page)
    return pressed.success(tried_results(page), inputs, page.result_widgets, **run)


def pictures_of(demo: Demo, sets: Mapping[str, Any]) -> dict[str, Any]:
    """Those of some inputs' values that are pictures (or their names)."""
    return {name: value for name, value in sets.items() if isinstance(demo.inputs[name], Picture | Pictures)}


def example_with(demo: Demo, tried: Try) -> int | None:
    """The number of the example that has the very pictures that a press sets; None where none has."""
    wanted = pictures_of(demo, tried.sets)
    if not all(isinstance(value, str) for value in wanted.values()):
        return None
    names = [pictures_of(demo, example) for example in demo.examples]
    alike = (k for k, held in enumerate(names) if all(isinstance(v, str) for v in held.values()) and held == wanted)
    return next(alike, None)


def changed_by(demo: Demo, sets: Mapping[str, Any]) -> list[str]:
    """The inputs that change with these: they themselves, the choices that depend on them, places on new pictures."""
    pictured = bool(pictures_of(demo, sets))
    places = [name for name, entry in demo.inputs.items() if isinstance(entry, Point) and pictured]
    after = [dependent for name in sets for dependent in dependents(demo, name)]
    return list(dict.fromkeys([*sets, *places, *after]))


def all_set(demo: Demo) -> list[str]:
    """The inputs that some press changes, without buttons, which only the run is told of; in the demo's order."""
    some = {name for tried in demo.lesson.tries for name in changed_by(demo, tried.sets)}
    return [name for name, entry in demo.inputs.items() if name in some and not isinstance(entry, Button)]


def tried_inputs(page: Page) -> Callable[..., list[Any]]:
    """The function of the event that sets the inputs: updates of ``opened``, what to watch, and what any press sets."""
    demo = page.demo

    def fill(turns: Turns, index: int, *payloads: Any) -> list[Any]:
        turns.begin()
        tried = tried_at(demo, index)
        sets = settings_of(demo, tried)
        opened = {name: _opened(demo.inputs[name], value) for name, value in sets.items()}
        values = dict(zip(demo.inputs, payloads, strict=True)) | opened
        changed = changed_by(demo, sets)
        if pictures_of(demo, tried.sets):
            turns.example = example_with(demo, tried)
        for name in changed:
            entry = demo.inputs[name]
            if isinstance(entry, Choice) and name not in tried.sets:
                values[name] = kept_or_default(entry, values, name)
            elif name not in sets:
                values[name] = None
        updates = [update_of(demo.inputs[n], values[n], values) if n in changed else gr.skip() for n in all_set(demo)]
        return [True, lessons.what_to_watch(tried), *updates]

    return fill


def _opened(field: Input, value: Any) -> Any:
    """What an input is set to: instead of a sample picture's name the picture."""
    if isinstance(field, Pictures):
        return [samples.load(entry) if isinstance(entry, str) else entry for entry in value]
    return samples.load(value) if isinstance(field, Picture) and isinstance(value, str) else value


def tried_at(demo: Demo, index: Any) -> Try:
    """The thing to try of this number.

    Raises:
        gr.Error: there is none; no page asks for it.
    """
    if not isinstance(index, int) or not 0 <= index < len(demo.lesson.tries):
        raise gr.Error("There is no such thing to try.", print_exception=False)
    return demo.lesson.tries[index]


def tried_results(page: Page) -> Callable[..., Iterator[list[Any]]]:
    """The function of the run after that; a Button among what is set counts as pressed."""

    def run(turns: Turns, index: int, *payloads: Any) -> Iterator[list[Any]]:
        sets = tried_at(page.demo, index).sets
        buttons = [name for name, value in sets.items() if isinstance(page.demo.inputs[name], Button) and value]
        yield from run_of(page, buttons[0] if buttons else "")(turns, *payloads)

    return run
