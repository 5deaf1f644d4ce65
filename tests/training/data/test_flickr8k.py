"""Reading Flickr8k's archive, its vocabulary and its numbers, and the views of a photograph."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from cnn_core.models.on_base import TwoBases
from cnn_core.runtime.cards import Preprocessing
from cnn_core.training.data.caption_views import make_or_read_maps, view_of
from cnn_core.training.data.flickr8k import Captioned, make_captioned, number_captions, read_flickr8k, vocabulary_of


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Four photographs of one grey each; the second and the last are for validation."""
    path, entries = tmp_path / "flickr8k.zip", []
    with zipfile.ZipFile(path, "w") as file:
        for n, split in enumerate(("train", "val", "train", "val")):
            out = io.BytesIO()
            Image.new("RGB", (8, 8), (40 * n,) * 3).save(out, "webp", lossless=True)
            file.writestr(f"images/{n}.webp", out.getvalue())
            captions = [f"Dog number {n} .", *["A man's hat ."] * 4]
            entries.append({"file": f"images/{n}.webp", "split": split, "captions": captions})
        file.writestr("captions.json", json.dumps({"images": entries}))
    return path


def test_a_split_keeps_pictures_sentences_and_places(archive: Path) -> None:
    data = read_flickr8k(archive, "val")
    assert data.numbers == [1, 3] and data.pictures[:, 0, 0, 0].tolist() == [40, 120]
    assert data.captions[1][:2] == [["dog", "number", "3"], ["a", "man's", "hat"]]
    assert data.of([1]).numbers == [3] and data.of([1]).captions[0][0][2] == "3" and len(data.of([1])) == 1


def test_rare_words_are_unknown_and_the_rest_stands_in_order() -> None:
    sentences = [[["dog", "runs"], ["dog", "sits"]], [["runs", "a"], ["zebra", "a"]]]
    assert vocabulary_of(sentences, 2) == ["<end>", "<unknown>", "a", "dog", "runs"]
    assert vocabulary_of(sentences, 3) == ["<end>", "<unknown>"]


def test_numbers_of_sentences() -> None:
    five = [[["dog", "flies"], ["a", "dog", "runs", "a"], [], ["a"], ["a", "a", "a"]]]
    numbers, lengths = number_captions(five, ["<end>", "<unknown>", "a", "dog", "runs"], longest=3)
    assert numbers[0].tolist() == [[3, 1, 0, 0], [2, 3, 4, 0], [0, 0, 0, 0], [2, 0, 0, 0], [2, 2, 2, 0]]
    assert lengths[0].tolist() == [3, 4, 1, 2, 4]  # the END counts


def test_views() -> None:
    picture = torch.zeros(10, 10, 3, dtype=torch.uint8)
    picture[:, 0, 0] = 255  # a red left edge
    assert view_of(picture, 0, 3)[0, :, 0].eq(1).all() and view_of(picture, 1, 3)[0, :, -1].eq(1).all()
    crop = view_of(picture, 2, 3)
    assert crop.shape[1] < 10 and torch.equal(crop, view_of(picture, 2, 3))
    assert view_of(picture, 1, 3)[1:].eq(0).all()


class Mean(nn.Module):
    """The picture's mean over pieces of so many pixels, in a channel each."""

    def __init__(self, pixels: int) -> None:
        super().__init__()
        self.pool, self.none = nn.AvgPool2d(pixels), nn.Parameter(torch.zeros(1))

    def maps(self, x: Tensor) -> list[Tensor]:
        return [x, self.pool(x)]


def test_maps_are_made_once_and_kept(tmp_path: Path) -> None:
    form = Preprocessing(8, (0.0,) * 3, (1.0,) * 3)
    data = make_captioned(3, 8, 1)
    base = TwoBases(Mean(4), Mean(2), stages=1)
    made = make_or_read_maps(tmp_path / "maps.npy", base, data, form, 0, batch=2)
    assert made.shape == (3, 6, 2, 2) and made.dtype == np.float16
    colours = data.pictures[:, 0, 0].float() / 255  # (3, 3): one colour a picture
    for part in (made[:, :3], made[:, 3:]):
        assert np.allclose(part, colours.numpy()[..., None, None], atol=1e-2)
    nothing = Captioned(data.pictures * 0, data.captions, data.numbers)
    assert np.array_equal(make_or_read_maps(tmp_path / "maps.npy", base, nothing, form, 0), made)
