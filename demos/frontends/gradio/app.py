"""The Gradio front end: every demo a tab, made of its fields alone. Knows no task, no model and no torch."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import gradio as gr

from cnn_core.errors import LabError
from cnn_core.images import opening
from cnn_core.runtime import devices
from demos import catalogue
from demos.frontends import presentation
from demos.frontends.gradio.api import connect_api
from demos.frontends.gradio.events import connect
from demos.frontends.gradio.files import KEPT
from demos.frontends.gradio.links import connect_links
from demos.frontends.gradio.page import Page, draw
from demos.frontends.gradio.style import theme
from demos.spec import Demo

HERE = Path(__file__).parent
HOUR = 3600
MOST_WAITING = 64
STYLES = ("page", "bench", "pictures", "results", "telephone")
"""The style sheets in css/, in the order in which they are read: the later ones win."""
HEADER = f"<h1>{presentation.NAME}</h1><p>{presentation.PURPOSE}</p>"


def build(demos: Sequence[Demo]) -> gr.Blocks:
    """The page: groups as tabs, each group's demos as tabs within; ``demos`` stand in the order that they are shown in."""
    # Files are deleted when nobody was handed them for six hours: a lecture with its break must not lose its picture.
    blocks: gr.Blocks
    with gr.Blocks(title=presentation.NAME, analytics_enabled=False, delete_cache=(HOUR, 6 * HOUR)) as blocks:
        gr.HTML(HEADER, elem_id="header", elem_classes="header")
        pages: dict[str, Page] = {}
        tabs: dict[str, gr.Tabs] = {}
        with gr.Tabs(elem_classes="groups", overflow_behavior="wrap") as groups:
            for group, members in groupby(demos, key=lambda demo: demo.group):
                with gr.Tab(group, id=group), gr.Tabs(elem_classes="demos", overflow_behavior="wrap") as tabs[group]:
                    pages |= {demo.name: draw(demo) for demo in members}
        blocks.temp_file_sets.append(KEPT)
        for page in pages.values():
            connect(page)
            connect_api(page)
        for page in pages.values():
            connect_links(page, pages, groups, tabs)
    return blocks


def launch_options() -> dict[str, Any]:
    """What ``launch`` gets: nothing from or to other hosts.

    GRADIO_SERVER_NAME (else 127.0.0.1) and GRADIO_SERVER_PORT (else 7860) say where it serves.
    """
    return {
        "share": False, "enable_monitoring": False, "run_history": False, "ssr_mode": False, "show_error": False,
        "max_file_size": opening.MOST_BYTES, "allowed_paths": [], "footer_links": ["api"],
        "favicon_path": HERE.parent / "favicon.svg",
        "theme": theme(), "css_paths": [HERE / "css" / f"{name}.css" for name in STYLES],
        "head": f"<script>{(HERE / 'page.js').read_text(encoding='utf-8')}</script>",
    }  # fmt: skip


@cache
def page() -> gr.Blocks:
    """The page with all demos, ready to be launched. A setting that cannot be used ends the program with a sentence."""
    try:
        devices.set_threads()
        blocks = build(catalogue.find_demos())
    except LabError as error:
        raise SystemExit(str(error)) from None
    blocks.queue(max_size=MOST_WAITING)
    return blocks
