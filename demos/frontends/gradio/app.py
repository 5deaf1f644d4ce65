"""The Gradio front end: every demo a page with an address, made of its fields alone. Knows no task, model or torch."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.routes import App
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from cnn_core.errors import LabError
from cnn_core.images import opening
from cnn_core.runtime import devices
from demos import catalogue, health
from demos.frontends import presentation, start, temporary, welcome
from demos.frontends.gradio import navigation, sessions
from demos.frontends.gradio.api import connect_api
from demos.frontends.gradio.calls import check_of, refuse_malformed, say_errors_in_words
from demos.frontends.gradio.events import connect
from demos.frontends.gradio.files import KEPT
from demos.frontends.gradio.gate import Gate
from demos.frontends.gradio.page import draw
from demos.frontends.gradio.share import draw_code
from demos.frontends.gradio.sheets import sheets_of
from demos.frontends.gradio.style import theme
from demos.frontends.gradio.visitors import Visitors
from demos.frontends.markup import terms
from demos.spec import Demo

HERE = Path(__file__).parent
HOUR = 3600
MOST_WAITING = 64
PAUSE = 0.01
"""Seconds after which an idle queue looks for work: Gradio 6.31's millisecond takes 7 % of a core, day and night."""
CARDS = StaticFiles(directory=welcome.CARDS, check_dir=False)
"""The start page's pictures."""
STYLES = ("page", "start", "layout", "bench", "pictures", "plots", "results", "lesson", "telephone", "address")
"""The style sheets in css/, in the order in which they are read: the later ones win."""
SCRIPTS = ("page", "address")


def build(demos: Sequence[Demo]) -> gr.Blocks:
    """The start page at /, and every demo at its own address, /<demo.name>; ``demos`` in the order to show them in."""
    # Files are deleted when nobody was handed them for six hours: a lecture with its break must not lose its picture.
    blocks = gr.Blocks(title=presentation.NAME, analytics_enabled=False, delete_cache=(HOUR, 6 * HOUR))
    with _no_server_yet(), blocks:
        blocks.queue(max_size=MOST_WAITING, api_open=False)  # now: with all its widgets it would be configured once more
        blocks._queue.sleep_when_free = PAUSE
        blocks._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # else a table of all calls so far is made after each of them
        gr.HTML(welcome.start_page(demos), elem_classes="start")
        for demo in demos:
            # What Blocks.route does; but leaving and entering the Blocks for each page would configure all pages anew.
            blocks.pages.append((demo.name, demo.title, False))
            blocks.current_page = demo.name
            gr.HTML(navigation.bar(demo, demos), elem_classes="bar")
            page = draw(demo, [each.name for each in demos])
            connect(page, blocks)
            connect_api(page)
        _add_glossary(blocks, demos)
        blocks.current_page = ""
    blocks.temp_file_sets.append(KEPT)
    return blocks


def _add_glossary(blocks: gr.Blocks, demos: Sequence[Demo]) -> None:
    """The page of all technical terms, where there are any."""
    if terms():
        blocks.pages.append((welcome.GLOSSARY, "Glossary", False))
        blocks.current_page = welcome.GLOSSARY
        gr.HTML(navigation.bar(None, demos), elem_classes="bar")
        gr.HTML(welcome.glossary_page(), elem_classes="glossary")


@contextmanager
def _no_server_yet() -> Iterator[None]:
    """Gradio 6.31 makes a whole server when Blocks get a queue, when they are left, and once more when they are launched."""
    plain = App.__dict__["create_app"]
    App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        App.create_app = plain  # type: ignore[method-assign]


def launch_options(blocks: gr.Blocks, demos: Sequence[Demo] | None = None) -> dict[str, Any]:
    """What the ``launch`` of these blocks gets: nothing from or to other hosts, and the gate before everything.

    ``demos``: those that they show; None for the whole catalogue.

    GRADIO_SERVER_NAME (else 127.0.0.1) and GRADIO_SERVER_PORT (else 7860) say where it serves, CNN_AUTH who may come in.
    """
    visitors = Visitors(temporary.folder, lambda: waiting(blocks))
    sheets = sheets_of(catalogue.find_demos() if demos is None else demos)
    return {
        "share": False, "enable_monitoring": False, "run_history": False, "ssr_mode": False, "show_error": False,
        "state_session_capacity": sessions.MOST, "max_file_size": opening.MOST_BYTES,
        "allowed_paths": [], "footer_links": ["api"], "auth": start.password(),
        "favicon_path": HERE.parent / "favicon.svg",
        "theme": theme(), "css_paths": [HERE / "css" / f"{name}.css" for name in STYLES],
        "head": "".join(f"<script>{(HERE / f'{name}.js').read_text(encoding='utf-8')}</script>" for name in SCRIPTS),
        "app_kwargs": {
            "middleware": [Middleware(Gate, visitors=visitors, check=check_of(blocks))],
            "routes": [
                Route("/health", tell_health), Route("/qr", draw_code), Route(f"/{welcome.SHEET}", sheets),
                Mount("/cards", CARDS),
            ],
            "exception_handlers": {RequestValidationError: refuse_malformed},
        },
    }  # fmt: skip


def waiting(blocks: gr.Blocks) -> Iterator[Scope]:
    """The request of each run that waits for its turn. Gradio 6.31 has no public way to ask."""
    for lane in list(blocks._queue.event_queue_per_concurrency_id.values()):
        yield from (event.request.scope for event in list(lane.queue))


def tell_health(request: Request) -> Response:
    """The answer of /health."""
    return JSONResponse(health.report(), headers={"cache-control": "no-store"})


@cache
def page() -> gr.Blocks:
    """The pages of all demos, ready to be launched. A setting that cannot be used ends the program with a sentence."""
    try:
        os.environ["GRADIO_TEMP_DIR"] = str(temporary.folder())
        devices.set_threads()
        sessions.use_light_sessions()
        say_errors_in_words()
        blocks = build(catalogue.find_demos())
    except LabError as error:
        raise SystemExit(str(error)) from None
    return blocks
