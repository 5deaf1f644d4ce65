"""Kernels that people made by hand long before networks learned theirs. Each is (k, k) float64, for an odd k from 3 on."""

from collections.abc import Callable, Mapping

import numpy as np

from cnn_core.errors import InputError
from cnn_core.ops.convolution import Numbers

SIZES = (3, 5, 7)


def identity(k: int) -> Numbers:
    """A single 1 in the middle: the output is the input."""
    kernel = np.zeros((k, k))
    kernel[k // 2, k // 2] = 1
    return kernel


def box_blur(k: int) -> Numbers:
    """The average of all that it sees: every weight is 1 / k²."""
    return np.full((k, k), 1 / k**2)


def gaussian(k: int) -> Numbers:
    """A weighted average, the middle most: binomial numbers along rows and columns, which add up to 1 in all."""
    row = binomial(k)
    weights: Numbers = np.outer(row, row) / row.sum() ** 2
    return weights


def laplacian(k: int) -> Numbers:
    """Second differences along rows and columns, k // 2 pixels to either side: 0 on flat areas and even slopes."""
    kernel, middle = np.zeros((k, k)), k // 2
    kernel[middle, [0, -1]] = kernel[[0, -1], middle] = 1
    kernel[middle, middle] = -4
    return kernel


def sharpen(k: int) -> Numbers:
    """The input less its Laplacian: what differs from its neighbours is made to differ more."""
    return identity(k) - laplacian(k)


def sobel_x(k: int) -> Numbers:
    """The difference from left to right, smoothed from top to bottom: positive where it grows brighter to the right."""
    return np.outer(binomial(k), np.convolve(binomial(k - 2), (-1, 0, 1)))


def sobel_y(k: int) -> Numbers:
    """The difference from top to bottom, smoothed from left to right: positive where it grows brighter downwards."""
    return sobel_x(k).T


def emboss(k: int) -> Numbers:
    """The difference from the upper left to the lower right, and the pixel itself: a relief lit from the lower right."""
    steps = np.arange(k) - k // 2
    return steps[:, None] + steps + identity(k)


def binomial(k: int) -> Numbers:
    """The k binomial numbers 1, ..., 1: (1, 2, 1) for 3, (1, 4, 6, 4, 1) for 5. (k,) float64."""
    row = np.ones(1)
    for _ in range(k - 1):
        row = np.convolve(row, (1, 1))
    return row


def draw_random(k: int, seed: int = 0) -> Numbers:
    """Normal numbers, rounded to tenths: what a kernel is before training."""
    return np.random.default_rng(seed).normal(size=(k, k)).round(1)


KNOWN: Mapping[str, Callable[[int], Numbers]] = {
    "identity": identity,
    "box blur": box_blur,
    "Gaussian": gaussian,
    "sharpen": sharpen,
    "Sobel x": sobel_x,
    "Sobel y": sobel_y,
    "Laplacian": laplacian,
    "emboss": emboss,
    "random": draw_random,
}
"""Name on the page -> kernel of a size."""


def find(words: str) -> str:
    """The name in KNOWN that a person wrote, in capitals or not.

    Raises:
        InputError: there is none of that name.
    """
    asked = " ".join(words.lower().split())
    found = next((name for name in KNOWN if name.lower() == asked), None)
    if found is None:
        raise InputError(f"No kernel is called {asked[:30]!r}. There are: {', '.join(KNOWN)}.")
    return found
