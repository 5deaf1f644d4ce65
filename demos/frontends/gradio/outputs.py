"""An output field -> Gradio widgets, and a value -> what they show."""

import copy
from typing import Any

import gradio as gr
import numpy as np
from gradio.components.base import Component

from cnn_core.images.palette import colour_of
from demos.frontends import presentation
from demos.frontends.gradio.files import keep, picture_path
from demos.spec import (
    Bars,
    BeforeAfter,
    Download,
    Field,
    Memory,
    Note,
    OpenIn,
    Output,
    Picture,
    Pictures,
    Plot,
    Regions,
    Table,
)


def widgets_for(field: Output, headline: bool) -> list[Component]:
    """The widgets of an output field, hidden until they hold something; Memory has none of its own.

    ``headline``: whether a Note of the demo says the answer large, so that bars need not.
    """
    hidden: dict[str, Any] = {"label": field.label, "visible": False} if isinstance(field, Field) else {}
    match field:
        case Picture():
            classes = ["picture", "pixelated"] if field.pixelated else ["picture"]
            return [_image(hidden, field.alt or field.label, classes)]
        case Plot():
            return [_image(hidden, field.alt or field.label, ["picture", "plot"])]
        case Pictures():
            return [gr.Gallery(
                format="png", columns=field.columns, height="auto", interactive=False, object_fit="contain",
                buttons=["fullscreen", "download"],
                elem_classes=["pictures", "pixelated"] if field.pixelated else ["pictures"], **hidden,
            )]  # fmt: skip
        case BeforeAfter():
            return [gr.ImageSlider(
                format="png", interactive=False, buttons=["fullscreen", "download"], max_height=620, **hidden
            )]  # fmt: skip
        case Regions():
            return [gr.AnnotatedImage(format="png", elem_classes="regions", **hidden)]
        case Bars():
            return [gr.Label(show_heading=not headline, buttons=[], **hidden)]
        case Table():
            return [gr.Dataframe(
                headers=list(field.columns), interactive=False, wrap=True, type="array", buttons=[], **hidden
            )]  # fmt: skip
        case Note():
            return [gr.Markdown(elem_classes=["note", field.tone], line_breaks=True, **hidden)]
        case Download():
            return [gr.DownloadButton(size="md", **hidden)]
        case OpenIn():
            return [gr.Button(f"{field.label} →", visible=False, size="md"), gr.State(None)]
        case Memory():
            return []
    raise TypeError(f"there is no widget for {type(field).__name__}")


def _image(hidden: dict[str, Any], alt: str, classes: list[str]) -> Component:
    return gr.Image(
        type="filepath", format="png", interactive=False, alt_text=alt, elem_classes=classes,
        buttons=["fullscreen", "download"], **hidden,
    )  # fmt: skip


# ---------------------------------------------------------------- values


def updates_for(field: Output, value: Any) -> list[Any]:
    """What the page's widgets of an output show: one update for each of them. An empty output takes no room."""
    plain = plain_value(field, value)
    match field:
        case Memory():
            return [copy.deepcopy(value)]  # the first answer is everybody's, a memory never is
        case OpenIn():
            return [gr.update(visible=value is not None), _light(value, field.label)]
        case Regions() if value is not None:
            labels = {presentation.region_label(region): colour_of(region.name) for region in value[1]}
            return [gr.update(value=plain, visible=True, color_map=labels)]
    return [gr.update(value=plain, visible=bool(plain))]


def _light(value: Any, label: str) -> Any:
    """A value as a page can remember it: pictures become files, because every visitor's memory is the server's."""
    match value:
        case np.ndarray():
            return picture_path(value, False, label)
        case dict():
            return {key: _light(entry, label) for key, entry in value.items()}
        case list() | tuple():
            return [_light(entry, label) for entry in value]
    return value


def plain_value(field: Output, value: Any) -> Any:
    """The value as the field's widget takes it, which is also what a caller of the API gets."""
    if value is None:
        return "" if isinstance(field, Note) else None
    match field:
        case Picture():
            return picture_path(value, field.pixelated, field.label)
        case Pictures():
            return [(picture_path(picture, field.pixelated, caption or field.label), caption) for picture, caption in value]
        case BeforeAfter():
            sides = zip(value, ("before", "after"), strict=True)
            return tuple(picture_path(picture, False, f"{field.label}, {side}") for picture, side in sides)
        case Regions():
            picture, opacities = presentation.overlay(*value)
            picture = presentation.tagged(picture, value[1], value[0].shape[:2])
            labels = [presentation.region_label(region) for region in value[1]]
            return picture_path(picture, True, field.label), list(zip(opacities, labels, strict=True))
        case Bars():
            return {str(name): float(share) for name, share in value.items()}
        case Table():
            return [list(row) for row in value]
        case Plot():
            return keep(presentation.figure_file(value), f"{field.label}.png")
        case Download():
            name, data = value
            return keep(data, name)
    return value
