"""An output field -> Gradio widgets, and a value -> what they show."""

import copy
import html
import json
from collections.abc import Callable
from typing import Any

import gradio as gr
import numpy as np
from gradio.components.base import Component
from gradio.components.plot import PlotData

from cnn_core.runtime.recent import Recent
from demos.charts import as_data
from demos.frontends import chart_tools, picture_scenes, presentation, regions, scene_files
from demos.frontends.digests import digest
from demos.frontends.gradio import links, tables
from demos.frontends.gradio.files import in_use, keep, picture_path
from demos.frontends.picture_scenes import Pictured
from demos.frontends.vega import as_vega
from demos.spec import (
    Bars,
    BeforeAfter,
    ClassMap,
    Download,
    Memory,
    Note,
    OpenIn,
    Output,
    Picture,
    PictureArray,
    Pictures,
    Plot,
    Regions,
    Scene,
    Table,
)

_lately = Recent(most=256)
"""Which files were made of which value: of all visitors, because the same value makes the same file."""


def widgets_for(field: Output, headline: bool) -> list[Component]:
    """The widgets of an output field, hidden until they hold something; Memory has none of its own.

    ``headline``: whether a Note of the demo says the answer large, so that bars need not.
    """
    if isinstance(field, Bars):
        return [gr.Label(show_heading=not headline, buttons=[], label=field.label, visible=False)]
    return WIDGETS[type(field)](field)


def explanation(field: Output) -> str:
    """The label and the help of an output that has some, as HTML: they stand above it."""
    label, words = ("", "") if isinstance(field, Memory) else (field.label, field.help)
    return f"<div>{html.escape(label)}</div><p>{html.escape(words)}</p>"


def _image(field: Pictured) -> Component:
    """What programs get of a picture; the page never shows it."""
    return gr.Image(type="filepath", format="png", interactive=False, label=field.label, visible=False)


def _gallery(field: Pictures) -> Component:
    """Pictures that a press enlarges, unless it chooses one."""
    return gr.Gallery(
        format="png", columns=field.columns, height="auto", interactive=False, object_fit="contain",
        buttons=["fullscreen", "download"], label=field.label, visible=False, allow_preview=not field.chooses,
        elem_classes=["pictures", "pixelated"] if field.pixelated else ["pictures"],
    )  # fmt: skip


def _pictured(field: Pictured) -> list[Component]:
    """The picture, and what programs get, which the page never shows: a file or two, and regions as data."""
    shown = [_looked_at(field)]  # what is made first stands first
    if isinstance(field, BeforeAfter):
        return [*shown, gr.ImageSlider(format="png", interactive=False, label=field.label, visible=False)]
    data = [gr.JSON(visible=False, label=f"{field.label}, as data")] if isinstance(field, Regions) else []
    return [*shown, _image(field), *data]


def _looked_at(field: Pictured) -> Component:
    """A picture with tools to look at it closely."""
    return gr.HTML(
        html_template=scene_files.MARKUP, css_template=scene_files.style(picture_scenes.SCRIPT), elem_classes="looked-at",
        js_on_load=scene_files.script_for_gradio(picture_scenes.SCRIPT), label=field.label, visible=False,
    )  # fmt: skip


def _plot(field: Plot) -> list[Component]:
    """The chart, what keeps it, and what programs get: its data, which the page never shows."""
    chart = gr.Plot(label=field.label, visible=False, elem_classes="plot")
    tools = gr.HTML(
        html_template=scene_files.MARKUP, css_template=scene_files.style(chart_tools.SCRIPT), elem_classes="chart-tools",
        js_on_load=scene_files.script_for_gradio(chart_tools.SCRIPT), visible=False,
    )  # fmt: skip
    return [chart, tools, gr.JSON(visible=False, label=f"{field.label}, as data")]


def _scene(field: Scene) -> list[Component]:
    """The drawing, and what programs get: its data, which the page never shows."""
    drawn = gr.HTML(
        html_template=scene_files.MARKUP, css_template=scene_files.style(field.script), elem_classes="scene-place",
        js_on_load=scene_files.script_for_gradio(field.script), label=field.label, show_label=True, container=True,
        visible=False,
    )  # fmt: skip
    return [drawn, gr.JSON(visible=False, label=f"{field.label}, as data")]


def _table(field: Table) -> Component:
    return gr.Dataframe(
        headers=list(field.columns), interactive=False, wrap=True, type="array", buttons=[], label=field.label, visible=False
    )


def _note(field: Note) -> Component:
    return gr.Markdown(elem_classes=["note", field.tone], line_breaks=True, label=field.label, visible=False)


def _link(field: OpenIn) -> list[Component]:
    return [gr.Button(f"{field.label} →", link=f"./{field.demo}", link_target="_self", visible=False, size="md")]


WIDGETS: dict[type, Callable[[Any], list[Component]]] = {
    Picture: _pictured,
    ClassMap: _pictured,
    Plot: _plot,
    Scene: _scene,
    Pictures: lambda field: [_gallery(field)],
    BeforeAfter: _pictured,
    Regions: _pictured,
    Table: lambda field: [_table(field)],
    Note: lambda field: [_note(field)],
    Download: lambda field: [gr.DownloadButton(size="md", label=field.label, visible=False)],
    OpenIn: _link,
    Memory: lambda field: [],
}
"""Output field -> its widgets, except Bars, which also look at the other outputs."""


