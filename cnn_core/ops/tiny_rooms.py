"""Rooms with furniture, seen from above, and the shortest way to a piece of it.

A room is a grid of cells; a piece of furniture fills one of them, an agent stands in a free one. Rows are counted downwards,
columns to the right, from 0.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KINDS = ("chair", "table", "lamp", "plant", "sofa", "bed")
MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
ACTIONS = (*MOVES, "stop")
"""What an agent can do: go to the next cell, or say that it has arrived."""
STOP = len(MOVES)
NOWHERE = -1
"""The distance of a cell from which no way leads there."""

Cell = tuple[int, int]
Distances = NDArray[np.int16]


@dataclass(frozen=True)
class Furniture:
    """One piece.

    Attributes:
        kind: one of ``KINDS``.
        colour: one of ``COLOURS``.
        row: of its cell.
        column: of its cell.
    """

    kind: str
    colour: str
    row: int
    column: int

    @property
    def name(self) -> str:
        """Such as "red chair"."""
        return f"{self.colour} {self.kind}"

    @property
    def cell(self) -> Cell:
        """(row, column)."""
        return self.row, self.column


@dataclass(frozen=True)
class Room:
    """A room.

    Attributes:
        rows: cells from the upper wall to the lower one.
        columns: cells from the left wall to the right one.
        furniture: all pieces; no two in one cell.
    """

    rows: int
    columns: int
    furniture: tuple[Furniture, ...]

    def holds(self, cell: Cell) -> bool:
        """Whether a cell lies between the walls."""
        return 0 <= cell[0] < self.rows and 0 <= cell[1] < self.columns

    def is_free(self, cell: Cell) -> bool:
        """Whether an agent can stand there."""
        return self.holds(cell) and all(piece.cell != cell for piece in self.furniture)

    def step(self, cell: Cell, action: str) -> Cell:
        """Where an agent is after an action; a wall or a piece of furniture holds it where it is, and so does "stop"."""
        down, right = MOVES.get(action, (0, 0))
        there = cell[0] + down, cell[1] + right
        return there if self.is_free(there) else cell


def beside(cell: Cell) -> tuple[Cell, ...]:
    """The four cells next to one, in the order of ``MOVES``."""
    return tuple((cell[0] + down, cell[1] + right) for down, right in MOVES.values())


def has_arrived(room: Room, cell: Cell, target: int) -> bool:
    """Whether an agent in a cell stands beside a piece of furniture."""
    return cell in beside(room.furniture[target].cell)


def distances_to(room: Room, target: int) -> Distances:
    """Steps of the shortest way from every cell to a free one beside a piece of furniture, (rows, columns).

    ``NOWHERE`` where none leads there, as from cells that are not free. Found ring by ring (breadth first).
    """
    found = np.full((room.rows, room.columns), NOWHERE, np.int16)
    filled = {piece.cell for piece in room.furniture}
    ahead = deque(cell for cell in beside(room.furniture[target].cell) if room.holds(cell) and cell not in filled)
    for cell in ahead:
        found[cell] = 0
    while ahead:
        cell = ahead.popleft()
        for there in beside(cell):
            if room.holds(there) and there not in filled and found[there] == NOWHERE:
                found[there] = found[cell] + 1
                ahead.append(there)
    return found


def best_actions(distances: Distances, cell: Cell) -> tuple[int, ...]:
    """The numbers of the actions that lie on a shortest way, from what ``distances_to`` found."""
    here = distances[cell]
    if here == 0:
        return (STOP,)
    rows, columns = distances.shape
    return tuple(
        k
        for k, (row, column) in enumerate(beside(cell))
        if 0 <= row < rows and 0 <= column < columns and distances[row, column] == here - 1
    )
