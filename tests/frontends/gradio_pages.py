"""What tests of the Gradio page share: a small demo in one call, and its page drawn."""

from typing import Any

import gradio as gr

from demos.frontends.gradio.page import Page, draw
from demos.spec import Demo
from tests.frontends.small_demos import LESSON


def small(run: Any, inputs: dict[str, Any], outputs: tuple[Any, ...], **more: Any) -> Demo:
    """A demo called Small."""
    settings = {"title": "Small", "name": "small", "summary": "Small.", "lesson": LESSON} | more
    return Demo(run=run, inputs=inputs, outputs=outputs, **settings)


def drawn(demo: Demo) -> Page:
    """The demo's page, in blocks of its own."""
    with gr.Blocks():
        return draw(demo)
