"""The layout of one demo's page: inputs left, the stage in the middle, the lesson right; on a phone one under the other.

css/layout.css puts the four parts into their places: inputs, stage (the answer and its picture), lesson, rest.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
import numpy as np
from gradio.components.base import Component
from PIL import Image

from demos import runner
from demos.frontends import presentation
from demos.frontends.gradio import navigation, share
from demos.frontends.gradio.files import picture_path
from demos.frontends.gradio.inputs import opening_values, widget_for
from demos.frontends.gradio.lesson import draw_lesson
from demos.frontends.gradio.outputs import explanation, widgets_for
from demos.frontends.gradio.turns import Turns
from demos.frontends.picture_scenes import Pictured
from demos.spec import Button, Demo, Field, Memory, Note, Output, Picture, Pictures, Point, Seed

THUMBNAIL = (192, 144)


@dataclass
class Page:
    """The widgets of one demo's page.

    Attributes:
        inputs: input name -> the widget that holds its value.
        outputs: the widgets of each output, in the order of the demo's outputs.
        error, facts: the sentence in place of a result; what every run reports.
        address: never seen; says what the browser's address shall say of the inputs.
        yours: the picture that the visitor brought along, and how to forget it.
        busy: where the page shows that a run goes on.
        opened: this visitor's: whether the page has shown its first example (or more) yet.
        turns: this visitor's: counts the runs, so that only the latest shows its answer.
        run, stop: None where changes run by themselves; None where a run has one step.
        presses: Button input -> the button; dice: Seed input -> its die.
        examples: the thumbnails.
        tries, watch: the buttons under "Try this", and what to watch after a press; None without any.
        drawer: the folded results; None where there are none.
        folded: the numbers of the outputs that lie in it.
        call: never shown; carries the public API event.
    """

    demo: Demo
    opened: gr.State
    turns: gr.State
    call: gr.Button
    error: gr.HTML
    facts: gr.Markdown
    busy: gr.HTML
    address: gr.HTML
    yours: gr.HTML
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: list[list[Any]] = field(default_factory=list)
    run: gr.Button | None = None
    stop: gr.Button | None = None
    presses: dict[str, gr.Button] = field(default_factory=dict)
    dice: dict[str, gr.Button] = field(default_factory=dict)
    examples: gr.Dataset | None = None
    tries: gr.Dataset | None = None
    watch: gr.HTML | None = None
    drawer: gr.Accordion | None = None
    folded: tuple[int, ...] = ()

    @property
    def input_widgets(self) -> list[Any]:
        """The inputs' widgets in the order of the demo's inputs, Memory included."""
        return [self.inputs[name] for name in self.demo.inputs]

    @property
    def result_widgets(self) -> list[Any]:
        """All that a run changes: every output's widgets, error, facts, address, and the Stop button where there is one."""
        stop = [self.stop] if self.stop is not None else []
        return [*(widget for widgets in self.outputs for widget in widgets), self.error, self.facts, self.address, *stop]

    @property
    def address_at(self) -> int:
        """The address's place among the ``result_widgets``."""
        return len(self.result_widgets) - (1 if self.stop is None else 2)


def draw(demo: Demo, shown: Collection[str] = ()) -> Page:
    """The demo's page, drawn into the surrounding blocks; nothing in it is connected yet.

    ``shown``: the names of the demos that there are, for the way on to the next.
    """
    page = Page(
        demo, opened=gr.State(False), turns=gr.State(Turns()), call=gr.Button("API", visible=False),
        error=gr.HTML(visible=False, elem_classes="error", render=False),
        busy=gr.HTML("", elem_classes="busy", render=False),
        facts=gr.Markdown(label="Facts", visible=False, elem_classes="facts", render=False),
        address=gr.HTML("", elem_classes="address", render=False),
        yours=gr.HTML("", visible=False, elem_classes="yours"),
    )  # fmt: skip
    values = opening_values(demo.inputs)
    page.inputs = {name: gr.State(f.initial) for name, f in demo.inputs.items() if isinstance(f, Memory)}
    gr.HTML(navigation.heading(demo), elem_classes="heading")
    with gr.Row(equal_height=False, elem_classes="bench"):
        with gr.Column(elem_classes="inputs"):
            gr.HTML("<h3>Picture and controls</h3>", elem_classes="spoken")
            _draw_inputs(page, values)
            gr.HTML(share.BUTTON, elem_classes="share")
        stage = gr.Column(elem_classes=["results", "stage"], elem_id="result")
        with gr.Column(elem_classes="lesson"):
            page.tries, page.watch = draw_lesson(demo, shown)
        rest = gr.Column(elem_classes=["results", "rest"])
        _draw_results(page, values, stage, rest)
    with gr.Accordion("Show the code", open=False, elem_classes="code"):
        gr.Code(runner.source_of(demo), language="python", interactive=False, show_label=False, wrap_lines=True)
    return page


