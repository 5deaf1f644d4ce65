"""What happens on a page: every change, press, click and example leads to a run of the demo, and the run to its results."""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gradio as gr
from gradio.events import Dependency

from cnn_core.errors import LabError
from demos import runner
from demos.frontends import presentation
from demos.frontends.gradio_inputs import update_of
from demos.frontends.gradio_page import Page
from demos.frontends.gradio_run import PRIVATE, QUICK, model_work, results, run_of, trouble, unchanged
from demos.spec import Choice, Demo, Memory, Picture, Pictures, Point, Text


def connect(page: Page) -> None:
    """Connects a tab's widgets with each other and with the demo's run."""
    first = _connect_opening(page)
    run = _connect_run(page, first)
    runs: list[Any] = [first, run]
    runs += [
        press.click(run_of(page, name), page.input_widgets, page.result_widgets, cancels=[first], **PRIVATE, **model_work())
        for name, press in page.presses.items()
    ]
    if page.examples is not None:
        _then_run(page, page.examples.click(
            lambda index: [True, *shown_inputs(page.demo, runner.example_values(page.demo, page.demo.examples[index]))],
            page.examples, [page.opened, *settable(page)], cancels=runs, **QUICK | {"preprocess": True},
        ))  # fmt: skip
    for name, die in page.dice.items():
        drawn = die.click(lambda: random.randint(0, runner.LARGEST_SEED), None, page.inputs[name], **QUICK)
        if page.demo.live:
            _then_run(page, drawn)
    _connect_points(page)
    _connect_dependents(page)
    if page.stop is not None:
        page.stop.click(lambda: gr.update(interactive=False), None, page.stop, cancels=runs, **QUICK)


def settable(page: Page) -> list[Any]:
    """The inputs' widgets that an example or another tab may set: all but Memory."""
    return [page.inputs[name] for name, entry in page.demo.inputs.items() if not isinstance(entry, Memory)]


def shown_inputs(demo: Demo, values: Mapping[str, Any]) -> list[Any]:
    """Updates of the settable inputs that show these values."""
    return [update_of(entry, values[n], values) for n, entry in demo.inputs.items() if not isinstance(entry, Memory)]


def _then_run(page: Page, event: Any) -> Any:
    return event.success(run_of(page), page.input_widgets, page.result_widgets, **PRIVATE, **model_work())


def _connect_opening(page: Page) -> Dependency:
    """The first time that a visitor opens the tab, it shows its first example, answered."""

    def open_tab(opened: bool) -> Iterator[list[Any]]:
        inputs, shown = settable(page), page.result_widgets
        if opened or not page.demo.examples:
            yield [True, *(gr.skip() for _ in (*inputs, *shown))]
            return
        try:
            values = runner.example_values(page.demo, page.demo.examples[0])
            yield [True, *shown_inputs(page.demo, values), *unchanged(page, running=False)]
            first = runner.first_answer(page.demo)
            answer = results(page, first[1], running=False) if first else unchanged(page, running=False)
        except LabError as error:
            answer = trouble(page, str(error))
        yield [True, *(gr.skip() for _ in inputs), *answer]

    outputs = [page.opened, *settable(page), *page.result_widgets]
    return page.tab.select(open_tab, page.opened, outputs, **PRIVATE, **model_work())


def _connect_run(page: Page, first: Dependency) -> Dependency:
    """The run on every change where the demo is live, else on the Run button and on Enter."""
    common = {"inputs": page.input_widgets, "outputs": page.result_widgets, "cancels": [first], **PRIVATE, **model_work()}
    if page.run is None:
        changes = [change for name in page.demo.inputs if not _prepares(page.demo, name) for change in _changes(page, name)]
        return gr.on(changes, run_of(page), trigger_mode="always_last", show_progress="minimal", **common)
    entered = [page.inputs[n].submit for n, f in page.demo.inputs.items() if isinstance(f, Text) and f.lines == 1]
    return gr.on([page.run.click, *entered], run_of(page), trigger_mode="once", **common)


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
    """Whether a change of this input first changes others: the choices that depend on it, the places on a picture."""
    points = any(isinstance(entry, Point) for entry in demo.inputs.values())
    return bool(dependents(demo, name)) or (points and isinstance(demo.inputs[name], Picture | Pictures))


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
    """A changed input offers the choices that go with it, a new picture forgets the place; then a live demo runs."""
    for name in page.demo.inputs:
        if not _prepares(page.demo, name):
            continue
        points = [n for n, f in page.demo.inputs.items() if isinstance(f, Point)]
        forgotten = points if isinstance(page.demo.inputs[name], Picture | Pictures) else []
        changed = [*forgotten, *dependents(page.demo, name)]
        prepared = gr.on(
            _changes(page, name), _prepare(page.demo, name, forgotten), page.input_widgets,
            [page.inputs[n] for n in changed], trigger_mode="always_last", **QUICK,
        )  # fmt: skip
        if page.demo.live:
            _then_run(page, prepared)


def _prepare(demo: Demo, name: str, forgotten: list[str]) -> Callable[..., Any]:
    def prepare(*payloads: Any) -> Any:
        values = dict(zip(demo.inputs, payloads, strict=True))
        updates: list[Any] = ["" for _ in forgotten]
        for dependent, entry in dependents(demo, name).items():
            values[dependent] = kept_or_default(entry, values, dependent)
            updates.append(update_of(entry, values[dependent], values))
        return updates if len(updates) > 1 else updates[0]

    return prepare


def kept_or_default(entry: Choice, values: dict[str, Any], name: str) -> Any:
    """What a Choice holds after its options have changed: what it held, where that is still an option."""
    allowed = dict(runner.options_of(entry, values))
    if entry.several:
        return [value for value in values[name] or [] if value in allowed]
    return values[name] if values[name] in allowed else runner.default_of(entry, values)


def _connect_points(page: Page) -> None:
    """A click on a picture becomes the place; then a live demo runs."""

    def place(event: gr.SelectData) -> str:
        x, y = event.index
        return presentation.place_words((int(x), int(y)))

    for name, entry in page.demo.inputs.items():
        if isinstance(entry, Point):
            clicked = _picture_under(page, entry).select(place, None, page.inputs[name], trigger_mode="always_last", **QUICK)
            if page.demo.live:
                _then_run(page, clicked)


def _picture_under(page: Page, point: Point) -> Any:
    if point.on in page.demo.inputs:
        return page.inputs[point.on]
    return next(w[0] for f, w in zip(page.demo.outputs, page.outputs, strict=True) if getattr(f, "label", None) == point.on)
