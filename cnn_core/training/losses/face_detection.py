"""What the face detector is trained with: which locations predict a face, its box, its landmarks."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import generalized_box_iou_loss

from cnn_core.models.face_detector import UNIT

NEAR, AROUND = 0.18, 0.4
"""Locations nearer than this to a face's centre, in sides of its box, predict it; beyond the second they are background."""

LANDMARKS_WEIGHT = 4.0


def box_of_landmarks(landmarks: Tensor) -> Tensor:
    """The box (n, 4) of faces with these landmarks (n, 5, 2): around their mean, as wide as two distances of the eyes."""
    between_eyes = (landmarks[:, 0] - landmarks[:, 1]).norm(dim=1).clamp(min=4)  # (n,)
    centre = landmarks.mean(1)  # (n, 2)
    reach = torch.stack([between_eyes, 1.25 * between_eyes], 1)  # (n, 2): half the width, half the height
    return torch.cat([centre - reach, centre + reach], 1)  # (n, 4)


def face_detection_losses(
    outputs: tuple[Tensor, Tensor, Tensor], landmarks: Sequence[Tensor], centres: Tensor
) -> dict[str, Tensor]:
    """Binary cross-entropy of "a face's centre is here", GIoU of the boxes, smooth L1 of the landmarks: scalars to be added.

    Args:
        outputs: what ``FaceDetector`` returns.
        landmarks: each view's own (n, 5, 2).
        centres: of the P locations, (P, 2).
    """
    logits, boxes, predicted_landmarks = outputs  # (N, P), (N, P, 4), (N, P, 5, 2)
    target, counted = torch.zeros_like(logits, dtype=torch.float32), torch.ones_like(logits, dtype=torch.float32)
    predictions, truths = [], []  # pairs of boxes (m, 4) and landmarks (m, 5, 2)
    for view, own in enumerate(landmarks):
        if not len(own):
            continue
        true_boxes = box_of_landmarks(own)  # (n, 4)
        middle, side = (true_boxes[:, :2] + true_boxes[:, 2:]) / 2, (true_boxes[:, 2:] - true_boxes[:, :2]).mean(1)
        far = (centres[:, None] - middle[None]).norm(dim=2) / side[None]  # (P, n), in sides of the box
        nearest, positive = far.argmin(1), far.amin(1) < NEAR  # (P,), (P,)
        counted[view] = ((far.amin(1) >= AROUND) | positive).float()  # in between, either would be right
        target[view] = positive.float()
        predictions.append((boxes[view, positive], predicted_landmarks[view, positive]))
        truths.append((true_boxes[nearest[positive]], own[nearest[positive]]))
    entropy = F.binary_cross_entropy_with_logits(logits.float(), target, counted, reduction="none")  # (N, P)
    hard = (1 - torch.exp(-entropy)) ** 2  # as in the focal loss: locations that are right already count little
    losses = {"faces": (hard * entropy).sum() / target.sum().clamp(min=1)}
    if not predictions:
        return losses | {"boxes": boxes.sum() * 0, "landmarks": predicted_landmarks.sum() * 0}
    (found_boxes, found_marks), (true_boxes, true_marks) = (
        tuple(torch.cat(parts) for parts in zip(*pairs, strict=True)) for pairs in (predictions, truths)
    )
    apart = F.smooth_l1_loss(found_marks / UNIT, true_marks / UNIT)
    return losses | {
        "boxes": generalized_box_iou_loss(found_boxes, true_boxes, reduction="mean"),
        "landmarks": LANDMARKS_WEIGHT * apart,
    }
