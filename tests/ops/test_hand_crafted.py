"""Hand-made features on images whose edges and colours are known."""

import numpy as np
import pytest

from cnn_core.ops.hand_crafted import LENGTH, colour_histograms, describe, edges_by_cell, gradient_histograms


def stripes(across: bool) -> np.ndarray:
    """An image that grows lighter to the right, or downwards."""
    ramp = np.repeat(np.arange(32, dtype=np.uint8)[None] * 8, 32, 0)
    return np.repeat((ramp if across else ramp.T)[..., None], 3, -1)


def test_an_edge_counts_for_its_own_direction() -> None:
    """A gradient to the right is at 0 degrees, the first direction's; downwards it is at 90, the middle one's."""
    right, down = edges_by_cell(stripes(True)), edges_by_cell(stripes(False))
    assert right.shape == (8, 8, 9)
    assert (right[2:6, 2:6].argmax(-1) == 0).all() and (down[2:6, 2:6].argmax(-1) == 4).all()
    assert right[3, 3, 1:].max() == 0


def test_an_edge_in_one_cell_is_found_there_and_nowhere_far_away() -> None:
    image = np.full((32, 32, 3), 90, np.uint8)
    image[8:12, 22:] = 200  # rows of the third row of cells, from the middle of the sixth column on
    strengths = edges_by_cell(image).sum(-1)
    assert strengths[2, 5] > 0 and strengths[6].max() == 0 and strengths[:, :4].max() == 0


def test_a_dot_within_one_cell_is_that_cells_alone() -> None:
    """A bright pixel at (9, 21): all of its edges lie in rows 8 to 11 and columns 20 to 23, cell (2, 5)."""
    image = np.full((32, 32, 3), 90, np.uint8)
    image[9, 21] = 200
    assert np.argwhere(edges_by_cell(image).sum(-1)).tolist() == [[2, 5]]


def test_the_brighter_channel_s_edge_counts_too() -> None:
    image = np.zeros((32, 32, 3), np.uint8)
    image[:, 18:, 2] = 255  # in blue alone
    assert gradient_histograms(image, 8).max() > 0.1


def test_how_many_numbers_there_are() -> None:
    """7 x 7 blocks of 4 cells of 4 pixels, 3 x 3 of 8 pixels, nine directions; 16 regions, 3 channels, 6 bins."""
    image = stripes(True)
    assert len(gradient_histograms(image, 4)) == 49 * 4 * 9 and len(gradient_histograms(image, 8)) == 9 * 4 * 9
    assert len(colour_histograms(image)) == 288
    assert len(describe(image)) == LENGTH == 1764 + 324 + 288


def test_colours_by_region() -> None:
    """Black but for the upper right region, three quarters of which are white: L 0 and 100, a and b 0."""
    image = np.zeros((32, 32, 3), np.uint8)
    image[:6, 24:] = 255
    found = colour_histograms(image).reshape(4, 4, 3, 6)
    assert found[0, 3, 0] == pytest.approx([0.5, 0, 0, 0, 0, np.sqrt(0.75)], abs=1e-6)
    assert found[3, 0, 0].tolist() == [1, 0, 0, 0, 0, 0]
    assert found[1, 1, 1, 2:4].sum() == 1  # a is 0 or a trifle beside it: one of the two bins in the middle


def test_red_and_blue_are_told_apart() -> None:
    """Pure red: a 80, b 67; pure blue: a 79, b -108. All beyond 40, which the outer bins take."""
    red, blue = (np.zeros((32, 32, 3), np.uint8) for _ in range(2))
    red[..., 0], blue[..., 2] = 255, 255
    of_red, of_blue = (colour_histograms(image).reshape(4, 4, 3, 6)[2, 1] for image in (red, blue))
    assert of_red[1].argmax() == of_blue[1].argmax() == 5
    assert (of_red[2].argmax(), of_blue[2].argmax()) == (5, 0)
    assert (of_red[0].argmax(), of_blue[0].argmax()) == (3, 1)  # L 53 and 32
