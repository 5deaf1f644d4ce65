"""Colour as a classification (Zhang et al. 2016, arXiv:1603.08511): for every fourth pixel one of Q bins of a and b.

Departures from the paper: the network is a small residual one with the decoder of a U-Net instead of a VGG with dilated
convolutions, and while it learns it also names the picture, which gives it a notion of the whole scene (Iizuka et al. 2016,
doi:10.1145/2897824.2925974).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cnn_core.models.resnet import ResNet
from cnn_core.models.unet_head import UNetHead

STAGES = 3


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

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...], the finest first -> logits (N, Q, h, w) at the size of the finest that it uses."""
        return self.decoder(maps)


class Colorizer(nn.Module):
    """Grey pictures -> logits of colour bins.

    Args:
        bins: Q.
        widths, blocks: of the residual network; its stem halves the picture, each stage after the first once more.
        hidden: of the decoder, which ends at a quarter of the picture's size.
        classes: what it names while it learns.
    """

    def __init__(self, bins: int, widths: Sequence[int], blocks: Sequence[int], hidden: Sequence[int], classes: int) -> None:
        super().__init__()
        self.backbone = ResNet(classes, widths, blocks, stem_stride=2)
        self.head = ColourHead(widths[-STAGES:], hidden, bins)

    @property
    def bins(self) -> Tensor:
        """a and b of each bin, (Q, 2)."""
        return self.head.bins

    def maps(self, x: Tensor) -> list[Tensor]:
        """Normalised grey pictures (N, 3, H, W), three times the same plane -> the backbone's maps, the finest first."""
        return self.backbone.maps(x)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised grey pictures (N, 3, H, W), sides multiples of 16 -> logits (N, Q, H/4, W/4)."""
        return self.head(self.maps(x))

    def with_names(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Colour logits (N, Q, H/4, W/4) and class logits (N, K): what it learns from."""
        maps = self.maps(x)
        return self.head(maps), self.backbone.fc(maps[-1].mean((2, 3)))


build = Colorizer
