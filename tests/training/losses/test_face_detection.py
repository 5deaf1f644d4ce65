"""The losses of the face detector, worked by hand."""

import math

import pytest
import torch

from cnn_core.models.blocks import cell_centres
from cnn_core.training.losses.face_detection import face_detection_losses

FACE = torch.tensor([[[40.0, 50.0], [60.0, 50.0], [50.0, 60.0], [42.0, 70.0], [58.0, 70.0]]])
"""Its box is (30, 35) to (70, 85): its centre (50, 60), its side (40 + 50) / 2 = 45."""


def test_undecided_everywhere() -> None:
    centres = cell_centres(16, 16, 8, torch.zeros(1))  # 4, 12, ... 124 each way
    boxes = torch.tensor([30.0, 35.0, 70.0, 85.0]).expand(1, 256, 4)
    losses = face_detection_losses((torch.zeros(1, 256), boxes, FACE.expand(1, 256, 5, 2)), [FACE], centres)
    # positive, nearer than 0.18 * 45 = 8.1: (52, 60) and (44, 60). Not counted, nearer than 0.4 * 45 = 18: by columns of
    # x - 50 = -14, -6, 2, 10 there are 3 + 5 + 5 + 3 locations, less the two. log 2 each, times (1 - 1/2) squared
    assert float(losses["faces"]) == pytest.approx((256 - 14) * 0.25 * math.log(2) / 2, rel=1e-5)
    assert float(losses["boxes"]) == pytest.approx(0, abs=1e-6)
    assert float(losses["landmarks"]) == 0


def test_landmarks_that_are_off_by_one_unit() -> None:
    from cnn_core.models.face_detector import UNIT

    centres = cell_centres(16, 16, 8, torch.zeros(1))
    boxes = torch.tensor([30.0, 35.0, 70.0, 85.0]).expand(1, 256, 4)
    moved = (FACE + UNIT * torch.tensor([2.0, 0.0])).expand(1, 256, 5, 2)
    losses = face_detection_losses((torch.zeros(1, 256), boxes, moved), [FACE], centres)
    assert float(losses["landmarks"]) == pytest.approx(4 * (1.5 + 0) / 2)  # smooth L1 of 2 is 2 - 1/2; of 0 it is 0


def test_each_face_teaches_its_own_locations() -> None:
    second = FACE + 60.0
    both = torch.cat([FACE, second])
    centres = cell_centres(16, 16, 8, torch.zeros(1))
    at_first = centres[:, 0] < 80
    boxes = torch.where(at_first[:, None], torch.tensor([30.0, 35, 70, 85]), torch.tensor([90.0, 95, 130, 145]))[None]
    marks = torch.where(at_first[:, None, None], FACE, second)[None]
    losses = face_detection_losses((torch.zeros(1, 256), boxes, marks), [both], centres)
    assert float(losses["boxes"]) == pytest.approx(0, abs=1e-6)
    assert float(losses["landmarks"]) == 0
