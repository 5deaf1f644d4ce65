"""A demo's answers as things a page can show: PNG files of a sensible size, drawn regions with a legend. No widgets here.

It is done once an answer, not at each redrawing of the page: encoding a photograph takes longer than many a network.
"""

import io
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from PIL import Image

from cnn_core.images import opening
from cnn_core.images.palette import colour_of
from demos import runner
from demos.frontends import presentation, regions
from demos.spec import BeforeAfter, Demo, Output, Picture, PictureArray, Pictures, Plot, Region, Regions

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
    """A picture with its regions drawn in.

    Attributes:
        view: the picture.
        colours: name -> colour, "#RRGGBB".
        legend: each name with its colour and scores, HTML.
        words: the same for people who cannot see it.
    """

    view: View
    colours: Mapping[str, str]
    legend: str
    words: str


@dataclass(frozen=True)
class Result:
    """An answer as the page shows it: one thing to show for each output, and the facts below."""

    shown: tuple[Any, ...]
    facts: str


def as_result(demo: Demo, answer: runner.Answer) -> Result:
    """An answer as the page shows it."""
    return Result(
        tuple(to_show(entry, value) for entry, value in zip(demo.outputs, answer.values, strict=True)), answer.facts
    )


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
            picture, found = value
            return drawn(picture, found, field.label)
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


def drawn(picture: PictureArray, found: Sequence[Region], label: str) -> Drawn:
    """The picture with each region tinted, edged and named on the spot in its name's colour; ``label`` begins its words."""
    canvas = regions.draw_regions(picture, found)
    view = View(presentation.picture_file(canvas, exact=True)[0], *picture.shape[1::-1])
    names = {region.name: colour_of(region.name) for region in found}
    return Drawn(view, names, regions.legend_html(found), regions.describe(label, found))
