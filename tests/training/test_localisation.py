"""Parts of pictures with one box: what is seen of the box, and parts beside it."""

from pathlib import Path

import pytest
import torch
from torch import Generator

from cnn_core.training.command import Options
from cnn_core.training.data.labelled import LabelledPictures
from cnn_core.training.recipes.localise_box_tiny200 import LocaliseRecipe, crop_parts, mirror_boxes, sample_parts


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


def test_a_box_in_the_mirror_image() -> None:
    boxes = torch.tensor([[0.125, 0.25, 0.5, 0.75]])
    assert mirror_boxes(boxes).tolist() == [[0.5, 0.25, 0.875, 0.75]]


def test_the_recipe_mirrors_boxes_with_their_pictures() -> None:
    class Finder(torch.nn.Module):
        """Answers with the box of what is bright."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found = []
            for picture in x:
                rows, columns = (picture.mean(0) > 0).nonzero().unbind(1)
                ends = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
                found.append(torch.stack([torch.tensor(9.0), *(end / x.shape[-1] for end in ends)]))
            return torch.stack(found)

    recipe = LocaliseRecipe()
    boxes = torch.tensor([[6, 14, 44, 52]]).repeat(8, 1)  # too large for a part beside it
    data = LabelledPictures((255 * drawn(boxes, 64)).to(torch.uint8), torch.zeros(8, dtype=torch.int64), boxes)
    loss = recipe.loss_on(data, Options(torch.device("cpu"), None, Path(), None))
    for _ in range(3):
        parts = loss(Finder(), torch.arange(8), 0.0)[1]
        assert float(parts["box"]) < 0.12  # blurred edges alone
