"""Every tab as it is, but with answers of an ordinary size that come at once: for what only the pages' layout is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from demos import catalogue, runner, stored
from demos.charts import Axis, Chart, Line
from demos.frontends import presentation
from demos.spec import (
    Bars,
    BeforeAfter,
    ClassGrid,
    ClassMap,
    Demo,
    Memory,
    Note,
    Output,
    Picture,
    Pictures,
    Plot,
    Region,
    Regions,
    Scene,
    Table,
)

HEADLINE = "Not sure - perhaps **an Egyptian cat**: 26 %, of answers as unsure as this about 3 in 10 are right"


def ordinary(field: Output) -> Any:
    """A value of the size that answers have."""
    picture = np.linspace(30, 220, 480 * 640 * 3).reshape(480, 640, 3).astype(np.uint8)
    match field:
        case Note(tone="headline"):
            return HEADLINE
        case Note():
            return "One sentence about what was found, and another one."
        case Picture():
            return picture
        case Pictures():
            return [(picture, f"Picture {n}, and what it shows") for n in range(4)]
        case BeforeAfter():
            return picture, 255 - picture
        case Regions():
            return picture, [Region((40, 60, 300, 400), "dog", 0.9), Region((200, 90, 600, 460), "cat", 0.8)]
        case ClassMap():
            sides = picture, 255 - picture
            return *sides, ClassGrid(("cat", "sky"), np.zeros((1, 2, 2), np.uint8), np.ones((1, 2, 2), np.float32))
        case Bars():
            return {f"class {n}": 0.2 for n in range(5)}
        case Table():
            return [["0.123"] * len(field.columns)] * 3
        case Plot():
            line = Line(name="a line", x=[1, 2, 3], y=[1, 3, 2])
            return Chart(words="A line.", x=Axis(title="x"), y=Axis(title="y"), layers=(line,))
        case Memory():
            return field.initial
    return None


def answering_at_once(demo: Demo) -> Demo:
    """The demo with its own inputs, lesson and outputs, but ordinary answers."""
    values = tuple(ordinary(field) for field in demo.outputs)
    main = presentation.main_picture(demo)
    if main is not None and isinstance(demo.outputs[main], Scene):  # each draws data of its own kind: its own answer then
        answered = stored.first_answer(demo)
        assert answered is not None
        values = answered[1].values
    value = values if len(values) > 1 else values[0]

    def run(**_: Any) -> Any:
        return value

    def run_in_steps(**_: Any) -> Iterator[Any]:
        yield value

    return replace(demo, run=run_in_steps if runner.has_steps(demo) else run)


def parts_out_of_view(demos: Sequence[Demo], seen: Mapping[str, Any]) -> dict[str, Any]:
    """Demo -> where those of its parts stand that are not wholly in a window of 1280 x 720.

    ``seen``: demo -> size of the window -> the box of each part, or None where it is nowhere.
    """
    found: dict[str, Any] = {}
    for demo in demos:
        boxes = seen[demo.name][1280, 720]
        wanted = {"control": True, "hint": True, "headline": presentation.headline(demo) is not None,
                  "picture": presentation.main_picture(demo) is not None}  # fmt: skip
        missing = [part for part, there in wanted.items() if there and not _inside(boxes[part], 1280, 720)]
        if missing:
            found[demo.name] = {part: boxes[part] for part in missing}
    return found


def _inside(box: dict[str, float] | None, width: int, height: int) -> bool:
    return box is not None and 0 <= box["left"] < box["right"] <= width and 0 <= box["top"] < box["bottom"] <= height


@cache
def every_demo() -> list[Demo]:
    """All tabs so."""
    return [answering_at_once(demo) for demo in catalogue.find_demos()]


def serve() -> None:
    """What a Streamlit server calls at each drawing of a page."""
    from demos.frontends.streamlit import app

    app.main(every_demo())
