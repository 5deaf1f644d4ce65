"""The blackboard's arithmetic where a wrong sign, edge or axis would show: ties, thresholds met exactly, unequal sides."""

import numpy as np
import pytest
import torch

from cnn_core.images.drawn_faces import coverage, ellipse
from cnn_core.images.drawn_styles import along, grid, slopes
from cnn_core.ops import regions
from cnn_core.ops import upsampling as up
from cnn_core.ops.boxes import area, iou, nms, nms_by_class, to_centre_size, to_corner_size
from cnn_core.ops.colour_bins import anneal, lab_of, mean_colour, rebalancing_weights, rgb_of, soft_encode
from cnn_core.ops.faces import TEMPLATE, align, classify_triplet, cosine, distance, rates, triplet_loss


def floats(*values: object) -> np.ndarray:
    return np.array(values, np.float32)


# ---------------------------------------------------------------- boxes


def test_areas_and_overlaps_of_long_boxes() -> None:
    boxes = floats((0, 0, 4, 2), (3, 1, 13, 2), (5, 0, 6, 2))
    assert area(boxes).tolist() == [8, 10, 2]
    assert iou(boxes[:1], boxes).tolist() == [[1, pytest.approx(1 / 17), 0]]  # one column of one row is shared
    assert iou(boxes[:2], boxes[2:]).tolist() == [[0], [pytest.approx(1 / 11)]]


def test_an_overlap_of_exactly_the_threshold_stays() -> None:
    boxes = floats((0, 0, 4, 4), (0, 0, 4, 8))  # 16 / 32
    scores = floats(0.9, 0.8)
    assert nms(boxes, scores, 0.5) == [0, 1]
    assert nms(boxes, scores, 0.49) == [0]
    assert nms(floats((0, 0, 4, 4), (4, 0, 8, 4)), scores, 0.0) == [0, 1]  # they merely touch


def test_equal_scores_keep_their_order_and_a_removed_box_removes_none() -> None:
    row = floats((0, 0, 10, 1), (4, 0, 14, 1), (8, 0, 18, 1))  # overlaps 6 / 14 of neighbours, 2 / 18 of the outer two
    assert nms(row, floats(0.5, 0.5, 0.5), 0.4) == [0, 2]
    assert nms(row, floats(0.1, 0.9, 0.5), 0.4) == [1]
    assert nms_by_class(row, floats(0.5, 0.5, 0.9), ("a", "b", "a"), 0.1) == [2, 1]
    assert nms_by_class(row, floats(0.5, 0.5, 0.5), ("b", "a", "c"), 0.1) == [0, 1, 2]


def test_the_lectures_boxes_on_an_image_that_is_no_square() -> None:
    boxes = floats((0, 0, 10, 40), (100, 10, 200, 30))
    assert to_centre_size(boxes, 200, 50).tolist() == [
        pytest.approx([0.025, 0.4, 0.8, 0.05]),
        pytest.approx([0.75, 0.4, 0.4, 0.5]),
    ]
    assert to_corner_size(boxes, 200, 50).tolist() == [
        pytest.approx([0, 0.2, 0.8, 0.05]),
        pytest.approx([0.5, 0.4, 0.4, 0.5]),
    ]


# ---------------------------------------------------------------- regions


def test_anchors_in_their_order() -> None:
    found = regions.anchors_at(100, 50, [8, 16], [1.0, 4.0])
    assert found.tolist() == [[96, 46, 104, 54], [92, 42, 108, 58], [98, 42, 102, 58], [96, 34, 104, 66]]


def test_between_cells_the_nearer_one_counts_more() -> None:
    values = floats((0, 100), (10, 110), (20, 120))[..., None]  # 3 rows, 2 columns
    found = regions.bilinear(values, floats(0.5, 0.75, 1.5, 9), floats(-3, 1.25, 2.5))[..., 0]
    assert found.tolist() == [[0, 25, 100, 100], [7.5, 32.5, 107.5, 107.5], [20, 45, 120, 120]]


