"""What a detector learns from probabilities in the place of labels."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import generalized_box_iou_loss

from cnn_core.models.fcos import boxes_of
from cnn_core.training.losses.detection import LEAST_OVERLAP, assign_boxes, paired_iou

PERHAPS = 0.05
"""A class that a doubtful box has with more than this probability is neither there nor not there."""


def quality_focal_loss(logits: Tensor, targets: Tensor, known: Tensor) -> Tensor:
    """Sum of |target - p|^2 x binary cross-entropy over what is known (Li et al. 2020, arXiv:2006.04388), a scalar.

    Args:
        logits: (..., K).
        targets: (..., K) probabilities.
        known: (..., K) bool.
    """
    distance = (targets - logits.sigmoid()).abs().square()
    return (distance * F.binary_cross_entropy_with_logits(logits, targets, reduction="none") * known).sum()


def taught_fcos_loss(
    outputs: Sequence[Tensor], boxes: Sequence[Tensor], scores: Sequence[Tensor], sure: float
) -> dict[str, Tensor]:
    """The three losses of a batch whose boxes have probabilities: {"classes", "boxes", "quality"}, scalars to be added.

    Boxes with a class of at least ``sure`` are objects to find, their probabilities the targets. Where only less certain
    ones lie nobody says "background" about their classes.

    Args:
        outputs: what ``FCOS`` returns.
        boxes, scores: for each picture (n, 4) xyxy and (n, K) 0..1.
        sure: 0..1.
    """
    logits, distances, quality, centres, strides = outputs  # (N, P, K), (N, P, 4), (N, P), (P, 2), (P,)
    targets = torch.zeros_like(logits, dtype=torch.float32)  # (N, P, K)
    known = torch.ones_like(targets, dtype=torch.bool)  # (N, P, K)
    true_boxes = torch.zeros_like(distances, dtype=torch.float32)  # (N, P, 4)
    is_positive = torch.zeros_like(quality, dtype=torch.bool)  # (N, P)
    for n, (own_boxes, own_scores) in enumerate(zip(boxes, scores, strict=True)):
        certain = own_scores.amax(1) >= sure if len(own_scores) else torch.zeros(0, dtype=torch.bool)
        doubtful = assign_boxes(own_boxes[~certain], centres, strides)  # (P,)
        known[n, doubtful >= 0] = own_scores[~certain][doubtful[doubtful >= 0]] < PERHAPS
        number = assign_boxes(own_boxes[certain], centres, strides)  # (P,)
        positive = is_positive[n] = number >= 0
        known[n, positive] = True
        targets[n, positive] = own_scores[certain][number[positive]]
        true_boxes[n, positive] = own_boxes[certain][number[positive]]
    count = is_positive.sum().clamp(min=1)
    predicted, true = boxes_of(distances.float(), centres)[is_positive], true_boxes[is_positive]  # (positive, 4)
    overlap = paired_iou(predicted.detach(), true)  # (positive,)
    weight = overlap.clamp(min=LEAST_OVERLAP)
    box_loss = generalized_box_iou_loss(predicted, true) * weight  # (positive,)
    return {
        "classes": quality_focal_loss(logits.float(), targets, known) / count,
        "boxes": 2 * box_loss.sum() / weight.sum().clamp(min=1e-3),
        "quality": F.binary_cross_entropy_with_logits(quality.float()[is_positive], overlap, reduction="sum") / count,
    }
