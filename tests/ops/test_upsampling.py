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


@pytest.mark.parametrize(
    ("kernel", "stride", "even"), [(2, 2, True), (4, 2, True), (3, 2, False), (3, 1, True), (5, 3, False)]
)
def test_stamps_are_even_where_the_stride_divides_the_kernel(kernel: int, stride: int, even: bool) -> None:
    counts = up.stamps((6, 6), (kernel, kernel), stride)
    inner = counts[kernel:-kernel, kernel:-kernel]
    assert (inner.min() == inner.max()) == even


@pytest.mark.parametrize("seed", range(3))
def test_they_are_torchs(seed: int) -> None:
    chance = np.random.default_rng(seed)
    x, kernel = chance.normal(size=(4, 6)), chance.normal(size=(3, 3))
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


@pytest.mark.parametrize("text", ["", ";", "1 2; 3", "1 two", "nan", "1e99", "1 " * 13, "inf 1"])
def test_what_is_no_table_is_told(text: str) -> None:
    with pytest.raises(InputError, match="for example: 1 2; 3 4"):
        up.parse(text, "input")


def test_too_few_numbers_to_pool() -> None:
    with pytest.raises(InputError, match="at least 3 rows"):
        up.max_pool(X, 3)
