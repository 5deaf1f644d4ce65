"""Residual networks with basic blocks (He et al. 2015, arXiv:1512.03385).

Departures from the paper: the stem is one 3x3 convolution (its stride is an argument; pictures here are 32-128 pixels, not
224), max-pooling after it is a choice, and where a block changes size the shortcut is average pooling followed by a 1x1
convolution (He et al. 2018, arXiv:1812.01187, "ResNet-D") unless ``shortcut="pad"``, the paper's parameter-free option A.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PadShortcut(nn.Module):
    """Option A of the paper: every second pixel, and zeros for the channels that are new."""

    def __init__(self, new_channels: int, stride: int) -> None:
        super().__init__()
        self.new_channels, self.stride = new_channels, stride

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C + new_channels, H / stride, W / stride)."""
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.new_channels))


def shortcut_path(inputs: int, outputs: int, stride: int, kind: str) -> nn.Module:
    """The branch that carries a block's input past its two convolutions, in the shape of their output."""
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    if kind == "pad":
        return PadShortcut(outputs - inputs, stride)
    shrink = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
    return nn.Sequential(shrink, nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))


class BasicBlock(nn.Module):
    """relu(x + F(x)), where F is conv-BN-ReLU-conv-BN."""

    def __init__(self, inputs: int, outputs: int, stride: int, shortcut: str) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = shortcut_path(inputs, outputs, stride, shortcut)
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, outputs, H / stride, W / stride)."""
        residual = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        result: Tensor = self.relu2(self.shortcut(x) + residual)
        return result


class ResNet(nn.Module):
    """A residual classifier: stem, stages of basic blocks, global average pooling, one linear layer.

    Args:
        classes: length K of the output.
        widths: channels of each stage; every stage after the first halves height and width.
        blocks: basic blocks in each stage.
        stem_stride: 2 halves the picture at once (64 px pictures), 1 keeps its size (CIFAR's 32 px).
        shortcut: "project" (average pooling + 1x1 convolution) or "pad" (option A).
        stem_pool: whether a 3x3 max-pooling of stride 2 follows the stem, as in the paper; it learns nothing, so that a
            network trained on small pictures without it can go on with pictures twice as large with it.
    """

    def __init__(
        self,
        classes: int,
        widths: Sequence[int],
        blocks: Sequence[int],
        stem_stride: int = 1,
        shortcut: str = "project",
        stem_pool: bool = False,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, widths[0], 3, stem_stride, 1, bias=False)
        self.bn = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU()
        self.stem_pool = nn.MaxPool2d(3, 2, 1) if stem_pool else nn.Identity()
        inputs = widths[0]
        for number, (width, depth) in enumerate(zip(widths, blocks, strict=True), 1):
            stage = nn.Sequential()
            for block in range(depth):
                stride = 2 if number > 1 and block == 0 else 1
                stage.append(BasicBlock(inputs, width, stride, shortcut))
                inputs = width
            self.add_module(f"stage{number}", stage)
        self.stages = len(widths)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs, classes)
        self._initialise()

    def _initialise(self) -> None:
        """He initialisation; the last BN of each block starts at zero, so that each block starts as its shortcut."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, BasicBlock):
                nn.init.zeros_(module.bn2.weight)

    def maps(self, x: Tensor) -> list[Tensor]:
        """Normalised pictures (N, 3, H, W) -> each stage's output, (N, C, h, w), the finest first, for other heads."""
        x = self.stem_pool(self.relu(self.bn(self.conv(x))))
        found = []
        for number in range(1, self.stages + 1):
            x = getattr(self, f"stage{number}")(x)
            found.append(x)
        return found

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, K)."""
        logits: Tensor = self.fc(torch.flatten(self.pool(self.maps(x)[-1]), 1))
        return logits

    def last_maps(self) -> str:
        """The last layer that still has height and width: where Grad-CAM looks."""
        return f"stage{self.stages}.{len(getattr(self, f'stage{self.stages}')) - 1}.relu2"

    def map_layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers that run when ``maps`` is asked, in their order."""
        named = [("conv", "stem: 3x3 convolution"), ("relu", "stem: after ReLU")]
        for number in range(1, self.stages + 1):
            for block in range(len(getattr(self, f"stage{number}"))):
                name = f"stage{number}.{block}"
                named += [(f"{name}.relu1", f"stage {number}, block {block + 1}: inside")]
                named += [(f"{name}.relu2", f"stage {number}, block {block + 1}: output")]
        return named

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the label."""
        return [*self.map_layers(), ("pool", "global average"), ("fc", "logits")]


build = ResNet
