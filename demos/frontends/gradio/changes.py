"""Inputs that act on other inputs: choices that depend on others, pictures that stand upright, places on pictures, dice."""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gradio as gr

from cnn_core.errors import LabError
from cnn_core.images import opening
from demos import runner
from demos.checks import check_point
from demos.frontends import presentation
from demos.frontends.gradio.brief import keep_briefly
from demos.frontends.gradio.carried import carry
from demos.frontends.gradio.files import as_shown
from demos.frontends.gradio.inputs import raw_value, update_of
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import QUICK, RUN, model_work, run_of, then_run, unchanged
from demos.frontends.gradio.turns import Turns
from demos.spec import Choice, Demo, Memory, Picture, Pictures, Point


def connect_changes(page: Page) -> None:
    """Connects the inputs of a page that change others; in a live demo, the run follows."""
    prepared = [_connect_dependents(page, name) for name in page.demo.inputs if prepares(page.demo, name)]
    for name, entry in page.demo.inputs.items():
        if isinstance(entry, Point):
            picture = _picture_under(page, entry)
            place = _place if entry.on in page.demo.inputs else _place_of(entry)
            prepared.append(picture.select(place, page.turns, page.inputs[name], trigger_mode="always_last", **QUICK))
    for shown, widgets in zip(page.demo.outputs, page.outputs, strict=True):
        if isinstance(shown, Pictures) and shown.chooses:
            changed = [shown.chooses, *dependents(page.demo, shown.chooses)]
            inputs, outputs = [page.turns, *page.input_widgets], [page.inputs[n] for n in changed]
            prepared.append(widgets[0].select(_picked(page.demo, changed), inputs, outputs, **QUICK))
    prepared += [die.click(_throw, page.turns, page.inputs[name], **QUICK) for name, die in page.dice.items()]
    if page.demo.live:
        for event in prepared:
            then_run(page, event)
        for name, entry in page.demo.inputs.items():
            if isinstance(entry, Pictures):
                inputs = [page.turns, *page.input_widgets]
                page.inputs[name].change(_run_if_empty(page, name), inputs, page.result_widgets, **RUN, **model_work(page))


def changes(page: Page, name: str) -> list[Any]:
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


def prepares(demo: Demo, name: str) -> bool:
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


def _connect_dependents(page: Page, name: str) -> Any:
    """A changed input offers the choices that go with it; a new picture stands upright, without the places on the old."""
    places = [n for n, f in page.demo.inputs.items() if isinstance(f, Point)]
    changed = [name, *places] if isinstance(page.demo.inputs[name], Picture | Pictures) else []
    changed += [key for key in (*brought_with(page.demo, name), *dependents(page.demo, name)) if key not in changed]
    inputs, outputs = [page.turns, *page.input_widgets], [page.inputs[n] for n in changed]
    own = name == page.demo.photograph
    prepare = _prepare(page.demo, changed, own)
    return gr.on(changes(page, name), prepare, inputs, [*outputs, *[page.yours] * own], trigger_mode="always_last", **QUICK)


def _prepare(demo: Demo, changed: list[str], own: bool = False) -> Callable[..., Any]:
    """The function that gives the ``changed`` inputs what goes with a new value of another.

    ``own``: it is the visitor's picture; where one that came along is shown, it is no longer.
    """

    def prepare(turns: Turns, request: gr.Request, *payloads: Any) -> Any:
        first = turns.begin() == 1  # given while the page opened: the first example may reach the browser after it
        if demo.private:
            keep_briefly(payloads)
        values = dict(zip(demo.inputs, payloads, strict=True))
        if isinstance(demo.inputs[changed[0]], Picture | Pictures):
            turns.example = None
        if values[changed[0]]:
            values |= brought_with(demo, changed[0])
        updates: list[Any] = []
        for key in changed:
            match demo.inputs[key]:
                case Picture() | Pictures() as entry:
                    shown = _upright(entry, values[key])
                    updates.append(gr.skip() if not first and shown == raw_value(entry, values[key]) else shown)
                    if key == demo.photograph:
                        carry(request, shown if opening.can_be_opened(shown) else None)
                case Choice() as entry:
                    _settle(demo, entry, values)
                    values[key] = kept_or_default(entry, values, key)
                    updates.append(update_of(entry, values[key], values))
                case Point():
                    updates.append("")  # a place on the picture that was there before
                case entry:
                    updates.append(update_of(entry, values[key], values))
        updates += [gr.update(visible=False)] * own
        return updates if len(updates) > 1 else updates[0]

    return prepare


