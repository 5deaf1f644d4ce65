"""Rare classes are shown more often, and small pictures stand in for photographs of them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cnn_core.training.augment.scenes import Views
from cnn_core.training.data.rare_classes import SAME_THINGS, oversample_rare_classes, read_small_scenes
from cnn_core.training.data.voc import IGNORE, Scene


def scene(*labels: int, difficult: bool = False, side: int = 8) -> Scene:
    """A black picture with one box for each label."""
    n = len(labels)
    boxes = torch.tensor([[0.0, 0.0, side, side]]).repeat(n, 1)
    flags = torch.full((n,), difficult)
    return Scene(torch.zeros(3, side, side, dtype=torch.uint8), boxes, torch.tensor(labels), flags, ~flags, None)


def test_a_class_in_a_sixteenth_of_the_wanted_share_is_shown_four_times() -> None:
    scenes = [scene(0) for _ in range(31)] + [scene(0, 1)]  # class 1 is in 1 of 32, a sixteenth of a half
    assert oversample_rare_classes(scenes, 0.5) == [*range(31), 31, 31, 31, 31]


def test_difficult_objects_and_a_share_of_nothing_repeat_nothing() -> None:
    scenes = [scene(0) for _ in range(7)] + [scene(1, difficult=True)]
    assert oversample_rare_classes(scenes, 0.5) == list(range(8))
    assert oversample_rare_classes([scene(0)] * 3 + [scene(1)], 0.0) == [0, 1, 2, 3]


def test_small_pictures_of_the_same_things_with_their_box(monkeypatch: pytest.MonkeyPatch) -> None:
    from cnn_core.training.data import rare_classes
    from cnn_core.training.data.labelled import LabelledPictures

    pictures = torch.arange(3, dtype=torch.uint8)[:, None, None, None].expand(3, 3, 64, 64)
    boxes = torch.from_numpy(np.array([[4, 8, 31, 63], [0, 0, 63, 63], [1, 1, 9, 9]], dtype=np.uint8))
    held = LabelledPictures(pictures, torch.tensor([1, 1, 0]), boxes)  # a goose, a goose that fills all, a goldfish
    monkeypatch.setattr(rare_classes, "read_shards", lambda folder, split: held)
    known = [member for members in SAME_THINGS.values() for member in members if member != "goose"]
    monkeypatch.setattr(rare_classes, "read_class_names", lambda folder: ["goldfish", "goose", *known])
    (found,) = read_small_scenes(Path(), ["aeroplane", *SAME_THINGS])
    assert found.boxes.tolist() == [[4, 8, 32, 64]]
    assert found.labels.tolist() == [1]  # "bird", the first of SAME_THINGS
    assert not found.difficult.any()


def test_quarters_of_small_pictures_hold_four_boxes_each() -> None:
    torch.manual_seed(0)
    view = Views([scene(0)], 64, mosaic=1.0, small=[scene(1)], share=1.0).make(0)
    assert view.picture.shape == (3, 64, 64)
    assert (view.labels == 1).sum() <= 12
    small = view.boxes[view.labels == 1]
    assert len(small) > 0
    assert float((small[:, 2:] - small[:, :2]).max()) <= 16
    assert set(view.mask.unique().tolist()) == {IGNORE}


def test_without_small_pictures_a_tiled_view_shows_photographs_alone() -> None:
    torch.manual_seed(0)
    views = Views([scene(0)], 64, mosaic=1.0, small=[scene(1)], share=0.0)
    assert all(set(views.make(0).labels.tolist()) <= {0} for _ in range(5))
