"""Boxes by hand, and against torchvision."""

import numpy as np
import pytest
import torch
from torchvision import ops

from cnn_core.ops.boxes import Suppression, area, giou, iou, nms, nms_by_class, nms_steps, to_centre_size, to_corner_size


def boxes(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def many(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Random boxes that overlap a good deal, with scores that all differ."""
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 60, (n, 2))
    return np.hstack([low, low + rng.uniform(5, 50, (n, 2))]).astype(np.float32), rng.permutation(n).astype(np.float32)


def test_iou_by_hand() -> None:
    # 2 x 2 and 2 x 2, sharing a corner of 1 x 1: 1 / (4 + 4 - 1)
    assert iou(boxes((0, 0, 2, 2)), boxes((1, 1, 3, 3), (0, 0, 2, 2), (2, 0, 4, 2))).tolist() == [
        [pytest.approx(1 / 7), 1.0, 0.0]
    ]


def test_an_empty_box_overlaps_nothing() -> None:
    assert iou(boxes((1, 1, 1, 1)), boxes((1, 1, 1, 1))).tolist() == [[0.0]]
    assert area(boxes((3, 3, 1, 1))).tolist() == [0.0]


def test_iou_is_torchvisions() -> None:
    a, b = many(40)[0], many(30, 1)[0]
    assert np.allclose(iou(a, b), ops.box_iou(torch.tensor(a), torch.tensor(b)).numpy(), atol=1e-6)


def test_giou_by_hand() -> None:
    """Areas 8 and 16 share 2, within 6 x 5; and two boxes that share nothing, of 8 within 12."""
    (a,), (b,) = boxes((0, 0, 4, 2)), boxes((2, 1, 6, 5))
    assert giou(a, b) == pytest.approx(2 / 22 - 8 / 30, abs=1e-6) == giou(b, a)
    (a,), (b,) = boxes((0, 0, 2, 2)), boxes((4, 0, 6, 2))
    assert giou(a, b) == pytest.approx(-4 / 12) and giou(a, a) == pytest.approx(1)
    theirs = ops.generalized_box_iou(torch.tensor(many(20)[0]), torch.tensor(many(20, 1)[0])).diagonal()
    assert np.allclose([giou(a, b) for a, b in zip(many(20)[0], many(20, 1)[0], strict=True)], theirs.numpy(), atol=1e-5)


def test_nms_steps_by_hand() -> None:
    row = boxes((0, 0, 4, 4), (1, 0, 5, 4), (2, 0, 6, 4), (20, 0, 24, 4))
    scores = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
    # the second overlaps the first by 12 / 20, the third by 8 / 24 only: at 0.5 the third stays
    assert list(nms_steps(row, scores, 0.5)) == [Suppression(0, (1,)), Suppression(2, ()), Suppression(3, ())]
    assert nms(row, scores, 0.3) == [0, 3]
    assert nms(row, scores, 1.0) == [0, 1, 2, 3]


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.8])
def test_nms_is_torchvisions(threshold: float) -> None:
    found, scores = many(120)
    assert nms(found, scores, threshold) == ops.nms(torch.tensor(found), torch.tensor(scores), threshold).tolist()


def test_nms_by_class_is_torchvisions() -> None:
    found, scores = many(90)
    kinds = np.arange(90) % 3
    expected = ops.batched_nms(torch.tensor(found), torch.tensor(scores), torch.tensor(kinds), 0.4).tolist()
    assert nms_by_class(found, scores, tuple("abc"[k] for k in kinds), 0.4) == expected


def test_no_boxes_at_all() -> None:
    assert nms(boxes(), np.zeros(0, np.float32), 0.5) == []
    assert nms_by_class(boxes(), np.zeros(0, np.float32), (), 0.5) == []


def test_both_conventions_of_the_lecture() -> None:
    # 100 wide, 50 high; a box from (20, 10) to (60, 40): 40 wide, 30 high
    box = boxes((20, 10, 60, 40))
    assert to_centre_size(box, 100, 50)[0].tolist() == pytest.approx([0.4, 0.5, 0.6, 0.4])
    assert to_corner_size(box, 100, 50)[0].tolist() == pytest.approx([0.2, 0.2, 0.6, 0.4])
