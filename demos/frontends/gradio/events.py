"""What happens on a page: every change, press and example leads to a run of the demo, and the run to its results."""

import copy
import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import gradio as gr

from cnn_core.errors import LabError
from demos import addresses, runner, stored
from demos.frontends.gradio import links
from demos.frontends.gradio.carried import carried, carry
from demos.frontends.gradio.changes import brought_with, changes, connect_changes, dependents, kept_or_default, prepares
from demos.frontends.gradio.inputs import update_of
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import (
    QUICK,
    RUN,
    model_work,
    note,
    opened_drawer,
    results,
    run_of,
    then_run,
    trouble,
    unchanged,
)
from demos.frontends.gradio.touches import connect_touches
from demos.frontends.gradio.tries import connect_tries
from demos.frontends.gradio.turns import Turns
from demos.spec import Demo, Memory, Text

OPENING = "opening"
"""What ``Page.opened`` says between the first example's inputs and its answer."""
LINKED = "linked"
"""The same where other inputs stand in the first example's place."""
FRESH = "fresh"
"""The address's parameter that forgets the visitor's picture: /detect?fresh=1."""


def connect(page: Page, blocks: gr.Blocks) -> None:
    """Connects a page's widgets with each other and with the demo's run."""
    _connect_opening(page, blocks)
    runs = [_connect_run(page)]
    inputs = [page.turns, *page.input_widgets]
    for name, press in page.presses.items():
        runs.append(press.click(run_of(page, name), inputs, page.result_widgets, **RUN, **model_work(page)))
    if page.examples is not None:
        runs.append(_connect_examples(page))
    if page.tries is not None:
        runs.append(connect_tries(page))
    connect_changes(page)
    runs += connect_touches(page)
    _connect_drawer(page)
    if page.stop is not None:
        page.stop.click(_stopped, page.turns, page.stop, cancels=runs, **QUICK)


def settable(page: Page) -> list[Any]:
    """The inputs' widgets that an example or another tab may set: all but Memory."""
    return [page.inputs[name] for name, entry in page.demo.inputs.items() if not isinstance(entry, Memory)]


