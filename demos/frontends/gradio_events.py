"""What happens on a page: every change, press, click and example leads to a run of the demo, and the run to its results."""

import random
import time
from collections.abc import Callable
from typing import Any

import gradio as gr

from cnn_core.errors import LabError
from demos import runner
from demos.frontends import presentation
from demos.frontends.gradio_files import as_shown
from demos.frontends.gradio_inputs import raw_value, update_of
from demos.frontends.gradio_page import Page
from demos.frontends.gradio_run import PRIVATE, QUICK, model_work, results, run_of, trouble, unchanged
from demos.spec import Choice, Demo, Memory, Picture, Pictures, Point, Text

OPENING = "opening"
"""What ``Page.opened`` says between the first example's inputs and its answer."""


def connect(page: Page) -> None:
    """Connects a tab's widgets with each other and with the demo's run."""
    first = _connect_opening(page)
    runs: list[Any] = [first, _connect_run(page, first)]
    runs += [
        press.click(run_of(page, name), page.input_widgets, page.result_widgets, cancels=[first], **PRIVATE, **model_work())
        for name, press in page.presses.items()
    ]
    if page.examples is not None:
        page.examples.click(
            lambda index: [True, go(), *_shown_example(page.demo, index)], page.examples,
            [page.opened, page.go, *settable(page)], cancels=runs, **QUICK | {"preprocess": True},
        )  # fmt: skip
    for name, die in page.dice.items():
        drawn = [page.inputs[name], page.go]
        die.click(lambda: [random.randint(0, runner.LARGEST_SEED), _go_if_live(page)], None, drawn, **QUICK)
    _connect_points(page)
    _connect_dependents(page)
    if page.stop is not None:
        page.stop.click(lambda: gr.update(interactive=False), None, page.stop, cancels=runs, **QUICK)


def go() -> int:
    """A number that ``Page.go`` has never held, which makes the demo run once its inputs are set.

    All runs but a Button's so go through one event of the page, which lets one run finish before it begins the last that
    was asked for: a slow answer never overwrites the answer to a later question.
    """
    return time.monotonic_ns()


def _go_if_live(page: Page) -> Any:
    return go() if page.demo.live else gr.skip()


def settable(page: Page) -> list[Any]:
    """The inputs' widgets that an example or another tab may set: all but Memory."""
    return [page.inputs[name] for name, entry in page.demo.inputs.items() if not isinstance(entry, Memory)]


def _shown_example(demo: Demo, index: int) -> list[Any]:
    """Updates of the settable inputs that show an example."""
    values = runner.example_values(demo, demo.examples[index])
    return [update_of(entry, values[n], values) for n, entry in demo.inputs.items() if not isinstance(entry, Memory)]


def _connect_opening(page: Page) -> Any:
    """The first time that a visitor opens the tab, it shows its first example, answered."""

    def fill(opened: bool | str) -> list[Any]:
        if opened or not page.demo.examples:
            return [True, *(gr.skip() for _ in settable(page))]
        return [OPENING, *_shown_example(page.demo, 0)]

    def answer(opened: bool | str) -> list[Any]:
        if opened != OPENING:
            return [opened, *unchanged(page, running=False)]
        try:
            first = runner.first_answer(page.demo)
        except LabError as error:
            return [True, *trouble(page, str(error))]
        return [True, *(results(page, first[1], running=False) if first else unchanged(page, running=False))]

    # Two events, not one that yields twice: Gradio 6.31 loses the path of a picture when a later step leaves it unchanged.
    filled = page.tab.select(fill, page.opened, [page.opened, *settable(page)], **QUICK)
    return filled.success(answer, page.opened, [page.opened, *page.result_widgets], **PRIVATE, **model_work())


def _connect_run(page: Page, first: Any) -> Any:
    """The run on every change where the demo is live, else on the Run button and on Enter."""
    common = {"inputs": page.input_widgets, "outputs": page.result_widgets, "cancels": [first], **PRIVATE, **model_work()}
    if page.run is None:
        changes = [change for name in page.demo.inputs if not _prepares(page.demo, name) for change in _changes(page, name)]
        return gr.on([*changes, page.go.change], run_of(page), trigger_mode="always_last", show_progress="minimal", **common)
    entered = [page.inputs[n].submit for n, f in page.demo.inputs.items() if isinstance(f, Text) and f.lines == 1]
    return gr.on([page.run.click, *entered, page.go.change], run_of(page), trigger_mode="once", **common)


