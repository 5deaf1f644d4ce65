"""One run of a demo for one visitor: what the browser sent goes in, updates of the page's results come out."""

import copy
import html
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from cnn_core.errors import LabError
from demos import addresses, runner
from demos.frontends import presentation
from demos.frontends.gradio.brief import keep_briefly
from demos.frontends.gradio.drawer import Drawer
from demos.frontends.gradio.inputs import raw_values
from demos.frontends.gradio.outputs import updates_for
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.turns import Turns
from demos.spec import Memory

RUN: dict[str, Any] = {"api_visibility": "private", "preprocess": False}
PACE = 0.1
"""Seconds between the steps of a run: on a busy machine Gradio 6.31's page loses the last of updates that come faster."""

QUICK: dict[str, Any] = RUN | {"queue": False, "show_progress": "hidden"}
"""For events that only set widgets: they neither wait in the queue nor show that they work."""


Drawn = dict[int, tuple[Any, list[Any]]]
"""Number of an output -> the value that a run showed last, and the updates that show it."""


def model_work(page: Page) -> dict[str, Any]:
    """How events that use a network take turns, at most as many at once as the machine bears, and show that they work.

    Runs of many steps, which may take minutes, have a lane of their own: a quick answer never waits for them to end.
    """
    lane = "model" if page.stop is None else "model, step by step"
    return {"concurrency_id": lane, "concurrency_limit": runner.at_once(), "show_progress_on": page.busy}


def results(page: Page, answer: runner.Answer, drawer: Drawer, drawn: Drawn | None = None) -> list[Any]:
    """Updates of the page's result widgets that show an answer; what lies in a closed drawer is kept there as it is.

    ``drawn``: what this run's steps have drawn so far; what a step shows again is not drawn and encoded again.
    """
    drawn = {} if drawn is None else drawn
    folded = {k: value for k, value in enumerate(answer.values) if k in page.folded and not drawer.is_open}
    drawer.put(folded)
    shown = [
        [gr.skip() for _ in page.outputs[k]] if k in folded else _draw(page, k, answer.values[k], drawn)
        for k in range(len(page.demo.outputs))
    ]
    return [*chain.from_iterable(shown), gr.update(visible=False), _facts(answer.facts), gr.skip(), *_stop(page)]


def _draw(page: Page, k: int, value: Any, drawn: Drawn) -> list[Any]:
    """Updates of an output's widgets; those of the step before where the very same object is shown again."""
    entry = page.demo.outputs[k]
    if isinstance(entry, Memory):
        return updates_for(entry, value)
    if k not in drawn or drawn[k][0] is not value:
        drawn[k] = value, updates_for(entry, value)
    return [copy.copy(update) for update in drawn[k][1]]  # Gradio takes the updates that it gets apart


def opened_drawer(page: Page) -> Callable[[Turns], list[Any]]:
    """The function of the event that opens the drawer: what it held becomes updates of the folded outputs' widgets."""

    def open_drawer(turns: Turns) -> list[Any]:
        turns.drawer.is_open = True
        held = turns.drawer.take()
        values = held or {}
        shown = [
            updates_for(page.demo.outputs[k], values[k]) if k in values else [gr.skip() for _ in page.outputs[k]]
            for k in page.folded
        ]
        if page.demo.private:
            keep_briefly(shown)
        gone = note("These results had to go, because many visitors are here. Run again to see them.")
        return [*chain.from_iterable(shown), gone if held is None else gr.skip()]

    return open_drawer


def note(sentence: str) -> Any:
    """An update of the error's place: a note about the results on show."""
    return gr.update(value=f'<div role="status">{html.escape(sentence)}</div>', visible=True)


def trouble(page: Page, sentence: str, drawer: Drawer) -> list[Any]:
    """Updates that show a sentence in place of the results; what the page remembers stays."""
    drawer.put({})
    words = f'<div role="alert">{html.escape(sentence)}</div>'
    empty = [[gr.skip()] if isinstance(entry, Memory) else updates_for(entry, None) for entry in page.demo.outputs]
    return [*chain.from_iterable(empty), gr.update(value=words, visible=True), _facts(""), gr.skip(), *_stop(page)]


def unchanged(page: Page) -> list[Any]:
    """Updates that leave all results as they are."""
    return [gr.skip() for _ in page.result_widgets]


def _facts(words: str) -> Any:
    return gr.update(value=presentation.folded_facts(presentation.keep_together(words)), visible=bool(words))


def address(turns: Turns, query: dict[str, str]) -> Any:
    """The update after which the browser's address says what the inputs hold; none where it does so already."""
    if query == turns.query:
        return gr.skip()
    turns.query = query
    return f'<i data-query="{html.escape(urlencode(query))}"></i>'


def _stop(page: Page, running: bool | None = None) -> list[Any]:
    """The Stop button's update, where there is one. None leaves it: a step on its way must not undo a press of Stop."""
    if page.stop is None:
        return []
    return [gr.skip() if running is None else gr.update(interactive=running)]


def run_of(page: Page, pressed: str = "") -> Callable[..., Iterator[list[Any]]]:
    """The function of an event that runs the demo with what its inputs hold; ``pressed`` names the Button that did it."""

    def run(turns: Turns, *payloads: Any) -> Iterator[list[Any]]:
        turn = turns.begin()
        with turns.alone():
            if turns.latest == turn:
                for shown in _steps(page, payloads, pressed, turns):
                    if turns.latest != turn:
                        break
                    yield shown
                    if page.stop is not None:
                        time.sleep(PACE)
            if turns.latest != turn:
                yield unchanged(page)

    return run


def _steps(page: Page, payloads: tuple[Any, ...], pressed: str, turns: Turns) -> Iterator[list[Any]]:
    """Updates of the page's result widgets for each step of a run, or for the sentence that came instead."""
    shown = unchanged(page)
    drawn: Drawn = {}
    if page.stop is not None:
        yield [*shown[:-1], *_stop(page, running=True)]
    if page.demo.private:
        keep_briefly(payloads)
    try:
        values = raw_values(page.demo.inputs, payloads) | ({pressed: True} if pressed else {})
        for answer in runner.answers(page.demo, values, gr.Progress(), turns.visitor):
            shown = results(page, answer, turns.drawer, drawn)
            shown[page.address_at] = address(turns, addresses.query_of(page.demo, values, turns.example))
            if page.demo.private:
                keep_briefly(payloads, shown)  # again: a run may take a while
            yield shown
    except LabError as error:
        shown = trouble(page, str(error), turns.drawer)
        yield shown
    if page.stop is not None:
        yield [*shown[:-1], *_stop(page, running=False)]


def then_run(page: Page, event: Any) -> Any:
    """After an event that set inputs, the demo runs with them."""
    inputs = [page.turns, *page.input_widgets]
    return event.success(run_of(page), inputs, page.result_widgets, trigger_mode="always_last", **RUN, **model_work(page))
