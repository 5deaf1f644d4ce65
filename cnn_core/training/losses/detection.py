"""What a detector without anchors learns: which location predicts which object; the losses of FCOS (Tian et al. 2019)."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import generalized_box_iou_loss, sigmoid_focal_loss

from cnn_core.models.fcos import boxes_of
from cnn_core.training.data.voc import IGNORE

RADIUS = 1.5
"""Only locations within so many strides of an object's centre predict it (Tian et al. 2020, arXiv:2006.09214)."""

REACH = {8: (0.0, 64.0), 16: (64.0, 128.0), 32: (128.0, float("inf"))}
"""Stride -> the shortest and the longest distance, in pixels, to the farthest side of the boxes that a level predicts."""

LEAST_OVERLAP = 0.05
"""A box that is quite wrong counts at least so much, or nothing would be learned from it."""


def assign_boxes(boxes: Tensor, centres: Tensor, strides: Tensor) -> Tensor:
    """For each of the P locations the number of the box it should predict, or -1 for background: (P,).

    A location predicts a box if it lies in the box, near its centre, and its level is made for such sizes; of several boxes,
    the smallest.

    Args:
        boxes: (n, 4) xyxy.
        centres: (P, 2).
        strides: (P,).
    """
    if not len(boxes):
        return torch.full((len(centres),), -1, device=centres.device)
    # left, top, right, bottom: how far each side of each box is from each location
    sides = torch.cat([centres[:, None] - boxes[None, :, :2], boxes[None, :, 2:] - centres[:, None]], 2)  # (P, n, 4)
    box_centres = (boxes[:, :2] + boxes[:, 2:]) / 2  # (n, 2)
    is_near = (centres[:, None] - box_centres[None]).abs().amax(2) < RADIUS * strides[:, None]  # (P, n)
    least, most = (torch.tensor([REACH[int(s)][end] for s in strides.tolist()], device=centres.device) for end in (0, 1))
    farthest = sides.amax(2)  # (P, n)
    is_inside, has_size = sides.amin(2) > 0, (farthest >= least[:, None]) & (farthest < most[:, None])  # (P, n)
    areas = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))[None].expand_as(is_inside)  # (P, n)
    smallest, number = torch.where(is_inside & is_near & has_size, areas, float("inf")).min(1)  # (P,), (P,)
    return torch.where(torch.isfinite(smallest), number, -1)


def fcos_loss(outputs: Sequence[Tensor], boxes: Sequence[Tensor], labels: Sequence[Tensor]) -> dict[str, Tensor]:
    """The three losses of a batch: {"classes", "boxes", "quality"}, each a scalar to be added.

    Focal loss (Lin et al. 2017, arXiv:1708.02002) over all locations and classes; GIoU loss (Rezatofighi et al. 2019,
    arXiv:1902.09630) over the positive locations; binary cross-entropy of their quality against the overlap.

    Args:
        outputs: what ``FCOS`` returns.
        boxes, labels: for each picture (n, 4) xyxy and (n,).
    """
    logits, distances, quality, centres, strides = outputs  # (N, P, K), (N, P, 4), (N, P), (P, 2), (P,)
    numbers = torch.stack([assign_boxes(own, centres, strides) for own in boxes])  # (N, P)
    is_positive = numbers >= 0
    count = is_positive.sum().clamp(min=1)
    target_classes = torch.zeros_like(logits, dtype=torch.float32)  # (N, P, K), one-hot where positive
    target_boxes = torch.zeros_like(distances, dtype=torch.float32)  # (N, P, 4)
    for picture, (number, own_boxes, own_labels) in enumerate(zip(numbers, boxes, labels, strict=True)):
        positive = number >= 0
        target_classes[picture, positive, own_labels[number[positive]]] = 1
        target_boxes[picture, positive] = own_boxes[number[positive]]
    predicted = boxes_of(distances.float(), centres)[is_positive]  # (positive, 4)
    true = target_boxes[is_positive]  # (positive, 4)
    overlap = paired_iou(predicted.detach(), true)  # (positive,)
    weight = overlap.clamp(min=LEAST_OVERLAP)
    box_loss = generalized_box_iou_loss(predicted, true) * weight  # 1 - GIoU, (positive,)
    focal = sigmoid_focal_loss(logits.float(), target_classes, alpha=0.25, gamma=2, reduction="sum")
    return {
        "classes": focal / count,
        "boxes": 2 * box_loss.sum() / weight.sum().clamp(min=1e-3),
        "quality": F.binary_cross_entropy_with_logits(quality.float()[is_positive], overlap, reduction="sum") / count,
    }


def auxiliary_losses(masks: Tensor, present: Tensor, true: Tensor, labels: Sequence[Tensor]) -> dict[str, Tensor]:
    """Cross-entropy of coarse class masks and binary cross-entropy of the classes present: {"masks", "present"}.

    Args:
        masks: logits (N, K+1, h, w).
        present: logits (N, K).
        true: class masks (N, H, W) uint8.
        labels: each picture's (n,).
    """
    coarse = F.interpolate(true[:, None].float(), masks.shape[-2:], mode="nearest")[:, 0].long()  # (N, h, w)
    target = torch.zeros_like(present, dtype=torch.float32)  # (N, K), multi-hot
    for row, own_labels in zip(target, labels, strict=True):
        row[own_labels] = 1
    known = (coarse != IGNORE).sum().clamp(min=1)
    return {
        "masks": F.cross_entropy(masks.float(), coarse, ignore_index=IGNORE, reduction="sum") / known,
        "present": 2 * F.binary_cross_entropy_with_logits(present.float(), target),
    }


def paired_iou(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of each box in ``a`` (n, 4) with the one at the same place in ``b`` (n, 4): (n,) in 0..1."""
    low, high = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:])  # (n, 2): corners of what both share
    shared = (high - low).clamp(min=0).prod(1)  # (n,)
    areas = [(x[:, 2:] - x[:, :2]).clamp(min=0).prod(1) for x in (a, b)]  # twice (n,)
    return shared / (areas[0] + areas[1] - shared).clamp(min=1e-6)