def test_a_region_of_unequal_sides() -> None:
    values = np.stack([np.tile(np.arange(8.0), (6, 1)), np.tile(np.arange(6.0)[:, None], (1, 8))], -1).astype(np.float32)
    found = regions.roi_align(values, (1, 2, 7, 4), 2, samples=2)  # bins of 3 x 1 cells, centres at 2.5 and 5.5; 2.5, 3.5
    assert found[..., 0].tolist() == [[2, 5], [2, 5]]
    assert found[..., 1].tolist() == [[2, 2], [3, 3]]


# ---------------------------------------------------------------- upsampling


def test_an_even_kernel_looks_up_and_to_the_left() -> None:
    x, kernel = np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 10], [100, 1000]])
    assert up.convolution(x, kernel).tolist() == [[1000, 2100], [3010, 4321]]
    assert up.convolution(np.array([[1.0, 2, 3]]), np.array([[1.0, 10, 100, 1000]])).tolist() == [[2100, 3210, 321]]


def test_a_convolution_is_not_mirrored() -> None:
    x = np.array([[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]], float)
    kernel = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], float)
    assert up.convolution(x, kernel).tolist() == [[9, 8, 7, 0], [6, 5, 4, 0], [3, 2, 1, 0]]
    assert up.transposed_convolution(x[1:2, 1:2], kernel, 1).tolist() == kernel.tolist()


def test_enlarging_unequal_sides() -> None:
    x = np.array([[1.0, 2, 3]])
    assert up.nearest(x, 2).tolist() == [[1, 1, 2, 2, 3, 3]] * 2
    assert up.bed_of_nails(x, 3).tolist() == [[1, 0, 0, 2, 0, 0, 3, 0, 0], [0] * 9, [0] * 9]
    assert up.resize_convolution(x, np.array([[0.0, 1, 1]]), 2).tolist() == [[2, 3, 4, 5, 6, 3]] * 2


def test_pooling_leaves_out_what_fills_no_block_and_takes_the_first_of_equals() -> None:
    x = np.array([[1, 5, 2, 9, 9], [5, 0, 2, 2, 9], [9, 9, 9, 9, 9]], float)
    pooled = up.max_pool(x, 2)
    assert pooled.values.tolist() == [[5, 9]]
    assert (pooled.rows.tolist(), pooled.columns.tolist()) == ([[0, 0]], [[1, 3]])
    assert pooled.shape == (3, 5)
    assert up.max_unpool(pooled).tolist() == [[0, 5, 0, 9, 0], [0] * 5, [0] * 5]
    assert up.max_unpool(pooled, np.array([[-1.0, 7]])).tolist() == [[0, -1, 0, 7, 0], [0] * 5, [0] * 5]
    six = up.max_pool(np.array([[0, 0, 0, 0, 0, 0], [0, 0, 4, 0, 0, 0], [0, 3, 0, 0, 0, 8]], float), 3)
    assert (six.rows.tolist(), six.columns.tolist()) == ([[1, 2]], [[2, 5]])


def test_tables_up_to_twelve_by_twelve_and_a_million() -> None:
    assert up.parse("1 " * 12, "map").shape == (1, 12)
    assert up.parse("1;" * 12, "map").shape == (12, 1)
    assert up.parse("1000000 -1e6", "map").tolist() == [[1e6, -1e6]]


# ---------------------------------------------------------------- faces


def test_a_face_that_is_there_already_stays_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (120, 150, 3), np.uint8)
    assert np.array_equal(align(picture, TEMPLATE), picture[:96, :96])
    assert np.array_equal(align(picture, TEMPLATE + np.float32([30, 10])), picture[10:106, 30:126])  # x, then y


