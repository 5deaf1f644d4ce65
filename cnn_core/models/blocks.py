"""The blocks that many architectures are built of, written once."""

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
