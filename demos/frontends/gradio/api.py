"""One public function a demo for programs: gradio_client calls ``/<demo>`` with the inputs by name and gets the outputs."""

import inspect
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import gradio as gr

from cnn_core.errors import LabError
from demos import runner
from demos.frontends.gradio.brief import keep_briefly
from demos.frontends.gradio.inputs import opening_values, raw_values
from demos.frontends.gradio.outputs import values_for_programs, widgets_for_programs
from demos.frontends.gradio.page import Page
from demos.frontends.gradio.run import model_work
from demos.spec import (
    Button,
    Choice,
    Demo,
    Field,
    Input,
    Memory,
    OpenIn,
    Picture,
    Pictures,
    Plot,
    Point,
    Regions,
    Seed,
    Slider,
    Toggle,
)

MORE = {Regions: " (the picture, and the regions as data)", Plot: " (the chart's axes and numbers)"}
"""What a caller gets of some kinds of output."""


def connect_api(page: Page) -> None:
    """Makes the demo callable as ``/<demo.name>``; what it returns are the outputs that hold data, then the facts."""
    entries = zip(page.demo.outputs, page.outputs, strict=True)
    returned = chain.from_iterable(widgets_for_programs(entry, widgets) for entry, widgets in entries)
    page.call.click(
        call_of(page.demo), page.input_widgets, [*returned, page.facts],
        api_name=page.demo.name, api_visibility="public", preprocess=False, **model_work(page),
    )  # fmt: skip


def call_of(demo: Demo) -> Callable[..., Iterator[tuple[Any, ...]]]:
    """The function behind the public event: the demo's inputs are its parameters, with hints, defaults, a docstring."""

    def call(*payloads: Any) -> Iterator[tuple[Any, ...]]:
        try:
            for answer in runner.answers(demo, raw_values(demo.inputs, payloads), visitor=None):
                entries = zip(demo.outputs, answer.values, strict=True)
                told = [*chain.from_iterable(values_for_programs(entry, value) for entry, value in entries), answer.facts]
                if demo.private:
                    keep_briefly(payloads, told)
                yield tuple(told)
        except LabError as error:
            raise gr.Error(str(error), print_exception=False) from error

    values = opening_values(demo.inputs)
    parameters: list[inspect.Parameter] = []
    for name, entry in demo.inputs.items():
        default = _default(entry, values[name])
        if default is inspect.Parameter.empty and any(p.default is not inspect.Parameter.empty for p in parameters):
            default = None  # Python allows no other order; the runner's sentence says that it is missing
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters.append(inspect.Parameter(name, kind, annotation=_hint(entry), default=default))
    call.__name__ = call.__qualname__ = demo.name
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    call.__doc__ = _documentation(demo)
    return call


def _default(entry: Input, value: Any) -> Any:
    """None where the runner takes the default for a missing value; a picture that must be there has none."""
    required = isinstance(entry, Picture | Pictures) and not entry.optional
    return inspect.Parameter.empty if required else None if isinstance(entry, Memory) else value


def _hint(entry: Input) -> type:
    match entry:
        case Picture():
            return dict
        case Pictures():
            return list
        case Slider():
            return int if isinstance(entry.step, int) else float
        case Seed():
            return int
        case Toggle() | Button():
            return bool
        case Choice(several=True):
            return list
        case Memory():
            return object
    return str


def _documentation(demo: Demo) -> str:
    """Summary, parameters and what comes back, as Gradio's page of the API shows them."""
    lines = [demo.summary, "", "Args:"]
    for name, entry in demo.inputs.items():
        if isinstance(entry, Field):
            form = ' Two whole numbers, "x, y", in pixels of the upright picture.' if isinstance(entry, Point) else ""
            lines.append(f"    {name}: {entry.label}. {entry.help}{form}".rstrip())
    shown = [
        f"{entry.label}{MORE.get(type(entry), '')}"
        for entry in demo.outputs
        if isinstance(entry, Field) and not isinstance(entry, OpenIn)
    ]
    return "\n".join([*lines, "", "Returns:", f"    {', '.join(shown)}, and the facts of the run."])
