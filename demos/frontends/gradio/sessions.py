"""What the server keeps of each visitor: as little as Gradio can do with."""

from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio import state_holder

MOST = 400
"""Visitors whose page is remembered; whoever was not here longest is forgotten first, and their page opens anew."""


class LightSession(state_holder.SessionState):
    """A visitor's state without the widgets' configurations.

    Gradio 6.31 copies all of them for each page load and each call of the API, 1.35 MB and 61 ms with 837 widgets, and later
    writes every change into that copy, 1 ms each: for "deep links" alone, which this page does not offer.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))  # type: ignore[arg-type]

    def __setitem__(self, key: int, value: Any) -> None:
        """What a widget is for this visitor from now on; the value of a ``gr.State``."""
        if isinstance(self.blocks_config.blocks.get(key), gr.State):
            super().__setitem__(key, value)
        else:
            self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        """Nothing is written down."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Nothing is written down."""


def use_light_sessions() -> None:
    """From now on every visitor of a Gradio server in this process has a light session."""
    state_holder.SessionState = LightSession  # type: ignore[misc]
