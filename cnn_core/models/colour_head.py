"""Colour as a classification (Zhang et al. 2016, arXiv:1603.08511): for every fourth pixel one of Q bins of a and b.

Departure from the paper: not a VGG with dilated convolutions, but the decoder of a U-Net on the maps of a network that was
trained for something else and stays as it is.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import within
from cnn_core.models.unet_head import UNetHead


class ColourHead(nn.Module):
    """From a network's maps to logits of colour bins; it carries the bins.

    Args:
        widths: channels of the last maps, the finest first.
        hidden: channels after each step up, the coarsest first.
        bins: Q.
    """

    bins: Tensor

    def __init__(self, widths: Sequence[int], hidden: Sequence[int], bins: int) -> None:
        super().__init__()
        self.decoder = UNetHead(widths, hidden, bins)
        self.register_buffer("bins", torch.zeros(bins, 2))

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return within("decoder", self.decoder.layers())

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...], the finest first -> logits (N, Q, h, w) at the size of the finest that it uses."""
        logits: Tensor = self.decoder(maps)
        return logits


build = ColourHead
