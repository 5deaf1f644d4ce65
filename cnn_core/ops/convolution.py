"""Convolution and pooling as a network does them, written as what they are: sums over small areas, place after place.

Feature maps are (C, H, W), kernels (K, C, k, k) as in torch: K kernels, each with one slice of k x k weights for each of the
C channels. Like all networks this computes a cross-correlation: the kernel is laid on the input as it is, not mirrored.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnn_core.errors import InputError

Numbers = NDArray[np.float64]
Pooling = Literal["max", "average"]


def reach(k: int, dilation: int = 1) -> int:
    """Over how many rows a kernel of k rows reaches: between them, dilation leaves out ``dilation - 1`` each time."""
    return dilation * (k - 1) + 1


def output_size(n: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Rows of the output for n rows of input: floor((n + 2 padding - dilation (k - 1) - 1) / stride) + 1; 0 if none fits."""
    return max(0, (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1)


def starts(n: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> list[int]:
    """The row of the input on which the kernel's first row lies, for each output row; negative ones lie in the padding."""
    last = n + padding - reach(k, dilation)
    return list(range(-padding, last + 1, stride))


def pad(x: Numbers, padding: int) -> Numbers:
    """Zeros around every channel. (C, H, W) -> (C, H + 2 padding, W + 2 padding)."""
    return np.pad(x, ((0, 0), (padding, padding), (padding, padding)))


def convolve(
    x: Numbers, kernels: Numbers, bias: Numbers | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Numbers:
    """One feature map for each kernel: at every place the sum of patch times kernel over all channels, plus the bias.

    Args:
        x: (C, H, W).
        kernels: (K, C, k, k).
        bias: (K,), one number for each kernel; None for zeros.
        stride: steps from place to place.
        padding: rows and columns of zeros at every side.
        dilation: steps from weight to weight; 1 leaves no gaps.

    Returns:
        (K, h, w), with h and w as ``output_size`` says.

    Raises:
        InputError: the kernels are for another number of channels, or reach farther than the padded input.
    """
    (channels, height, width), (count, slices, k, _) = x.shape, kernels.shape
    if slices != channels:
        raise InputError(f"Kernels with {slices} slices need {slices} channels, and the input has {channels}.")
    h, w = (output_size(n, k, stride, padding, dilation) for n in (height, width))
    if not h or not w:
        raise InputError(
            f"The kernel reaches over {reach(k, dilation)} pixels, and the input has only {height} by {width} with a "
            f"padding of {padding}. A larger picture, more padding, a smaller kernel or less dilation would work."
        )
    padded = pad(x, padding)
    result = np.zeros((count, h, w)) + (np.zeros(count) if bias is None else bias)[:, None, None]  # (K,) -> (K, 1, 1)
    for m in range(k):
        for n in range(k):
            top, left = m * dilation, n * dilation  # where the weight K(m, n) lies at the first place
            under = padded[:, top : top + (h - 1) * stride + 1 : stride, left : left + (w - 1) * stride + 1 : stride]
            result += np.tensordot(kernels[:, :, m, n], under, axes=1)  # (K, C) times (C, h, w) -> (K, h, w)
    return result


def patch(x: Numbers, row: int, column: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Numbers:
    """What the kernel sees at one place of the output. (C, H, W) -> (C, k, k)."""
    top, left = row * stride, column * stride
    far = reach(k, dilation)
    return pad(x, padding)[:, top : top + far : dilation, left : left + far : dilation]


def relu(x: Numbers) -> Numbers:
    """Positive numbers as they are, 0 for negative ones. Any shape."""
    return np.maximum(x, 0)


def pool(x: Numbers, size: int, stride: int, kind: Pooling) -> Numbers:
    """The largest value, or the average, of every size x size window. (C, H, W) -> (C, h, w).

    What fills no window is left out.

    Raises:
        InputError: the map is smaller than the window.
    """
    _, height, width = x.shape
    h, w = (output_size(n, size, stride) for n in (height, width))
    if not h or not w:
        raise InputError(f"Pooling by {size} needs at least {size} rows and columns, got {height} by {width}.")
    corners = [(m, n) for m in range(size) for n in range(size)]  # of each window, the same one of all windows at a time
    members = [x[:, m : m + (h - 1) * stride + 1 : stride, n : n + (w - 1) * stride + 1 : stride] for m, n in corners]
    pooled: Numbers = np.max(members, axis=0) if kind == "max" else np.mean(members, axis=0)  # (size², C, h, w) -> (C, h, w)
    return pooled


# ---------------------------------------------------------------- what it costs


def count_weights(kernels: int, channels: int, k: int) -> int:
    """Weights of a convolution, without biases: each kernel has k x k for each channel, however large the input is."""
    return kernels * channels * k * k


def count_multiply_adds(kernels: int, channels: int, k: int, h: int, w: int) -> int:
    """Multiply-adds of a convolution: all its weights, once for each of the h x w places of the output."""
    return count_weights(kernels, channels, k) * h * w


def count_dense(inputs: int, outputs: int) -> int:
    """Weights of a dense layer, without biases, and as many multiply-adds: each output has one weight for each input."""
    return inputs * outputs
