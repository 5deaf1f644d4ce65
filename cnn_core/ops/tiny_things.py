"""The things of a tiny scene as numbers: what a network found, or what is true, in one record."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn_core.ops.boxes import Floats, iou
from cnn_core.ops.tiny_questions import ATTRIBUTES
from cnn_core.ops.tiny_world import MOST, TinyScene, boxes
from cnn_core.results import require


@dataclass(frozen=True)
class Things:
    """The things of one scene, from left to right by their centres, at most ``MOST``.

    Attributes:
        boxes: (n, 4) float32 xyxy, shares of the picture's sides, 0..1; hidden parts count.
        sizes: (n, 2) float32, probabilities in the order of tiny_world.SIZES, summing to 1; so are the next three.
        patterns: (n, 3) float32, in the order of tiny_world.PATTERNS.
        colours: (n, 6) float32, in the order of tiny_world.COLOURS.
        shapes: (n, 6) float32, in the order of tuple(tiny_shapes.SHAPES).
        scores: (n,) float32, 0..1: how sure it is that something is there.
    """

    boxes: Floats
    sizes: Floats
    patterns: Floats
    colours: Floats
    shapes: Floats
    scores: Floats

    def __post_init__(self) -> None:
        n = len(self.scores)
        require(n <= MOST, f"expected at most {MOST} things, got {n}")
        require(self.scores.shape == (n,), f"expected one score a thing, got shape {self.scores.shape}")
        require(self.boxes.shape == (n, 4), f"expected boxes of shape ({n}, 4), got {self.boxes.shape}")
        for attribute, names in ATTRIBUTES.items():
            shares = getattr(self, f"{attribute}s")
            require(shares.shape == (n, len(names)), f"expected {attribute}s ({n}, {len(names)}), got {shares.shape}")
            require(bool(np.allclose(shares.sum(1), 1, atol=1e-3)), f"expected the {attribute}s to sum to 1")
        require(bool((np.diff(self.boxes[:, 0] + self.boxes[:, 2]) >= 0).all()), "expected them from left to right")

    def __len__(self) -> int:
        return len(self.scores)

    def likeliest(self, attribute: str) -> tuple[str, ...]:
        """Each thing's likeliest value of "size", "pattern", "colour" or "shape"."""
        return tuple(ATTRIBUTES[attribute][k] for k in getattr(self, f"{attribute}s").argmax(1))

    def names(self) -> tuple[str, ...]:
        """What each thing is called by its likeliest attributes: "small striped red circle", as ``Thing.name``."""
        told = zip(*(self.likeliest(attribute) for attribute in ATTRIBUTES), strict=True)
        return tuple(" ".join(word for word in words if word != "plain") for words in told)

    def attributes(self) -> Floats:
        """All probabilities of each thing in one row: size, pattern, colour, shape; (n, 17)."""
        return np.concatenate([getattr(self, f"{attribute}s") for attribute in ATTRIBUTES], 1)  # four of (n, .) -> (n, 17)


def true_order(scene: TinyScene) -> list[int]:
    """The numbers of a scene's things from left to right by the centres of their boxes: row k is thing order[k]."""
    found = boxes(scene)
    return [int(k) for k in np.argsort(found[:, 0] + found[:, 2], kind="stable")]


def sure_things(outlines: Floats, numbers: NDArray[np.integer]) -> Things:
    """Things that nobody doubts: every probability is 0 or 1.

    Args:
        outlines: (n, 4) boxes xyxy, 0..1, from left to right by their centres.
        numbers: (n, 4), size, pattern, colour and shape as places in ``ATTRIBUTES``.
    """
    sure = {
        f"{attribute}s": np.eye(len(names), dtype=np.float32)[numbers[:, k]]
        for k, (attribute, names) in enumerate(ATTRIBUTES.items())
    }
    return Things(boxes=outlines, **sure, scores=np.ones(len(outlines), np.float32))


def attribute_numbers(scene: TinyScene) -> NDArray[np.intp]:
    """Each thing's size, pattern, colour and shape as places in ``ATTRIBUTES``, (n, 4), in the scene's own order."""
    return np.array(
        [[names.index(getattr(thing, name)) for name, names in ATTRIBUTES.items()] for thing in scene.things], np.intp
    )


def true_things(scene: TinyScene) -> Things:
    """A scene's things as they are."""
    order = true_order(scene)
    return sure_things(boxes(scene)[order], attribute_numbers(scene)[order])


SAME = 0.5
"""Two boxes that overlap by more than this (intersection over union) are about the same thing."""


def match_boxes(found: Floats, true: Floats) -> dict[int, int]:
    """Which true box each found one is: number of the found -> number of the true one.

    Pairs are made from the greatest overlap (intersection over union) down to ``SAME``; each box is in one pair at most.
    """
    overlaps = iou(found, true)
    pairs: dict[int, int] = {}
    for k in np.argsort(-overlaps, axis=None, kind="stable"):
        one, other = divmod(int(k), len(true))
        if overlaps[one, other] <= SAME:
            break
        if one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs
