"""Small demos that only tests serve: one that takes steps and time, one that fails to open, and a page of both."""

import time
from dataclasses import replace

import numpy as np

from cnn_core.errors import WeightsError
from demos.frontends.streamlit import app
from demos.spec import Bars, Button, Choice, Demo, Lesson, Memory, Note, OpenIn, Picture, Point, Seed, Slider, Text, Try
from tests.frontends import kitchen_sink

LESSON = Lesson(notice=("The steps.", "Their order."), questions=(("Which?", "Each."), ("When?", "Now.")))
SECONDS_A_STEP = {"fast": 0.0, "slow": 0.4, "halting": 6.0}
walked = Memory("walked", initial=[])


def walk(steps, pace, walked):
    """Counts up, one number a step; a fast pace takes no time."""
    for step in range(1, steps + 1):
        time.sleep(SECONDS_A_STEP[pace])
        yield f"at {step} of {steps}", {"done": step / steps}, {"words": f"walked {step}"}, [*walked, step]


WALK = Demo(
    title="Walk",
    group="Create",
    summary="Takes steps.",
    lesson=LESSON,
    inputs={
        "steps": Slider(label="Steps", low=1, high=30, step=1, default=2),
        "pace": Choice(label="Pace", options=(("fast", "Fast"), ("slow", "Slow"), ("halting", "Halting"))),
        "walked": walked,
    },
    outputs=(Note(label="Where", tone="headline"), Bars(label="Share"), OpenIn(label="Say it", demo="say"), walked),
    run=walk,
    examples=({"steps": 3},),
    live=False,
    name="walk",
)


def say(words, seed, colour):
    """Says what came in."""
    return f"{words} {seed} {colour}"


COLOURS = tuple((colour, colour.title()) for colour in ("red", "orange", "yellow", "green", "blue", "violet"))
SAY = Demo(
    title="Say",
    group="Describe",
    summary="Says it.",
    lesson=LESSON,
    inputs={
        "words": Text(label="Words", default="nothing"),
        "seed": Seed(default=7),
        "colour": Choice(label="Colour", options=COLOURS),
    },
    outputs=(Note(label="Said"),),
    run=say,
    examples=({"words": "hello"}, {"words": "again", "colour": "blue"}),
    name="say",
)


def pair(one, other, first, second):
    """Says which button was pressed, and shows four pixels."""
    return f"pressed: {'first' if first else 'second' if second else 'none'}", np.array([[0, 255], [100, 7]], np.uint8)


PAIR = Demo(
    title="Pair",
    group="Compare",
    summary="Shows two pictures.",
    lesson=LESSON,
    inputs={
        "one": Picture(label="One"),
        "other": Picture(label="Other"),
        "first": Button(label="First"),
        "second": Button(label="Second"),
    },
    outputs=(Note(label="Pressed", tone="headline"), Picture(label="Pixels", pixelated=True)),
    run=pair,
    examples=({"one": "chelsea", "other": "coffee"},),
    name="pair",
)


def fail():
    """Has no weights."""
    raise WeightsError("The file *some_weights* is missing; run its recipe.")


LOST = Demo(
    title="Lost", group="Compare", summary="Fails.", lesson=LESSON, inputs={}, outputs=(Note(label="Nothing"),), run=fail,
    examples=({},), name="lost",
)  # fmt: skip


def serve() -> None:
    """The page that the browser tests open: the kitchen sink first."""
    app.main([kitchen_sink.DEMO, WALK, SAY])


def measure(picture, place, factor):
    """Says how large the picture is."""
    return f"{picture.shape[1]} by {picture.shape[0]} at {place} times {factor:g}"


MEASURE = Demo(
    title="Measure",
    name="measure",
    group="Recognise",
    summary="Says how large a picture is.",
    lesson=LESSON,
    inputs={
        "picture": Picture(label="Any picture"),
        "place": Point(label="Place", on="picture"),
        "factor": Slider(label="Factor", low=1, high=9, step=1, default=2),
    },
    outputs=(Note(label="Size"),),
    run=measure,
    examples=(
        {"picture": np.zeros((20, 30, 3), np.uint8), "place": (4, 5)},
        {"picture": np.zeros((8, 8, 3), np.uint8), "factor": 3},
    ),
)
AGAIN = replace(MEASURE, title="Again", name="localise")
BRINGS = replace(
    MEASURE,
    title="Brings",
    name="detect",
    inputs={**MEASURE.inputs, "picture": Picture(label="Any picture", brings={"factor": 5})},
)
LED = replace(
    MEASURE,
    title="Led",
    name="classify",
    lesson=replace(
        LESSON,
        see="How large it is.",
        tries=(
            Try(words="Three times", sets={"factor": 3}, watch="Is it larger?"),
            Try(words="Show it the coffee", sets={"picture": "coffee"}, watch="How wide is it?"),
        ),
    ),
)
SLOWLY_LED = replace(
    WALK, lesson=replace(LESSON, tries=(Try(words="Five steps", sets={"steps": 5}, watch="How many are there?"),))
)
PEOPLE = replace(MEASURE, title="People", name="people", private=True)