# ---------------------------------------------------------------- the left


def _draw_inputs(page: Page, values: Mapping[str, Any]) -> None:
    """Pictures first, examples under them, then the other inputs with the buttons among them, and what is folded away."""
    pictures, others, folded = _arranged(page.demo)
    if pictures:
        several = sum(not isinstance(page.demo.inputs[name], Point) for name in pictures) > 1
        with gr.Column(elem_classes=["pictured", "several"] if several else "pictured"):
            for name in pictures:
                _draw_input(page, name, values)
    _draw_examples(page)
    before = _above_buttons(page.demo, others)
    for name in others[:before]:
        _draw_input(page, name, values)
    _draw_buttons(page, values)
    for name in others[before:]:
        _draw_input(page, name, values)
    if folded:
        with gr.Accordion("More controls", open=False, elem_classes="more"):
            for name in folded:
                _draw_input(page, name, values)


def _arranged(demo: Demo) -> tuple[list[str], list[str], list[str]]:
    """The inputs' names: pictures, each with the places on it; the other inputs; those that are folded away.

    Without what stands elsewhere: buttons in a row of their own, places on results beneath these, and memories nowhere.
    """
    pictures: list[str] = []
    others: list[str] = []
    folded: list[str] = []
    for name, entry in demo.inputs.items():
        match entry:
            case Memory() | Button():
                continue
            case Point() if entry.on not in demo.inputs:
                continue
            case Field(folded=True):
                folded.append(name)
            case Picture() | Pictures() | Point():
                pictures.append(name)
            case _:
                others.append(name)
    return sorted(pictures, key=lambda name: _place_among_pictures(demo, name)), others, folded


def _above_buttons(demo: Demo, others: list[str]) -> int:
    """How many of the other inputs stand above the buttons: those before the first Button; none where Run is the first."""
    order = list(demo.inputs)
    firsts = [order.index(name) for name, entry in demo.inputs.items() if isinstance(entry, Button)]
    return sum(order.index(name) < firsts[0] for name in others) if demo.live and firsts else 0


def _place_among_pictures(demo: Demo, name: str) -> tuple[int, bool]:
    """A picture's number among the inputs; a place on it comes right after it."""
    entry = demo.inputs[name]
    picture = entry.on if isinstance(entry, Point) else name
    return list(demo.inputs).index(picture), isinstance(entry, Point)


def _clickable(demo: Demo, picture: str) -> bool:
    """Whether a Point lies on this picture: then it is never enlarged, because Gradio would take clicks for other places."""
    return any(isinstance(entry, Point) and entry.on == picture for entry in demo.inputs.values())


def _draw_input(page: Page, name: str, values: Mapping[str, Any]) -> None:
    entry = page.demo.inputs[name]
    if isinstance(entry, Seed):
        with gr.Row(elem_classes="seed"):
            page.inputs[name] = widget_for(entry, values[name], values)
            page.dice[name] = gr.Button("Another", size="md", min_width=80)
        return
    widget = page.inputs[name] = widget_for(entry, values[name], values)
    widget.elem_classes = [*(widget.elem_classes or []), f"input-{name}"]  # so that an address can hide it
    if _clickable(page.demo, name):
        widget.elem_classes.append("clickable")
    if isinstance(entry, Picture | Pictures) and entry.help:
        gr.Markdown(entry.help, elem_classes="help")


