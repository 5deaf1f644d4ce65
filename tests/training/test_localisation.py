"""Parts of pictures with one box: what is seen of the box, and parts beside it."""

import pytest
import torch
from torch import Generator

from cnn_core.training.recipes.localise_box_tiny200 import crop_parts, sample_parts


def drawn(boxes: torch.Tensor, size: int) -> torch.Tensor:
    """Black pictures with each box's pixels white."""
    pictures = torch.zeros(len(boxes), 3, size, size)
    for picture, (x1, y1, x2, y2) in zip(pictures, boxes.tolist(), strict=True):
        picture[:, y1 : y2 + 1, x1 : x2 + 1] = 1
    return pictures


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_box_lies_where_the_part_shows_it(mirrored: bool) -> None:
    boxes = torch.tensor([[10, 20, 29, 49], [0, 0, 63, 63], [30, 5, 60, 40], [2, 2, 20, 20]]).repeat(25, 1)
    part, seen, there = sample_parts(boxes, 64, Generator().manual_seed(0))
    assert 0.05 < float((~there).float().mean()) < 0.5
    pictures = crop_parts(drawn(boxes, 64), part, torch.full((100,), mirrored), 128)
    for picture, (x1, y1, x2, y2), is_there in zip(pictures, seen.tolist(), there.tolist(), strict=True):
        if not is_there:
            assert float(picture.mean()) < 0.03  # nothing of the object but a blurred edge
            continue
        left, right = (1 - x2, 1 - x1) if mirrored else (x1, x2)
        inside = picture[0, round(128 * y1) + 3 : round(128 * y2) - 3, round(128 * left) + 3 : round(128 * right) - 3]
        assert float(inside.min()) > 0.9
        assert float(picture[0].mean()) == pytest.approx((x2 - x1) * (y2 - y1), abs=0.03)


def test_a_box_that_fills_the_picture_is_always_there() -> None:
    part, seen, there = sample_parts(torch.tensor([[0, 0, 63, 63]]).repeat(50, 1), 64, Generator().manual_seed(1))
    assert there.all()
    assert torch.allclose(part, torch.tensor([0.0, 0.0, 1.0, 1.0]), atol=1e-6)
    assert torch.allclose(seen, torch.tensor([0.0, 0.0, 1.0, 1.0]), atol=1e-6)
