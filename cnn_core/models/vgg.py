"""Plain stacks of 3x3 convolutions and max-pooling (Simonyan and Zisserman 2014, arXiv:1409.1556).

Departures from the paper: batch normalisation after every convolution, far fewer channels, and global average pooling with
one linear layer in place of the three large dense layers (they hold 90 % of VGG-16's parameters).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class VGG(nn.Module):
    """Blocks of (3x3 convolution, BN, ReLU), each block closed by 2x2 max-pooling; then average, dropout, linear.

    Args:
        classes: length K of the output.
        widths: channels of each block.
        depths: convolutions in each block.
        dropout: share of the averaged features dropped in training.

    The last block is not pooled: a 64 px picture with five blocks ends in a 4x4 map.
    """

    def __init__(self, classes: int, widths: Sequence[int], depths: Sequence[int], dropout: float = 0.0) -> None:
        super().__init__()
        self.features = nn.Sequential()
        inputs = 3
        for block, (width, depth) in enumerate(zip(widths, depths, strict=True), 1):
            for number in range(1, depth + 1):
                name = f"{block}_{number}"
                self.features.add_module(f"conv{name}", nn.Conv2d(inputs, width, 3, padding=1, bias=False))
                self.features.add_module(f"bn{name}", nn.BatchNorm2d(width))
                self.features.add_module(f"relu{name}", nn.ReLU())
                inputs = width
            if block < len(widths):
                self.features.add_module(f"pool{block}", nn.MaxPool2d(2))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(inputs, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, K)."""
        x = torch.flatten(self.pool(self.features(x)), 1)
        logits: Tensor = self.fc(self.dropout(x))
        return logits

    def maps(self, x: Tensor) -> list[Tensor]:
        """Normalised pictures (N, 3, H, W) -> each block's output before its pooling, the finest first, for other heads."""
        found = []
        for name, layer in self.features.named_children():
            if name.startswith("pool"):
                found.append(x)
            x = layer(x)
        return [*found, x]

    def last_maps(self) -> str:
        """The last layer that still has height and width: where Grad-CAM looks."""
        return f"features.{[name for name, _ in self.features.named_children()][-1]}"

    def map_layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers that run when ``maps`` is asked, in their order."""
        words = {"conv": "3x3 convolution", "relu": "after ReLU", "pool": "max-pooling"}
        named = []
        for name, _ in self.features.named_children():
            kind = name.rstrip("0123456789_")
            if kind == "relu" or kind == "pool" or name == "conv1_1":
                named.append((f"features.{name}", f"{name.removeprefix(kind).replace('_', '.')}: {words[kind]}"))
        return named

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the label."""
        return [*self.map_layers(), ("pool", "global average"), ("fc", "logits")]


build = VGG
