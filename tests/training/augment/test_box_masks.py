"""Masks guessed from boxes: what becomes the object, what stays unknown, what is background."""

import numpy as np
import torch

from cnn_core.training.augment.box_masks import cut_out, guess_mask
from cnn_core.training.data.voc import IGNORE, Scene


def scene(boxes: list[list[float]], labels: list[int], difficult: list[bool], mask: torch.Tensor | None = None) -> Scene:
    """A green ground with a red square at (20, 20) to (50, 50) and a blue one at (60, 20) to (90, 50)."""
    rng = np.random.default_rng(0)
    picture = np.full((80, 100, 3), (40, 160, 40), np.uint8)
    picture[20:50, 20:50] = (200, 30, 30)
    picture[20:50, 60:90] = (30, 30, 200)
    picture = (picture + rng.integers(0, 12, picture.shape)).astype(np.uint8)
    n = len(labels)
    return Scene(
        torch.from_numpy(picture).permute(2, 0, 1), torch.tensor(boxes, dtype=torch.float32), torch.tensor(labels),
        torch.tensor(difficult), torch.zeros(n, dtype=torch.bool), mask,
    )  # fmt: skip


def test_the_object_is_cut_out_of_its_box() -> None:
    mask = guess_mask(scene([[15, 15, 55, 55]], [4], [False])).mask
    assert mask is not None
    assert (mask[22:48, 22:48] == 5).float().mean() > 0.95
    assert (mask[15:19, 15:55] == IGNORE).float().mean() > 0.9  # in the box, but not the object: unknown
    assert (mask[:, 56:] == 0).all()  # outside of the box: background


def test_a_difficult_object_is_unknown() -> None:
    mask = guess_mask(scene([[15, 15, 55, 55], [58, 18, 92, 52]], [4, 1], [True, False])).mask
    assert mask is not None
    assert (mask[15:55, 15:55] == IGNORE).all()
    assert (mask[22:48, 62:88] == 2).float().mean() > 0.9


def test_a_mask_that_is_there_stays() -> None:
    known = torch.full((80, 100), 3, dtype=torch.uint8)
    assert guess_mask(scene([[15, 15, 55, 55]], [4], [False], known)).mask is known


def test_where_nothing_can_be_told_nothing_is() -> None:
    picture = scene([], [], []).picture.permute(1, 2, 0).contiguous().numpy()
    assert cut_out(picture, (20, 20, 26, 60)) is None  # too small
    assert cut_out(picture, (0, 0, 100, 80)) is None  # no background around it
    mask = guess_mask(scene([[0, 0, 100, 80]], [4], [False])).mask
    assert mask is not None
    assert (mask == IGNORE).all()


def test_without_boxes_all_is_background() -> None:
    empty = scene([], [], [])
    whole = guess_mask(Scene(empty.picture, torch.zeros(0, 4), empty.labels, empty.difficult, empty.instance, None)).mask
    assert whole is not None
    assert (whole == 0).all()