def _draw_buttons(page: Page, values: Mapping[str, Any]) -> None:
    buttons = {name: entry for name, entry in page.demo.inputs.items() if isinstance(entry, Button)}
    for name, entry in buttons.items():
        page.inputs[name] = widget_for(entry, False, values)
    stoppable = runner.has_steps(page.demo)
    if page.demo.live and not stoppable and not buttons:
        return
    with gr.Row(elem_classes="buttons"):
        if not page.demo.live:
            page.run = gr.Button("Run", variant="primary", min_width=120)
        for name, entry in buttons.items():
            page.presses[name] = gr.Button(entry.label, min_width=120)
        if stoppable:
            page.stop = gr.Button(page.demo.stop, variant="stop", interactive=False, min_width=80)


def _draw_examples(page: Page) -> None:
    """A row of thumbnails, or of words where examples have no picture."""
    if not page.demo.examples or page.demo.examples == ({},):
        return
    pictures = [presentation.example_picture(page.demo, example) for example in page.demo.examples]
    titles = presentation.example_titles(page.demo)
    drawn = all(picture is not None for picture in pictures)
    samples = [[_thumbnail(picture, title) if drawn else title] for picture, title in zip(pictures, titles, strict=True)]
    page.examples = gr.Dataset(
        components=[gr.Image(render=False) if drawn else gr.Textbox(render=False)], samples=samples, type="index",
        label="Examples", samples_per_page=24, layout="gallery", elem_classes="examples",
    )  # fmt: skip


def _thumbnail(picture: Any, title: str) -> str:
    image = Image.fromarray(picture)
    image.thumbnail(THUMBNAIL)
    return picture_path(np.asarray(image), True, title)


# ---------------------------------------------------------------- the middle


def _draw_results(page: Page, values: Mapping[str, Any], stage: gr.Column, rest: gr.Column) -> None:
    """On the stage the error's place, the headline, the main picture, the facts; the other results, folded ones last."""
    demo = page.demo
    headline, main = presentation.headline(demo), presentation.main_picture(demo)
    first = [k for k in (headline, main) if k is not None]
    page.folded = tuple(k for k, entry in enumerate(demo.outputs) if not isinstance(entry, Memory) and entry.folded)
    others = [k for k in range(len(demo.outputs)) if k not in (*first, *page.folded)]
    drawn: dict[int, list[Component]] = {}

    def draw_several(numbers: Collection[int]) -> None:
        drawn.update({k: _draw_output(page, demo.outputs[k], headline is not None, values) for k in numbers})

    with stage:
        gr.HTML("<h3>Result</h3>", elem_classes="spoken")
        _place(page.busy)
        _place(page.error)
        draw_several(first)
        _place(page.facts)
        _place(page.address)
    with rest:
        draw_several(others)
        if page.folded:
            with gr.Accordion("More results", open=False, elem_classes="more") as page.drawer:
                draw_several(page.folded)
    page.outputs = [drawn[k] for k in range(len(demo.outputs))]


def _place(widget: Component) -> None:
    """Puts a widget that was made without a place into the surrounding blocks."""
    widget.render()  # Gradio's own


def _draw_output(page: Page, entry: Output, headline: bool, values: Mapping[str, Any]) -> list[Component]:
    if isinstance(entry, Memory):
        return [page.inputs[entry.name]]
    explained = bool(entry.help) and not isinstance(entry, Note | Pictured)
    if explained:
        gr.HTML(explanation(entry), elem_classes="explanation")
    widgets = widgets_for(entry, headline)
    if explained:
        widgets[0].show_label = False  # the explanation says it
        widgets[0].elem_classes.append("explained")
    if _clickable(page.demo, entry.label):
        widgets[0].elem_classes.append("clickable")
    for name, point in page.demo.inputs.items():
        if isinstance(point, Point) and point.on == entry.label:
            page.inputs[name] = widget_for(point, values[name], values)
    return widgets
