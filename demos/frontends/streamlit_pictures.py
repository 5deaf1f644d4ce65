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
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from cnn_core import images
from cnn_core.palette import colour_of
from demos.spec import BeforeAfter, Output, Picture, PictureArray, Pictures, Plot, Region, Regions

LARGEST = 1400  # pixels of the longest side: Streamlit would shrink wider ones itself, smoothly
LEAST = 560  # about the width of a column: smaller pixelated pictures are enlarged to it
LEAST_DRAWN = 800  # so that names drawn into the picture are sharp
MASK_OPACITY = 0.5


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
    elif max(height, width) > largest:
        scale = largest / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        shown = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS, reducing_gap=2))
    else:
        shown = picture
    return View(_png(Image.fromarray(shown)), width, height)


def view_of_figure(figure: Figure) -> View:
    """A matplotlib figure as PNG."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=160, bbox_inches="tight")
    return View(file.getvalue(), *Image.open(file).size)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)  # without loss all the same, and five times as fast as the usual level
    return file.getvalue()


def drawn(picture: PictureArray, regions: Sequence[Region]) -> Drawn:
    """The picture with masks tinted, boxes outlined, and each named on the spot in its name's colour."""
    height, width = picture.shape[:2]
    longest = max(height, width)
    scale = min(max(LEAST_DRAWN, longest), LARGEST) / longest
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    sampling = Image.Resampling.NEAREST if longest < LEAST_DRAWN // 4 else Image.Resampling.LANCZOS
    canvas = Image.fromarray(picture).convert("RGB").resize(size, sampling)
    masks = [region for region in regions if isinstance(region.shape, np.ndarray)]
    for region in sorted(masks, key=lambda region: -int(np.count_nonzero(region.shape))):
        _tint(canvas, region)
    names = [place for region in regions if (place := _outline(canvas, region, scale)) is not None]
    for text, colour, place in names:  # last, so that no line crosses them
        _write(canvas, text, colour, place)
    legend = tuple((region.name, colour_of(region.name), region.score) for region in regions)
    return Drawn(View(_png(canvas), width, height), legend)


def _tint(canvas: Image.Image, region: Region) -> None:
    """Lays a mask's colour over the canvas, with a full-coloured edge."""
    mask = Image.fromarray(np.asarray(region.shape, np.uint8) * 255).resize(canvas.size, Image.Resampling.NEAREST)
    inner = mask.filter(ImageFilter.MinFilter(2 * (_line(canvas) // 2) + 1))
    weight = np.where(np.asarray(inner) > 0, MASK_OPACITY, 1.0) * (np.asarray(mask) > 0)
    canvas.paste(colour_of(region.name), mask=Image.fromarray((255 * weight).astype(np.uint8)))


def _outline(canvas: Image.Image, region: Region, scale: float) -> tuple[str, str, tuple[float, float]] | None:
    """Draws a box's outline. Returns the name to write, its colour and its place; None for an empty mask."""
    colour = colour_of(region.name)
    text = region.name if region.score is None else f"{region.name} {region.score:.0%}"
    if isinstance(region.shape, np.ndarray):
        place = _middle(region.shape)
        return None if place is None else (text, colour, (place[0] * scale, place[1] * scale))
    x1, y1, x2, y2 = (scale * edge for edge in region.shape)
    box = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    ImageDraw.Draw(canvas).rectangle(box, outline=colour, width=_line(canvas))
    return text, colour, box[:2]


def _middle(mask: NDArray[np.bool_]) -> tuple[float, float] | None:
    """The pixel (x, y) of the mask that lies nearest to its centre; None if the mask is empty."""
    y, x = np.nonzero(mask)
    if len(x) == 0:
        return None
    nearest = int(np.argmin((x - x.mean()) ** 2 + (y - y.mean()) ** 2))
    return float(x[nearest]), float(y[nearest])


def _write(canvas: Image.Image, text: str, colour: str, place: tuple[float, float]) -> None:
    """Writes on a plate of the colour whose upper left corner is ``place``, moved so that all of it can be seen."""
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(max(canvas.size) / 34)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    pad = _line(canvas)
    w, h = right - left + 2 * pad, bottom - top + 2 * pad
    x = max(0, min(place[0], canvas.width - w))
    y = max(0, min(place[1], canvas.height - h))
    pen.rectangle((x, y, x + w, y + h), fill=colour)
    pen.text((x + pad - left, y + pad - top), text, font=font, fill=ink_on(colour))


def _line(canvas: Image.Image) -> int:
    return max(2, max(canvas.size) // 220)


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on the colour "#RRGGBB" (BT.601 luma)."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "white"