def brought_with(demo: Demo, name: str) -> Mapping[str, Any]:
    """What other inputs become when a person gives a picture to this one; nothing where it takes none."""
    entry = demo.inputs[name]
    return entry.brings if isinstance(entry, Picture) else {}


def _picked(demo: Demo, changed: list[str]) -> Callable[..., Any]:
    """The function that chooses by a press on a picture, and gives the choices that depend on it what goes with it."""
    chooses = changed[0]
    prepare = _prepare(demo, changed)

    def choose(turns: Turns, event: gr.SelectData, request: gr.Request, *payloads: Any) -> Any:
        values = dict(zip(demo.inputs, payloads, strict=True))
        entry = demo.inputs[chooses]
        assert isinstance(entry, Choice)
        _settle(demo, entry, values)
        values[chooses] = runner.pick(entry, values, values[chooses], event.index)
        return prepare(turns, request, *values.values())

    return choose


def _settle(demo: Demo, entry: Choice, values: dict[str, Any]) -> None:
    """Puts defaults where a Choice depends on others that hold no option of theirs: whoever calls may send anything."""
    for name in entry.depends_on:
        other = demo.inputs[name]
        if isinstance(other, Choice):
            values[name] = kept_or_default(other, values, name)


def _upright(entry: Picture | Pictures, payload: Any) -> Any:
    """The path or paths of the pictures as they are opened here, where browsers would show the files otherwise."""
    raw = raw_value(entry, payload)
    return [as_shown(path) for path in raw] if isinstance(raw, list) else raw and as_shown(raw)


def kept_or_default(entry: Choice, values: dict[str, Any], name: str) -> Any:
    """What a Choice holds after its options have changed: what it held, where that is still an option."""
    allowed, held = [value for value, _ in runner.options_of(entry, values)], values[name]
    if entry.several:
        return [value for value in held if value in allowed] if isinstance(held, list | tuple) else []
    return held if held in allowed else runner.default_of(entry, values)


def _run_if_empty(page: Page, name: str) -> Callable[..., Iterator[list[Any]]]:
    """A run for when a gallery is emptied, which Gradio tells only as any change, be it a person's or the page's own."""
    run, position = run_of(page), list(page.demo.inputs).index(name)

    def run_if_empty(turns: Turns, *payloads: Any) -> Iterator[list[Any]]:
        if payloads[position]:
            yield unchanged(page)
        else:
            yield from run(turns, *payloads)

    return run_if_empty


def _place(turns: Turns, event: gr.SelectData) -> str:
    """A click on a picture as a place on it."""
    turns.begin()
    x, y = event.index
    return presentation.place_words((int(x), int(y)))


def _place_of(point: Point) -> Callable[..., str]:
    """The function that takes a click on a result (scenes/picture.js) as a place on it."""

    def place(turns: Turns, event: gr.SelectData) -> str:
        turns.begin()
        told = event.value if isinstance(event.value, dict) else {}
        try:
            return presentation.place_words(check_point(point, told.get("place")))
        except LabError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return place


def _throw(turns: Turns) -> int:
    turns.begin()
    return random.randint(0, runner.LARGEST_SEED)


def _picture_under(page: Page, point: Point) -> Any:
    if point.on in page.demo.inputs:
        return page.inputs[point.on]
    return next(w[0] for f, w in zip(page.demo.outputs, page.outputs, strict=True) if getattr(f, "label", None) == point.on)
