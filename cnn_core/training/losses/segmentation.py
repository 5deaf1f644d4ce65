"""Losses of masks: cross-entropy, and Dice, which counts small things as much as large ones."""

import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.training.data.voc import IGNORE


def mask_loss(logits: Tensor, true: Tensor, step: int = 1, background: float = 1.0) -> dict[str, Tensor]:
    """Cross-entropy and soft Dice of class masks, both without the pixels to be ignored: {"entropy", "dice"}.

    Dice (Milletari et al. 2016, arXiv:1606.04797) counts every class that is there alike, however small.

    Args:
        logits: (N, K, h, w).
        true: (N, H, W) uint8; the logits are enlarged to it.
        background: how much a pixel of class 0 counts in the cross-entropy.
        step: of the rows and columns every how manieth counts; 2 leaves a quarter of the pixels.
    """
    logits = F.interpolate(logits.float(), true.shape[-2:], mode="bilinear", align_corners=False)[..., ::step, ::step]
    target = true[..., ::step, ::step].long()
    known = target != IGNORE
    weight = torch.ones(logits.shape[1], device=logits.device)
    weight[0] = background
    entropy = F.cross_entropy(logits, target, weight, ignore_index=IGNORE, reduction="sum")
    entropy = entropy / (weight[torch.where(known, target, 0)] * known).sum().clamp(min=1e-3)
    share = logits.softmax(1) * known[:, None]
    wanted = F.one_hot(torch.where(known, target, 0), logits.shape[1]).movedim(-1, 1) * known[:, None]
    both, sizes = (share * wanted).sum((0, 2, 3)), (share + wanted).sum((0, 2, 3))
    there = wanted.sum((0, 2, 3)) > 0
    dice = (1 - 2 * both / sizes.clamp(min=1))[there].mean() if there.any() else share.sum() * 0
    return {"entropy": entropy, "dice": dice}


def selection_loss(logits: Tensor, true: Tensor, known: Tensor) -> Tensor:
    """Binary cross-entropy and Dice of masks (N, H, W), mean over the batch; pixels that are not known count for nothing."""
    values = F.interpolate(logits.float(), true.shape[-2:], mode="bilinear", align_corners=False)[:, 0]
    weight = known.float()
    entropy = F.binary_cross_entropy_with_logits(values, true.float(), weight, reduction="sum") / weight.sum().clamp(min=1)
    share = values.sigmoid() * weight
    both, sizes = (share * true).sum((1, 2)), (share + true * weight).sum((1, 2))
    return entropy + (1 - (2 * both + 1) / (sizes + 1)).mean()
