"""The blocks that many architectures are built of, written once."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def conv_norm_relu(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation, ReLU: (N, inputs, H, W) -> (N, outputs, H / stride, W / stride).

    The convolution has no bias: batch normalisation adds one of its own.

    Args:
        inputs, outputs: channels.
        kernel: side of the kernel, odd.
        stride: pixels from one output to the next.
        dilation: pixels from one weight of the kernel to the next; ``dilation - 1`` are left out in between.
    """
    padding = dilation * (kernel // 2)  # keeps height and width where the stride is 1
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


def within(part: str, layers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The layers (module name, words) of a part of a network, as they are named in the whole."""
    return [(f"{part}.{name}", words) for name, words in layers]


def cell_centres(height: int, width: int, stride: int, like: Tensor) -> Tensor:
    """The middle of each cell of a feature map, (height * width, 2) as x, y in input pixels, row by row.

    Args:
        height, width: of the feature map, cells.
        stride: input pixels from one cell to the next.
        like: gives the device.
    """
    rows = (torch.arange(height, device=like.device) + 0.5) * stride
    columns = (torch.arange(width, device=like.device) + 0.5) * stride
    yy, xx = torch.meshgrid(rows, columns, indexing="ij")  # (height, width) each
    return torch.stack([xx.flatten(), yy.flatten()], 1)  # (height * width, 2)


class SeededDropout(nn.Module):
    """In training each number is dropped (0) with probability ``share``; what stays is divided by ``1 - share``.

    Srivastava et al. 2014, JMLR 15. Departure: which numbers are dropped comes from a source of chance of its own, so that a
    seed means the same whatever other networks in the same process draw.

    Args:
        share: 0..1, below 1.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.rng = torch.Generator()

    def forward(self, x: Tensor) -> Tensor:
        """Any shape -> the same shape; unchanged outside training."""
        if not self.training or not self.share:
            return x
        kept = torch.rand(x.shape, generator=self.rng) >= self.share
        return x * kept.to(x.device) / (1 - self.share)