def widgets_for_programs(field: Output, widgets: list[Component]) -> list[Component]:
    """Those of an output's widgets whose values a caller of the API gets, as ``values_for_programs`` gives them."""
    match field:
        case OpenIn():  # leads a person from tab to tab and is nothing to return
            return []
        case Picture() | BeforeAfter() | Regions() | ClassMap() | Scene():
            return widgets[1:]
        case Plot():
            return widgets[2:]
    return widgets[:1]


# ---------------------------------------------------------------- values


def updates_for(field: Output, value: Any) -> list[Any]:
    """What the page's widgets of an output show: one update for each of them. An empty output takes no room."""
    if isinstance(field, Pictured):
        skipped = [gr.skip()] * (2 if isinstance(field, Regions) else 1)
        return [gr.update(value=_told(field, value), visible=value is not None), *skipped]
    plain = plain_value(field, value)
    match field:
        case Memory():
            return [copy.deepcopy(value)]  # the first answer is everybody's, a memory never is
        case OpenIn() if value is not None:
            return [gr.update(visible=True, link=links.address_of(field.demo, _light(value, field.label)))]
        case Plot():
            tools = None if value is None else chart_tools.told(field, value)
            return [*(gr.update(value=shown, visible=value is not None) for shown in (plain, tools)), gr.skip()]
        case Scene():
            return [gr.update(value=plain, visible=plain is not None), gr.skip()]
        case Pictures() if plain:
            plain = [(path, presentation.keep_together(caption)) for path, caption in plain]
        case Table() if plain:
            return [gr.update(value=plain, visible=True, column_widths=tables.column_widths(field.columns, plain))]
    return [gr.update(value=plain, visible=bool(plain))]


def _told(field: Pictured, value: Any) -> dict[str, Any] | None:
    """A picture as its page gets it. Regions lie on the bare picture's file, which another threshold need not send again."""
    if value is None:
        return None
    if isinstance(field, Regions | ClassMap):
        made = [_bare_file(field, picture) for picture in picture_scenes.pictures(field, value)]
    else:
        made = plain_value(field, value)
    return picture_scenes.told(field, value) | {"files": [made] if isinstance(made, str) else list(made), "help": field.help}


def _bare_file(field: Pictured, picture: PictureArray) -> str:
    """The file of a picture that others lie on."""
    file: str = _made(field, picture, lambda: picture_path(picture, False, field.label))
    return file


def _light(value: Any, label: str) -> Any:
    """A value as a link can remember it: pictures become files, because every visitor's memory is the server's."""
    match value:
        case np.ndarray():
            return picture_path(value, False, label)
        case dict():
            return {key: _light(entry, label) for key, entry in value.items()}
        case list() | tuple():
            return [_light(entry, label) for entry in value]
    return value


def values_for_programs(field: Output, value: Any) -> list[Any]:
    """What a caller of the API gets of an output: its value; of regions the picture and the data, of a chart the data."""
    match field:
        case OpenIn():
            return []
        case Regions():
            return [plain_value(field, value), None if value is None else regions.as_data(value[1])]
        case Plot():
            return [None if value is None else as_data(value)]
    return [plain_value(field, value)]


def plain_value(field: Output, value: Any) -> Any:
    """The value as the field's widget takes it, which is mostly also what a caller of the API gets.

    Files of pictures that were made lately, by any visitor's run, are not made again.
    """
    if value is None:
        return "" if isinstance(field, Note) else None
    match field:
        case Picture() | Pictures() | BeforeAfter() | Regions() | ClassMap():
            return _made(field, value, lambda: _files_of(field, value))
        case Plot():  # "altair" is what Gradio calls Vega-Lite
            return PlotData(type="altair", plot=json.dumps(as_vega(value), allow_nan=False))
        case Bars():
            return {str(name): float(share) for name, share in value.items()}
        case Table():
            return [list(row) for row in value]
        case Download():
            name, data = value
            return keep(data, name)
        case Scene():
            scene_files.described(field, value)
    return value


def _made(field: Output, value: Any, make: Callable[[], Any]) -> Any:
    """The files of an output's pictures, as ``make`` makes them; those of an equal value, if they are still there."""
    try:
        key = (id(field), digest(value))
    except TypeError:
        return make()
    paths = _lately.find(key)
    if paths is None or not in_use(paths):
        paths = make()
        _lately.keep(key, paths)
    return copy.deepcopy(paths)  # Gradio takes lists apart


def _files_of(field: Output, value: Any) -> Any:
    """Draws and encodes one output."""
    match field:
        case Picture():
            return picture_path(value, field.pixelated, field.label)
        case ClassMap():
            return picture_path(picture_scenes.mix(value), False, field.label)
        case Pictures():
            return [(picture_path(picture, field.pixelated, caption or field.label), caption) for picture, caption in value]
        case BeforeAfter():
            sides = zip(value, ("before", "after"), strict=True)
            return tuple(picture_path(picture, False, f"{field.label}, {side}") for picture, side in sides)
        case Regions():
            return picture_path(regions.draw_regions(*value), False, field.label)
    raise TypeError(f"a {type(field).__name__} has no files")
