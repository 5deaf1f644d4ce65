"""What the server keeps of each visitor: as little as Gradio can do with."""

from types import SimpleNamespace

import gradio as gr
from gradio import state_holder

MOST = 400
"""Visitors whose page is remembered; whoever was not here longest is forgotten first, and their page opens anew."""


class LightSession(state_holder.SessionState):
    """A visitor's state without a copy of every widget's configuration.

    Gradio 6.31 makes that copy for each page load and each call of the API: 1.35 MB and 61 ms with 837 widgets, for "deep
    links" alone, which this page does not offer. What the visitor changes is still written down.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))  # type: ignore[arg-type]


def use_light_sessions() -> None:
    """From now on every visitor of a Gradio server in this process has a light session."""
    state_holder.SessionState = LightSession  # type: ignore[misc]
