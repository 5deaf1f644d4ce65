"""Anchors and RoIAlign: numbers worked by hand, and against torchvision."""

import numpy as np
import pytest
import torch
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import roi_align

from cnn_core.ops import regions

RAMP = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
"""0 1 2 3 in the first row, 4 5 6 7 in the second, ..."""


def test_anchors_by_hand() -> None:
    square, low = regions.anchors_at(50, 40, [16], [1.0, 0.25])
    assert square.tolist() == [42, 32, 58, 48]
    assert low.tolist() == [34, 36, 66, 44]  # of the same area, four times as wide as high


def test_anchors_are_torchvisions() -> None:
    sides, ratios = (16, 32), (0.5, 1.0, 2.0)
    generator = AnchorGenerator((sides,), (ratios,))
    theirs = generator(ImageList(torch.zeros(1, 3, 32, 32), [(32, 32)]), [torch.zeros(1, 8, 4, 4)])[0]
    first = theirs[: len(sides) * len(ratios)].numpy()  # torchvision rounds the corners
    assert np.abs(regions.anchors_at(0, 0, sides, ratios) - first).max() <= 0.5


def test_whole_cells_stay_what_they_are() -> None:
    assert regions.roi_align(RAMP, (0, 0, 4, 4), 4, samples=1)[..., 0].tolist() == RAMP[..., 0].tolist()


def test_a_region_between_cells_by_hand() -> None:
    # two bins of one cell each, half a cell to the right and below: the mean of four neighbours
    found = regions.roi_align(RAMP, (0.5, 0.5, 2.5, 2.5), 2, samples=1)[..., 0]
    assert found.tolist() == [[2.5, 3.5], [6.5, 7.5]]


def test_a_bin_is_the_mean_of_its_samples() -> None:
    # one bin over the 2x2 middle cells, read at their four centres: (5 + 6 + 9 + 10) / 4
    assert regions.roi_align(RAMP, (1, 1, 3, 3), 1, samples=2).tolist() == [[[7.5]]]


@pytest.mark.parametrize("seed", range(3))
def test_it_is_torchvisions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(9, 12, 5)).astype(np.float32)
    x1, y1 = rng.uniform(0, 5, 2)
    box = (x1, y1, x1 + rng.uniform(0.3, 6), y1 + rng.uniform(0.3, 4))
    theirs = roi_align(
        torch.from_numpy(values).permute(2, 0, 1)[None], torch.tensor([[0, *box]], dtype=torch.float32), 7,
        sampling_ratio=2, aligned=True,
    )[0].permute(1, 2, 0)  # fmt: skip
    assert np.allclose(regions.roi_align(values, box, 7), theirs.numpy(), atol=1e-4)
