"""A feature pyramid (Lin et al. 2016, arXiv:1612.03144): coarse maps know what, fine maps know where, sums know both.

Departures: 3x3 smoothing is followed by BN and ReLU, and no coarser level than the backbone's last is added.
"""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu


class FeaturePyramid(nn.Module):
    """Maps of several stages -> maps of the same sizes and equal width.

    Args:
        widths: channels of the maps that come in, the finest first; each is half as high and wide as the one before.
        width: channels of every map that goes out.
    """

    def __init__(self, widths: Sequence[int], width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(inputs, width, 1) for inputs in widths)
        self.smooth = nn.ModuleList(conv_norm_relu(width, width) for _ in widths)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        """[(N, widths[i], h_i, w_i), ...] -> [(N, width, h_i, w_i), ...], the finest first."""
        sums = [lateral(part) for lateral, part in zip(self.lateral, maps, strict=True)]
        for i in range(len(sums) - 2, -1, -1):
            sums[i] = sums[i] + F.interpolate(sums[i + 1], sums[i].shape[-2:], mode="nearest")
        return [smooth(part) for smooth, part in zip(self.smooth, sums, strict=True)]

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return [(f"smooth.{k}", f"pyramid, level {k + 1}") for k in range(len(self.smooth))]
