"""A decoder that steps up without skip connections, in three ways, on a network with max-pooling (for comparison).

With ``up="unpool"`` it is SegNet's (Badrinarayanan et al. 2015, arXiv:1511.00561): each value returns to the place where
the encoder's maximum stood. "nearest" has forgotten those places; "transposed" learns its enlargement. Departures: each
level has one 3x3 convolution, and the channels are brought to the level's by a 1x1 convolution.
"""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu

KERNEL = 3
"""Of the transposed convolution; not divisible by its stride of 2, as in many networks of its time (checkerboards)."""


class SegNetHead(nn.Module):
    """Class logits from the maps before each pooling.

    Args:
        widths: channels of the last maps, as many as it uses, the finest first.
        hidden: channels between the levels.
        outputs: classes, background included.
        up: "nearest", "unpool" or "transposed".
    """

    def __init__(self, widths: Sequence[int], hidden: int, outputs: int, up: str) -> None:
        super().__init__()
        if up not in ("nearest", "unpool", "transposed"):
            raise ValueError(f"expected nearest, unpool or transposed, got {up!r}")
        self.kind, self.stages = up, len(widths)
        levels = list(reversed(widths[:-1]))
        below = [widths[-1]] + [hidden] * (len(levels) - 1)
        self.fit = nn.ModuleList(conv_norm_relu(inputs, width, 1) for inputs, width in zip(below, levels, strict=True))
        self.enlarge = nn.ModuleList(
            nn.ConvTranspose2d(width, width, KERNEL, 2, 1, groups=width) if up == "transposed" else nn.Identity()
            for width in levels
        )
        self.mix = nn.ModuleList(conv_norm_relu(width, hidden) for width in levels)
        self.logits = nn.Conv2d(hidden, outputs, 1)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        named = []
        for k in range(len(self.mix)):
            named.append((f"fit.{k}", f"step {k + 1}: 1x1 convolution"))
            if self.kind == "transposed":
                named.append((f"enlarge.{k}", f"step {k + 1}: transposed convolution"))
            named.append((f"mix.{k}", f"step {k + 1}: 3x3 convolution"))
        return [*named, ("logits", "logits")]

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps before pooling [(N, C, h, w), ...], the finest first -> logits (N, outputs, h, w) at the finest's size."""
        *finer, x = maps[-self.stages :]
        for level, fit, enlarge, mix in zip(reversed(finer), self.fit, self.enlarge, self.mix, strict=True):
            x = mix(self.step(fit(x), level, enlarge))
        logits: Tensor = self.logits(x)
        return logits

    def step(self, x: Tensor, level: Tensor, enlarge: nn.Module) -> Tensor:
        """(N, C, h/2, w/2) -> (N, C, h, w), the size of the encoder's map (N, C, h, w) of that level."""
        size = level.shape[-2:]
        if self.kind == "unpool":
            _, places = F.max_pool2d(level, 2, return_indices=True)
            return F.max_unpool2d(x, places, [2, 2], output_size=list(size))
        if self.kind == "transposed":
            result: Tensor = enlarge(x, output_size=size)
            return result
        return F.interpolate(x, size, mode="nearest")


build = SegNetHead
