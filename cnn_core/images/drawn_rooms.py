"""Rooms with furniture drawn from above: the whole room as a map, and what an agent in it sees around itself."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cnn_core.images.drawn_world import TONES
from cnn_core.ops.tiny_rooms import KINDS, Cell, Room
from cnn_core.ops.tiny_world import COLOURS

Tile = NDArray[np.uint8]

FLOOR, JOINT, WALL = (238, 230, 214), (222, 212, 194), (84, 84, 92)
FINER = 6
"""Tiles are drawn so many times larger and then averaged, so that edges are soft."""
REACH = 5
"""How many cells an agent sees in each direction."""
VIEW = 2 * REACH + 1
"""Cells a side of what it sees; it stands in the middle one."""
CELL = 12
"""Pixels a side of a cell as a network sees it."""
EMPTY, BEYOND = 0, 1
"""Numbers of the tiles of the floor and of what lies behind a wall; furniture comes after them, by kind, then by colour."""

PARTS: dict[str, tuple[tuple[str, tuple[float, float, float, float], float], ...]] = {
    "chair": (("box", (0.24, 0.14, 0.76, 0.3), 0.7), ("box", (0.24, 0.34, 0.76, 0.84), 1.0)),
    "table": (("box", (0.06, 0.22, 0.94, 0.78), 1.0), ("box", (0.16, 0.32, 0.84, 0.68), 1.25)),
    "lamp": (("disc", (0.2, 0.2, 0.8, 0.8), 1.0), ("disc", (0.36, 0.36, 0.64, 0.64), 2.6)),
    "plant": (
        ("disc", (0.1, 0.08, 0.52, 0.5), 1.0), ("disc", (0.48, 0.08, 0.9, 0.5), 0.85),
        ("disc", (0.28, 0.0, 0.72, 0.44), 1.15), ("box", (0.34, 0.5, 0.66, 0.94), 0.6),
    ),
    "sofa": (
        ("box", (0.04, 0.14, 0.96, 0.44), 0.7), ("box", (0.04, 0.3, 0.2, 0.86), 0.8), ("box", (0.8, 0.3, 0.96, 0.86), 0.8),
        ("box", (0.2, 0.42, 0.8, 0.86), 1.1),
    ),
    "bed": (("box", (0.18, 0.04, 0.82, 0.96), 1.0), ("box", (0.26, 0.1, 0.74, 0.32), 3.0)),
}  # fmt: skip
"""Kind of furniture -> boxes and discs (left, upper, right, lower: shares of a cell), and how bright each is."""


@cache
def draw_tile(number: int, size: int) -> Tile:
    """One cell, (size, size, 3) uint8, read-only: the floor, a wall, or a piece of furniture on the floor."""
    picture = Image.new("RGB", (size * FINER, size * FINER), WALL if number == BEYOND else FLOOR)
    draw = ImageDraw.Draw(picture)
    last = size * FINER - 1
    if number != BEYOND:
        draw.line([(0, last), (last, last), (last, 0)], fill=JOINT, width=FINER)
    if number > BEYOND:
        kind, colour = divmod(number - BEYOND - 1, len(COLOURS))
        tone = np.array(TONES[COLOURS[colour]])
        for form, place, bright in PARTS[KINDS[kind]]:
            fill = tuple(int(value) for value in np.clip(tone * bright, 0, 1) * 255)
            box = [share * last for share in place]
            (draw.ellipse if form == "disc" else draw.rectangle)(box, fill=fill)
    tile = np.asarray(picture.resize((size, size), Image.Resampling.BOX)).copy()
    tile.flags.writeable = False
    return tile


def number_of(kind: str, colour: str) -> int:
    """The number of the tile of a piece of furniture."""
    return BEYOND + 1 + KINDS.index(kind) * len(COLOURS) + COLOURS.index(colour)


TILES = BEYOND + 1 + len(KINDS) * len(COLOURS)
"""How many tiles there are."""


def plan(room: Room, margin: int = 1) -> NDArray[np.int64]:
    """The numbers of a room's tiles with walls around it: (rows + 2 margin, columns + 2 margin)."""
    numbers = np.full((room.rows + 2 * margin, room.columns + 2 * margin), BEYOND)
    numbers[margin:-margin, margin:-margin] = EMPTY
    for piece in room.furniture:
        numbers[piece.row + margin, piece.column + margin] = number_of(piece.kind, piece.colour)
    return numbers


def lay(numbers: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
    """Tiles beside each other: numbers (..., H, W) -> pictures (..., H size, W size, 3)."""
    bank = np.stack([draw_tile(k, size) for k in range(TILES)])  # (K, size, size, 3)
    *before, height, width = numbers.shape
    cells = bank[numbers]  # (..., H, W) -> (..., H, W, size, size, 3)
    rows = np.moveaxis(cells, -3, -4)  # (..., H, W, size, size, 3) -> (..., H, size, W, size, 3)
    return np.ascontiguousarray(rows).reshape(*before, height * size, width * size, 3)


def view_numbers(planned: NDArray[np.int64], cell: Cell) -> NDArray[np.int64]:
    """The tiles around an agent, (VIEW, VIEW), from a plan with a margin of ``REACH``."""
    row, column = cell
    return planned[row : row + VIEW, column : column + VIEW]


def draw_view(room: Room, cell: Cell, size: int = CELL) -> NDArray[np.uint8]:
    """What an agent in a cell sees: ``VIEW`` cells a side, itself in the middle (not drawn)."""
    return lay(view_numbers(plan(room, REACH), cell), size)


def draw_room(room: Room, size: int = 40) -> NDArray[np.uint8]:
    """The whole room with its walls from above, ((rows + 2) size, (columns + 2) size, 3) uint8."""
    return lay(plan(room), size)