def _changes(page: Page, name: str) -> list[Any]:
    """The events by which a person (and not the page itself) changes an input."""
    widget = page.inputs[name]
    match page.demo.inputs[name]:
        case Pictures():
            return [widget.upload, widget.delete]
        case Point():
            return [widget.submit]
        case entry if isinstance(entry, Memory) or name in page.presses:
            return []
    return [widget.input]


# ---------------------------------------------------------------- inputs that act on other inputs


def _prepares(demo: Demo, name: str) -> bool:
    """Whether a change of this input first changes widgets: the choices that depend on it, a picture, places on it."""
    return isinstance(demo.inputs[name], Picture | Pictures) or bool(dependents(demo, name))


def dependents(demo: Demo, name: str) -> dict[str, Choice]:
    """The choices whose options change with an input, directly or through another such choice; nearest first."""
    found: dict[str, Choice] = {}
    while True:
        changed = {name, *found}
        choices = {n: f for n, f in demo.inputs.items() if isinstance(f, Choice) and n not in found}
        further = {n: f for n, f in choices.items() if changed & set(f.depends_on)}
        if not further:
            return found
        found |= further


def _connect_dependents(page: Page) -> None:
    """A changed input offers the choices that go with it, a new picture stands upright and without places; then it runs."""
    for name, entry in page.demo.inputs.items():
        if not _prepares(page.demo, name):
            continue
        points = [n for n, f in page.demo.inputs.items() if isinstance(f, Point)]
        changed = [name, *points] if isinstance(entry, Picture | Pictures) else []
        changed += dependents(page.demo, name)
        gr.on(
            _changes(page, name), _prepare(page, changed), page.input_widgets,
            [page.go, *(page.inputs[n] for n in changed)], trigger_mode="always_last", **QUICK,
        )  # fmt: skip


def _prepare(page: Page, changed: list[str]) -> Callable[..., list[Any]]:
    """The function that gives the ``changed`` inputs what goes with a new value of another."""

    def prepare(*payloads: Any) -> list[Any]:
        values = dict(zip(page.demo.inputs, payloads, strict=True))
        updates = [_go_if_live(page)]
        for key in changed:
            match page.demo.inputs[key]:
                case Picture() | Pictures() as entry:
                    updates.append(_upright(entry, values[key]))
                case Choice() as entry:
                    values[key] = kept_or_default(entry, values, key)
                    updates.append(update_of(entry, values[key], values))
                case _:
                    updates.append("")  # a place on the picture that was there before
        return updates

    return prepare


def _upright(entry: Picture | Pictures, payload: Any) -> Any:
    """The pictures as they are opened here, where browsers would show them otherwise; else no change."""
    raw = raw_value(entry, payload) if payload else None
    if isinstance(raw, list):
        shown = [as_shown(path) for path in raw]
        return gr.skip() if shown == raw else shown
    return gr.skip() if raw is None or as_shown(raw) == raw else as_shown(raw)


def kept_or_default(entry: Choice, values: dict[str, Any], name: str) -> Any:
    """What a Choice holds after its options have changed: what it held, where that is still an option."""
    allowed = dict(runner.options_of(entry, values))
    if entry.several:
        return [value for value in values[name] or [] if value in allowed]
    return values[name] if values[name] in allowed else runner.default_of(entry, values)


def _connect_points(page: Page) -> None:
    """A click on a picture becomes the place; then a live demo runs."""

    def place(event: gr.SelectData) -> list[Any]:
        x, y = event.index
        return [presentation.place_words((int(x), int(y))), _go_if_live(page)]

    for name, entry in page.demo.inputs.items():
        if isinstance(entry, Point):
            shown = [page.inputs[name], page.go]
            _picture_under(page, entry).select(place, None, shown, trigger_mode="always_last", **QUICK)


def _picture_under(page: Page, point: Point) -> Any:
    if point.on in page.demo.inputs:
        return page.inputs[point.on]
    return next(w[0] for f, w in zip(page.demo.outputs, page.outputs, strict=True) if getattr(f, "label", None) == point.on)
