"""A demo's answers as things a page can show: files of a sensible size, regions as vectors. No widgets here.

It is done once an answer, not at each redrawing of the page: encoding a photograph takes longer than many a network. What
an answer has in common with one of the last few, such as all that a slider did not change, is taken from that; and what is
folded away is made ready when somebody first opens it.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from cnn_core.images import opening
from cnn_core.images.palette import colour_of
from cnn_core.runtime.recent import Recent
from demos import runner
from demos.frontends import chart_tools, picture_scenes, presentation
from demos.frontends.digests import digest
from demos.frontends.picture_scenes import Pictured
from demos.frontends.vega import as_vega
from demos.spec import BeforeAfter, ClassMap, Demo, Memory, Output, Picture, PictureArray, Pictures, Plot, Regions

LARGEST = 1400  # pixels of the longest side: Streamlit would shrink wider ones itself, smoothly
LEAST = 560  # about the width of a column: smaller pixelated pictures are enlarged to it
MOST_KEPT = 48  # outputs, of all visitors; a photograph's file has 1 to 3 MB
FONT = '"Source Sans", sans-serif'  # Streamlit's own
_kept = Recent(MOST_KEPT)


@dataclass(frozen=True)
class View:
    """A picture ready to be shown.

    Attributes:
        file: perhaps of fewer or more pixels than the picture.
        kind: "PNG" or "JPEG".
        width, height: of the picture itself, pixels.
    """

    file: bytes
    kind: Literal["PNG", "JPEG"]
    width: int
    height: int

    @cached_property
    def url(self) -> str:
        """The file as a data URL, for HTML."""
        return f"data:image/{self.kind.lower()};base64,{b64encode(self.file).decode()}"


@dataclass(frozen=True)
class LookedAt:
    """A picture with tools to look at it closely.

    Attributes:
        views: the picture, or those before and after.
        data: what scenes/picture.js is told of it, but where the files are.
    """

    views: tuple[View, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A chart in Vega-Lite, and what scenes/chart_tools.js is told of it."""

    spec: Mapping[str, Any]
    tools: Mapping[str, Any]


class Folded:
    """An output that is put away: what the page shows of it is made when it is first asked for."""

    def __init__(self, field: Output, value: Any) -> None:
        self.field, self.value = field, value

    @cached_property
    def shown(self) -> Any:
        """As ``to_show`` makes it."""
        return to_show(self.field, self.value)


@dataclass(frozen=True)
class Result:
    """An answer as the page shows it.

    Attributes:
        shown: one thing to show for each output; a ``Folded`` for those that are put away.
        colours: name of a region -> its colour, "#RRGGBB".
        facts: the Markdown below.
    """

    shown: tuple[Any, ...]
    colours: Mapping[str, str]
    facts: str


def as_result(demo: Demo, answer: runner.Answer) -> Result:
    """An answer as the page shows it."""
    shown: list[Any] = []
    colours: dict[str, str] = {}
    for field, value in zip(demo.outputs, answer.values, strict=True):
        folded = not isinstance(field, Memory) and field.folded and not is_nothing(value)
        shown.append(Folded(field, value) if folded else to_show(field, value))
        if isinstance(field, Regions) and value is not None:
            colours |= {region.name: colour_of(region.name) for region in value[1]}
    return Result(tuple(shown), colours, answer.facts)


def is_nothing(value: Any) -> bool:
    """Whether an output has nothing to show, and so takes no room."""
    return value is None or (isinstance(value, str | dict | list) and not value)


def to_show(field: Output, value: Any) -> Any:
    """What the page shows of one output: pictures as ``View`` or ``LookedAt``, charts as ``Drawn``, all else as it is."""
    if value is None or not isinstance(field, Pictured | Pictures | Plot):
        return value
    try:
        key = field, digest(value)
    except TypeError:
        return _make(field, value)
    shown = _kept.find(key)
    if shown is None:
        shown = _make(field, value)
        _kept.keep(key, shown)
    return shown


def _make(field: Output, value: Any) -> Any:
    """Draws and encodes one output."""
    match field:
        case Picture() | BeforeAfter() | Regions() | ClassMap():
            exact = isinstance(field, Picture) and field.pixelated
            views = tuple(view_of(picture, pixelated=exact) for picture in picture_scenes.pictures(field, value))
            return LookedAt(views, picture_scenes.told(field, value))
        case Pictures():
            exact, words = field.pixelated, presentation.keep_together
            return [(view_of(picture, pixelated=exact), words(caption)) for picture, caption in value]
        case Plot():
            return Drawn(as_vega(value, FONT), chart_tools.told(field, value))
    return value


def view_of(picture: PictureArray, *, pixelated: bool = False, largest: int = LARGEST) -> View:
    """A picture, (H, W) or (H, W, 3) uint8, as a file; a pixelated one keeps to whole pixels, large or small."""
    height, width = picture.shape[:2]
    if pixelated:
        stride = -(-max(height, width) // LARGEST)
        shown = opening.enlarge_to(picture[::stride, ::stride], LEAST)
    else:
        shown, _ = opening.cap_longest_side(picture, largest)
    return _view(shown, pixelated, width, height)


def _view(shown: PictureArray, exact: bool, width: int, height: int) -> View:
    file, ending = presentation.picture_file(shown, exact)
    return View(file, "PNG" if ending == "png" else "JPEG", width, height)
