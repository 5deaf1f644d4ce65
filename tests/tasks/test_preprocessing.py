"""From a picture to a network's input, worked on paper: 2 x 4 pixels, every column and channel different."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import answer_to, picture_of, prepare, shuffle_pixels, standardise
from tests.blackboard import PLAIN, network_of

MEAN, STD = (0.5, 0.25, 0.0), (0.5, 0.25, 2.0)
BORDER = (124, 116, 104)
"""ImageNet's mean colour, which fills what padding leaves empty."""

PICTURE = np.zeros((2, 4, 3), np.uint8)
PICTURE[0, :, 0] = (255, 0, 51, 102)  # red, upper row
PICTURE[1, :, 1] = (0, 255, 204, 153)  # green, lower row
PICTURE[:, :, 2] = 51  # blue


def form(how: str, **more: object) -> Preprocessing:
    return Preprocessing(**{"size": 2, "mean": MEAN, "std": STD, "how": how, **more})  # type: ignore[arg-type]


def test_crop_takes_the_middle_and_each_channel_its_own_mean_and_std() -> None:
    x = prepare(PICTURE, form("crop")).x
    assert x.shape == (1, 3, 2, 2)
    assert x[0, 0].tolist() == [pytest.approx([-1.0, -0.6]), pytest.approx([-1.0, -1.0])]  # (0, 0.2, 0 - 0.5) / 0.5
    assert x[0, 1].tolist() == [pytest.approx([-1.0, -1.0]), pytest.approx([3.0, 2.2])]  # (1, 0.8, 0 - 0.25) / 0.25
    assert x[0, 2].flatten().tolist() == pytest.approx([0.1] * 4)  # 0.2 / 2


def test_stretch_takes_all_of_it() -> None:
    """4 columns to 2 by a triangle of 2 columns each way: weights 3, 3, 1 of 7 from the left edge inwards."""
    x = prepare(PICTURE, form("stretch", mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))).x
    left, right = (3 * 255 + 3 * 0 + 51) / 7, (0 + 3 * 51 + 3 * 102) / 7
    assert (255 * x[0, 0, 0]).tolist() == pytest.approx([left, right], abs=0.51)
    assert (255 * x[0, 1, 1]).tolist() == pytest.approx([(0 + 3 * 255 + 204) / 7, (255 + 3 * 204 + 3 * 153) / 7], abs=0.51)


def test_pad_keeps_proportions_and_remembers_where() -> None:
    prepared = prepare(PICTURE, form("pad", size=4, stride=4, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)))
    pixels = (255 * prepared.x[0]).round().permute(1, 2, 0)  # (3, 4, 4) -> (4, 4, 3)
    assert pixels[1:3].tolist() == PICTURE.tolist()
    assert pixels[0, 2].tolist() == list(BORDER)
    assert pixels[3, 0].tolist() == list(BORDER)
    assert prepared.placement.inside == (0, 1, 4, 3)
    assert prepared.placement.boxes_to_upload([[1, 1, 2, 3]]).tolist() == [[1, 0, 2, 2]]


@pytest.mark.parametrize(
    ("channels", "red", "green", "blue"),
    [("rgb", [255, 0, 0], [0, 255, 0], [0, 0, 255]), ("grey", [76] * 3, [150] * 3, [29] * 3),
     ("lightness", [136] * 3, [224] * 3, [82] * 3)],
)  # fmt: skip
def test_channels(channels: str, red: list[int], green: list[int], blue: list[int]) -> None:
    """Luma is 0.299 R + 0.587 G + 0.114 B; L of sRGB's primaries is 53.24, 87.73, 32.30, here times 2.55."""
    primaries = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    as_they_are = form("stretch", channels=channels, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    x = prepare(primaries, as_they_are, (1, 3)).x
    assert (255 * x[0, :, 0]).round().T.tolist() == [red, green, blue]


@pytest.mark.parametrize(
    ("preprocessing", "upload", "expected"),
    [
        (form("stretch", size=80), (480, 640), (80, 80)),
        (form("stretch", size=112, largest=224), (300, 200), (200, 200)),
        (form("stretch", size=112, largest=224), (300, 900), (224, 224)),
        (form("stretch", size=112, largest=224), (50, 900), (112, 112)),
        (form("pad", size=352, stride=32), (480, 640), (288, 352)),  # 264 is 8.25 strides: 9
        (form("pad", size=352, stride=32), (640, 480), (352, 288)),
        (form("pad", size=352, stride=32), (10, 3000), (32, 352)),
        (form("pad", size=352, stride=32), (1, 3000), (32, 352)),  # a tenth of a pixel high, yet one stride
    ],
)
def test_the_shape_of_the_input(preprocessing: Preprocessing, upload: tuple[int, int], expected: tuple[int, int]) -> None:
    assert preprocessing.shape(*upload) == expected


def test_another_longest_side() -> None:
    assert form("stretch", size=512, stride=4).shape(300, 400, 100) == (76, 100)


class LeftColumn(nn.Module):
    """The mean of the leftmost column, (N, 1)."""

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :1, :, 0].mean(2)


@pytest.mark.parametrize(("mirrored", "expected"), [(False, 1.0), (True, 0.5)])
def test_a_mirrored_answer_is_the_mean_of_two(mirrored: bool, expected: float) -> None:
    x = torch.zeros(1, 3, 2, 4)
    x[:, :, :, 0] = 1
    x[:, :, 0] *= 2  # mirrored from top to bottom, the mean of the column would be the same: so the rows differ
    network = network_of(LeftColumn(), form=Preprocessing(4, PLAIN.mean, PLAIN.std, mirrored=mirrored))
    assert float(answer_to(network, x)) == pytest.approx(expected * 1.5)


def test_shuffling_moves_all_channels_alike_and_loses_nothing() -> None:
    x = torch.arange(12.0).view(1, 2, 2, 3)
    y = shuffle_pixels(x, 3)
    assert (y[0, 1] - y[0, 0]).unique().tolist() == [6.0]
    assert sorted(y.flatten().tolist()) == list(range(12))
    assert y.flatten(2)[0, 0].tolist() == x.flatten(2)[0, 0, np.random.default_rng(3).permutation(6)].tolist()


def test_pixels_are_shuffled_after_they_are_standardised() -> None:
    x = torch.rand(1, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    shuffled = standardise(x, form("stretch", shuffle_seed=5))
    assert torch.equal(shuffled, shuffle_pixels(standardise(x, form("stretch")), 5))


def test_a_picture_comes_back() -> None:
    x = torch.tensor([[[[0.0, 1.0]], [[0.5, -3.0]], [[0.2, 7.0]]]])
    assert picture_of(x).tolist() == [[[0, 128, 51], [255, 0, 255]]]
