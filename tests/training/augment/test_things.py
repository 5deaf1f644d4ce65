"""Things as if they had been found: rows read by hand, and how far soft ones may be off."""

import torch

from cnn_core.training.augment.things import DOUBT, SHIFT, soften, true_rows
from cnn_core.training.data.asked import Asked

NONE = torch.zeros(1, 1, dtype=torch.uint8)


def one_scene() -> Asked:
    boxes, attributes = torch.zeros(1, 8, 4), torch.zeros(1, 8, 4, dtype=torch.uint8)
    boxes[0, 0] = torch.tensor([0.1, 0.2, 0.3, 0.4])
    attributes[0, 0] = torch.tensor([1, 2, 5, 0])  # large, dotted, grey, circle
    return Asked(boxes, attributes, torch.tensor([1], dtype=torch.uint8), NONE[None], NONE, NONE)


def test_true_rows_are_boxes_and_ones() -> None:
    row = true_rows(one_scene(), torch.tensor([0]))[0]
    assert row.shape == (8, 21) and not row[1:].any()
    assert torch.allclose(row[0, :4], torch.tensor([0.1, 0.2, 0.3, 0.4]))
    assert row[0, 4:].nonzero().flatten().tolist() == [1, 2 + 2, 5 + 5, 11 + 0]


def test_soft_rows_are_near_and_still_shares() -> None:
    rows = true_rows(one_scene(), torch.tensor([0])).expand(500, -1, -1)
    soft = soften(rows, torch.Generator().manual_seed(1))
    assert not soft[:, 1:].any()  # no thing comes from nothing
    moved = soft[:, 0, :4] - rows[:, 0, :4]
    assert 0.8 * SHIFT < moved.std() < 1.2 * SHIFT
    for part in soft[:, 0, 4:].split([2, 3, 6, 6], -1):
        assert torch.allclose(part.sum(-1), torch.ones(500), atol=1e-5)
    assert soft[:, 0, 5].min() >= 1 - DOUBT and 0.9 < soft[:, 0, 5].mean() < 1
