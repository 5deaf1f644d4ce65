"""Demos that are only for tests: what the kitchen sink cannot show, because it is live, quick and has one of each."""

import time
from dataclasses import replace

import numpy as np

from demos.spec import Choice, Demo, Lesson, Note, OpenIn, Picture, Point, Text, Try
from tests.frontends.kitchen_sink import DEMO

LESSON = Lesson(notice=("It counts.", "Slowly."), questions=(("To what?", "200."), ("Why?", "To wait.")))
STEPS = 200

kitchen_sink = replace(DEMO, name="kitchen_sink")


def count_slowly(words):
    """Ten seconds of counting, unless it is stopped."""
    for step in range(1, STEPS + 1):
        yield f"{words} {step}"
        time.sleep(0.05)


slow = Demo(
    title="Slow",
    name="slow",
    group="Recognise",
    summary="It runs when it is told to, for as long as it is let.",
    lesson=LESSON,
    inputs={"words": Text(label="Words", default="now")},
    outputs=(Note(label="Count", tone="headline"),),
    run=count_slowly,
    live=False,
)


def point_out(picture, colour, shade, place, corner):
    """Says what was chosen, and offers to open the kitchen sink with it."""
    sink = {"picture": picture, "amount": 0.25, "sort": "tree"}
    return f"{colour} {shade} {place} {corner}", 255 - picture, sink


def shades(colour):
    """Shades of a colour; the fourth and fifth make it a drop-down list."""
    return tuple((f"{shade} {colour}", f"{shade} {colour}".title()) for shade in ("pale", "light", "bright", "deep", "dark"))


opener = Demo(
    title="Opener",
    name="opener",
    group="Recognise",
    order=1,
    summary="A place on what came in, a place on what went out, and a way to another tab.",
    lesson=replace(
        LESSON,
        see="The picture with every colour turned round.",
        tries=(
            Try(words="Make it blue", sets={"colour": "blue"}, watch="Which *shade* does it take?"),
            Try(words="Show it coffee", sets={"picture": "coffee"}, watch="What becomes of black?"),
        ),
    ),
    inputs={
        "picture": Picture(label="Any picture"),
        "colour": Choice(label="Colour", options=(("red", "Red"), ("blue", "Blue"))),
        "shade": Choice(label="Shade", options=shades, depends_on=("colour",)),
        "place": Point(label="Place", on="picture"),
        "corner": Point(label="Corner", on="Negative"),
    },
    outputs=(
        Note(label="Places", tone="headline"),
        Picture(label="Negative"),
        OpenIn(label="Open in the kitchen sink", demo="kitchen_sink"),
    ),
    run=point_out,
    examples=({"picture": np.full((120, 160, 3), 200, np.uint8)},),
)

ALL = (slow, opener, kitchen_sink)
