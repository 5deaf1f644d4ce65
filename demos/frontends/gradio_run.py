"""One run of a demo for one visitor: what the browser sent goes in, updates of the page's results come out."""

import html
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import gradio as gr

from cnn_core.errors import LabError
from demos import runner
from demos.frontends.gradio_inputs import raw_values
from demos.frontends.gradio_outputs import updates_for
from demos.frontends.gradio_page import Page
from demos.spec import Memory

PRIVATE: dict[str, Any] = {"api_visibility": "private", "preprocess": False}
QUICK: dict[str, Any] = PRIVATE | {"concurrency_limit": None, "show_progress": "hidden"}
"""For events that only set widgets: they wait for nobody and do not show that they work.

They are queued all the same, because only queued events tell the browser that a ``gr.State`` has changed (Gradio 6.31).
"""


def model_work() -> dict[str, Any]:
    """How events that use a network take turns: all together at most as many as the machine bears."""
    return {"concurrency_id": "model", "concurrency_limit": runner.at_once()}


def results(page: Page, answer: runner.Answer, running: bool) -> list[Any]:
    """Updates of the page's result widgets that show an answer."""
    shown = [updates_for(entry, value) for entry, value in zip(page.demo.outputs, answer.values, strict=True)]
    return [*chain.from_iterable(shown), gr.update(visible=False), _facts(answer.facts), *_stop(page, running)]


def trouble(page: Page, sentence: str) -> list[Any]:
    """Updates that show a sentence in place of the results; what the page remembers stays."""
    words = f'<div role="alert">{html.escape(sentence)}</div>'
    empty = [[gr.skip()] if isinstance(entry, Memory) else updates_for(entry, None) for entry in page.demo.outputs]
    return [*chain.from_iterable(empty), gr.update(value=words, visible=True), _facts(""), *_stop(page, False)]


def unchanged(page: Page, running: bool) -> list[Any]:
    """Updates that only say whether a run goes on."""
    count = len(page.result_widgets) - (page.stop is not None)
    return [gr.skip() for _ in range(count)] + _stop(page, running)


def _facts(words: str) -> Any:
    return gr.update(value=words, visible=bool(words))


def _stop(page: Page, running: bool) -> list[Any]:
    return [gr.update(interactive=running)] if page.stop is not None else []


def run_of(page: Page, pressed: str = "") -> Callable[..., Iterator[list[Any]]]:
    """The function of an event that runs the demo with what its inputs hold; ``pressed`` names the Button that did it."""

    def run(*payloads: Any) -> Iterator[list[Any]]:
        if page.stop is not None:
            yield unchanged(page, running=True)
        try:
            values = raw_values(page.demo.inputs, payloads) | ({pressed: True} if pressed else {})
            shown: list[Any] = []
            for answer in runner.answers(page.demo, values):
                shown = results(page, answer, running=True)
                yield shown
        except LabError as error:
            yield trouble(page, str(error))
            return
        if page.stop is not None and shown:
            yield [*shown[:-1], *_stop(page, running=False)]

    return run
