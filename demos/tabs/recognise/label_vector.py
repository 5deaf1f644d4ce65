"""The label vector filling in: target beside prediction, activation, loss; and the same object as detectors learn it."""

from typing import Any

import numpy as np
from PIL import Image

from cnn_core.errors import InputError
from cnn_core.images import opening
from cnn_core.ops.boxes import iou
from cnn_core.ops.label_vector import Number, Prediction, Target, box_loss_here, fill, loss_by_part
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.localisation import Localization, localise
from demos.spec import Choice, Demo, Lesson, Note, Options, Picture, Region, Regions, Scene, Slider, Table, Text, Try
from demos.tabs._addresses import address_of
from demos.tabs._networks import classes_of
from demos.tabs.recognise._targets import share_of, with_default_boxes, with_grid, with_pyramid

LOCALISER, DETECTOR = "localise_box_tiny200", "detect_fcos_voc20"
LIKELIEST, NOTHING = "likeliest", "nothing"
MIDDLE = "0.25 0.25 0.75 0.75"
ORDERS = (
    ("presence_first", "c, b_x, b_y, b_h, b_w, c_1, ... (box: centre)"),
    ("box_first", "b_x, b_y, b_h, b_w, c_o, c_1, ... (box: lower left corner)"),
)
CONVENTION = {"presence_first": "centre", "box_first": "corner"}
ACTIVATIONS = {
    "c": ("sigmoid", "sigmoid"),
    "box": ("ReLU", "softplus"),
    "classes": ("softmax", "softmax"),
}
"""Of each part: the lecture's, and the one of the network here."""
LISTED, LONGEST = 3, 640
"""Classes listed one by one, and the longer side of the picture that is drawn on, pixels."""
SMALLEST, ROUNDED = 0.01, 1e-9
"""The least width and height of a target, shares of the picture, and what rounding may take from that."""


def run(picture: PictureArray, box: str, truth: str, order: str, cells: int) -> tuple[Any, ...]:
    """The network's label vector beside the target's, and the target as three kinds of detectors learn it."""
    found = localise(picture, LOCALISER)
    target = read_target(box, truth, found)
    said = Prediction(found.presence, found.box, found.classification.probabilities)
    numbers = fill(target, said, found.shape, CONVENTION[order], order)  # type: ignore[arg-type]
    small, _ = opening.cap_longest_side(picture, LONGEST)
    scene = {
        "words": words_of(numbers, target),
        "photo": address_of(Image.fromarray(small), "jpeg", quality=85),
        "width": small.shape[1],
        "height": small.shape[0],
        "box": [float(part) for part in box.split()],
        "present": bool(target.c),
        "said": share_of(found.box, found.shape),
        "truth": truth,
        "order": order,
        "vector": {"said": say_losses(numbers, target, found), "rows": rows_of(numbers, target, found)},
        "views": [
            with_grid(target.box, picture.shape, cells),
            with_default_boxes(target.box, picture.shape),
            with_pyramid(picture, target.box, DETECTOR),
        ],
    }
    return headline(numbers), scene, (small, both_boxes(target, found, small)), every_number(numbers)


def read_target(box: str, truth: str, found: Localization) -> Target:
    """What is really there, as the person says.

    Raises:
        InputError: the box is not four numbers from 0 to 1, left before right and top before bottom.
    """
    try:
        x1, y1, x2, y2 = sides = [float(part) for part in box.split()]
        fits = min(sides) >= 0 and max(sides) <= 1 and min(x2 - x1, y2 - y1) >= SMALLEST - ROUNDED
    except ValueError:
        fits = False
    if not fits:
        raise InputError(
            "The target's box is four numbers from 0 to 1: left, top, right, bottom, as shares of the picture, such as "
            f"{MIDDLE}; not {box[:40]!r}."
        )
    if truth == NOTHING:
        return Target(None)
    height, width = found.shape
    pixels = np.array(sides, np.float32) * np.array([width, height, width, height], np.float32)
    return Target(pixels, found.classification.best if truth == LIKELIEST else int(truth))


def headline(numbers: list[Number]) -> str:
    """The loss and its parts."""
    parts = loss_by_part(numbers)
    return (
        f"Loss **{sum(parts.values()):.2f}** = c {parts['c']:.2f} + box {parts['box']:.3f} + classes {parts['classes']:.2f}"
    )


