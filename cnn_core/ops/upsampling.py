"""From few numbers back to many, in numbers small enough for a blackboard: the five ways of enlarging a map.

All work on one channel (h, w) of float64. ``transposed_convolution`` is written as what it does: every input value stamps
the kernel, multiplied by itself, on the output; where stamps overlap they add up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn_core.errors import InputError

Numbers = NDArray[np.float64]
LARGEST = 12


def parse(text: str, name: str) -> Numbers:
    """A small table of numbers: rows separated by ";" or new lines, numbers by spaces or commas. (h, w) float64.

    Args:
        text: such as "1 2; 3 4".
        name: what the table is called in a complaint.

    Raises:
        InputError: not a table of at most ``LARGEST`` rows and columns.
    """
    rows = [row.replace(",", " ").split() for row in text.replace("\n", ";").split(";") if row.strip(" ,")]
    example = "Write rows separated by semicolons, for example: 1 2; 3 4"
    try:
        numbers = [[float(entry) for entry in row] for row in rows]
    except ValueError:
        raise InputError(f"The {name} has something in it that is not a number. {example}") from None
    if not numbers or len({len(row) for row in numbers}) != 1:
        raise InputError(f"The rows of the {name} are not equally long. {example}")
    table = np.array(numbers, np.float64)
    if max(table.shape) > LARGEST or not np.isfinite(table).all() or np.abs(table).max() > 1e6:
        raise InputError(f"The {name} must be at most {LARGEST} by {LARGEST} ordinary numbers. {example}")
    return table


def nearest(x: Numbers, factor: int) -> Numbers:
    """Every value becomes a block of itself. (h, w) -> (h * factor, w * factor)."""
    return x.repeat(factor, 0).repeat(factor, 1)


def bed_of_nails(x: Numbers, factor: int) -> Numbers:
    """Every value in the upper left of a block of zeros. (h, w) -> (h * factor, w * factor)."""
    result = np.zeros((x.shape[0] * factor, x.shape[1] * factor))
    result[::factor, ::factor] = x
    return result


@dataclass(frozen=True)
class Pooled:
    """What max-pooling leaves: the largest value of each block, and where it stood (row, column) in the input."""

    values: Numbers
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    shape: tuple[int, int]


def max_pool(x: Numbers, factor: int) -> Pooled:
    """Max-pooling with blocks of factor x factor that remembers positions; what does not fill a block is left out."""
    h, w = x.shape[0] // factor, x.shape[1] // factor
    if not h or not w:
        raise InputError(f"Pooling by {factor} needs at least {factor} rows and columns, got {x.shape[0]} by {x.shape[1]}.")
    tiled = x[: h * factor, : w * factor].reshape(h, factor, w, factor).swapaxes(1, 2)  # (h, w, factor, factor)
    blocks = tiled.reshape(h, w, factor * factor)  # each block's values in a row
    places = blocks.argmax(-1)
    rows = np.arange(h)[:, None] * factor + places // factor
    columns = np.arange(w)[None] * factor + places % factor
    return Pooled(blocks.max(-1), rows, columns, (x.shape[0], x.shape[1]))


def max_unpool(pooled: Pooled, values: Numbers | None = None) -> Numbers:
    """Every value back where the maximum stood, zeros elsewhere; ``values`` (h, w) replace the pooled ones (a decoder's)."""
    result = np.zeros(pooled.shape)
    result[pooled.rows, pooled.columns] = pooled.values if values is None else values
    return result


def transposed_convolution(x: Numbers, kernel: Numbers, stride: int, padding: int = 0, output_padding: int = 0) -> Numbers:
    """Stamps of the kernel, added up: (h, w) -> (H, W), H = (h-1) stride + k_h - 2 padding + output_padding.

    Args:
        x: (h, w).
        kernel: (k_h, k_w).
        stride: steps from stamp to stamp.
        padding: rows and columns that are cut off at *every* side: what the convolution, of which this is the transpose,
            adds there. 3 x 3, stride 2, padding 1 and output_padding 1 make 4 x 4 of 2 x 2, as in the lecture.
        output_padding: rows and columns more at the bottom and on the right, which settle the size: several input sizes of
            that convolution give the same output size.

    Raises:
        InputError: the padding leaves nothing, or the output padding is no smaller than the stride (as in torch).
    """
    (h, w), (kh, kw) = x.shape, kernel.shape
    height, width = ((n - 1) * stride + k - 2 * padding + output_padding for n, k in ((h, kh), (w, kw)))
    if padding < 0 or min(height, width) < 1 or not 0 <= output_padding < max(stride, 1):
        raise InputError(
            f"A kernel of {kh} by {kw} at stride {stride} cannot have padding {padding} and output padding "
            f"{output_padding}: something must remain, and the output padding is smaller than the stride."
        )
    full = np.zeros(((h - 1) * stride + kh + output_padding, (w - 1) * stride + kw + output_padding))
    for (row, column), value in np.ndenumerate(x):
        full[row * stride : row * stride + kh, column * stride : column * stride + kw] += value * kernel
    return full[padding : padding + height, padding : padding + width]


def stamps(
    shape: tuple[int, int], kernel: tuple[int, int], stride: int, padding: int = 0, output_padding: int = 0
) -> Numbers:
    """How many stamps fall on each output value of a transposed convolution: uneven counts are the checkerboard."""
    return transposed_convolution(np.ones(shape), np.ones(kernel), stride, padding, output_padding)


def convolution(x: Numbers, kernel: Numbers) -> Numbers:
    """The kernel at every place, zeros beyond the edge, size kept (as networks do it: the kernel is not mirrored)."""
    kh, kw = kernel.shape
    padded = np.pad(x, ((kh // 2, (kh - 1) // 2), (kw // 2, (kw - 1) // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw))
    return np.asarray((windows * kernel).sum((2, 3)))


def resize_convolution(x: Numbers, kernel: Numbers, factor: int) -> Numbers:
    """Nearest-neighbour enlargement, then a convolution (Odena et al. 2016): every output value gets equally many parts."""
    return convolution(nearest(x, factor), kernel)
