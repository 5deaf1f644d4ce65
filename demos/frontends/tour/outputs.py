"""An output field and its value -> HTML that needs no script."""

import html
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from demos.frontends import chart_pictures, picture_scenes, regions, scene_files
from demos.frontends.markup import markdown
from demos.frontends.tour.files import Files, Shown
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

FEW_PIXELS = 400
"""A pixelated picture smaller than this is shown larger, with sharp pixels."""


def show(field: Output, value: Any, files: Files, names: Sequence[str]) -> str:
    """An output as HTML; "" where there is nothing to show. ``names`` are those of the demos that the tour has."""
    if value is None or (isinstance(value, str | dict | list) and not value):
        return ""
    if isinstance(field, OpenIn) and field.demo not in names:
        return ""
    return SHOWN[type(field)](field, value, files)


def figure(picture: Shown, alt: str, caption: str = "", look: str = "") -> str:
    """A picture with its caption (HTML). ``look``: "" or "pixelated"."""
    few = "-few" if max(picture.width, picture.height) < FEW_PIXELS else ""
    mark = f' class="{look}{few}"' if look else ""
    size = f'width="{picture.width}" height="{picture.height}"'
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{picture.address}" alt="{html.escape(alt)}" {size} loading="lazy"{mark}>{words}</figure>'


def _titled(field: Any, body: str) -> str:
    more = f" <small>{html.escape(field.help)}</small>" if field.help else ""
    return f"<section><h4>{html.escape(field.label)}{more}</h4>{body}</section>"


def _picture(field: Picture, value: PictureArray, files: Files) -> str:
    kept = files.keep_picture(value, field.pixelated)
    return _titled(field, figure(kept, field.alt or field.label, look="pixelated" if field.pixelated else ""))


def _pictures(field: Pictures, value: Any, files: Files) -> str:
    look = "pixelated" if field.pixelated else ""
    shown = [
        figure(files.keep_picture(picture, field.pixelated), caption or field.label, html.escape(caption or ""), look)
        for picture, caption in value
    ]
    return _titled(field, f'<div class="grid" style="--columns:{min(field.columns, len(shown))}">{"".join(shown)}</div>')


def _before_after(field: BeforeAfter, value: Any, files: Files) -> str:
    sides = [
        figure(files.keep_picture(picture), f"{field.label}, {side}", side)
        for picture, side in zip(value, ("before", "after"), strict=True)
    ]
    return _titled(field, f'<div class="grid" style="--columns:2">{"".join(sides)}</div>')


def _regions(field: Regions, value: Any, files: Files) -> str:
    picture, found = value
    kept = files.keep_picture(regions.draw_regions(picture, found))
    return _titled(field, figure(kept, regions.describe(field.label, found)) + regions.legend_html(found))


def _class_map(field: ClassMap, value: Any, files: Files) -> str:
    return _titled(field, figure(files.keep_picture(picture_scenes.mix(value)), field.alt or field.label))


def _bars(field: Bars, value: Any, files: Files) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(str(name))}</th>'
        f'<td><span class="bar" style="width:{100 * share:.1f}%"></span></td><td>{share:.1%}</td></tr>'
        for name, share in sorted(value.items(), key=lambda entry: -entry[1])
    )
    return _titled(field, f'<table class="bars">{rows}</table>')


def _table(field: Table, value: Any, files: Files) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in field.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{html.escape(_cell(cell))}</td>' for cell in row)}</tr>" for row in value)
    return _titled(field, f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>')


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)


def _plot(field: Plot, value: Any, files: Files) -> str:
    return _titled(field, figure(files.keep_figure(chart_pictures.chart_file(value)), value.words))


def _scene(field: Scene, value: Any, files: Files) -> str:
    return _titled(field, f"<p>{html.escape(scene_files.described(field, value))}</p>")


def _note(field: Note, value: str, files: Files) -> str:
    return f'<div class="note {field.tone}">{markdown(value)}</div>'


def _download(field: Download, value: Any, files: Files) -> str:
    name, data = value
    address = html.escape(files.keep_file(data, name))
    return f'<p><a href="{address}" download="{html.escape(name)}">{html.escape(field.label)}</a> ({len(data):,} bytes)</p>'


def _link(field: OpenIn, value: Any, files: Files) -> str:
    return f'<p><a href="{field.demo}.html">{html.escape(field.label)} →</a></p>'


SHOWN: dict[type, Callable[[Any, Any, Files], str]] = {
    Picture: _picture,
    Pictures: _pictures,
    BeforeAfter: _before_after,
    Regions: _regions,
    ClassMap: _class_map,
    Bars: _bars,
    Table: _table,
    Plot: _plot,
    Scene: _scene,
    Note: _note,
    Download: _download,
    OpenIn: _link,
    Memory: lambda field, value, files: "",
}
"""Output field -> what shows its value."""