def words_of(numbers: list[Number], target: Target) -> str:
    """The drawing for people who cannot see it."""
    first = ", ".join(
        f"{one.symbol} {one.predicted:.2f}" + ("" if one.target is None else f" (target {one.target:.2f})")
        for one in numbers[:5]
    )
    return f"A picture with {'a target box' if target.c else 'nothing as the target'}. The label vector begins {first}."


def say_losses(numbers: list[Number], target: Target, found: Localization) -> list[str]:
    """How the loss is made, and where the network here departs from the textbook."""
    c, box, classes = loss_by_part(numbers).values()
    if target.box is None:
        return [
            f"c = 0, so L = −ln(1 − c) = {c:.2f}.",
            "All other numbers do not count: there is no right box and no right class where nothing is.",
        ]
    overlap = float(iou(target.box[None], found.box[None])[0, 0])
    apart, distance = box_loss_here(target.box, found.box, found.shape)
    return [
        f"L = −ln c + Σ (b − b̂)² − ln c_true = {c:.2f} + {box:.3f} + {classes:.2f} = {c + box + classes:.2f}.",
        f"IoU {overlap:.2f}. The head here learned its box with another loss: 1 − GIoU + 2 × mean distance of the sides = "
        f"{apart:.2f} + {distance:.2f}.",
    ]


def rows_of(numbers: list[Number], target: Target, found: Localization) -> list[dict[str, Any]]:
    """The rows of the table: c, the box, the true class, the likeliest others, and the rest in one row."""
    names = found.classification.names
    likeliest = [int(k) for k in np.argsort(-found.classification.probabilities, kind="stable")]
    true = [target.label] if target.c else []
    listed = [*true, *(k for k in likeliest if k not in true)][:LISTED]
    rows, rest = [], []
    for one in numbers:
        k = int(one.symbol[2:]) - 1 if one.part == "classes" else None
        if k is None or k in listed:
            rows.append(row_of(one, "" if k is None else names[k]))
        else:
            rest.append(one.predicted)
    others = Number("classes", "", 0.0 if target.c else None, sum(rest), 0.0)
    return [*rows, row_of(others, f"{len(rest)} others")] if rest else rows


def row_of(one: Number, name: str) -> dict[str, Any]:
    """One number in words."""
    lecture, here = ACTIVATIONS[one.part]
    return {
        "part": one.part,
        "symbol": one.symbol,
        "name": name,
        "target": f"{one.target:.2f}" if one.target is not None and one.part == "box" else f"{one.target or 0:.0f}",
        "said": f"{one.predicted:.2f}" if one.predicted >= SMALLEST else f"{one.predicted:.3f}",
        "made": lecture if lecture == here else f"{lecture} (here {here})",
        "loss": f"{one.loss:.3f}" if one.part == "box" else f"{one.loss:.2f}",
        "counts": one.counts,
    }


def both_boxes(target: Target, found: Localization, small: PictureArray) -> list[Region]:
    """The network's box and, where there is something, the target's, in pixels of the small picture (h, w, 3)."""
    scale = np.array([small.shape[1], small.shape[0]] * 2) / np.array([found.shape[1], found.shape[0]] * 2)
    boxes = [("the network's box", found.box), *([] if target.box is None else [("target", target.box)])]
    return [Region.of_box(box * scale, name) for name, box in boxes]


def every_number(numbers: list[Number]) -> list[list[str]]:
    """The whole label vector in its order."""
    return [
        [
            one.symbol,
            "does not count" if one.target is None else f"{one.target:.3f}",
            f"{one.predicted:.3f}",
            f"{one.loss:.3f}",
        ]
        for one in numbers
    ]


def truths() -> Options:
    """What may be there: the network's likeliest class, nothing, or any class."""
    return (
        (LIKELIEST, "an object: what the network thinks"),
        (NOTHING, "nothing (c = 0)"),
        *classes_of(LOCALISER),
    )


def number_of(name: str) -> str:
    """What the choice calls a class."""
    return str(weights.card(LOCALISER).classes.index(name))


