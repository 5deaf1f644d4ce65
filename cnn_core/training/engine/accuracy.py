"""How often a classifier is right, how sure it is when it is, and what it takes for what."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torchmetrics.classification import MulticlassAccuracy

EVALUATION_BATCH = 250
CONFIDENCE_EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@torch.inference_mode()
def logits_of(model: nn.Module, pictures: Tensor, prepare: Callable[[Tensor], Tensor], device: torch.device) -> Tensor:
    """Logits (N, K) float32 on the CPU for uint8 pictures (N, 3, H, W), in batches."""
    model.eval()
    parts = [model(prepare(part.to(device))).float().cpu() for part in pictures.split(EVALUATION_BATCH)]
    return torch.cat(parts)  # (N, K)


def probabilities_of(
    model: nn.Module, pictures: Tensor, prepare: Callable[[Tensor], Tensor], device: torch.device
) -> Tensor:
    """Softmax outputs (N, K) float32 on the CPU for uint8 pictures (N, 3, H, W), in batches."""
    return logits_of(model, pictures, prepare, device).softmax(1)


def teacher_targets(model: nn.Module, pictures: Tensor, prepare: Callable[[Tensor], Tensor], device: torch.device) -> Tensor:
    """A teacher's softmax outputs (N, K): the mean over each picture and its copy moved by one pixel, and both mirrored."""
    moved = pictures.roll((1, 1), (2, 3))
    views = (pictures, pictures.flip(-1), moved, moved.flip(-1))
    return torch.stack([probabilities_of(model, view, prepare, device) for view in views]).mean(0)


def accuracies(probabilities: Tensor, labels: Tensor) -> dict[str, float]:
    """Top-1 and, with more than five classes, top-5 accuracy, 0..1, over all pictures. (N, K), (N,) -> {"top1": ...}."""
    k = probabilities.shape[1]
    tops = (1, 5) if k > 5 else (1,)
    metrics = {f"top{n}": MulticlassAccuracy(num_classes=k, top_k=n, average="micro") for n in tops}
    return {name: float(metric(probabilities, labels)) for name, metric in metrics.items()}


def per_class(probabilities: Tensor, labels: Tensor, names: list[str]) -> dict[str, list[Any]]:
    """For each class, the share of its pictures that were named rightly and what the others were most often taken for."""
    k = len(names)
    counts = torch.bincount(labels * k + probabilities.argmax(1), minlength=k * k).view(k, k)  # (K, K): class, answer
    right = counts.diagonal() / counts.sum(1).clamp(min=1)
    wrong = counts - torch.diag(counts.diagonal())
    rival = [names[int(row.argmax())] if row.any() else "" for row in wrong]
    return {"right": [round(float(share), 3) for share in right], "mistaken_for": rival}


def calibration(probabilities: Tensor, labels: Tensor) -> dict[str, list[Any]]:
    """How often the answer is right when the largest probability lies in each tenth: {"edges", "n", "right"}."""
    confidence, answer = probabilities.max(1)
    right = answer == labels
    counts, shares = [], []
    for low, high in pairwise(CONFIDENCE_EDGES):
        inside = (confidence > low) & (confidence <= high)
        counts.append(int(inside.sum()))
        shares.append(round(float(right[inside].float().mean()), 3) if inside.any() else 0.0)
    return {"edges": list(CONFIDENCE_EDGES), "n": counts, "right": shares}
