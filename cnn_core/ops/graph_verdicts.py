"""A scene graph as it is shown: nodes, what is said of each pair, and, where the truth is known, what of that is right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from cnn_core.ops.boxes import Floats
from cnn_core.ops.scene_graph import (
    Truth,
    highest_recall,
    in_true_numbers,
    match_things,
    rank,
    recall_at,
    true_triples,
)
from cnn_core.ops.tiny_things import Things, match_boxes
from cnn_core.ops.tiny_world import RELATIONS

COUNTS = (20, 50)
Verdict = Literal["", "true", "false", "missed"]


@dataclass(frozen=True)
class Node:
    """One thing of a graph.

    Attributes:
        name: what it is called.
        box: (4,) xyxy, shares of the picture's sides.
        verdict: "true" or "false" for what was found, "missed" for what was not; "" where nobody knows.
        truth: what it really is, where its name is false and something is there.
    """

    name: str
    box: Floats
    verdict: Verdict = ""
    truth: str = ""


@dataclass(frozen=True)
class Statement:
    """One arrow of a graph: ``subject`` and ``object`` are numbers of nodes.

    Attributes:
        probability: 0..1; None where it was not asked or does not apply, as of one that was missed.
        verdict: as of a node.
    """

    subject: int
    relation: str
    object: int
    probability: float | None
    verdict: Verdict = ""


@dataclass(frozen=True)
class Graph:
    """Nodes and arrows, the most probable first, then those missed.

    Attributes:
        recalls: K -> (Recall@K, the highest that it can be); empty where nobody knows what is true, or nothing is.
        count_true: how many relations hold.
    """

    nodes: tuple[Node, ...]
    statements: tuple[Statement, ...]
    recalls: Mapping[int, tuple[float, float]]
    count_true: int = 0

    def count(self, verdict: Verdict) -> int:
        """How many statements have this verdict."""
        return sum(one.verdict == verdict for one in self.statements)


def compare(
    things: Things, probabilities: Floats, true: Things, holds: Truth, chosen: Collection[str], threshold: float
) -> Graph:
    """The graph of what was found, held against the truth.

    A thing is right if its box overlaps a true one's by more than half and all its attributes are true; a triple is right if
    both its things are and the relation holds. The recalls rank all triples, whatever the threshold.

    Args:
        things: found, or the true ones.
        probabilities: (n, n, 9) of the relations between them.
        true: what is there.
        holds: (m, m, 9), what is true between those.
        chosen: the relations that count.
        threshold: a triple is said from this probability on, 0..1.
    """
    right, near = match_things(things, true), match_boxes(things.boxes, true.boxes)
    wanted, ranked = true_triples(holds, chosen), rank(probabilities, things.scores, chosen)
    keys = in_true_numbers(ranked, right)
    said = [
        Statement(one.subject, RELATIONS[one.predicate], one.object, one.probability, "true" if key in wanted else "false")
        for one, key in zip(ranked, keys, strict=True)
        if one.probability >= threshold
    ]
    nodes, number_of = name_nodes(things, true, right, near)
    there = {(one.subject, one.relation, one.object) for one in said}
    missed = [(number_of[i], RELATIONS[k], number_of[j]) for i, k, j in sorted(wanted)]
    unsaid = [Statement(*key, None, "missed") for key in missed if key not in there]
    recalls = {count: (recall_at(count, keys, wanted), highest_recall(count, wanted)) for count in COUNTS if wanted}
    return Graph(nodes, (*said, *unsaid), recalls, len(wanted))


def name_nodes(
    things: Things, true: Things, right: Mapping[int, int], near: Mapping[int, int]
) -> tuple[tuple[Node, ...], dict[int, int]]:
    """The nodes, first those found, then those missed; and which node stands for each true thing.

    Args:
        right: found -> true, where every attribute is right.
        near: found -> true, where the boxes overlap.
    """
    names, true_names = things.names(), true.names()
    nodes = [
        Node(name, box, "true" if k in right else "false", "" if k in right or k not in near else true_names[near[k]])
        for k, (name, box) in enumerate(zip(names, things.boxes, strict=True))
    ]
    number_of = {other: one for one, other in {**near, **right}.items()}
    for k, name in enumerate(true_names):
        if k not in number_of:
            number_of[k] = len(nodes)
            nodes.append(Node(name, true.boxes[k], "missed"))
    return tuple(nodes), number_of
