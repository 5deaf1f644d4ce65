"""Errands: a room, a start, and an instruction that means exactly one piece of furniture; made from random numbers."""

from dataclasses import dataclass, replace

import numpy as np
from skimage.measure import label

from cnn_core.ops.tiny_instructions import RELATIONS, Instruction, Which, target_of, targets_of
from cnn_core.ops.tiny_rooms import KINDS, Cell, Distances, Furniture, Room, beside, distances_to
from cnn_core.ops.tiny_world import COLOURS

SMALLEST, LARGEST = 5, 9
"""Cells a side of a room."""
FEWEST, MOST = 4, 8
"""Pieces of furniture."""
VARIETY = 3
"""Kinds and colours in one room: so few that a name alone often means several pieces."""
RELATIONAL = 0.5
"""How often an instruction names another piece."""
NEAREST = 2
"""Steps that an errand needs at least."""


@dataclass(frozen=True)
class Errand:
    """What an agent is to do.

    Attributes:
        room: the room.
        start: the cell where it begins.
        instruction: where it is to go.
        target: number of the piece that is meant.
    """

    room: Room
    start: Cell
    instruction: Instruction
    target: int

    def distances(self) -> Distances:
        """Steps from every cell, (rows, columns): see ``distances_to``."""
        return distances_to(self.room, self.target)


def make_room(rng: np.random.Generator) -> Room:
    """A room whose free cells all hang together; the same numbers make the same."""
    while True:
        rows, columns = (int(n) for n in rng.integers(SMALLEST, LARGEST + 1, 2))
        kinds = rng.choice(KINDS, VARIETY, replace=False)
        colours = rng.choice(COLOURS, VARIETY, replace=False)
        cells = rng.choice(rows * columns, int(rng.integers(FEWEST, MOST + 1)), replace=False)
        furniture = tuple(
            Furniture(str(rng.choice(kinds)), str(rng.choice(colours)), int(cell) // columns, int(cell) % columns)
            for cell in cells
        )
        room = Room(rows, columns, furniture)
        if hangs_together(room):
            return room


def hangs_together(room: Room) -> bool:
    """Whether a way leads from every free cell to every other, and to each piece of furniture."""
    free = np.ones((room.rows, room.columns), bool)
    free[[piece.row for piece in room.furniture], [piece.column for piece in room.furniture]] = False
    reached = all(any(room.is_free(cell) for cell in beside(piece.cell)) for piece in room.furniture)
    return reached and int(label(free, connectivity=1).max()) == 1


def make_errand(rng: np.random.Generator) -> Errand:
    """An errand of at least ``NEAREST`` steps; the same numbers make the same."""
    while True:
        room = make_room(rng)
        target = int(rng.integers(len(room.furniture)))
        meant = [
            one for one in instructions_for(room, target, rng.random() < RELATIONAL) if targets_of(room, one) == [target]
        ]
        far = np.argwhere(distances_to(room, target) >= NEAREST)
        if meant and len(far):
            row, column = far[rng.integers(len(far))]
            return Errand(room, (int(row), int(column)), meant[rng.integers(len(meant))], target)


def errand_of(seed: int, instruction: Instruction | None = None) -> Errand:
    """The errand of a seed, or another one in the same room from the same start.

    Raises:
        InputError: what the instruction names is not there, or there are several.
    """
    errand = make_errand(np.random.default_rng(seed))
    if instruction is None:
        return errand
    return replace(errand, instruction=instruction, target=target_of(errand.room, instruction))


def instructions_for(room: Room, target: int, relational: bool) -> list[Instruction]:
    """Instructions that may mean a piece of furniture; relational ones only where its name alone means several."""
    names = descriptions_of(room.furniture[target])
    if not relational:
        return [Instruction(one) for one in names]
    several = [one for one in names if len(targets_of(room, Instruction(one))) > 1]
    others = {other for piece in room.furniture for other in descriptions_of(piece)}
    alone = [other for other in sorted(others, key=Which.say) if len(targets_of(room, Instruction(other))) == 1]
    return [Instruction(one, relation, other) for one in several for other in alone for relation in RELATIONS]


def descriptions_of(piece: Furniture) -> list[Which]:
    """What a piece can be called: by its kind alone, and with its colour."""
    return [Which(piece.kind), Which(piece.kind, piece.colour)]
