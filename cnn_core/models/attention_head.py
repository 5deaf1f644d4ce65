"""A small head that judges every place of another network's maps and decides which places to listen to.

Attention pooling as in Ilse, Tomczak and Welling 2018 (arXiv:1802.04712): each place answers on its own, and for each
answer a softmax over the places weighs them, so that an animal in a corner is not averaged away by the sofa around it.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class AttentionHead(nn.Module):
    """Logits from maps.

    Args:
        widths: channels of the last stages that it looks at, the finest first.
        hidden: channels of its own two layers.
        outputs: number of logits.
        dropout: share of its channels left out at random while it is trained.
    """

    def __init__(self, widths: Sequence[int], hidden: int, outputs: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.stages = len(widths)
        self.mix = nn.Sequential(nn.Conv2d(sum(widths), hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU())
        self.look = nn.Sequential(nn.Conv2d(hidden, hidden, 3, 1, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU())
        self.drop = nn.Dropout2d(dropout)
        self.answer = nn.Conv2d(hidden, outputs, 1)
        self.attention = nn.Conv2d(hidden, outputs, 1)

    def stacked(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> the last stages at the size of the last, (N, sum of widths, h, w)."""
        size = (maps[-1].shape[2], maps[-1].shape[3])
        return torch.cat([F.adaptive_avg_pool2d(part, size) for part in maps[-self.stages :]], 1)

    def places(self, stacked: Tensor) -> tuple[Tensor, Tensor]:
        """Stacked maps -> each place's logits and weights, both (N, outputs, h, w); weights sum to 1 over the places."""
        x = self.drop(self.look(self.mix(stacked)))
        logits = self.answer(x)
        return logits, self.attention(x).flatten(2).softmax(2).view_as(logits)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> logits (N, outputs)."""
        answers, weights = self.places(self.stacked(maps))
        return (answers * weights).sum((2, 3))


build = AttentionHead
