"""A scene as a graph: things are its nodes, relations its arrows; how both are ranked, ruled and measured.

A triple is (subject, predicate, object), here as numbers: thing, place in ``RELATIONS``, thing. The recall of a ranked
list is that of Lu et al. 2016, arXiv:1608.00187: the share of the true triples among the first K, averaged over pictures.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn_core.ops.boxes import Floats, area, iou
from cnn_core.ops.tiny_questions import ATTRIBUTES
from cnn_core.ops.tiny_things import Things, match_boxes
from cnn_core.ops.tiny_world import ASIDE, NEAR, RELATIONS, TinyScene, relations

Truth = NDArray[np.bool_]
"""(n, n, 9): whether the first thing stands so to the second, in the order of ``RELATIONS``."""
SEEN_TOGETHER = ("touching", "on", "inside")
"""The relations that a box alone does not tell: an outline does."""


@dataclass(frozen=True)
class Triple:
    """One arrow: ``subject`` stands in relation number ``predicate`` to ``object``, with a probability 0..1."""

    subject: int
    predicate: int
    object: int
    probability: float

    @property
    def key(self) -> tuple[int, int, int]:
        """What it says, without how sure it is."""
        return self.subject, self.predicate, self.object


def rank(probabilities: Floats, scores: Floats, chosen: Collection[str] = RELATIONS) -> list[Triple]:
    """All triples of different things, the most probable first; ties in the order of subject, predicate, object.

    Args:
        probabilities: (n, n, 9) of each relation of each ordered pair.
        scores: (n,) of the things: a triple is as sure as its relation and both its things together, their product.
        chosen: the relations that count.
    """
    sure = probabilities * scores[:, None, None] * scores[None, :, None]  # (n, n, 9)
    wanted = [k for k, relation in enumerate(RELATIONS) if relation in chosen]
    n = len(scores)
    triples = [Triple(i, k, j, float(sure[i, j, k])) for i in range(n) for k in wanted for j in range(n) if i != j]
    return sorted(triples, key=lambda triple: -triple.probability)


def true_relations(scene: TinyScene, order: list[int]) -> Truth:
    """What holds between the things of a scene, counted in ``order``: (n, n, 9) bool, in the order of RELATIONS."""
    place = {number: k for k, number in enumerate(order)}
    holds = np.zeros((len(order), len(order), len(RELATIONS)), bool)
    for one, relation, other in relations(scene):
        holds[place[one], place[other], RELATIONS.index(relation)] = True
    return holds


def true_triples(holds: Truth, chosen: Collection[str] = RELATIONS) -> set[tuple[int, int, int]]:
    """What is true of a scene, as (subject, predicate, object)."""
    return {(int(i), int(k), int(j)) for i, j, k in np.argwhere(holds) if RELATIONS[k] in chosen}


def recall_at(count: int, said: Iterable[tuple[int, int, int]], true: Collection[tuple[int, int, int]]) -> float:
    """Recall@K: the share of the true triples that are among the first ``count`` said ones. 0..1.

        recall@K = |first K of said, and true| / |true|

    With more true ones than ``count`` it cannot reach 1; see ``highest_recall``.

    Raises:
        ValueError: nothing is true, so there is no share.
    """
    if not true:
        raise ValueError("expected at least one true triple")
    first = {triple for triple, _ in zip(said, range(count), strict=False)}
    return len(first & set(true)) / len(true)


def highest_recall(count: int, true: Collection[tuple[int, int, int]]) -> float:
    """The recall@K of a list without any fault: min(K, |true|) / |true|."""
    return min(count, len(true)) / len(true)


def match_things(found: Things, true: Things) -> dict[int, int]:
    """Which true thing each found one is: its box overlaps the true one by more than half, and every attribute is right."""
    names, wanted = found.names(), true.names()
    pairs = match_boxes(found.boxes, true.boxes)
    return {one: other for one, other in pairs.items() if names[one] == wanted[other]}


def in_true_numbers(triples: Iterable[Triple], pairs: dict[int, int]) -> list[tuple[int, int, int]]:
    """Triples of found things as such of true things; one that was no thing, or another one, keeps a number below 0."""
    return [
        (pairs.get(one.subject, -1 - one.subject), one.predicate, pairs.get(one.object, -1 - one.object)) for one in triples
    ]


# ---------------------------------------------------------------- rules on geometry


def box_gaps(boxes: Floats) -> Floats:
    """How far apart two boxes are, (n, n), of boxes (n, 4) xyxy: 0 where they overlap or touch."""
    apart = np.maximum(boxes[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - boxes[:, None, 2:])  # (n, n, 2)
    return np.asarray(np.hypot(*np.moveaxis(np.maximum(apart, 0), 2, 0)), np.float32)  # (n, n, 2) -> (2, n, n)


def lies_within(boxes: Floats) -> NDArray[np.bool_]:
    """Whether the first box lies wholly in the second, (n, n), of boxes (n, 4) xyxy; a box does not lie in itself."""
    within = (boxes[:, None, :2] >= boxes[None, :, :2]).all(2) & (boxes[:, None, 2:] <= boxes[None, :, 2:]).all(2)
    return within & ~np.eye(len(boxes), dtype=bool)


def rule(things: Things) -> Floats:
    """The relations by rules on the boxes, (n, n, 9): 1 or 0. What is no box counts only as size, shape and colour.

    Left of and above go by the boxes' centres, touching by the boxes, which are larger than what they hold.
    """
    boxes = things.boxes
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2  # (n, 2)
    right, down = np.moveaxis(centres[None] - centres[:, None], 2, 0)  # (n, n) each: how far the second is right, or below
    size, colour, shape = (getattr(things, f"{name}s").argmax(1) for name in ("size", "colour", "shape"))
    ring = ATTRIBUTES["shape"].index("ring")
    inside = lies_within(boxes) & (shape == ring)[None] & (size[:, None] < size[None])
    meets = (box_gaps(boxes) <= NEAR) & ~inside & ~inside.T
    on = meets & (down > ASIDE) & (np.abs(right) < (boxes[:, 2] - boxes[:, 0])[None] / 4)
    found = (
        right > ASIDE, right < -ASIDE, down > ASIDE, down < -ASIDE, meets, on, inside, size[:, None] > size[None],
        colour[:, None] == colour[None],
    )  # fmt: skip
    holds = np.stack(found, 2).astype(np.float32)  # nine of (n, n) -> (n, n, 9)
    holds[np.arange(len(boxes)), np.arange(len(boxes))] = 0
    return holds


PHOTO_RELATIONS = ("left of", "right of", "above", "below", "overlapping", "inside", "larger than")
"""What two boxes on a photograph can be to one another, by geometry alone."""
FAR, LARGER, WITHIN = 0.05, 1.5, 0.9
"""A centre lies left of another from this share of the picture's side; larger from so many times the area; inside from this
share of the smaller box."""


def rule_photograph(boxes: Floats) -> NDArray[np.bool_]:
    """The relations of boxes (n, 4) xyxy, shares of the picture's sides, by geometry alone: (n, n, 7) bool."""
    centres, areas = (boxes[:, :2] + boxes[:, 2:]) / 2, area(boxes)  # (n, 2), (n,)
    right, down = np.moveaxis(centres[None] - centres[:, None], 2, 0)  # (n, n) each
    sides = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    common = np.maximum(sides, 0).prod(2) / np.maximum(areas, 1e-9)[:, None]  # (n, n): how much of the first both share
    larger = areas[:, None] > LARGER * areas[None]
    inside = (common >= WITHIN) & larger.T
    found = (right > FAR, right < -FAR, down > FAR, down < -FAR, iou(boxes, boxes) > 0, inside, larger)
    holds = np.stack(found, 2)  # seven of (n, n) -> (n, n, 7)
    holds[np.arange(len(boxes)), np.arange(len(boxes))] = False
    return holds
