"""Which photographs a taught detector sees how often, and how its classes come and go."""

import math

import pytest
import torch

from cnn_core.models import build_model
from cnn_core.training.augment.scenes import View
from cnn_core.training.data.taught_scenes import VOC_NAMES, Boxes, TaughtScenes
from cnn_core.training.engine.taught_detection import TaughtData, columns_of, losses_of, narrowed, with_classes


def scenes_of(*classes: int) -> TaughtScenes:
    """A photograph for each class, with one sure box of it."""
    rows = [torch.zeros(1, len(VOC_NAMES), dtype=torch.float16) for _ in classes]
    for row, k in zip(rows, classes, strict=True):
        row[0, k] = 1
    return TaughtScenes([b""] * len(classes), [Boxes(torch.tensor([[0.0, 0.0, 9.0, 9.0]]), row) for row in rows])


def test_vocs_photographs_come_several_times_for_each_of_the_others() -> None:
    data = TaughtData(scenes_of(0, 1), [scenes_of(0, 1), scenes_of(0)])
    assert data.epoch(voc=1) == [0, 1, 2, 3, 4]
    assert data.epoch(voc=3) == [0, 0, 0, 1, 1, 1, 2, 3, 4]


def test_vocs_classes_stand_where_coco_has_them() -> None:
    assert columns_of(["person", "aeroplane", "sofa", "pottedplant", "diningtable", "tvmonitor"]) == [0, 4, 57, 58, 60, 62]
    assert columns_of(["a", "b"]) == [0, 1]  # made classes have no names there


ARGUMENTS = {"backbone": {"widths": [8, 8, 16, 16], "blocks": [1, 1, 1, 1], "stem_stride": 2, "stem_pool": True}, "width": 8}


def test_other_classes_take_their_logits_along_and_change_nothing_else() -> None:
    torch.manual_seed(0)
    detector = build_model("fcos", {"classes": 3, **ARGUMENTS}).eval()
    x = torch.randn(1, 3, 64, 64)
    other = with_classes(detector, ARGUMENTS, 7, torch.tensor([0, 2]), torch.tensor([5, 1])).eval()
    with torch.inference_mode():
        before, after = detector(x), other(x)
    assert after[0].shape[2] == 7
    assert torch.allclose(after[0][..., [5, 1]], before[0][..., [0, 2]], atol=1e-5)
    assert float(after[0][..., [0, 2, 3, 4, 6]].sigmoid().max()) < 0.1  # untrained classes are nearly never there
    assert all(torch.equal(one, same) for one, same in zip(before[1:], after[1:], strict=True))


def test_the_way_back_to_vocs_classes_keeps_their_order() -> None:
    names = ["tvmonitor", "person"]
    wide = build_model("fcos", {"classes": 80, **ARGUMENTS})
    with torch.no_grad():
        wide.class_logits.bias.copy_(torch.arange(80.0))
    assert narrowed(wide, ARGUMENTS, names).class_logits.bias.tolist() == [62, 0]


def test_unknown_pixels_and_unknown_classes_cost_nothing() -> None:
    """One cell of each picture's mask is known: its cross-entropy over 21 equal logits is ln 21."""
    mask = torch.full((16, 16), 255, dtype=torch.uint8)
    mask[0, 0] = 3
    view = View(torch.zeros(3, 16, 16, dtype=torch.uint8), torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64),
                torch.zeros(0, dtype=torch.bool), mask)  # fmt: skip
    answers = (torch.full((1, 4, 80), -30.0), torch.ones(1, 4, 4), torch.zeros(1, 4), torch.zeros(4, 2), torch.full((4,), 8))
    losses = losses_of(answers, torch.zeros(1, 21, 2, 2), [view], torch.zeros(0, 80))
    assert float(losses["masks"]) == pytest.approx(math.log(21))
    assert float(losses["classes"]) == pytest.approx(0, abs=1e-6) and float(losses["boxes"]) == 0
