"""Questions about a photograph, answered by counting what a detector found: nothing here learned to answer questions."""

from dataclasses import dataclass

import numpy as np

from cnn_core.images import opening
from cnn_core.ops.colour_names import name_colour
from cnn_core.ops.masks import Mask, paste
from cnn_core.ops.photo_grammar import PEOPLE, PhotoQuestion
from cnn_core.results import Floats, PictureArray
from cnn_core.tasks.instance_segmentation import find_instances

MASKS = "instances_maskrcnn_voc20"
LONGEST = 480
"""Longer side, pixels, of the picture in which colours are measured."""


@dataclass(frozen=True)
class Counted:
    """An object that a detector found.

    Attributes:
        name: its class.
        colour: what the median of its mask's pixels is called; of its box's, where the mask is empty. "" of a person.
        score: 0..1.
        box: (4,) xyxy, pixels of the upload.
    """

    name: str
    colour: str
    score: float
    box: Floats


@dataclass(frozen=True)
class PhotoAnswer:
    """The answer, and what was counted for it.

    Attributes:
        words: "yes", "no", a number, colours; "" where nothing of the kind was found whose colour could be told.
        counted: the objects above the confidence that the question is about, the highest score first.
        missed: objects of these kinds that lie below the confidence, at half of it or more.
        otherwise: the answer if those were counted, too.
    """

    words: str
    counted: tuple[Counted, ...]
    missed: tuple[Counted, ...]
    otherwise: str


def find_objects(picture: PictureArray, least: float, weights_name: str = MASKS) -> list[Counted]:
    """The objects in a picture (H, W, 3) uint8 whose score reaches ``least``, with their colours; highest score first."""
    found = find_instances(picture, weights_name)
    small, _ = opening.cap_longest_side(picture, LONGEST)
    scale = small.shape[1] / picture.shape[1]
    objects = []
    for name, score, box, mask in zip(found.labels, found.scores, found.boxes, found.masks, strict=True):
        if score >= least:
            where = paste(mask, (box * scale).astype(np.float32), small.shape[:2])
            colour = "" if name == PEOPLE else name_colour(pixels_of(small, where, box * scale))
            objects.append(Counted(name, colour, float(score), box))
    return objects


def pixels_of(picture: PictureArray, mask: Mask, box: Floats) -> PictureArray:
    """The pixels (n, 3) under a mask (H, W), or of the box (at least one pixel of it) where the mask is empty."""
    if mask.any():
        return picture[mask]
    x1, y1, x2, y2 = (int(side) for side in box)
    x1, y1 = min(max(x1, 0), picture.shape[1] - 1), min(max(y1, 0), picture.shape[0] - 1)
    return picture[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)].reshape(-1, 3)  # (h, w, 3) -> (n, 3)


def answer_photo(question: PhotoQuestion, objects: list[Counted], confidence: float) -> PhotoAnswer:
    """What follows from the objects found.

    Args:
        question: what is asked.
        objects: found at half of the confidence or more.
        confidence: smallest score of an object that counts.
    """
    asked = [
        one
        for one in objects
        if fits(one, question.one, question.colour) or fits(one, question.other, question.other_colour)
    ]
    counted = tuple(one for one in asked if one.score >= confidence)
    missed = tuple(one for one in asked if confidence / 2 <= one.score < confidence)
    return PhotoAnswer(say(question, counted), counted, missed, say(question, (*counted, *missed)))


def fits(one: Counted, name: str, colour: str) -> bool:
    """Whether an object is of a class and, if one is wanted, of a colour."""
    return one.name == name and colour in ("", one.colour)


def say(question: PhotoQuestion, objects: tuple[Counted, ...]) -> str:
    """The answer, if these are the objects that count."""
    ones = [one for one in objects if fits(one, question.one, question.colour)]
    match question.kind:
        case "exists":
            return "yes" if ones else "no"
        case "count":
            return str(len(ones))
        case "more":
            others = [one for one in objects if fits(one, question.other, question.other_colour)]
            return "yes" if len(ones) > len(others) else "no"
    return ", ".join(one.colour for one in ones)
