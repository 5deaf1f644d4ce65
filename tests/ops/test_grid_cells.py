"""Which cells answer for an object: worked by hand, and as the detector here is trained."""

import numpy as np
import pytest
import torch

from cnn_core.models.blocks import cell_centres
from cnn_core.ops.grid_cells import RADIUS, REACH, GridCell, centrality, grid_outputs, pyramid_cells, responsible_cell
from cnn_core.training.losses import detection


def box(*sides: float) -> np.ndarray:
    return np.array(sides, np.float32)


def test_the_cell_of_the_centre_by_hand() -> None:
    """A picture of 200 x 100; the centre lies at 0.3 and 0.5 of it: at 2.1 and 3.5 of 7 cells."""
    found = responsible_cell(box(20, 10, 100, 90), 200, 100, 7)
    assert (found.column, found.row) == (2, 3)
    assert (found.x, found.y, found.h, found.w) == pytest.approx((0.1, 0.5, 0.8, 0.4))


def test_a_centre_on_a_border_lies_in_the_cell_behind_it_and_on_the_last_edge_in_the_last_cell() -> None:
    found = responsible_cell(box(20, 10, 100, 90), 200, 100, 4)  # at 1.2 and 2.0 of 4 cells
    assert (found.column, found.row) == (1, 2) and (found.x, found.y) == pytest.approx((0.2, 0.0))
    assert responsible_cell(box(200, 100, 200, 100), 200, 100, 4) == GridCell(3, 3, 1.0, 1.0, 0.0, 0.0)


def test_how_many_numbers_a_grid_gives() -> None:
    assert grid_outputs(7, 2, 20) == 1470  # 7 x 7 x 30 in the paper
    assert grid_outputs(3, 1, 4) == 81


def test_the_cells_of_a_pyramid_by_hand() -> None:
    """An input of 64 x 32, a box of 32 x 24 around (24, 16): centres of stride 8 under 12 pixels away, not at 12."""
    found = pyramid_cells(box(8, 4, 40, 28), 64, 32)
    assert [(one.stride, one.column, one.row, one.distances) for one in found] == [
        (8, 2, 1, (12, 8, 20, 16)),
        (8, 3, 1, (20, 8, 12, 16)),
        (8, 2, 2, (12, 16, 20, 8)),
        (8, 3, 2, (20, 16, 12, 8)),
    ]
    assert found[0].centre == (20, 12) and centrality(found[0]) == pytest.approx(np.hypot(4, 4))


def test_large_boxes_go_to_coarse_levels_and_a_box_between_centres_to_none() -> None:
    assert {one.stride for one in pyramid_cells(box(0, 0, 352, 256), 352, 256)} == {32}
    assert {one.stride for one in pyramid_cells(box(60, 60, 220, 160), 352, 256)} == {16}
    assert pyramid_cells(box(5, 5, 11, 11), 64, 32) == []


def test_the_same_cells_as_in_training() -> None:
    assert (RADIUS, REACH) == (detection.RADIUS, detection.REACH)
    rng = np.random.default_rng(4)
    width, height = 352, 192
    levels = [(stride, height // stride, width // stride) for stride in REACH]
    centres = torch.cat([cell_centres(rows, columns, stride, torch.zeros(1)) for stride, rows, columns in levels])
    strides = torch.cat([torch.full((rows * columns,), stride) for stride, rows, columns in levels])
    hits = 0
    for _ in range(40):
        x, y = rng.uniform(0, width - 20), rng.uniform(0, height - 20)
        one = box(x, y, rng.uniform(x + 4, width), rng.uniform(y + 4, height))
        numbers = detection.assign_boxes(torch.tensor(one)[None], centres, strides)
        wanted = {(int(strides[k]), *centres[k].tolist()) for k in (numbers == 0).nonzero()[:, 0]}
        assert {(cell.stride, *cell.centre) for cell in pyramid_cells(one, width, height)} == wanted
        hits += len(wanted)
    assert hits > 200
