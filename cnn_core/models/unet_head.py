"""The decoder of a U-Net (Ronneberger et al. 2015, arXiv:1505.04597) on another network's maps.

Departures: the encoder is a trained residual network instead of one learned along, each step up is nearest-neighbour
enlargement and one 3x3 convolution after the skip connection instead of a transposed convolution and two, and BN is used.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu


class UNetHead(nn.Module):
    """Class logits for every fourth pixel from the maps of a network.

    Args:
        widths: channels of the last maps, as many as it uses, the finest first.
        hidden: channels after each step up, the coarsest first; one fewer than there are maps.
        outputs: classes, background included.
        context: whether the whole picture is asked which classes are there at all (as in EncNet, Zhang et al. 2018,
            arXiv:1803.08904); a pixel's logit of a class is lowered by how unlikely the class is anywhere.
    """

    def __init__(self, widths: Sequence[int], hidden: Sequence[int], outputs: int, context: bool = False) -> None:
        super().__init__()
        steps = []
        below = widths[-1]
        for skip, width in zip(reversed(widths[:-1]), hidden, strict=True):
            steps.append(conv_norm_relu(below + skip, width))
            below = width
        self.stages = len(widths)
        self.up = nn.ModuleList(steps)
        self.last = conv_norm_relu(below, below)
        self.logits = nn.Conv2d(below, outputs, 1)
        self.there = nn.Linear(widths[-1], outputs - 1) if context else None

    def presence(self, maps: list[Tensor]) -> Tensor:
        """Maps of N pictures -> how likely each class but the background is somewhere in it, logits (N, outputs - 1).

        Raises:
            ValueError: the head was built without ``context``.
        """
        if self.there is None:
            raise ValueError("expected a head that was built with context")
        result: Tensor = self.there(maps[-1].mean((2, 3)))
        return result

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        steps = [(f"up.{k}", f"decoder, step {k + 1} up") for k in range(len(self.up))]
        context = [] if self.there is None else [("there", "which classes are anywhere in it")]
        return [*steps, ("last", "decoder, last"), ("logits", "logits"), *context]

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...], the finest first -> logits (N, outputs, h, w) at the size of the finest that it uses."""
        *skips, x = maps[-self.stages :]
        for skip, step in zip(reversed(skips), self.up, strict=True):
            x = step(torch.cat([F.interpolate(x, skip.shape[-2:], mode="nearest"), skip], 1))  # (N, C + skip, h, w)
        logits: Tensor = self.logits(self.last(x))
        if self.there is None:
            return logits
        unlikely = F.pad(F.logsigmoid(self.presence(maps).float()), (1, 0))  # the background is always there
        return logits + unlikely[:, :, None, None]  # (N, outputs) -> (N, outputs, 1, 1): lowers every pixel alike


build = UNetHead
