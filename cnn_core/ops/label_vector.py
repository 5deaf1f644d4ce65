"""The label vector of one object, number by number: target, prediction, activation function, loss, and what does not count.

Two lectures write it in two orders: [c, b_x, b_y, b_h, b_w, c_1, ..., c_K] and [b_x, b_y, b_h, b_w, c_o, c_1, ..., c_K].
c says whether there is an object at all. If there is none, all other numbers of the target are unknown, so the loss leaves
them out.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cnn_core.ops import boxes
from cnn_core.ops.boxes import Floats

Order = Literal["presence_first", "box_first"]
Convention = Literal["centre", "corner"]

LEAST = 1e-7
"""Probabilities are not taken to be smaller than this in a logarithm: the loss of a certain mistake stays finite."""
DISTANCE_WEIGHT = 2.0
"""Of the distance of the corners in this project's own loss of a box."""
SIDES = ("b_x", "b_y", "b_h", "b_w")


@dataclass(frozen=True)
class Target:
    """What is really there.

    Attributes:
        box: (4,) xyxy pixels of the picture; None where there is nothing, so that c = 0.
        label: the class's number, 0..K-1; means nothing where there is nothing.
    """

    box: Floats | None
    label: int = 0

    @property
    def c(self) -> int:
        """1 where there is an object, else 0."""
        return int(self.box is not None)


@dataclass(frozen=True)
class Prediction:
    """What a network says.

    Attributes:
        c: the probability that there is an object, 0..1.
        box: (4,) xyxy pixels of the picture.
        classes: (K,) probabilities that sum to 1.
    """

    c: float
    box: Floats
    classes: Floats


@dataclass(frozen=True)
class Number:
    """One number of the label vector.

    Attributes:
        part: "c", "box" or "classes".
        symbol: as the lectures write it; of a class its number, from 1: "c_3".
        target: None where it does not count.
        predicted: the network's number.
        loss: this number's share of the sum; 0 where it does not count.
    """

    part: str
    symbol: str
    target: float | None
    predicted: float
    loss: float

    @property
    def counts(self) -> bool:
        """Whether the loss looks at it."""
        return self.target is not None


def cross_entropy(probability: float) -> float:
    """-ln of the probability that was given to what is true: 0 where it was 1, large where it was small."""
    return -math.log(max(probability, LEAST))


def squared_error(target: float, predicted: float) -> float:
    """The square of the difference."""
    return (target - predicted) ** 2


def fill(
    target: Target, predicted: Prediction, shape: tuple[int, int], convention: Convention, order: Order
) -> list[Number]:
    """All 5 + K numbers of the label vector, target beside prediction, each with its share of the loss.

    The loss is the textbooks' own: binary cross-entropy of c, squared errors of the box's four numbers (shares of the
    picture), cross-entropy of the classes.

    Args:
        target: what is really there.
        predicted: what the network says.
        shape: (H, W) of the picture, pixels.
        convention: "centre" (centre and size, y downwards) or "corner" (lower left corner and size, y upwards).
        order: "presence_first" or "box_first".
    """
    presence = presence_number(target, predicted, "c" if order == "presence_first" else "c_o")
    sides, classes = box_numbers(target, predicted, shape, convention), class_numbers(target, predicted)
    return [presence, *sides, *classes] if order == "presence_first" else [*sides, presence, *classes]


def presence_number(target: Target, predicted: Prediction, symbol: str) -> Number:
    """Whether there is an object: c is what the sigmoid says, 1 - c what is left for "nothing there"."""
    loss = cross_entropy(predicted.c if target.c else 1 - predicted.c)
    return Number("c", symbol, float(target.c), predicted.c, loss)


def box_numbers(target: Target, predicted: Prediction, shape: tuple[int, int], convention: Convention) -> list[Number]:
    """b_x, b_y, b_h, b_w as shares of the picture."""
    height, width = shape
    write = boxes.to_centre_size if convention == "centre" else boxes.to_corner_size
    said = [float(value) for value in write(predicted.box, width, height)]
    if target.box is None:
        return [Number("box", symbol, None, value, 0.0) for symbol, value in zip(SIDES, said, strict=True)]
    true = [float(value) for value in write(target.box, width, height)]
    return [Number("box", symbol, t, p, squared_error(t, p)) for symbol, t, p in zip(SIDES, true, said, strict=True)]


def class_numbers(target: Target, predicted: Prediction) -> list[Number]:
    """c_1 to c_K: a one-hot target, of which only the true class has a share of the loss."""
    found = []
    for k, share in enumerate(predicted.classes):
        one_hot = None if target.box is None else float(k == target.label)
        loss = cross_entropy(float(share)) if one_hot else 0.0
        found.append(Number("classes", f"c_{k + 1}", one_hot, float(share), loss))
    return found


def loss_by_part(numbers: list[Number]) -> dict[str, float]:
    """The loss of "c", of the "box" and of the "classes"; their sum is the loss."""
    return {part: sum(number.loss for number in numbers if number.part == part) for part in ("c", "box", "classes")}


def box_loss_here(target: Floats, predicted: Floats, shape: tuple[int, int]) -> tuple[float, float]:
    """(1 - GIoU, 2 x the mean distance of the four sides, shares of the picture): with what the network here learned.

    Args:
        target, predicted: (4,) xyxy pixels.
        shape: (H, W) of the picture.
    """
    scale = np.array([shape[1], shape[0], shape[1], shape[0]], np.float32)
    true, said = target / scale, predicted / scale
    return 1 - boxes.giou(said, true), DISTANCE_WEIGHT * float(np.abs(said - true).mean())
