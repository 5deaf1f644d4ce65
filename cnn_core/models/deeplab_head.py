"""Atrous spatial pyramid pooling (DeepLab v3, Chen et al. 2017, arXiv:1706.05587) on another network's feature maps.

Dilated 3x3 kernels of several dilations read the same feature map side by side: a wide view without losing resolution.
Departures: the last stage keeps its stride (its maps are enlarged to the size of the stage before and joined with it), and
the dilations are smaller, because the pictures are.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu


class DeepLabHead(nn.Module):
    """Class logits at the resolution of the last stage but one.

    Args:
        widths: channels of the last two stages, the finer first.
        hidden: channels of each branch.
        dilations: of the branches with 3x3 kernels; one branch with a 1x1 kernel and one that sees the whole are added.
        outputs: classes, background included.
    """

    def __init__(self, widths: Sequence[int], hidden: int, dilations: Sequence[int], outputs: int) -> None:
        super().__init__()
        self.dilations = tuple(dilations)
        self.reduce = conv_norm_relu(sum(widths), hidden, 1)
        dilated = (conv_norm_relu(hidden, hidden, dilation=dilation) for dilation in dilations)
        self.branches = nn.ModuleList([conv_norm_relu(hidden, hidden, 1), *dilated])
        self.whole = nn.Sequential(nn.Conv2d(hidden, hidden, 1), nn.ReLU())  # one place: nothing for BN to average
        self.join = conv_norm_relu(hidden * (len(dilations) + 2), hidden, 1)
        self.logits = nn.Conv2d(hidden, outputs, 1)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        kinds = ["1x1", *(f"3x3, dilation {dilation}" for dilation in self.dilations)]
        return [
            ("reduce", "1x1 convolution over the last two stages"),
            ("whole", "branch that sees the whole"),
            *((f"branches.{k}", f"branch {words}") for k, words in enumerate(kinds)),
            ("join", "branches joined"),
            ("logits", "logits"),
        ]

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...], the finest first -> logits (N, outputs, h, w) at the size of the last but one."""
        finer, coarser = maps[-2:]
        size = finer.shape[-2:]
        x = self.reduce(torch.cat([finer, F.interpolate(coarser, size, mode="bilinear", align_corners=False)], 1))
        everywhere = self.whole(x.mean((2, 3), keepdim=True)).expand(-1, -1, *size)
        logits: Tensor = self.logits(self.join(torch.cat([*(branch(x) for branch in self.branches), everywhere], 1)))
        return logits


build = DeepLabHead
