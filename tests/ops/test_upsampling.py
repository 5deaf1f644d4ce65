"""Upsampling: numbers worked by hand, and against torch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnn_core.errors import InputError
from cnn_core.ops import upsampling as up

X = np.array([[1.0, 2.0], [3.0, 4.0]])


def test_nearest_and_nails_by_hand() -> None:
    assert up.nearest(X, 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert up.bed_of_nails(X, 2).tolist() == [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]


def test_unpooling_puts_values_back_where_the_maxima_stood() -> None:
    x = np.array([[1, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]], float)  # the lecture's example
    pooled = up.max_pool(x, 2)
    assert pooled.values.tolist() == [[5, 6], [7, 8]]
    assert up.max_unpool(pooled, X).tolist() == [[0, 0, 2, 0], [0, 1, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]]


def test_transposed_convolution_by_hand() -> None:
    # stride 1: every value stamps the kernel; the middle column gets two stamps
    assert up.transposed_convolution(np.array([[1.0, 2.0]]), np.array([[10.0, 1.0]]), 1).tolist() == [[10, 21, 2]]
    assert up.transposed_convolution(np.array([[1.0, 2.0]]), np.array([[10.0, 1.0]]), 2).tolist() == [[10, 1, 20, 2]]


def test_padding_cuts_every_side_and_output_padding_adds_below_and_on_the_right() -> None:
    # The lecture's: 3 x 3, stride 2, padding 1: 2 x 2 -> 4 x 4. Nine stamps' sums on 6 x 6, its first row and column cut.
    kernel = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    full = up.transposed_convolution(X, kernel, 2)
    assert full.tolist() == [
        [1, 2, 3 + 2, 4, 6],
        [4, 5, 6 + 8, 10, 12],
        [7 + 3, 8 + 6, 9 + 9 + 14 + 4, 16 + 8, 18 + 12],
        [12, 15, 18 + 16, 20, 24],
        [21, 24, 27 + 28, 32, 36],
    ]
    assert up.transposed_convolution(X, kernel, 2, 1, 1).tolist() == [
        [5, 14, 10, 12],
        [14, 36, 24, 30],
        [15, 34, 20, 24],
        [24, 55, 32, 36],
    ]
    assert up.transposed_convolution(X, kernel, 2, padding=1).tolist() == [[5, 14, 10], [14, 36, 24], [15, 34, 20]]
    assert up.transposed_convolution(X, np.ones((1, 1)), 2, output_padding=1)[-1].tolist() == [0, 0, 0, 0]
    assert up.stamps((2, 2), (3, 3), 2, 1, 1).tolist() == [[1, 2, 1, 1], [2, 4, 2, 2], [1, 2, 1, 1], [1, 2, 1, 1]]


@pytest.mark.parametrize("kernel", [(3, 3), (2, 4), (1, 3), (4, 1)])
@pytest.mark.parametrize(("stride", "padding", "more"), [(1, 0, 0), (2, 1, 1), (3, 0, 2), (3, 1, 1)])
def test_padding_is_torchs(kernel: tuple[int, int], stride: int, padding: int, more: int) -> None:
    rng = np.random.default_rng(1)
    x, weights = rng.normal(size=(3, 2)), rng.normal(size=kernel)
    theirs = F.conv_transpose2d(
        torch.tensor(x)[None, None], torch.tensor(weights)[None, None], stride=stride, padding=padding, output_padding=more
    )[0, 0].numpy()
    np.testing.assert_allclose(up.transposed_convolution(x, weights, stride, padding, more), theirs)


@pytest.mark.parametrize(("padding", "more"), [(-1, 0), (2, 0), (0, 2), (0, -1)])
def test_padding_that_leaves_nothing_is_refused(padding: int, more: int) -> None:
    with pytest.raises(InputError, match=f"padding {padding} and output padding {more}"):
        up.transposed_convolution(X[:1, :1], np.ones((3, 3)), 2, padding, more)


@pytest.mark.parametrize(
    ("kernel", "stride", "even"), [(2, 2, True), (4, 2, True), (3, 2, False), (3, 1, True), (5, 3, False)]
)
def test_stamps_are_even_where_the_stride_divides_the_kernel(kernel: int, stride: int, even: bool) -> None:
    counts = up.stamps((6, 6), (kernel, kernel), stride)
    inner = counts[kernel:-kernel, kernel:-kernel]
    assert (inner.min() == inner.max()) == even


@pytest.mark.parametrize("seed", range(3))
def test_they_are_torchs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, kernel = rng.normal(size=(4, 6)), rng.normal(size=(3, 3))
    tx, tk = torch.tensor(x)[None, None], torch.tensor(kernel)[None, None]
    assert np.allclose(up.transposed_convolution(x, kernel, 2), F.conv_transpose2d(tx, tk, stride=2)[0, 0].numpy())
    assert np.allclose(up.convolution(x, kernel), F.conv2d(tx, tk, padding=1)[0, 0].numpy())
    assert np.allclose(up.nearest(x, 2), F.interpolate(tx, scale_factor=2, mode="nearest")[0, 0].numpy())
    values, places = F.max_pool2d(tx, 2, return_indices=True)
    assert np.allclose(up.max_unpool(up.max_pool(x, 2)), F.max_unpool2d(values, places, 2)[0, 0].numpy())


def test_text_becomes_a_table() -> None:
    assert up.parse("1 2; 3 4", "input").tolist() == X.tolist()
    assert up.parse("1,2\n3,4\n", "input").tolist() == X.tolist()
    assert up.parse(" -1.5 ", "kernel").tolist() == [[-1.5]]


@pytest.mark.parametrize("text", ["", ";", "1 2; 3", "1 two", "nan", "1e99", "1000001", "1 " * 13, "inf 1"])
def test_what_is_no_table_is_told(text: str) -> None:
    with pytest.raises(InputError, match="for example: 1 2; 3 4"):
        up.parse(text, "input")


def test_too_few_numbers_to_pool() -> None:
    with pytest.raises(InputError, match="at least 3 rows"):
        up.max_pool(X, 3)