def test_a_face_is_blurred_when_it_shrinks_and_not_when_it_grows() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    larger = align(picture, TEMPLATE / 2)
    assert np.abs(larger[:90:2, :90:2].astype(int) - picture[:45, :45]).max() <= 1
    slightly = align(picture, TEMPLATE * np.float32(1.25))
    assert np.abs(slightly[:92:4, :92:4].astype(int) - picture[:115:5, :115:5]).max() <= 1  # 0.8 needs no blur
    dot = np.zeros((300, 300, 3), np.uint8)
    dot[40, 60] = 255, 100, 0
    half = align(dot, TEMPLATE * 2)  # a Gaussian of one pixel: its peak is 1 / (2 pi)
    assert half[20, 30].tolist() == pytest.approx([255 / (2 * np.pi), 100 / (2 * np.pi), 0], abs=2)
    moved = align(np.roll(dot, (10, 30), (0, 1)), TEMPLATE * 2 + np.float32([30, 10]))
    assert moved[20, 30].tolist() == half[20, 30].tolist()
    turned = align(np.rot90(dot).copy(), np.stack([TEMPLATE[:, 1] * 2, 299 - TEMPLATE[:, 0] * 2], 1))
    assert np.abs(turned[20, 30].astype(int) - half[20, 30]).max() <= 1
    assert align(dot, TEMPLATE * np.float32([0.01, 1])).shape == (96, 96, 3)  # landmarks one above the other are enough
    edge = np.zeros((100, 100, 3), np.uint8)
    edge[-1] = 200
    assert align(edge, TEMPLATE + np.float32([0, 50]))[60:].min() == 200  # beyond the picture its edge goes on


def test_between_pixels_a_face_is_bilinear() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (120, 150, 3), np.uint8).astype(int)
    face = align(picture.astype(np.uint8), TEMPLATE + np.float32([0.5, 0]))
    assert np.abs(face - (picture[:96, :96] + picture[:96, 1:97]) / 2).max() <= 1


def test_where_the_landmarks_of_an_aligned_face_lie() -> None:
    # The eye on the left of the picture, the other one, the nose, the corners of the mouth from left to right.
    assert TEMPLATE.tolist() == [[31, 39], [65, 39], [48, 60], [34, 76], [62, 76]]


def test_directions_of_vectors() -> None:
    assert float(cosine(floats(3, 4), floats(4, 3))) == pytest.approx(24 / 25)
    assert float(cosine(floats(0, 0), floats(1, 0))) == 0
    assert float(distance(floats(3, 4), floats(8, 6))) == pytest.approx(np.sqrt(2 - 48 / 25))
    assert float(distance(floats(1, 2), floats(2, 4))) == pytest.approx(0, abs=1e-3)


def test_triplets_at_their_edges() -> None:
    anchor, across, other, opposite = floats(1, 0), floats(0, 1), floats(0, -1), floats(-1, 0)  # d^2: 2, 2, 4
    assert classify_triplet(anchor, anchor, opposite, 4.0) == "easy"  # farther by exactly the margin: no loss
    assert triplet_loss(anchor, anchor, opposite, 4.0) == 0
    assert classify_triplet(anchor, across, other, 0.2) == "hard"  # as near as the positive
    assert triplet_loss(anchor, across, other, 0.2) == pytest.approx(0.2)
    assert classify_triplet(anchor, across, opposite, 2.01) == "semi-hard"


def test_a_similarity_of_exactly_the_threshold_is_accepted() -> None:
    found = rates(floats(0.5, 0.75, 0.5, 0.25, 0), np.array([True, True, False, False, False]), floats(0.25, 0.5, 0.75))
    assert found.false_accept.tolist() == [pytest.approx(2 / 3), pytest.approx(1 / 3), 0]
    assert found.false_reject.tolist() == [0, 0, 0.5]
    assert found.at(0.3) == (pytest.approx(2 / 3), 0) and found.at(9) == (0, 0.5)
    assert found.best() == (0.5, pytest.approx(5 / 6))
    assert found.strict(0.4) == 0.5 and found.strict(1 / 3 - 0.01) == 0.75 and found.strict(1) == 0.25


def test_where_no_threshold_is_strict_enough_it_is_the_highest() -> None:
    found = rates(floats(0.5, 0.9), np.array([True, False]), floats(0.25, 0.5, 0.75))
    assert found.strict(0.05) == 0.75


def test_of_equally_good_thresholds_the_middle_one() -> None:
    found = rates(floats(0.9, 0.1), np.array([True, False]), floats(0, 0.2, 0.4, 0.6, 0.8, 1))
    assert found.best() == (pytest.approx(0.4), 1)  # 0.2, 0.4, 0.6 and 0.8 are: the lower one of the middle two


