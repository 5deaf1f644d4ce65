"""Channels and kernels drawn side by side, and which one a click meets."""

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.images import drawing
from cnn_core.images.grid import Grid
from cnn_core.results import Activations
from tests.images.small_maps import DARK_BLUE, DARK_RED, MAGMA_0, MAGMA_1, RECTIFIED, SIGNED, WHITE

# ---------------------------------------------------------------- grids


def test_channel_grid_by_hand():
    grid = drawing.draw_channels(RECTIFIED, columns=2, gap=1, cell=4)  # cells of 2 x 2 values, each 2 x 2 pixels
    assert grid.shape == (9, 9, 3)
    assert (grid[4] == drawing.GAP_GREY).all() and (grid[:, 4] == drawing.GAP_GREY).all()
    assert (grid[2:4, 2:4] == MAGMA_1).all() and (grid[0:2, 0:2] == MAGMA_0).all()  # channel 0: its largest value is 4
    assert (grid[2:4, 7:9] == MAGMA_1).all()  # channel 1 by itself: its largest value, 1, is as bright
    assert (grid[5:9, 0:4] == MAGMA_0).all()  # channel 2 is dead
    assert (grid[2:4, 0:2] == drawing.map_to_colours(np.array([[2.0]]), 4.0, "magma")).all()
    assert (grid[5:9, 5:9] == drawing.GAP_GREY).all()  # there is no channel 3


def test_on_a_common_scale_brightness_can_be_compared():
    grid = drawing.draw_channels(RECTIFIED, columns=3, gap=0, cell=2, common_scale=True)
    assert grid[1, 1].tolist() == MAGMA_1
    assert grid[1, 3].tolist() == drawing.map_to_colours(np.array([[1.0]]), 4.0, drawing.SEQUENTIAL)[0, 0].tolist()


def test_one_negative_value_makes_the_whole_grid_diverging():
    grid = drawing.draw_channels(SIGNED, columns=2, gap=0, cell=2)
    assert grid[1, 1].tolist() == DARK_BLUE and grid[1, 3].tolist() == DARK_RED
    for y, x in ((0, 0), (0, 2), (0, 3), (1, 2)):
        assert grid[y, x].tolist() == WHITE


@pytest.mark.parametrize("shape", [(1, 1, 1), (7, 4, 4), (16, 5, 3), (10, 100, 100)])
@pytest.mark.parametrize(("columns", "gap", "cell"), [(8, 2, 64), (3, 0, 10), (1, 5, 20)])
def test_a_click_finds_the_channel_that_is_drawn_there(shape, columns, gap, cell):
    for channel in {0, shape[0] // 2, shape[0] - 1}:
        values = np.zeros(shape, np.float32)
        values[channel] = 1
        activations = Activations("relu", values)
        grid = drawing.draw_channels(activations, columns, gap=gap, cell=cell)
        rows, columns_lit = np.nonzero((grid == MAGMA_1).all(axis=2))
        for i in (0, len(rows) // 2, -1):
            assert drawing.find_channel(activations, int(columns_lit[i]), int(rows[i]), columns, gap, cell) == channel
        size = Grid.of(values, columns, gap, cell)
        assert len(rows) == size.height * size.width


def test_a_click_beside_all_channels():
    where = {"columns": 2, "gap": 1, "cell": 4}  # 3 channels in a grid of 9 x 9 pixels
    assert drawing.find_channel(RECTIFIED, 3, 3, **where) == 0 and drawing.find_channel(RECTIFIED, 8, 3, **where) == 1
    for x, y in ((4, 0), (0, 4), (5, 5), (9, 0), (10, 0), (0, 9), (-1, 0), (0, -1)):
        assert drawing.find_channel(RECTIFIED, x, y, **where) is None
    assert drawing.find_channel(RECTIFIED, -1, 0, gap=0) is None and drawing.find_channel(RECTIFIED, 64, -1, gap=0) is None


def test_kernels_are_grey_at_0_and_full_at_their_largest_weight():
    weight = np.zeros((2, 3, 1, 2), np.float32)
    weight[0, 0, 0, 1] = -2  # red takes away
    weight[1, 2, 0, 0] = 0.5  # blue adds
    grid = drawing.draw_kernels(weight, columns=2, gap=0, cell=2)
    assert grid.tolist() == [[[128, 128, 128], [1, 128, 128], [128, 128, 255], [128, 128, 128]]]
    common = drawing.draw_kernels(weight, columns=2, gap=0, cell=2, common_scale=True)
    assert common[0, 2].tolist() == [128, 128, 160]  # 128 + 127 * 0.5 / 2 = 159.75


def test_grey_kernels_gaps_and_clicks():
    weight = np.ones((3, 1, 2, 2), np.float32)
    grid = drawing.draw_kernels(-weight, columns=2, gap=1, cell=2)
    assert grid.shape == (5, 5, 3) and (grid[:2, :2] == 1).all()
    assert (grid[2] == 255).all() and (grid[3:, 3:] == 255).all()
    assert [drawing.find_kernel(weight, x, y, 2, 1, 2) for x, y in ((0, 0), (4, 1), (1, 4), (2, 0), (4, 4))] == [
        0,
        1,
        2,
        None,
        None,
    ]


@pytest.mark.parametrize("shape", [(4, 2, 3, 3), (4, 64, 3, 3), (4, 3)])
def test_kernels_that_have_no_colours(shape):
    with pytest.raises(InputError, match="1 or 3 colour channels"):
        drawing.draw_kernels(np.ones(shape, np.float32))


@pytest.mark.parametrize(("columns", "gap"), [(0, 2), (4, -1)])
def test_an_impossible_grid(columns, gap):
    with pytest.raises(InputError, match="at least 1 column"):
        drawing.draw_channels(RECTIFIED, columns=columns, gap=gap)
