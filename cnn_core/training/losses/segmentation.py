"""Losses of masks: cross-entropy, and soft Dice (Milletari et al. 2016, arXiv:1606.04797), good for small things."""

import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.training.data.voc import IGNORE


def mask_loss(logits: Tensor, true: Tensor, step: int = 1, background: float = 1.0) -> dict[str, Tensor]:
    """Cross-entropy and soft Dice of class masks, both without the pixels to be ignored: {"entropy", "dice"}.

    Dice counts every class that is there alike, however small.

    Args:
        logits: (N, K, h, w).
        true: (N, H, W) uint8; the logits are enlarged to it.
        step: of the rows and columns every how manieth counts; 2 leaves a quarter of the pixels.
        background: how much a pixel of class 0 counts in the cross-entropy.
    """
    enlarged = F.interpolate(logits.float(), true.shape[-2:], mode="bilinear", align_corners=False)  # (N, K, H, W)
    logits, target = enlarged[..., ::step, ::step], true[..., ::step, ::step].long()
    known = target != IGNORE  # (N, H, W)
    named = torch.where(known, target, 0)  # an index that exists, where nobody knows
    weight = torch.ones(logits.shape[1], device=logits.device)  # (K,)
    weight[0] = background
    entropy = F.cross_entropy(logits, target, weight, ignore_index=IGNORE, reduction="sum")
    entropy = entropy / (weight[named] * known).sum().clamp(min=1e-3)
    share = logits.softmax(1) * known[:, None]  # (N, K, H, W)
    truth = F.one_hot(named, logits.shape[1]).movedim(-1, 1) * known[:, None]  # (N, H, W, K) -> (N, K, H, W)
    both, sizes = (share * truth).sum((0, 2, 3)), (share + truth).sum((0, 2, 3))  # (K,), (K,)
    is_there = truth.sum((0, 2, 3)) > 0  # (K,)
    dice = (1 - 2 * both / sizes.clamp(min=1))[is_there].mean() if is_there.any() else share.sum() * 0
    return {"entropy": entropy, "dice": dice}


def selection_loss(logits: Tensor, true: Tensor, known: Tensor) -> Tensor:
    """Binary cross-entropy plus soft Dice of one object a picture, mean over the batch: a scalar.

    Args:
        logits: (N, 1, h, w); enlarged to the masks.
        true: (N, H, W) bool.
        known: (N, H, W) bool; other pixels count for nothing.
    """
    values = F.interpolate(logits.float(), true.shape[-2:], mode="bilinear", align_corners=False)[:, 0]  # (N, H, W)
    weight = known.float()
    entropy = F.binary_cross_entropy_with_logits(values, true.float(), weight, reduction="sum") / weight.sum().clamp(min=1)
    share = values.sigmoid() * weight
    both, sizes = (share * true).sum((1, 2)), (share + true * weight).sum((1, 2))  # (N,), (N,)
    return entropy + (1 - (2 * both + 1) / (sizes + 1)).mean()  # the ones keep an empty mask from dividing by nothing
