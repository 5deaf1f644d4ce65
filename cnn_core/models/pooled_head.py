"""Global averages of the last stages' maps, side by side, then one linear layer: the plainest way to reuse a network."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class PooledHead(nn.Module):
    """Logits from maps.

    Args:
        widths: channels of the last stages that it looks at, the finest first.
        outputs: number of logits.
    """

    def __init__(self, widths: Sequence[int], outputs: int) -> None:
        super().__init__()
        self.stages = len(widths)
        self.norm = nn.BatchNorm1d(sum(widths))
        self.fc = nn.Linear(sum(widths), outputs)

    def pooled(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> the averages of the last stages, (N, sum of widths)."""
        return torch.cat([part.mean((2, 3)) for part in maps[-self.stages :]], 1)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> logits (N, outputs)."""
        return self.fc(self.norm(self.pooled(maps)))


build = PooledHead