# ---------------------------------------------------------------- colours


def test_lab_of_three_colours_and_back() -> None:
    picture = np.array([[[0, 255, 0], [0, 0, 255]], [[255, 255, 0], [119, 119, 119]]], np.uint8)
    lightness, ab = lab_of(picture)
    assert lightness.tolist() == [[pytest.approx(87.74, abs=0.02), pytest.approx(32.30, abs=0.02)],
                                  [pytest.approx(97.14, abs=0.02), pytest.approx(50.03, abs=0.02)]]  # fmt: skip
    assert ab[0, 0] == pytest.approx([-86.18, 83.18], abs=0.03)  # green, then yellow
    assert ab[0, 1] == pytest.approx([79.19, -107.86], abs=0.03)
    assert rgb_of(lightness, ab).tolist() == picture.tolist()
    assert rgb_of(floats((50,)), floats(((200, 0),))).tolist()[0][0][0] == 255  # beyond the screen: clipped


def test_codes_follow_distance_and_width() -> None:
    bins = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 20.0]])
    code = soft_encode(torch.tensor([[0.0, 0.0]]), bins, neighbours=2, sigma=10.0)
    near = np.exp(-0.5)
    assert code[0].tolist() == pytest.approx([1 / (1 + near), near / (1 + near), 0])


def test_rare_bins_at_two_mixtures() -> None:
    prior = torch.tensor([0.5, 0.25, 0.25])
    assert rebalancing_weights(prior, 0.0).tolist() == pytest.approx([2 / 3, 4 / 3, 4 / 3])
    mixed = [1 / (0.75 * 0.5 + 0.25 / 3), 1 / (0.75 * 0.25 + 0.25 / 3)]
    norm = 0.5 * mixed[0] + 0.5 * mixed[1]
    assert rebalancing_weights(prior, 0.25).tolist() == pytest.approx([mixed[0] / norm, mixed[1] / norm, mixed[1] / norm])


def test_annealing_goes_bin_by_bin_at_each_place() -> None:
    p = torch.tensor([[[0.8, 0.5]], [[0.2, 0.5]]])  # two bins, one row of two places
    assert anneal(p, 0.5)[0, 0].tolist() == pytest.approx([16 / 17, 0.5])
    assert anneal(p, 2.0)[0, 0].tolist() == pytest.approx([2 / 3, 0.5])  # roots: 2 to 1
    assert anneal(torch.tensor([[0.4], [0.6]]), 0).tolist() == [[0], [1]]
    assert mean_colour(p, torch.tensor([[10.0, 0.0], [0.0, 20.0]]))[:, 0].tolist() == [
        pytest.approx([8, 5]), pytest.approx([4, 10])
    ]  # fmt: skip


# ---------------------------------------------------------------- what is drawn by programme


def test_coverage_of_a_pixel() -> None:
    assert coverage(floats(-1, -0.1, 0, 0.05, 1), 10).tolist() == pytest.approx([1, 1, 0.5, 0.25, 0])


def test_the_distance_to_an_ellipse() -> None:
    one = floats(1)
    assert ellipse(floats(3, 1, 5), floats(2, 2, 2), one, 2 * one, 2 * one, 4 * one).tolist() == [0, -2, 2]
    assert ellipse(floats(1, 1), floats(6, 10), one, 2 * one, 2 * one, 4 * one).tolist() == [0, 2]


def test_palettes_and_slopes() -> None:
    x, y = grid()
    assert (x[5, 9], y[5, 9]) == (9, 5)
    assert along(((0, 0, 100), (100, 50, 0), (200, 0, 0)), floats(0, 0.25, 0.75)).tolist() == [
        [0, 0, 100], [50, 25, 50], [150, 25, 0]
    ]  # fmt: skip
    down, right = slopes(np.array([[0.0, 1], [5, 7]]))
    assert (down.tolist(), right.tolist()) == ([[5, 6], [0, 0]], [[1, 0], [2, 0]])
