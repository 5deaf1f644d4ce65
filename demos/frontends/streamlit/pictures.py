"""A demo's answers as things a page can show: PNG files of a sensible size, drawn regions with a legend. No widgets here.

It is done once an answer, not at each redrawing of the page: encoding a photograph takes longer than many a network.
"""

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from PIL import Image

from cnn_core.images import opening
from cnn_core.images.palette import colour_of
from demos.frontends import presentation
from demos.frontends.regions import draw_regions
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
        shown = opening.enlarge_to(picture[::stride, ::stride], LEAST)
    else:
        shown, _ = opening.cap_longest_side(picture, largest)
    return View(presentation.picture_file(shown, exact=True)[0], width, height)


def view_of_figure(figure: Figure) -> View:
    """A matplotlib figure as PNG."""
    png = presentation.figure_file(figure)
    return View(png, *Image.open(io.BytesIO(png)).size)


def drawn(picture: PictureArray, regions: Sequence[Region]) -> Drawn:
    """The picture with each region tinted, edged and named on the spot in its name's colour."""
    canvas = draw_regions(picture, regions)
    legend = tuple((region.name, colour_of(region.name), region.score) for region in regions)
    return Drawn(View(presentation.picture_file(canvas, exact=True)[0], *picture.shape[1::-1]), legend)
