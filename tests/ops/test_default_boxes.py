"""SSD's default boxes: worked by hand on two tiny feature maps, and against torchvision."""

from math import log, sqrt

import numpy as np
import pytest
import torch
from torchvision.models.detection._utils import BoxCoder
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.models.detection.image_list import ImageList

from cnn_core.ops.default_boxes import SSD300, default_boxes, match, offsets, scales_of

TINY = ((2, (2.0,)), (1, (2.0,)))
"""Feature maps of 2 x 2 and 1 x 1 cells, with scales 0.2 and 0.9."""


def box(*sides: float) -> np.ndarray:
    return np.array(sides, np.float32)


def test_scales_go_evenly_from_the_first_map_to_the_last() -> None:
    assert scales_of(6) == pytest.approx([0.2, 0.34, 0.48, 0.62, 0.76, 0.9])


def test_the_boxes_of_a_cell_by_hand() -> None:
    """Two squares, of side 0.2 and sqrt(0.2 * 0.9), one box twice as wide as high, one twice as high as wide."""
    found = default_boxes(TINY)
    middle, w, h = sqrt(0.18) / 2, 0.2 * sqrt(2) / 2, 0.2 / sqrt(2) / 2
    assert found.boxes[:4] == pytest.approx(np.array([
        (0.15, 0.15, 0.35, 0.35), (0.25 - middle, 0.25 - middle, 0.25 + middle, 0.25 + middle),
        (0.25 - w, 0.25 - h, 0.25 + w, 0.25 + h), (0.25 - h, 0.25 - w, 0.25 + h, 0.25 + w),
    ]))  # fmt: skip
    assert found.boxes[4] == pytest.approx(box(0.65, 0.15, 0.85, 0.35))  # the next cell to the right
    assert found.boxes[16] == pytest.approx(box(0.05, 0.05, 0.95, 0.95))  # the coarse map's one cell
    assert found.maps.tolist() == [0] * 16 + [1] * 4
    assert found.ratios[:4] == pytest.approx([1, 1, 2, 0.5])
    assert found.scales[[0, 1, 2, 16, 17]] == pytest.approx([0.2, sqrt(0.18), 0.2, 0.9, sqrt(0.9)])


def test_there_are_8732_as_in_the_paper_and_they_are_torchvisions() -> None:
    found = default_boxes()
    assert np.bincount(found.maps).tolist() == [5776, 2166, 600, 150, 36, 4] and len(found.boxes) == 8732
    ratios = [[int(ratio) for ratio in own] for _, own in SSD300]
    generator = DefaultBoxGenerator(ratios, min_ratio=0.2, max_ratio=0.9, clip=False)
    maps = [torch.zeros(1, 1, cells, cells) for cells, _ in SSD300]
    (theirs,) = generator(ImageList(torch.zeros(1, 3, 300, 300), [(300, 300)]), maps)
    order = np.lexsort(np.round(theirs.numpy() / 300, 4).T), np.lexsort(np.round(found.boxes, 4).T)
    assert np.allclose(theirs.numpy()[order[0]] / 300, found.boxes[order[1]], atol=1e-3)


def test_what_matches_by_hand() -> None:
    """The object is the first square: with the larger one 0.04 / 0.18, with the long ones 0.0283 / 0.0517."""
    found = match(default_boxes(TINY), box(0.15, 0.15, 0.35, 0.35))
    shared = 0.2 * 0.2 / sqrt(2)
    assert found.overlaps[:4] == pytest.approx(
        [1, 0.04 / 0.18, shared / (0.08 - shared), shared / (0.08 - shared)], abs=1e-5
    )
    assert found.numbers[0] == 0 and set(found.numbers) == {0, 2, 3}


def test_the_best_answers_even_for_an_object_that_nothing_fits() -> None:
    """Within the last cell's small square alone: 0.0002 / 0.04."""
    found = match(default_boxes(TINY), box(0.66, 0.66, 0.68, 0.67))
    assert found.numbers == (12,) and found.overlaps[12] == pytest.approx(0.005, abs=1e-5)


def test_offsets_by_hand_and_as_torchvision_encodes_them() -> None:
    """The centre moves from (0.4, 0.3) to (0.6, 0.35): half a width and a quarter of a height; it becomes half as high."""
    default, true = box(0.2, 0.2, 0.6, 0.4), box(0.4, 0.3, 0.8, 0.4)
    assert offsets(default, true) == pytest.approx((0.5, 0.25, 0, log(0.5)), abs=1e-6)
    theirs = BoxCoder((1.0, 1.0, 1.0, 1.0)).encode_single(torch.tensor(true)[None], torch.tensor(default)[None])
    assert offsets(default, true) == pytest.approx(theirs[0].tolist(), abs=1e-5)
