"""A demo that is only for tests: every field of the vocabulary, a generator run, memory, a dependent choice, a point.

It needs no network, so it shows what the front ends alone do.
"""

import numpy as np

from cnn_core.errors import InputError
from demos.charts import Axis, Chart, Line
from demos.spec import (
    Bars,
    BeforeAfter,
    Button,
    Choice,
    ClassGrid,
    ClassMap,
    Demo,
    Download,
    Lesson,
    Memory,
    Note,
    OpenIn,
    Picture,
    Pictures,
    Plot,
    Point,
    Region,
    Regions,
    Scene,
    Seed,
    Slider,
    Table,
    Text,
    Toggle,
)

SORTS = {"fruit": ("apple", "pear"), "tree": ("oak", "beech", "lime")}
TRIPLET = [{"name": "A", "x": 0, "y": 0}, {"name": "P", "x": 1, "y": 0}, {"name": "N", "x": 0, "y": 1.1}]
KINDS = {"easy": "Easy.", "semi-hard": "Semi-hard.", "hard": "Hard."}
count = Memory("count", initial=0)
WEATHER = ClassGrid(
    ("sun", "rain", "fog"),
    np.array([[[0, 1, 2], [2, 0, 1]], [[1, 2, 0], [0, 1, 2]]], np.uint8),
    np.array([[[0.9, 0.8, 0.7], [0.6, 1.0, 0.5]], [[0.1, 0.2, 0.25], [0.4, 0.0, 0.375]]], np.float32),
)
"""Two rows of three places, and the two likeliest classes of each."""


def kinds(sort: str) -> tuple[tuple[str, str], ...]:
    """The second choice's options, which depend on the first."""
    return tuple((kind, kind.title()) for kind in SORTS[sort])


def run(picture, extra, amount, sort, kind, several, flag, words, seed, place, reset, count):
    """Shows what came in, in every kind of output, in two steps."""
    if words == "fail":
        raise InputError("The words were 'fail'; any other words work.")
    if words == "crash":
        raise RuntimeError("a secret detail that nobody may see")
    count = 0 if reset else count + 1
    inverted = 255 - picture
    curve = Line(name="", x=[0, 1, 2], y=[0, amount, 1])
    chart = Chart(words="A curve.", x=Axis(title="place in m"), y=Axis(title="height"), layers=(curve,))
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), bool)
    mask[: height // 3] = True
    regions = (picture, [Region((1, 2, width // 2, height // 2), "dog", 0.9), Region(mask, "cat")])
    for step in (1, 2):
        yield (
            f"step {step}: {sort}/{kind} {sorted(several)} {flag} {words!r} {seed} {place} "
            f"x{amount:g} n{len(extra)} count {count}",
            inverted,
            [(inverted, "inverted"), (picture, "as it came")],
            (picture, inverted),
            regions,
            {"a": 0.75, "b": 0.25},
            [["width", width], ["height", height]],
            chart,
            {"words": "A straight line.", "name": "the line's mark", "sets": "amount", "x": "x", "y": "y", "value": amount}
            | {"curve": [{"x": 100 * at, "y": 100 * at, "value": at} for at in (0.0, 0.25, 0.5, 0.75, 1.0)]},
            {"words": "A triplet.", "margin": amount, "kinds": KINDS, "note": "", "points": TRIPLET},
            "Careful." if flag else "",
            ("numbers.txt", b"1 2 3"),
            {"amount": 0.25},
            (picture, 255 - picture, WEATHER),
            count,
        )


DEMO = Demo(
    title="Kitchen sink",
    group="Experiments",
    summary="Every field there is.",
    lesson=Lesson(
        notice=("All of it.", "Twice."),
        questions=(("Why?", "Because."), ("What for?", "For tests.")),
        sources=("Nobody 2026",),
    ),
    inputs={
        "picture": Picture(label="Main picture"),
        "extra": Pictures(label="More pictures", optional=True, most=2, folded=True),
        "amount": Slider(label="Amount", low=0, high=1, step=0.05, default=0.5),
        "sort": Choice(label="Sort", options=(("fruit", "Fruit"), ("tree", "Tree"))),
        "kind": Choice(label="Kind", options=kinds, depends_on=("sort",)),
        "several": Choice(label="Several", options=(("x", "X"), ("y", "Y"), ("z", "Z")), several=True, default=("y",)),
        "flag": Toggle(label="Flag", help="Shows a warning."),
        "words": Text(label="Words", default="hello", longest=20, folded=True),
        "seed": Seed(folded=True),
        "place": Point(label="Place", on="picture", help="Click the picture."),
        "reset": Button(label="Reset the count"),
        "count": count,
    },
    outputs=(
        Note(label="What came in", tone="headline"),
        Picture(label="Inverted", pixelated=True, alt="The picture with inverted colours"),
        Pictures(label="Both", columns=2, chooses="sort"),
        BeforeAfter(label="Before and after"),
        Regions(label="Parts"),
        Bars(label="Shares"),
        Table(label="Size", columns=("what", "pixels"), folded=True),
        Plot(label="Curve"),
        Scene(label="Curve to touch", script="roc", sets=("amount",)),
        Scene(label="Triplet to drag", script="plane"),
        Note(label="Warning", tone="warning"),
        Download(label="Numbers", folded=True),
        OpenIn(label="Open in itself", demo="kitchen_sink"),
        ClassMap(label="Weather", alt="The picture, whose pixels tell their weather"),
        count,
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "coffee", "sort": "tree", "kind": "oak"}),
    live=True,
)
