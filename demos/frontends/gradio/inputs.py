"""An input field -> a Gradio widget, its value -> what the runner takes, a value -> what the widget shows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import gradio as gr
import numpy as np
from gradio.components.base import Component
from gradio.data_classes import GradioDataModel
from gradio_client.utils import is_http_url_like

from demos import runner
from demos.frontends import presentation
from demos.frontends.gradio.files import picture_path
from demos.spec import Button, Choice, Input, Memory, Picture, Pictures, Point, Seed, Slider, Text, Toggle

MOST_RADIO_BUTTONS = 4
ONLY_FILES = "Please upload the picture's file: addresses of pictures are not accepted."
NO_FILE = "Expected the path of an uploaded picture as {'path': ...}; what came is no such thing. Upload the file first."
UNMIRRORED = gr.WebcamOptions(mirror=False)  # or a letter held up to the camera would be read backwards
SOURCES: list[Literal["upload", "webcam", "clipboard"]] = ["upload", "clipboard", "webcam"]


def widget_for(field: Input, value: Any, values: Mapping[str, Any]) -> Component:
    """The widget of an input field, holding ``value``. ``values`` are all inputs' values, for a dependent Choice.

    A Button's widget is a hidden checkbox (its value for callers of the API); the page draws the button that people press.
    """
    match field:
        case Picture():
            return _picture(field)
        case Pictures():
            return _gallery(field)
        case Slider():
            return gr.Slider(
                field.low, field.high, value, step=field.step, label=field.label, info=field.help or None, buttons=[]
            )
        case Choice():
            return _choice(field, value, values)
        case Toggle():
            return gr.Checkbox(value, label=field.label, info=field.help or None)
        case Text():
            return gr.Textbox(
                value, label=field.label, info=field.help or None, placeholder=field.placeholder,
                lines=field.lines, max_length=field.longest,
            )  # fmt: skip
        case Seed():
            return gr.Number(value, precision=0, label=field.label, info=field.help or None, min_width=80)
        case Point():
            words = field.help.rstrip(".") or "Click on the picture"
            return gr.Textbox(
                presentation.place_words(value), label=field.label, placeholder=f"{words}, or type x, y", max_lines=1,
                elem_classes="place",
            )  # fmt: skip
        case Button():
            return gr.Checkbox(False, label=field.label, visible=False)
        case Memory():
            return gr.State(field.initial)
    raise TypeError(f"there is no widget for {type(field).__name__}")


def _picture(field: Picture) -> Component:
    return _only_uploads(gr.Image(
        type="filepath", format="png", image_mode=None, webcam_options=UNMIRRORED, sources=SOURCES,
        label=field.label, alt_text=field.label, buttons=["fullscreen"], interactive=True, elem_classes="picture",
    ))  # fmt: skip


def _gallery(field: Pictures) -> Component:
    return _only_uploads(gr.Gallery(
        type="filepath", format="png", sources=SOURCES, label=field.label, columns=4, height="auto",
        interactive=True, buttons=[], object_fit="cover", file_types=["image"], elem_classes="pictures",
    ))  # fmt: skip


def _choice(field: Choice, value: Any, values: Mapping[str, Any]) -> Component:
    # A choice that depends on others is asked for when somebody opens the tab: it may take long.
    choices = [] if field.depends_on else choices_of(field, values)
    common: dict[str, Any] = {"label": field.label, "info": field.help or None}
    if field.several and len(choices) <= 2 * MOST_RADIO_BUTTONS and not field.depends_on:
        return gr.CheckboxGroup(choices, value=value, **common)
    if not field.several and len(choices) <= MOST_RADIO_BUTTONS and not field.depends_on:
        return gr.Radio(choices, value=value, **common)
    widget: Component = gr.Dropdown(choices, value=value, multiselect=field.several, filterable=True, **common)
    if field.depends_on and not field.several:
        hint = {"type": "string", "description": "one of the choices that go with the other inputs"}
        widget.api_info = lambda: hint  # type: ignore[method-assign]
    return widget


def opening_values(inputs: Mapping[str, Input]) -> dict[str, Any]:
    """What the widgets hold before anybody opens their tab: defaults, but nothing in a choice that depends on others."""
    return {
        name: None if isinstance(field, Choice) and field.depends_on else runner.default_of(field, {})
        for name, field in inputs.items()
    }


def choices_of(field: Choice, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A Choice's options as Gradio takes them: (label, value)."""
    return [(label, value) for value, label in runner.options_of(field, values)]


def _only_uploads(widget: Component) -> Component:
    """The widget, refusing the address of a picture elsewhere, which Gradio would fetch for whoever calls the API."""
    keep = widget.async_move_resource_to_block_cache

    async def keep_upload(path: str | Path | None) -> str | None:
        if path is not None and is_http_url_like(str(path)):
            raise gr.Error(ONLY_FILES, print_exception=False)
        return await keep(path)

    widget.async_move_resource_to_block_cache = keep_upload  # type: ignore[method-assign, assignment]
    widget.data_model = _in_words(widget.data_model)  # type: ignore[arg-type]
    return widget


def _in_words(model: type[GradioDataModel]) -> type[GradioDataModel]:
    """A picture's data model that refuses in a sentence what is no uploaded file; Gradio would answer without any words."""

    def model_validate(cls: type[GradioDataModel], /, value: Any, **how: Any) -> GradioDataModel:
        try:
            return model.model_validate(value, **how)
        except ValueError as error:  # pydantic's own error is one
            raise gr.Error(NO_FILE, print_exception=False) from error

    return type(model.__name__, (model,), {"model_validate": classmethod(model_validate), "__doc__": model.__doc__})


# ---------------------------------------------------------------- values


def raw_values(inputs: Mapping[str, Input], payloads: tuple[Any, ...]) -> dict[str, Any]:
    """What the browser sent, as the runner takes it, in the order of the inputs."""
    return {name: raw_value(field, payload) for (name, field), payload in zip(inputs.items(), payloads, strict=True)}


def raw_value(field: Input, payload: Any) -> Any:
    """One input's value as the runner takes it: a picture as the path of its file, a place as two numbers.

    It comes without Gradio's preprocessing, which would open pictures and check choices itself, with errors of its own.
    """
    match field:
        case Picture():
            return _path(payload)
        case Pictures():
            paths = [_path(entry.get("image")) for entry in payload or [] if isinstance(entry, Mapping)]
            return [path for path in paths if path]
        case Point() if isinstance(payload, str):
            return payload.replace(",", " ").split() or None
    return payload


def _path(payload: Any) -> str | None:
    """The path of an uploaded file, which Gradio has found among the uploads; None where a picture was taken away."""
    path = payload.get("path") if isinstance(payload, Mapping) else None
    return str(path) if path else None


def _shown(field: Picture | Pictures, value: Any) -> Any:
    return picture_path(value, True, field.label) if isinstance(value, np.ndarray) else value


def update_of(field: Input, value: Any, values: Mapping[str, Any]) -> Any:
    """What makes the widget show a value, as for an example; ``values`` are all inputs' values."""
    match field:
        case Picture():
            return _shown(field, value)
        case Pictures():
            return [_shown(field, picture) for picture in value or []]
        case Choice() if field.depends_on:
            return gr.update(choices=choices_of(field, values), value=value)
        case Point():
            return presentation.place_words(value)
        case Button():
            return False
    return value
