"""The decoder of a U-Net (Ronneberger et al. 2015, arXiv:1505.04597) on another network's maps.

Departures: the encoder is a trained residual network instead of one learned along, each step up is nearest-neighbour
enlargement and one 3x3 convolution after the skip connection instead of a transposed convolution and two, and BN is used.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def block(inputs: int, outputs: int) -> nn.Sequential:
    """3x3 convolution, BN, ReLU; height and width stay."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class UNetHead(nn.Module):
    """Class logits for every fourth pixel from the maps of a network.

    Args:
        widths: channels of the last maps, as many as it uses, the finest first.
        hidden: channels after each step up, the coarsest first; one fewer than there are maps.
        outputs: classes, background included.
    """

    def __init__(self, widths: Sequence[int], hidden: Sequence[int], outputs: int) -> None:
        super().__init__()
        steps = []
        below = widths[-1]
        for skip, width in zip(reversed(widths[:-1]), hidden, strict=True):
            steps.append(block(below + skip, width))
            below = width
        self.stages = len(widths)
        self.up = nn.ModuleList(steps)
        self.last = block(below, below)
        self.logits = nn.Conv2d(below, outputs, 1)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...], the finest first -> logits (N, outputs, h, w) at the size of the finest that it uses."""
        *skips, x = maps[-self.stages :]
        for skip, step in zip(reversed(skips), self.up, strict=True):
            x = step(torch.cat([F.interpolate(x, skip.shape[-2:], mode="nearest"), skip], 1))
        return self.logits(self.last(x))


build = UNetHead
