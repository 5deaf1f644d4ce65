"""The face detector: where its places lie, what it is trained towards, at which sizes it looks."""

import numpy as np
import pytest
import torch

from cnn_core.models import build_model
from cnn_core.models.blocks import cell_centres
from cnn_core.ops.faces import TEMPLATE
from cnn_core.tasks.face_detection import detect_faces, list_sizes
from cnn_core.training.losses.face_detection import box_of_landmarks, face_detection_losses
from cnn_core.training.recipes.face_detector_lfwcelebavoc20 import (
    FORM,
    VIEW,
    feather_mask,
    mirror_landmarks,
    paste_crop,
)

FACE = torch.tensor([[[40.0, 50.0], [60.0, 50.0], [50.0, 60.0], [42.0, 70.0], [58.0, 70.0]]])
"""Its middle is (50, 60), its eyes are 20 apart."""


def test_the_box_of_landmarks_by_hand() -> None:
    assert box_of_landmarks(FACE).tolist() == [[30, 35, 70, 85]]


def test_mirrored_landmarks_keep_their_meaning() -> None:
    turned = mirror_landmarks(FACE)
    assert turned[0, 0].tolist() == [VIEW - 60, 50]  # the eye on the left is the one that was on the right
    assert turned[0, 3].tolist() == [VIEW - 58, 70]
    assert torch.equal(mirror_landmarks(turned), FACE)


def test_a_crop_is_laid_in_without_an_edge() -> None:
    share = feather_mask(40)
    assert float(share[20, 20]) == 1
    assert float(torch.cat([share[0], share[-1], share[:, 0], share[:, -1]]).max()) < 0.25
    ground, crop = torch.zeros(3, 100, 120), torch.ones(3, 96, 96)
    shown, marks = paste_crop(ground, crop, torch.from_numpy(TEMPLATE), 48, 30, 20)
    assert float(ground.max()) == 0
    assert float(shown[:, 44, 54].min()) == 1
    assert float(shown[:, :20].max()) == 0
    assert marks[0].tolist() == pytest.approx([30 + 15.5, 20 + 19.5])


def test_a_perfect_answer_costs_little_and_a_wrong_one_much() -> None:
    centres = cell_centres(16, 16, 8, torch.zeros(1))
    real = box_of_landmarks(FACE)
    far = (centres - torch.tensor([50.0, 60.0])).norm(dim=1) / 45
    logits = torch.where(far < 0.18, 12.0, -12.0)[None]
    boxes, marks = real.expand(1, 256, 4), FACE.expand(256, 5, 2)[None]
    perfect = face_detection_losses((logits, boxes, marks), [FACE], centres)
    assert all(float(part) < 1e-3 for part in perfect.values())
    wrong = face_detection_losses((-logits, boxes + 30, marks + 10), [FACE], centres)
    assert float(wrong["faces"]) > 10
    assert float(wrong["boxes"]) > 0.5
    assert float(wrong["landmarks"]) > 0.1
    nothing = face_detection_losses((logits.clamp(max=-12), boxes, marks), [torch.zeros(0, 5, 2)], centres)
    assert sum(float(part) for part in nothing.values()) < 1e-3


def test_sizes_fall_by_the_square_root_of_two() -> None:
    found = list(list_sizes(200, 400, 0.2, 40))  # a fifth of 200 is 40: seen as it is first
    assert found[0] == (200, 400)
    assert found[1] == (144, 280)  # 141, 283 in whole eighths
    assert found[-1][0] >= 40
    assert next(list_sizes(4000, 3000, 0.01, 40)) == (1280, 960)  # never larger than this


class Everywhere(torch.nn.Module):
    """Sees one face, in the left upper place."""

    def __init__(self) -> None:
        super().__init__()
        self.one = torch.nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """See ``FaceDetector``."""
        places = x.shape[-2] // 8 * (x.shape[-1] // 8)
        logits = torch.full((1, places), -9.0)
        logits[0, 0] = 9.0
        box = torch.tensor([0.0, 0.0, x.shape[-1] / 2, x.shape[-2] / 2])
        return logits, box.expand(1, places, 4), box[:2].expand(1, places, 5, 2)


def test_what_is_found_at_several_sizes_is_kept_once_and_in_the_uploads_pixels() -> None:
    found = detect_faces(Everywhere(), FORM, np.zeros((300, 500, 3), np.uint8), 0.5)
    assert len(found.scores) == 1
    assert found.boxes[0].tolist() == pytest.approx([0, 0, 250, 150])
    assert found.landmarks.shape == (1, 5, 2)


def test_the_network_answers_for_every_place() -> None:
    network = build_model("face_detector", {"widths": [4, 4, 8], "depth": 1}).eval()
    logits, boxes, landmarks = network(torch.zeros(2, 3, 32, 48))
    assert logits.shape == (2, 24)
    assert boxes.shape == (2, 24, 4)
    assert landmarks.shape == (2, 24, 5, 2)
    assert (boxes[..., 2:] > boxes[..., :2]).all()
