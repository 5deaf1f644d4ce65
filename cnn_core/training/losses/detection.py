"""What a detector without anchors is trained towards, its losses, and how it is measured."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor
from torchmetrics.detection import MeanAveragePrecision
from torchvision.ops import generalized_box_iou_loss, sigmoid_focal_loss

from cnn_core.models.fcos import boxes_of
from cnn_core.training.data.voc import IGNORE

RADIUS = 1.5
"""Only places within so many strides of an object's centre answer for it (Tian et al. 2020, arXiv:2006.09214)."""

REACH = {8: (0.0, 64.0), 16: (64.0, 128.0), 32: (128.0, float("inf"))}
"""Stride -> the farthest side, in pixels, of the boxes that a level answers for."""


def assign_boxes(boxes: Tensor, centres: Tensor, strides: Tensor) -> Tensor:
    """For each of the P places the number of the box it answers for, or -1 for background.

    A place answers for a box if it lies in the box, near its middle, and its level is made for such sizes; if there are
    several, for the smallest.

    Args:
        boxes: (n, 4) xyxy.
        centres: (P, 2).
        strides: (P,).
    """
    if not len(boxes):
        return torch.full((len(centres),), -1, device=centres.device)
    sides = torch.cat([centres[:, None] - boxes[None, :, :2], boxes[None, :, 2:] - centres[:, None]], 2)  # (P, n, 4)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = (centres[:, None] - middle[None]).abs().amax(2) < RADIUS * strides[:, None]
    least, most = (torch.tensor([REACH[int(s)][end] for s in strides.tolist()], device=centres.device) for end in (0, 1))
    farthest = sides.amax(2)
    fits = (sides.amin(2) > 0) & near & (farthest >= least[:, None]) & (farthest < most[:, None])
    areas = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))[None].expand_as(fits)
    smallest, number = torch.where(fits, areas, float("inf")).min(1)
    return torch.where(torch.isfinite(smallest), number, -1)


def fcos_loss(answers: tuple[Tensor, ...], boxes: list[Tensor], labels: list[Tensor]) -> dict[str, Tensor]:
    """The three losses of a batch: {"classes", "boxes", "quality"}, each a scalar to be added.

    Focal loss (Lin et al. 2017, arXiv:1708.02002) over all places and classes; GIoU loss (Rezatofighi et al. 2019,
    arXiv:1902.09630) over the places that answer for an object; binary cross-entropy of their quality against the overlap.

    Args:
        answers: what ``FCOS`` returns.
        boxes, labels: for each picture (n, 4) xyxy and (n,).
    """
    logits, distances, quality, centres, strides = answers
    numbers = torch.stack([assign_boxes(found, centres, strides) for found in boxes])  # (N, P)
    positive = numbers >= 0
    count = positive.sum().clamp(min=1)
    target = torch.zeros_like(logits, dtype=torch.float32)
    wanted = torch.zeros_like(distances, dtype=torch.float32)
    for picture, (number, found, kinds) in enumerate(zip(numbers, boxes, labels, strict=True)):
        places = number >= 0
        target[picture, places, kinds[number[places]]] = 1
        wanted[picture, places] = found[number[places]]
    predicted = boxes_of(distances.float(), centres)[positive]
    overlap = paired_iou(predicted.detach(), wanted[positive])
    weight = overlap.clamp(min=0.05)
    box_loss = generalized_box_iou_loss(predicted, wanted[positive]) * weight
    return {
        "classes": sigmoid_focal_loss(logits.float(), target, alpha=0.25, gamma=2, reduction="sum") / count,
        "boxes": 2 * box_loss.sum() / weight.sum().clamp(min=1e-3),
        "quality": F.binary_cross_entropy_with_logits(quality.float()[positive], overlap, reduction="sum") / count,
    }


def helper_losses(masks: Tensor, present: Tensor, true: Tensor, labels: list[Tensor]) -> dict[str, Tensor]:
    """Cross-entropy of the coarse class masks and binary cross-entropy of the classes present.

    Args:
        masks: logits (N, K+1, h, w).
        present: logits (N, K).
        true: class masks (N, H, W) uint8.
        labels: each picture's (n,).
    """
    coarse = F.interpolate(true[:, None].float(), masks.shape[-2:], mode="nearest")[:, 0].long()
    target = torch.zeros_like(present, dtype=torch.float32)
    for row, kinds in zip(target, labels, strict=True):
        row[kinds] = 1
    known = (coarse != IGNORE).sum().clamp(min=1)
    return {
        "masks": F.cross_entropy(masks.float(), coarse, ignore_index=IGNORE, reduction="sum") / known,
        "present": 2 * F.binary_cross_entropy_with_logits(present.float(), target),
    }


def paired_iou(a: Tensor, b: Tensor) -> Tensor:
    """Overlap of each box in ``a`` (n, 4) with the one at the same place in ``b`` (n, 4): (n,)."""
    low, high = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = [(x[:, 2:] - x[:, :2]).clamp(min=0).prod(1) for x in (a, b)]
    return shared / (areas[0] + areas[1] - shared).clamp(min=1e-6)


def average_precision(
    found: Iterable[tuple[Tensor, Tensor, Tensor]], true: Iterable[tuple[Tensor, Tensor, Tensor]]
) -> dict[str, float]:
    """AP over classes at an overlap of 0.5, and over 0.5..0.95 as COCO has it: {"ap50", "ap"}, 0..1.

    Args:
        found: for each picture boxes (n, 4), scores (n,), labels (n,).
        true: for each picture boxes (m, 4), labels (m,), difficult (m,); difficult ones count neither way.
    """
    metric = MeanAveragePrecision(backend="faster_coco_eval")
    predictions = [{"boxes": b, "scores": s, "labels": k} for b, s, k in found]
    targets = [{"boxes": b, "labels": k, "iscrowd": d.long()} for b, k, d in true]
    metric.update(predictions, targets)
    figures = metric.compute()
    return {"ap50": float(figures["map_50"]), "ap": float(figures["map"])}
