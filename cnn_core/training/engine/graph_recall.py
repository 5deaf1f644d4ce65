"""How much of the true graphs of many scenes is found: Recall@K, mean recall, and what a fixed threshold finds."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np

from cnn_core.ops.boxes import Floats
from cnn_core.ops.scene_graph import (
    SEEN_TOGETHER,
    Truth,
    highest_recall,
    in_true_numbers,
    match_things,
    rank,
    recall_at,
    true_triples,
)
from cnn_core.ops.tiny_things import Things
from cnn_core.ops.tiny_world import RELATIONS

Key = tuple[int, int, int]
Relate = Callable[[int, Things], Floats]
"""(number of the scene, its things) -> the probabilities of the relations, (n, n, 9)."""
COUNTS = (20, 50)
HALF = 0.5


@dataclass(frozen=True)
class Graded:
    """What was said of one scene, and what is true, both in the numbers of the true things.

    Attributes:
        said: all triples, the most probable first.
        sure: those of them whose probability is at least one half.
        true: the true ones.
    """

    said: list[Key]
    sure: set[Key]
    true: set[Key]

    def only(self, chosen: Collection[str]) -> "Graded":
        """The same with some relations alone; the order of what is left stays."""
        said, sure, true = (
            [key for key in keys if RELATIONS[key[1]] in chosen] for keys in (self.said, self.sure, self.true)
        )
        return Graded(said, set(sure), set(true))


def grade(relate: Relate, true: list[Things], holds: list[Truth], found: list[Things] | None = None) -> list[Graded]:
    """Every scene's ranked triples beside its true ones; ``found`` things take the place of the true ones."""
    graded = []
    for number, (own, truth) in enumerate(zip(true, holds, strict=True)):
        things = own if found is None else found[number]
        ranked = rank(relate(number, things), things.scores)
        said = in_true_numbers(ranked, match_things(things, own))
        sure = {key for key, one in zip(said, ranked, strict=True) if one.probability >= HALF}
        graded.append(Graded(said, sure, true_triples(truth)))
    return graded


def measure(graded: list[Graded]) -> dict[str, float]:
    """All figures, 0..1, of all relations and, with the ending "_seen", of touching, on and inside among themselves.

    recall20 and recall50 are Recall@K, highest20 and highest50 what a list without fault reaches, mean_recall20 and
    mean_recall50 the recall of each relation, averaged. Of the triples at one half or above, "named" is the
    recall and "true" the precision.
    """
    figures: dict[str, float] = {}
    for ending, chosen in (("", RELATIONS), ("_seen", SEEN_TOGETHER)):
        own = [one.only(chosen) for one in graded]
        telling = [one for one in own if one.true]
        for count in COUNTS:
            figures |= {
                f"recall{count}{ending}": mean(recall_at(count, one.said, one.true) for one in telling),
                f"highest{count}{ending}": mean(highest_recall(count, one.true) for one in telling),
                f"mean_recall{count}{ending}": mean_recall(count, telling, chosen),
            }
        right, said, wanted = (sum(len(keys) for keys in part) for part in zip(*map(counted, own), strict=True))
        figures |= {f"named{ending}": right / max(wanted, 1), f"true{ending}": right / max(said, 1)}
    return {name: round(figure, 4) for name, figure in figures.items()}


def counted(one: Graded) -> tuple[set[Key], set[Key], set[Key]]:
    """What is sure and true, what is sure, what is true."""
    return one.sure & one.true, one.sure, one.true


def mean_recall(count: int, graded: list[Graded], chosen: Collection[str]) -> float:
    """Mean recall@K (Tang et al. 2018, arXiv:1812.01880): each relation's recall among the first K of all, averaged."""
    recalls = []
    for relation in chosen:
        k = RELATIONS.index(relation)
        shares = []
        for one in graded:
            wanted = {key for key in one.true if key[1] == k}
            if wanted:
                shares.append(recall_at(count, one.said, wanted))
        if shares:
            recalls.append(mean(shares))
    return mean(recalls)


def mean(values: Iterable[float]) -> float:
    """0 of none."""
    found = list(values)
    return float(np.mean(found)) if found else 0.0
