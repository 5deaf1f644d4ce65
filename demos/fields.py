"""The fields that a demo's inputs and outputs are made of. Plain data: no browser library, no torch.

The front ends turn each field into a widget; a field that is missing is added here and in *both* front ends.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

PictureArray = NDArray[np.uint8]
Options = tuple[tuple[str, str], ...]
"""(value, label) pairs: ``run`` gets the value, the person reads the label."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """What every field has.

    Attributes:
        label: what the person reads; unique within a demo.
        help: one more sentence, shown small.
        folded: put away among the secondary controls (inputs) or results (outputs), one press from view.
    """

    label: str
    help: str = ""
    folded: bool = False


# ---------------------------------------------------------------- inputs and outputs alike


@dataclass(frozen=True, kw_only=True)
class Picture(Field):
    """One picture: (H, W, 3) uint8 RGB. As an input it comes from a file, the clipboard or the webcam.

    As an output also (H, W) grey; None clears it.

    Attributes:
        optional: as an input, may be left empty (``run`` gets None).
        pixelated: as an output, every pixel means something: never smoothed, never compressed with loss.
        alt: as an output, what the picture shows, for people who cannot see it.
        brings: as an input, what other inputs become when a person gives a picture: what they say of the one before
            means nothing for a new one.
    """

    optional: bool = False
    pixelated: bool = False
    alt: str = ""
    brings: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Pictures(Field):
    """Several pictures: as an input a list of uint8 arrays, as an output a list of (array, caption).

    Attributes:
        most: as an input, how many are accepted.
        columns: as an output, how many stand in a row on a desktop.
        optional, pixelated: as in ``Picture``.
        chooses: as an output, the name of a Choice: a press on the n-th picture chooses its n-th option, or, of a Choice of
            ``several``, adds it or takes it away. "" where the pictures are there to be looked at.
    """

    most: int = 8
    columns: int = 4
    optional: bool = False
    pixelated: bool = False
    chooses: str = ""


@dataclass(frozen=True)
class Memory:
    """What this visitor's page remembers between runs: plain data, never a model or a tensor, never shared, never stored.

    The same object stands among the inputs (under the key ``name``; ``run`` gets the present value) and among the outputs
    (``run`` returns the next value).
    """

    name: str
    initial: Any = None


# ---------------------------------------------------------------- inputs


@dataclass(frozen=True, kw_only=True)
class Slider(Field):
    """A number between ``low`` and ``high``: float, or int where ``step`` is an int."""

    low: float
    high: float
    step: float
    default: float


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of several strings, or several of them (a list) if ``several``.

    Attributes:
        options: (value, label) pairs, or a function of the inputs named in ``depends_on`` that returns them.
        depends_on: names of other inputs whose values ``options`` gets, in this order.
        default: a value (or tuple of values); None takes the first (or none where ``several``).
    """

    options: Options | Callable[..., Options]
    depends_on: tuple[str, ...] = ()
    default: str | tuple[str, ...] | None = None
    several: bool = False


@dataclass(frozen=True, kw_only=True)
class Toggle(Field):
    """Yes or no: bool."""

    default: bool = False


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A line or several lines of text: str of at most ``longest`` characters."""

    default: str = ""
    placeholder: str = ""
    lines: int = 1
    longest: int = 500


@dataclass(frozen=True, kw_only=True)
class Seed(Field):
    """The source of chance: an int 0..2**31-1, with a die to draw another."""

    label: str = "Seed"
    default: int = 0


@dataclass(frozen=True, kw_only=True)
class Point(Field):
    """A click on a picture: (x, y) whole pixels of that picture, or None before the first click.

    Attributes:
        on: name of a Picture input, or label of a Picture or ClassMap output, of the same demo.
    """

    on: str


@dataclass(frozen=True, kw_only=True)
class Button(Field):
    """A press that starts a run: True in the run that it started, else False."""


# ---------------------------------------------------------------- outputs


@dataclass(frozen=True)
class Region:
    """A named part of a picture: a box (x1, y1, x2, y2) in pixels or a bool mask (H, W); its name decides its colour."""

    shape: tuple[float, float, float, float] | NDArray[np.bool_]
    name: str
    score: float | None = None

    @classmethod
    def of_box(cls, box: Iterable[float], name: str, score: float | None = None) -> "Region":
        """A box given as four numbers of any kind, such as a row of an array."""
        x1, y1, x2, y2 = (float(side) for side in box)
        return cls((x1, y1, x2, y2), name, None if score is None else float(score))


@dataclass(frozen=True, kw_only=True)
class BeforeAfter(Field):
    """Two pictures of one size under one sliding divider: (before, after), uint8 arrays."""


@dataclass(frozen=True, kw_only=True)
class Regions(Field):
    """A picture with named boxes or masks: (uint8 array, list of Region)."""


@dataclass(frozen=True)
class ClassGrid:
    """The likeliest classes of a picture's places, on a grid (r, c) that covers it.

    Attributes:
        names: the K classes.
        classes: (n, r, c) uint8, numbers of classes, the likeliest first.
        probabilities: (n, r, c) float32, 0..1.
    """

    names: tuple[str, ...]
    classes: NDArray[np.uint8]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class ClassMap(Field):
    """A picture whose pixels tell their class when they are pointed at: (bare picture, the same painted, ClassGrid).

    Painted means each pixel in its class's full colour; the page mixes both uint8 arrays, as strongly as a person likes.

    Attributes:
        alt: what the picture shows, for people who cannot see it.
    """

    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Bars(Field):
    """Shares of a whole, longest first: dict of name -> number 0..1."""


@dataclass(frozen=True, kw_only=True)
class Table(Field):
    """Rows of text and numbers: list of rows, each as long as ``columns``."""

    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plot(Field):
    """A ``Chart`` (demos/charts.py), or None while there is nothing; its ``words`` are for people who cannot see it."""


@dataclass(frozen=True, kw_only=True)
class Scene(Field):
    """A drawing that lives in the browser, where it is touched: a dict of plain data with its ``words``, or None.

    The words say what it shows, for people who cannot see it, and where no script runs.

    Attributes:
        script: demos/frontends/scenes/<script>.js draws the data; README.md there says how.
        sets: names of the inputs that a touch may set; the demo then runs with them.
    """

    script: str
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Note(Field):
    """Markdown text; "" hides it. The label is not shown.

    Attributes:
        tone: "plain", "headline" (the answer itself, large), or "warning".
    """

    tone: Literal["plain", "headline", "warning"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Download(Field):
    """A file to keep: (file name, bytes), or None while there is nothing."""


@dataclass(frozen=True, kw_only=True)
class OpenIn(Field):
    """A button that opens another tab: dict of that tab's input values (its other inputs stay), or None to hide it.

    Attributes:
        demo: module name of the other demo.
    """

    demo: str


Input = Picture | Pictures | Slider | Choice | Toggle | Text | Seed | Point | Button | Memory
Output = (
    Picture | Pictures | BeforeAfter | Regions | ClassMap | Bars | Table | Plot | Scene | Note | Download | OpenIn | Memory
)
