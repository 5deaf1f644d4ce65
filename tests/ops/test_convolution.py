"""Convolution and pooling, worked on paper: small, neither square nor symmetric, so that a turned kernel shows itself."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from cnn_core.errors import InputError
from cnn_core.ops import convolution, known_kernels

X = np.array([[[1, 2, 0, 3], [4, 1, 5, 2], [0, 6, 1, 7]]], float)  # (1, 3, 4)
KERNEL = np.array([[[[1, 2], [3, -1]]]], float)  # (1, 1, 2, 2)
TWO = np.array([[[1, 2, 3], [4, 5, 6]], [[0, 1, 0], [2, 0, 1]]], float)  # (2, 2, 3)
PAIR = np.array([[[[1, 0], [0, 2]], [[0, 3], [1, 0]]], [[[0, 1], [0, 0]], [[0, 0], [0, -1]]]], float)  # (2, 2, 2, 2)


def test_each_value_is_patch_times_kernel() -> None:
    """1·1 + 2·2 + 4·3 - 1·1 = 16, and so on."""
    assert convolution.convolve(X, KERNEL).tolist() == [[[16, 0, 19], [0, 28, 5]]]
    assert convolution.convolve(X, KERNEL, np.array([2.0])).tolist() == [[[18, 2, 21], [2, 30, 7]]]


def test_a_stride_skips_places_and_dilation_pixels() -> None:
    assert convolution.convolve(X, KERNEL, stride=2).tolist() == [[[16, 19]]]
    assert convolution.convolve(X, KERNEL, dilation=2).tolist() == [[[0, 19]]]  # 2 + 2·3 + 3·6 - 7


def test_padding_is_zeros_at_every_side() -> None:
    assert convolution.convolve(X, KERNEL, padding=1).tolist() == [
        [[-1, 1, 6, -3, 9], [-2, 16, 0, 19, 9], [8, 0, 28, 5, 23], [0, 12, 8, 15, 7]]
    ]


def test_one_sum_over_all_channels_for_each_kernel() -> None:
    """Of the first kernel: 1 + 2·5 + 3·1 + 2 = 16 and 2 + 2·6 + 0 + 0 = 14."""
    assert convolution.convolve(TWO, PAIR, np.array([10.0, -5.0])).tolist() == [[[26, 24]], [[-3, -3]]]
    with pytest.raises(InputError, match="Kernels with 1 slices need 1 channels, and the input has 2"):
        convolution.convolve(TWO, KERNEL)


@pytest.mark.parametrize(("k", "stride", "padding", "dilation"), [(3, 1, 0, 1), (3, 2, 1, 2), (5, 3, 2, 1), (2, 2, 3, 3)])
def test_torch_computes_the_same(k: int, stride: int, padding: int, dilation: int) -> None:
    rng = np.random.default_rng(k)
    x, kernels, bias = rng.normal(size=(3, 11, 14)), rng.normal(size=(2, 3, k, k)), rng.normal(size=2)
    found = convolution.convolve(x, kernels, bias, stride, padding, dilation)
    truth = functional.conv2d(
        torch.from_numpy(x)[None], torch.from_numpy(kernels), torch.from_numpy(bias), stride, padding, dilation
    )[0]
    assert found == pytest.approx(truth.numpy())
    for row, column in ((0, 0), (1, 2), tuple(n - 1 for n in found.shape[1:])):
        seen = convolution.patch(x, row, column, k, stride, padding, dilation)
        assert (seen * kernels[1]).sum() + bias[1] == pytest.approx(found[1, row, column])


@pytest.mark.parametrize(
    ("n", "k", "stride", "padding", "dilation", "size"),
    [
        (12, 3, 1, 0, 1, 10),
        (12, 3, 2, 0, 1, 5),
        (12, 3, 2, 1, 1, 6),
        (12, 3, 3, 0, 2, 3),
        (12, 7, 1, 3, 1, 12),
        (5, 7, 1, 0, 1, 0),
    ],
)
def test_the_size_by_formula_and_by_counting(n: int, k: int, stride: int, padding: int, dilation: int, size: int) -> None:
    form = stride, padding, dilation
    assert convolution.output_size(n, k, *form) == size
    assert len(convolution.starts(n, k, *form)) == size


def test_where_the_kernel_lies() -> None:
    assert convolution.starts(5, 3, 2, 1) == [-1, 1, 3]
    assert convolution.reach(3, 2) == 5
    with pytest.raises(InputError, match="reaches over 5 pixels, and the input has only 3 by 4 with a padding of 0"):
        convolution.convolve(X, np.ones((1, 1, 3, 3)), dilation=2)


def test_pooling_takes_the_largest_or_the_average() -> None:
    assert convolution.pool(X, 2, 2, "max").tolist() == [[[4, 5]]]
    assert convolution.pool(X, 2, 2, "average").tolist() == [[[2, 2.5]]]
    assert convolution.pool(X, 2, 1, "max").tolist() == [[[4, 5, 5], [6, 6, 7]]]
    assert convolution.pool(X, 3, 2, "average")[0, 0, 0] == pytest.approx(20 / 9)
    assert convolution.pool(-X, 3, 1, "max").tolist() == [[[0, 0]]]
    with pytest.raises(InputError, match="needs at least 3 rows and columns, got 2 by 3"):
        convolution.pool(TWO, 3, 1, "max")


def test_relu_and_costs() -> None:
    assert convolution.relu(np.array([-2.0, 0, 3])).tolist() == [0, 0, 3]
    assert convolution.count_weights(4, 3, 3) == 108
    assert convolution.count_multiply_adds(4, 3, 3, 10, 9) == 9720
    assert convolution.count_dense(3 * 12 * 12, 4 * 10 * 9) == 155_520


def test_kernels_made_by_hand() -> None:
    made = {name: kernel(3).tolist() for name, kernel in known_kernels.KNOWN.items()}
    assert made["identity"] == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert np.array(made["Gaussian"]) * 16 == pytest.approx(np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]))
    assert made["sharpen"] == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert made["Sobel x"] == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert made["Sobel y"] == [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    assert made["Laplacian"] == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    assert made["emboss"] == [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    assert known_kernels.sobel_x(5)[2].tolist() == [-6, -12, 0, 12, 6]
    assert known_kernels.laplacian(5)[2].tolist() == [1, 0, -4, 0, 1]
    assert known_kernels.find("  SOBEL  x ") == "Sobel x"
    with pytest.raises(InputError, match="No kernel is called 'sobel z'"):
        known_kernels.find("Sobel z")


@pytest.mark.parametrize("k", known_kernels.SIZES)
def test_what_kernels_do_to_a_flat_area(k: int) -> None:
    sums = {name: kernel(k).sum() for name, kernel in known_kernels.KNOWN.items() if name != "random"}
    assert sums == pytest.approx(
        {"identity": 1, "box blur": 1, "Gaussian": 1, "sharpen": 1, "Sobel x": 0, "Sobel y": 0, "Laplacian": 0, "emboss": 1}
    )
