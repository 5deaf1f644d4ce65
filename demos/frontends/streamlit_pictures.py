"""A demo's answers as things a page can show: PNG files of a sensible size, drawn regions with a legend. No widgets here.

It is done once an answer, not at each redrawing of the page: encoding a photograph takes longer than many a network.
"""

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageColor, ImageDraw, ImageFont

from cnn_core import images
from cnn_core.palette import colour_of
from demos.frontends import presentation
from demos.spec import BeforeAfter, Output, Picture, PictureArray, Pictures, Plot, Region, Regions

LARGEST = 1400  # pixels of the longest side: Streamlit would shrink wider ones itself, smoothly
LEAST = 560  # about the width of a column: smaller pixelated pictures are enlarged to it


@dataclass(frozen=True)
class View:
    """A picture ready to be shown.

    Attributes:
        png: the file, perhaps smaller or larger than the picture.
        width, height: of the picture itself, pixels.
    """

    png: bytes
    width: int
    height: int

    @property
    def url(self) -> str:
        """The file as a data URL, for HTML."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"


@dataclass(frozen=True)
class Drawn:
    """A picture with its regions drawn in, and (name, colour, score) of each: the legend."""

    view: View
    legend: tuple[tuple[str, str, float | None], ...]


def to_show(field: Output, value: Any) -> Any:
    """What the page shows of one output: its pictures as ``View`` or ``Drawn``, everything else as it is."""
    if value is None:
        return None
    match field:
        case Picture():
            return view_of(value, pixelated=field.pixelated)
        case Pictures():
            return [(view_of(picture, pixelated=field.pixelated), caption) for picture, caption in value]
        case BeforeAfter():
            return tuple(view_of(picture) for picture in value)
        case Regions():
            return drawn(*value)
        case Plot():
            return view_of_figure(value)
    return value


def view_of(picture: PictureArray, *, pixelated: bool = False, largest: int = LARGEST) -> View:
    """A picture, (H, W) or (H, W, 3) uint8, as PNG; a pixelated one keeps to whole pixels, large or small."""
    height, width = picture.shape[:2]
    if pixelated:
        stride = -(-max(height, width) // LARGEST)
        shown = images.enlarge_to(picture[::stride, ::stride], LEAST)
    else:
        shown, _ = images.cap_longest_side(picture, largest)
    return View(presentation.picture_file(shown, exact=True)[0], width, height)


def view_of_figure(figure: Figure) -> View:
    """A matplotlib figure as PNG."""
    png = presentation.figure_file(figure)
    return View(png, *Image.open(io.BytesIO(png)).size)


def drawn(picture: PictureArray, regions: Sequence[Region]) -> Drawn:
    """The picture with each region tinted, edged and named on the spot in its name's colour."""
    shown, opacities = presentation.overlay(picture, list(regions))
    pixels = shown.astype(np.float32)
    for k in sorted(range(len(regions)), key=lambda k: -opacities[k].sum()):  # large ones first, or they hide the small
        weight = opacities[k][:, :, None].astype(np.float32)
        pixels += weight * (np.array(ImageColor.getrgb(colour_of(regions[k].name)), np.float32) - pixels)
    canvas = Image.fromarray(pixels.round().astype(np.uint8))
    scale = shown.shape[1] / picture.shape[1]
    for region in regions:  # names last, so that no line crosses them
        if (place := _place(region)) is not None:
            _write(canvas, presentation.region_label(region), colour_of(region.name), (place[0] * scale, place[1] * scale))
    legend = tuple((region.name, colour_of(region.name), region.score) for region in regions)
    return Drawn(View(presentation.picture_file(np.asarray(canvas), exact=True)[0], *picture.shape[1::-1]), legend)


def _place(region: Region) -> tuple[float, float] | None:
    """Where a region's name stands (x, y): a box's corner, the mask's pixel nearest its centre; None for an empty mask."""
    if not isinstance(region.shape, np.ndarray):
        return float(region.shape[0]), float(region.shape[1])
    y, x = np.nonzero(region.shape)
    if len(x) == 0:
        return None
    nearest = int(np.argmin((x - x.mean()) ** 2 + (y - y.mean()) ** 2))
    return float(x[nearest]), float(y[nearest])


def _write(canvas: Image.Image, text: str, colour: str, place: tuple[float, float]) -> None:
    """Writes on a plate of the colour whose upper left corner is ``place``, moved so that all of it can be seen."""
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(max(canvas.size) / 34)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    pad = max(canvas.size) // 200
    w, h = right - left + 2 * pad, bottom - top + 2 * pad
    x = max(0, min(place[0], canvas.width - w))
    y = max(0, min(place[1], canvas.height - h))
    pen.rectangle((x, y, x + w, y + h), fill=colour)
    pen.text((x + pad - left, y + pad - top), text, font=font, fill=ink_on(colour))


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on the colour "#RRGGBB" (BT.601 luma)."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "white"