DEMO = Demo(
    title="The label vector",
    summary="Draw the target on your picture: the label vector, its loss, and what YOLO, SSD and FCOS make of the same box.",
    lesson=Lesson(
        see="Every number of the label vector: target, prediction, activation function, loss. Drag the box.",
        tries=(
            Try(
                words="Say that there is nothing",
                sets={"truth": NOTHING},
                watch="Which numbers still count, and what is the loss made of now?",
            ),
            Try(
                words="A very small target",
                sets={"box": "0.50 0.50 0.54 0.53"},
                watch="How many of SSD's default boxes answer for it?",
            ),
            Try(
                words="Box first, lower left corner",
                sets={"order": "box_first"},
                watch="Which numbers change, and which only move?",
            ),
            Try(
                words="A grid of 13 × 13",
                sets={"cells": 13},
                watch="In YOLO's view: which of the five numbers change with the grid?",
            ),
        ),
        notice=(
            "The target's classes are one-hot, the network's are probabilities. Only the true class adds to the loss.",
            "If c = 0 all other numbers are grey: they do not count, whatever the network says there.",
            "c is made by a sigmoid, the box by a ReLU, the classes by a softmax. The network here uses a softplus (a "
            "smooth ReLU) for the distances to the sides.",
            "YOLO gives the object to one cell of a grid, SSD to every default box that overlaps it by half or more, the "
            "detector here (FCOS) to the cells near its middle on the level made for its size.",
            "A default box of SSD and a cell of FCOS do not learn the box itself but where it lies from them.",
        ),
        questions=(
            (
                "Why does the loss leave the box and the classes out where c = 0?",
                "There is no right box and no right class. Any target would teach the network something that is not so.",
            ),
            (
                "Why a sigmoid for c and a softmax for the classes?",
                "c is one question with yes or no. Of the classes exactly one is true, so they share out 1.",
            ),
            (
                "Two objects have their centres in the same cell of YOLO's grid. What happens?",
                "A cell has one class vector, so in YOLO's first version one of them is lost. A finer grid makes it rarer.",
            ),
            (
                "Why does SSD match the best default box even if its IoU is under 0.5?",
                "Otherwise a small or oddly shaped object would have nobody to answer for it, and would never be learned.",
            ),
            (
                "Why are b_x and b_y relative to the cell in YOLO?",
                "Then they lie between 0 and 1 in every cell, and the same weights can answer everywhere.",
            ),
        ),
        sources=(
            "Redmon et al. 2015, arXiv:1506.02640 (YOLO)",
            "Liu et al. 2015, arXiv:1512.02325 (SSD)",
            "Tian et al. 2019, arXiv:1904.01355 (FCOS)",
            "Rezatofighi et al. 2019, arXiv:1902.09630 (GIoU)",
        ),
    ),
    inputs={
        "picture": Picture(
            label="Your picture",
            help="One object. Say what it is, and draw its box into the drawing beside.",
            brings={"truth": LIKELIEST, "box": MIDDLE},
        ),
        "truth": Choice(label="What is really there", options=truths),
        "order": Choice(label="Order of the label vector", options=ORDERS),
        "box": Text(
            label="The target's box",
            default=MIDDLE,
            longest=60,
            folded=True,
            help="Left, top, right, bottom as shares of the picture; dragging in the drawing fills it in.",
        ),
        "cells": Slider(label="Cells along a side of YOLO's grid", low=2, high=19, step=1, default=7, folded=True),
    },
    outputs=(
        Note(label="Loss", tone="headline"),
        Scene(label="Target and prediction", script="label_vector", sets=("box", "truth", "order", "cells")),
        Regions(label="Both boxes", folded=True),
        Table(label="Every number", columns=("number", "target", "the network says", "loss"), folded=True),
    ),
    run=run,
    examples=(
        {"picture": "coffee", "box": "0.13 0.02 0.80 0.97", "truth": number_of("espresso")},
        {"picture": "chelsea", "box": "0.00 0.00 0.89 1.00", "truth": number_of("Egyptian cat")},
        {"picture": "lawn", "truth": NOTHING},
        {"picture": "cat_on_wall", "box": "0.61 0.45 0.93 0.86", "truth": number_of("Egyptian cat")},
    ),
    example_titles=("A cup of espresso", "A cat that fills the picture", "A lawn: nothing there", "A small cat"),
    weights=(LOCALISER, DETECTOR),
    order=3,
)
