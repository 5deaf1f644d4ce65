"""What the face detector is trained with: which places answer for a face, its box, its landmarks."""

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import generalized_box_iou_loss

from cnn_core.models.face_detector import UNIT

NEAR, AROUND = 0.18, 0.4
"""Places nearer than this to a face's middle, in sides of its box, answer for it; beyond the second they are ground."""


def box_of_landmarks(landmarks: Tensor) -> Tensor:
    """The box (n, 4) of faces with these landmarks (n, 5, 2): around their middle, as wide as two distances of the eyes."""
    apart = (landmarks[:, 0] - landmarks[:, 1]).norm(dim=1).clamp(min=4)
    middle = landmarks.mean(1)
    reach = torch.stack([apart, 1.25 * apart], 1)
    return torch.cat([middle - reach, middle + reach], 1)


def face_detection_losses(answers: tuple[Tensor, Tensor, Tensor], marks: list[Tensor], centres: Tensor) -> dict[str, Tensor]:
    """Binary cross-entropy of "a face's middle is here", GIoU of the boxes, smooth L1 of the landmarks.

    Args:
        answers: what ``FaceDetector`` returns.
        marks: each view's landmarks (n, 5, 2).
        centres: (P, 2).
    """
    logits, boxes, landmarks = answers
    target, counted = torch.zeros_like(logits, dtype=torch.float32), torch.ones_like(logits, dtype=torch.float32)
    found, wanted, told, true = [], [], [], []
    for view, here in enumerate(marks):
        if not len(here):
            continue
        real = box_of_landmarks(here)
        middle, side = (real[:, :2] + real[:, 2:]) / 2, (real[:, 2:] - real[:, :2]).mean(1)
        far = (centres[:, None] - middle[None]).norm(dim=2) / side[None]  # (P, n)
        nearest = far.argmin(1)
        positive = far.amin(1) < NEAR
        counted[view] = ((far.amin(1) >= AROUND) | positive).float()
        target[view] = positive.float()
        found.append(boxes[view, positive])
        wanted.append(real[nearest[positive]])
        told.append(landmarks[view, positive])
        true.append(here[nearest[positive]])
    count = target.sum().clamp(min=1)
    entropy = F.binary_cross_entropy_with_logits(logits.float(), target, counted, reduction="none")
    hard = (1 - torch.exp(-entropy)) ** 2  # as in the focal loss: places that are right already count little
    parts = {"faces": (hard * entropy).sum() / count}
    if found:
        parts["boxes"] = generalized_box_iou_loss(torch.cat(found), torch.cat(wanted), reduction="mean")
        parts["landmarks"] = 4 * F.smooth_l1_loss(torch.cat(told) / UNIT, torch.cat(true) / UNIT)
    else:
        parts |= {"boxes": boxes.sum() * 0, "landmarks": landmarks.sum() * 0}
    return parts
