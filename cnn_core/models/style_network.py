"""Style transfer in one pass (Johnson, Alahi and Fei-Fei 2016, arXiv:1603.08155), many styles in one network.

Every style has a scale and a shift of its own for each channel after each normalisation, and shares all convolutions with
the others (conditional instance normalisation: Dumoulin, Shlens and Kudlur 2016, arXiv:1610.07629). Between two styles lies
whatever a mixture of their scales and shifts paints. Departures: fewer channels, and enlargement by repeating pixels before
a convolution instead of a transposed one, which would leave checkerboards (Odena et al. 2016).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class StyledNorm(nn.Module):
    """Instance normalisation, then a scale and a shift mixed from those of the styles.

    Args:
        channels: C.
        styles: S.
    """

    def __init__(self, channels: int, styles: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(styles, channels))
        self.shift = nn.Parameter(torch.zeros(styles, channels))

    def forward(self, x: Tensor, mixture: Tensor) -> Tensor:
        """Maps (N, C, h, w), shares of the styles (N, S) -> (N, C, h, w)."""
        scale, shift = (mixture @ part for part in (self.scale, self.shift))
        return F.instance_norm(x) * scale[:, :, None, None] + shift[:, :, None, None]


class Layer(nn.Module):
    """Enlargement (or none), padding by reflection, convolution, styled normalisation, ReLU (or none)."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, styles: int, stride: int = 1, enlarge: int = 1, relu: bool = True
    ) -> None:
        super().__init__()
        self.enlarge, self.relu = enlarge, relu
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False, padding_mode="reflect")
        self.norm = StyledNorm(outputs, styles)

    def forward(self, x: Tensor, mixture: Tensor) -> Tensor:
        """(N, inputs, h, w), (N, S) -> (N, outputs, h * enlarge / stride, w * enlarge / stride)."""
        if self.enlarge > 1:
            x = F.interpolate(x, scale_factor=self.enlarge, mode="nearest")
        x = self.norm(self.conv(x), mixture)
        return x.relu() if self.relu else x


class Residual(nn.ModuleList):
    """x + F(x), where F is two layers, the second without ReLU."""

    def forward(self, x: Tensor, mixture: Tensor) -> Tensor:
        """(N, C, h, w), (N, S) -> (N, C, h, w)."""
        y = x
        for layer in self:
            y = layer(y, mixture)
        return x + y


class StyleNetwork(nn.Module):
    """Pictures -> pictures in one of S styles, or a mixture.

    Args:
        styles: S.
        widths: channels at full, half and quarter size.
        blocks: residual blocks at quarter size.
    """

    def __init__(self, styles: int, widths: Sequence[int], blocks: int) -> None:
        super().__init__()
        full, half, quarter = widths
        self.styles = styles
        self.down = nn.ModuleList(
            [
                Layer(3, full, 9, styles),
                Layer(full, half, 3, styles, stride=2),
                Layer(half, quarter, 3, styles, stride=2),
            ]
        )
        self.blocks = nn.ModuleList(
            Residual([Layer(quarter, quarter, 3, styles), Layer(quarter, quarter, 3, styles, relu=False)])
            for _ in range(blocks)
        )
        self.up = nn.ModuleList([Layer(quarter, half, 3, styles, enlarge=2), Layer(half, full, 3, styles, enlarge=2)])
        self.last = nn.Conv2d(full, 3, 9, padding=4, padding_mode="reflect")

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        blocks = []
        for k in range(len(self.blocks)):
            blocks += [(f"blocks.{k}.0", f"block {k + 1}: inside"), (f"blocks.{k}", f"block {k + 1}: sum")]
        return [
            ("down.0", "9x9 convolution"),
            *((f"down.{k}", f"convolution {k + 1}, stride 2") for k in range(1, len(self.down))),
            *blocks,
            *((f"up.{k}", f"twice as large, convolution {k + 1}") for k in range(len(self.up))),
            ("last", "red, green and blue, before the sigmoid"),
        ]

    def forward(self, x: Tensor, mixture: Tensor | None = None) -> Tensor:
        """Normalised pictures (N, 3, H, W), sides multiples of 4, and shares of the styles (N, S) -> (N, 3, H, W) in 0..1.

        Without shares the first style is used.
        """
        if mixture is None:
            mixture = F.one_hot(torch.zeros(len(x), dtype=torch.long, device=x.device), self.styles).to(x.dtype)
        for layer in self.down:
            x = layer(x, mixture)
        for block in self.blocks:
            x = block(x, mixture)
        for layer in self.up:
            x = layer(x, mixture)
        result: Tensor = self.last(x).sigmoid()
        return result


build = StyleNetwork
