"""LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition").

Faithful in layers and sizes: 32x32 in, convolutions 5x5 with 6 and 16 maps (no padding), averaging subsampling with a
learned gain and bias a map, then 120, 84 and K units with the scaled tanh 1.7159 tanh(2/3 x). Departures: three input
channels for colour, full connection of the second convolution (the paper connects each of its maps with some of the first
only, so that they must learn different things, and to save time), and a plain linear output with softmax in place of the RBF
units.
"""

import torch
from torch import Tensor, nn

LIMIT = 1.7159


class ScaledTanh(nn.Module):
    """1.7159 tanh(2/3 x), as in appendix A of the paper: f(1) = 1 and f(-1) = -1."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape, -1.7159..1.7159."""
        return LIMIT * torch.tanh(2 / 3 * x)


class Subsampling(nn.Module):
    """2x2 averaging, then one learned gain and bias for each map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.average = nn.AvgPool2d(2)
        self.gain = nn.Parameter(torch.ones(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H / 2, W / 2)."""
        result: Tensor = self.average(x) * self.gain + self.bias
        return result


class LeNet(nn.Module):
    """C1-S2-C3-S4-C5-F6-output; ``classes`` is the length K of the output."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(3, 6, 5)
        self.a1 = ScaledTanh()
        self.s2 = Subsampling(6)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.a3 = ScaledTanh()
        self.s4 = Subsampling(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.a5 = ScaledTanh()
        self.f6 = nn.Linear(120, 84)
        self.a6 = ScaledTanh()
        self.output = nn.Linear(84, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, 32, 32) -> logits (N, K)."""
        x = self.s2(self.a1(self.c1(x)))
        x = self.s4(self.a3(self.c3(x)))
        x = torch.flatten(self.a5(self.c5(x)), 1)
        logits: Tensor = self.output(self.a6(self.f6(x)))
        return logits

    def last_maps(self) -> str:
        """The last layer that still has height and width: where Grad-CAM looks."""
        return "a3"

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the label."""
        return [
            ("c1", "C1: 5x5 convolution"),
            ("a1", "C1 after tanh"),
            ("s2", "S2: subsampling"),
            ("c3", "C3: 5x5 convolution"),
            ("a3", "C3 after tanh"),
            ("s4", "S4: subsampling"),
            ("a5", "C5 after tanh"),
            ("a6", "F6 after tanh"),
            ("output", "logits"),
        ]


build = LeNet
