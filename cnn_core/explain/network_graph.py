"""Where each layer of a network stands in a drawing: later ones further right, those with smaller maps further down."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnn_core.explain.layer_table import INPUT
from cnn_core.results import LayerFacts


@dataclass(frozen=True)
class Place:
    """Where a layer stands.

    Attributes:
        column: as far right as what it is made from, and further than that of it which has maps of the same size.
        row: 0 for the largest maps, further down smaller ones; the last for single numbers, if there are any.
        lane: among the layers of one column and row, in the order in which they run.
        depth: the most layers on a way from the input to it, itself included.
    """

    column: int
    row: int
    lane: int
    depth: int


START = Place(0, 0, 0, 0)
"""The input's own place: before the largest maps."""


def size_of(facts: LayerFacts) -> tuple[int, int]:
    """(height, width) of a layer's maps, (1, 1) of single numbers."""
    return (facts.shape[1], facts.shape[2]) if len(facts.shape) == 3 else (1, 1)


def sizes(table: Sequence[LayerFacts]) -> list[tuple[int, int]]:
    """The sizes of all maps, the largest first: one row of the drawing each."""
    return sorted({size_of(facts) for facts in table}, key=lambda size: (-size[0] * size[1], size))


def lay_out(table: Sequence[LayerFacts]) -> list[Place]:
    """The place of each layer of a table, which stands in the order in which they run."""
    rows, found, taken = sizes(table), {INPUT: START}, dict[tuple[int, int], int]()
    for facts in table:
        row, sources = rows.index(size_of(facts)), [found[source] for source in facts.sources]
        column = max(source.column + (source.row == row) for source in sources)
        column = max(column, 1) if not row else column  # the input's place is taken
        lane = taken[column, row] = taken.get((column, row), -1) + 1
        found[facts.name] = Place(column, row, lane, 1 + max(source.depth for source in sources))
    return [found[facts.name] for facts in table]


def list_arrows(table: Sequence[LayerFacts]) -> list[tuple[int, int, bool]]:
    """What each layer is made from: (from, to, whether it leads past other layers); 0 is the input, 1 the first layer."""
    names = [INPUT, *(facts.name for facts in table)]
    depths = [START.depth, *(place.depth for place in lay_out(table))]
    pairs = [(names.index(source), to) for to, facts in enumerate(table, 1) for source in facts.sources]
    return [(start, to, depths[to] - depths[start] > 1) for start, to in pairs]
