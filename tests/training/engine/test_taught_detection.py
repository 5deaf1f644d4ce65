"""Which photographs a taught detector sees how often."""

import torch

from cnn_core.training.data.taught_scenes import VOC_NAMES, Boxes, TaughtScenes
from cnn_core.training.engine.taught_detection import TaughtData


def scenes_of(*classes: int) -> TaughtScenes:
    """A photograph for each class, with one sure box of it."""
    rows = [torch.zeros(1, len(VOC_NAMES), dtype=torch.float16) for _ in classes]
    for row, k in zip(rows, classes, strict=True):
        row[0, k] = 1
    return TaughtScenes([b""] * len(classes), [Boxes(torch.tensor([[0.0, 0.0, 9.0, 9.0]]), row) for row in rows])


def test_vocs_photographs_come_several_times_for_each_of_the_others() -> None:
    data = TaughtData(scenes_of(0, 1), [scenes_of(0, 1), scenes_of(0)])
    assert data.epoch(soft=True, voc=1) == [0, 1, 2, 3, 4]
    assert data.epoch(soft=True, voc=3) == [0, 0, 0, 1, 1, 1, 2, 3, 4]
    assert data.epoch(soft=False, voc=2) == [0, 0, 1, 1]