def _shown_example(demo: Demo, example: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> list[Any]:
    """Updates of the settable inputs that show an example, but hold what is ``given`` and the choices that go with it."""
    values = runner.example_values(demo, example) | dict(given or {})
    for name in given or {}:
        for dependent, entry in dependents(demo, name).items():
            values[dependent] = kept_or_default(entry, values, dependent)
    return [update_of(entry, values[n], values) for n, entry in demo.inputs.items() if not isinstance(entry, Memory)]


def opening_inputs(page: Page) -> Callable[[bool | str, Turns, gr.Request], list[Any]]:
    """The function of the event that opens a page, unless a run was quicker.

    It opens with what a link from another page says, else with the example and the settings that the address names and the
    picture that the visitor gave elsewhere, else with the first example.
    """

    def fill(opened: bool | str, turns: Turns, request: gr.Request) -> list[Any]:
        if opened or turns.latest:
            return [opened or True, *(gr.skip() for _ in settable(page)), gr.skip()]
        query = dict(request.query_params)
        if FRESH in query:
            carry(request, None)
        given = links.held(query.get(links.KEY, ""))
        own = carried(request) if page.demo.photograph and addresses.EXAMPLE not in query else None
        number, named = addresses.inputs_in(page.demo, query)
        turns.example = number if given is None and own is None else None
        example = page.demo.examples[number] if page.demo.examples and own is None else {}
        shown = named if given is None else given
        if own is not None and given is None:
            name = str(page.demo.photograph)
            shown = {name: own, **brought_with(page.demo, name)} | named
        plain = turns.example == 0 and not named and given is None
        waits = own is not None and given is None and not page.demo.live  # what takes long begins when Run is pressed
        state = OPENING if plain else True if waits else LINKED
        return [state, *_shown_example(page.demo, example, shown), _brought(page.demo, own)]

    return fill


def _brought(demo: Demo, path: str | None) -> Any:
    """The update of the place that shows the picture which came along."""
    if path is None:
        return gr.skip()
    source = f"./gradio_api/file={quote(path)}"
    forget = f'<a href="./{demo.name}?{FRESH}=1">Forget it</a>'
    return gr.update(value=f'<img src="{html.escape(source)}" alt=""> Your picture came along. {forget}', visible=True)


def opening_results(page: Page) -> Callable[..., Iterator[list[Any]]]:
    """The function of the event after that: the answer to what the page opened with, unless a run was quicker."""

    def answer(opened: bool | str, turns: Turns, *payloads: Any) -> Iterator[list[Any]]:
        if opened not in (OPENING, LINKED) or turns.latest:
            yield [True, *unchanged(page)]
        elif opened == LINKED:
            yield from ([True, *shown] for shown in run_of(page)(turns, *payloads))
        else:
            yield from _first_results(page, turns)

    return answer


def _first_results(page: Page, turns: Turns) -> Iterator[list[Any]]:
    """The first example's answer, which is worked out once for all visitors."""
    turn = turns.begin()
    with turns.alone():
        try:
            first = stored.first_answer(page.demo)
            shown = results(page, first[1], turns.drawer) if first else unchanged(page)
        except LabError as error:
            shown = trouble(page, str(error), turns.drawer)
        yield [True, *(shown if turns.latest == turn else unchanged(page))]


def _connect_opening(page: Page, blocks: gr.Blocks) -> None:
    """Whoever opens the page sees its first example, or what the link says, answered."""
    # Two events, not one that yields twice: Gradio 6.31 loses the path of a picture when a later step leaves it unchanged.
    shown = [page.opened, *settable(page), page.yours]
    filled = blocks.load(opening_inputs(page), [page.opened, page.turns], shown, **QUICK)
    inputs, outputs = [page.opened, page.turns, *page.input_widgets], [page.opened, *page.result_widgets]
    filled.success(opening_results(page), inputs, outputs, **RUN, **model_work(page))


def _connect_examples(page: Page) -> Any:
    """An example fills in the inputs and runs, as for a new visitor: what the page remembers starts anew."""
    memories = [entry for entry in page.demo.inputs.values() if isinstance(entry, Memory)]

    def fill(turns: Turns, index: int) -> list[Any]:
        if not isinstance(index, int) or not 0 <= index < len(page.demo.examples):
            raise gr.Error("There is no such example.", print_exception=False)  # no page asks for it
        turns.begin()
        turns.example = index
        anew = [copy.deepcopy(entry.initial) for entry in memories]
        return [True, *_shown_example(page.demo, page.demo.examples[index]), *anew, gr.update(visible=False)]

    assert page.examples is not None
    outputs = [page.opened, *settable(page), *(page.inputs[entry.name] for entry in memories), page.yours]
    return then_run(page, page.examples.click(fill, [page.turns, page.examples], outputs, **QUICK | {"preprocess": True}))


def _connect_run(page: Page) -> Any:
    """The run on every change where the demo is live, else on the Run button and on Enter."""
    inputs, outputs = [page.turns, *page.input_widgets], page.result_widgets
    if page.run is None:
        changed = [change for name in page.demo.inputs if not prepares(page.demo, name) for change in changes(page, name)]
        return gr.on(changed, run_of(page), inputs, outputs, trigger_mode="always_last", **RUN, **model_work(page))
    every_change = [change for name in page.demo.inputs for change in changes(page, name)]
    gr.on(every_change, _outdated, None, page.error, **QUICK)
    entered = [page.inputs[n].submit for n, f in page.demo.inputs.items() if isinstance(f, Text) and f.lines == 1]
    return gr.on([page.run.click, *entered], run_of(page), inputs, outputs, trigger_mode="once", **RUN, **model_work(page))


def _outdated() -> Any:
    """The note over results that belong to other inputs; the next run takes it away."""
    return note("The inputs have changed since. Press Run.")


def _connect_drawer(page: Page) -> None:
    """The folded results are made and sent when somebody opens their drawer, and not before."""
    if page.drawer is None:
        return

    def close(turns: Turns) -> None:
        turns.drawer.is_open = False

    folded = [widget for k in page.folded for widget in page.outputs[k]]
    page.drawer.expand(opened_drawer(page), page.turns, [*folded, page.error], **QUICK)
    page.drawer.collapse(close, page.turns, None, **QUICK)


def _stopped(turns: Turns) -> Any:
    turns.begin()
    return gr.update(interactive=False)
