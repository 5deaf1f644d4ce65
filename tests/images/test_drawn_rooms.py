"""Rooms as pictures: every cell where it belongs, and what an agent sees around itself."""

import numpy as np

from cnn_core.images.drawn_rooms import CELL, REACH, VIEW, draw_room, draw_tile, draw_view, number_of
from cnn_core.ops.tiny_rooms import KINDS, Furniture, Room
from cnn_core.ops.tiny_world import COLOURS

ROOM = Room(3, 4, (Furniture("chair", "red", 0, 3), Furniture("lamp", "blue", 2, 1)))
WALL, FLOOR = (84, 84, 92), (238, 230, 214)


def cell_of(picture: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    return picture[row * size : (row + 1) * size, column * size : (column + 1) * size]


def test_the_map_has_walls_around_and_furniture_in_its_cells() -> None:
    picture = draw_room(ROOM, 20)
    assert picture.shape == (100, 120, 3)
    assert (picture[:20] == WALL).all() and (picture[:, 100:] == WALL).all()
    red, blue = cell_of(picture, 1, 4, 20)[12, 10], cell_of(picture, 3, 2, 20)[5, 10]
    assert red[0] > 150 > 100 > max(red[1:]) and blue[2] > 150 > 120 > max(blue[:2])
    assert tuple(cell_of(picture, 2, 2, 20)[10, 10]) == FLOOR


def test_an_agent_sees_the_cells_around_itself_and_walls_beyond() -> None:
    view = draw_view(ROOM, (1, 2))
    assert view.shape == (VIEW * CELL, VIEW * CELL, 3)
    chair, lamp = cell_of(view, REACH - 1, REACH + 1, CELL), cell_of(view, REACH + 1, REACH - 1, CELL)
    assert (chair == draw_tile(number_of("chair", "red"), CELL)).all()
    assert (lamp == draw_tile(number_of("lamp", "blue"), CELL)).all()
    assert (cell_of(view, REACH, REACH + 2, CELL) == WALL).all() and not (
        cell_of(view, REACH, REACH + 1, CELL) == WALL
    ).all()


def test_no_two_pieces_look_alike() -> None:
    tiles = {draw_tile(number_of(kind, colour), CELL).tobytes() for kind in KINDS for colour in COLOURS}
    assert len(tiles) == len(KINDS) * len(COLOURS)
