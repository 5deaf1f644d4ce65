"""Drawn digits, shapes and colour tiles as data sets: some to learn from, others held out, which nobody may learn from."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnn_core.images.drawn_classes import DIGITS, SHAPES, GreyPictures, draw_digits, draw_hand, draw_shapes
from cnn_core.images.drawn_tiles import TILES, ColourPictures, draw_tiles

CLASSES = {"digits": DIGITS, "shapes": SHAPES, "tiles": TILES}
HELD_OUT = 200
HANDS, OTHER_HANDS = 8, 4
"""How many hands write the digits to learn from, and how many others those that are held out."""


@dataclass(frozen=True)
class Data:
    """What is learned, and what is held out.

    Attributes:
        classes: names of the K classes.
        pictures, labels: to learn from: (N, 24, 24) uint8, in colour (N, 24, 24, 3), and (N,).
        held_out, held_out_labels: the same of pictures that are never learned from.
    """

    classes: tuple[str, ...]
    pictures: GreyPictures | ColourPictures
    labels: NDArray[np.int64]
    held_out: GreyPictures | ColourPictures
    held_out_labels: NDArray[np.int64]

    @property
    def channels(self) -> int:
        """3 of colour pictures, 1 of grey ones."""
        return 3 if self.pictures.ndim == 4 else 1


@lru_cache(maxsize=8)
def draw_data(kind: str, count: int, shuffled: bool, seed: int) -> Data:
    """Pictures of "digits", "shapes" or "tiles": ``count`` to learn from, 200 held out, digits by other hands.

    ``shuffled``: the training labels, and they alone, are dealt out anew, whatever the pictures show.
    """
    drawn = [draw_part(kind, *part) for part in ((count, HANDS, [seed, 0]), (HELD_OUT, OTHER_HANDS, [seed, 1]))]
    (pictures, labels), (held_out, held_out_labels) = drawn
    if shuffled:
        labels = np.random.default_rng([seed, 2]).permutation(labels)
    for array in (pictures, labels, held_out, held_out_labels):
        array.flags.writeable = False  # kept for others
    return Data(CLASSES[kind], pictures, labels, held_out, held_out_labels)


def draw_part(kind: str, count: int, hands: int, seed: list[int]) -> tuple[GreyPictures | ColourPictures, NDArray[np.int64]]:
    """``count`` pictures (count, 24, 24), in colour (count, 24, 24, 3), and their labels (count,).

    As many of each class, in any order.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % len(CLASSES[kind]))
    if kind == "shapes":
        return draw_shapes(labels.tolist(), rng), labels
    if kind == "tiles":
        return draw_tiles(labels.tolist(), rng), labels
    return draw_digits(labels.tolist(), [draw_hand(rng) for _ in range(hands)], rng), labels
