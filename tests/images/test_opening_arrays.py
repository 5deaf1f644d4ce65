"""Arrays as pictures, and pictures on their way out."""

import io
import threading

import numpy as np
import pytest
from PIL import Image

from cnn_core.errors import InputError, PictureError
from cnn_core.images import opening

NOISE = np.random.default_rng(0).integers(0, 256, (24, 36, 3), np.uint8)


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 1), (3, 5, 3), (3, 5, 4)])
@pytest.mark.parametrize("kind", [bool, np.uint8, np.uint16, np.float16, np.float32, np.float64])
def test_arrays_of_every_accepted_type(shape, kind):
    largest = {np.uint8: 255, np.uint16: 65535}.get(kind, 1)
    picture = opening.open_picture(np.full(shape, largest, kind))
    assert picture.dtype == np.uint8 and picture.shape == (3, 5, 3)
    assert picture.min() == 255
    assert opening.open_picture(np.zeros(shape, kind)).max() == (255 if shape[-1] == 4 else 0)  # opacity 0: white


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 5, 2), np.uint8),
        np.zeros((3, 5, 5), np.uint8),
        np.zeros(5, np.uint8),
        np.zeros((1, 3, 5, 3), np.uint8),
        np.zeros((0, 5, 3), np.uint8),
        np.zeros((3, 5), np.int64),
        np.zeros((3, 5), complex),
        np.full((3, 5), "a"),
        np.full((3, 5), None),
        np.full((3, 5), 1.5),
        np.full((3, 5), -0.1),
        np.full((3, 5), np.nan),
        np.full((3, 5), np.inf),
        np.broadcast_to(np.uint8(0), (8000, 5001)),
    ],
    ids=lambda array: f"{array.dtype}-{array.shape}",
)
def test_arrays_that_cannot_be_pictures(array):
    with pytest.raises(PictureError):
        opening.open_picture(array)


def test_an_array_is_copied_and_left_alone():
    picture = opening.open_picture(NOISE)
    assert not np.shares_memory(picture, NOISE) and np.array_equal(picture, NOISE)
    slanted = NOISE[::-2, ::3]  # neither contiguous nor in order
    assert np.array_equal(opening.open_picture(slanted), slanted)
    alpha = np.dstack([NOISE, np.full((24, 36), 128, np.uint8)])
    before = alpha.copy()
    opening.open_picture(alpha)
    assert np.array_equal(alpha, before)


def test_many_at_once_get_what_each_gets_alone():
    sources = [opening.to_png(np.roll(NOISE, i, 0)) for i in range(8)]
    answers: dict[int, np.ndarray] = {}
    threads = [threading.Thread(target=lambda i=i: answers.update({i: opening.open_picture(sources[i])})) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(answers[i], np.roll(NOISE, i, 0)) for i in range(8))


# ---------------------------------------------------------------- out


def test_enlarge_repeats_every_pixel():
    picture = np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)
    assert opening.enlarge(picture, 2)[:, :, 0].tolist() == [[1, 1, 4, 4], [1, 1, 4, 4]]
    assert opening.enlarge(np.array([[7]], np.uint8), 3).shape == (3, 3)
    for factor in (0, 5000):
        with pytest.raises(InputError, match="cannot be enlarged"):
            opening.enlarge(picture, factor)


@pytest.mark.parametrize(
    ("shape", "least", "expected"), [((4, 6), 12, (8, 12)), ((4, 6), 13, (12, 18)), ((40, 6), 12, (40, 6))]
)
def test_enlarge_to_takes_the_smallest_whole_factor(shape, least, expected):
    assert opening.enlarge_to(np.zeros((*shape, 3), np.uint8), least).shape[:2] == expected


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 4)])
def test_png_is_without_loss(shape):
    picture = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert np.array_equal(np.array(Image.open(io.BytesIO(opening.to_png(picture)))), picture)
