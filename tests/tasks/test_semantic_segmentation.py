"""A class for every pixel, exact in the upload's own pixels whatever its shape."""

import numpy as np
import pytest
import torch

from cnn_core.images import opening
from cnn_core.results import Segmentation
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.semantic_segmentation import choose_classes, crop_to_picture

FORM = Preprocessing(96, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), how="pad", stride=32)


@pytest.mark.parametrize("shape", [(60, 90), (90, 60), (64, 64), (20, 300), (3000, 4000)])
def test_a_border_in_the_picture_is_where_it_was(shape: tuple[int, int]) -> None:
    height, width = shape
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, width // 2 :] = 255
    fitted, placement = opening.fit(picture, *FORM.shape(height, width), "pad", fill=(0, 0, 0))
    white = torch.from_numpy(fitted[..., 0] / 255.0)[None, None].float()
    logits = torch.cat([1 - white, white], 1)
    classes = choose_classes(crop_to_picture(logits, placement), placement)
    assert classes.shape == shape
    wrong = (classes != (np.arange(width) >= width // 2)).mean()
    assert wrong < 0.02  # a pixel of the network's input at most


def test_the_padding_is_cut_off() -> None:
    _, placement = opening.fit(np.zeros((50, 100, 3), np.uint8), 64, 96, "pad")
    assert crop_to_picture(torch.zeros(1, 3, 16, 24), placement).shape == (1, 3, 48, 96)


def test_the_distribution_at_a_click() -> None:
    shares = np.zeros((2, 2, 2), np.float32)
    shares[1, 0, 1] = 0.75
    shares[0] = 1 - shares[1]
    answer = Segmentation(("background", "cat"), np.zeros((10, 20), np.uint8), shares)
    assert answer.at(19, 0) == {"background": 0.25, "cat": 0.75}
    assert answer.at(0, 9) == {"background": 1, "cat": 0}


@pytest.mark.parametrize(
    ("classes", "shares"), [(np.full((2, 2), 5), (2, 1, 1)), (np.zeros((2, 2)), (3, 1, 1)), (np.zeros(4), (2, 1, 1))]
)
def test_what_does_not_fit_is_refused(classes: np.ndarray, shares: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Segmentation(("a", "b"), classes.astype(np.uint8), np.zeros(shares, np.float32))
