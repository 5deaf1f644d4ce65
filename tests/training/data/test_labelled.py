"""Packed pictures as they lie on disk: each with its own pixels, label, box and name; objects cut out of photographs."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnn_core.runtime.cards import Preprocessing
from cnn_core.training.data.labelled import read_class_names, read_shards
from cnn_core.training.data.object_crops import KINDS, kind_accuracy, object_crops

HEADER = 16
"""Bytes that a shard keeps once for all files that begin with them."""


def jpeg(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((8, 16, 3), colour, np.uint8)).save(file, "JPEG", quality=95, subsampling=0)
    return file.getvalue()


def write_shard(path: Path, colours: list[tuple[int, int, int]], labels: list[int]) -> None:
    """Files behind a shared header; the second header is of no use to anybody."""
    files = [jpeg(colour) for colour in colours]
    bodies = [file[HEADER:] for file in files]
    np.savez(
        path, blob=np.frombuffer(b"".join(bodies), np.uint8), offs=np.cumsum([0, *map(len, bodies)]),
        headers=np.frombuffer(b"nonsense" + files[0][:HEADER], np.uint8), headers_offs=np.array([0, 8, 8 + HEADER]),
        hdr=np.ones(len(files), np.uint8), label=np.array(labels, np.int16),
        box=np.array([[k, 0, 15, 7] for k in range(len(files))], np.uint8),
    )  # fmt: skip


def test_shards_are_read_in_order_with_labels_and_boxes(tmp_path: Path) -> None:
    write_shard(tmp_path / "train_0.npz", [(250, 0, 0), (0, 250, 0)], [2, 0])
    write_shard(tmp_path / "train_1.npz", [(0, 0, 250)], [1])
    write_shard(tmp_path / "val_0.npz", [(9, 9, 9)], [3])
    found = read_shards(tmp_path, "train")
    assert found.pictures.shape == (3, 3, 8, 16)
    assert found.pictures.float().mean((2, 3)).argmax(1).tolist() == [0, 1, 2]  # red, green, blue
    assert found.labels.tolist() == [2, 0, 1]
    assert found.boxes is not None
    assert found.boxes[:, 0].tolist() == [0, 1, 0]
    with pytest.raises(FileNotFoundError, match=r"test\*\.npz"):
        read_shards(tmp_path, "test")


def test_names_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "LABELS.tsv").write_text("id\tname\n10\tlast\n2\tmiddle\n0\tfirst\n", encoding="utf-8")
    assert read_class_names(tmp_path) == ["first", "middle", "last"]


def archive(folder: Path) -> Path:
    """A photograph of 200 x 300 pixels: a red dog at x 100 to 200, y 50 to 150, two more that do not count, a blue cat."""
    picture = np.zeros((200, 300, 3), np.uint8)
    picture[50:150, 100:200], picture[:100, 200:] = (250, 0, 0), (0, 0, 250)
    notes = {
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
        "images": [{"id": 1, "file_name": "a.png", "split": "val"}],
        "annotations": [
            {"image_id": 1, "category_id": 2, "bbox": [100, 50, 100, 100]},
            {"image_id": 1, "category_id": 2, "bbox": [0, 0, 90, 90], "difficult": 1},
            {"image_id": 1, "category_id": 2, "bbox": [0, 0, 200, 63]},
            {"image_id": 1, "category_id": 1, "bbox": [200, 0, 100, 100]},
        ],
    }
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    path = folder / "voc20.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("annotations.json", json.dumps(notes))
        pack.writestr("a.png", file.getvalue())
    return path


def test_objects_are_cut_with_a_tenth_around_them(tmp_path: Path) -> None:
    dog, cat = object_crops(archive(tmp_path), "val", ("cat", "dog"), 64)
    assert (dog.category, dog.picture.shape) == ("dog", (121, 121, 3))  # 50 - 10 to 150 + 10, and one
    assert dog.picture[10, 10].tolist() == [250, 0, 0]
    assert dog.picture[9, 9].tolist() == [0, 0, 0]
    assert (cat.category, cat.picture.shape) == ("cat", (111, 110, 3))  # it stands in the corner
    assert [crop.category for crop in object_crops(tmp_path / "voc20.zip", "val", ("cat",), 64)] == ["cat"]


def test_any_class_of_the_right_kind_is_right(tmp_path: Path) -> None:
    """The network says "tabby" of what is red on average, "standard poodle" of what is blue: wrong for both, then right."""
    names = sorted({name for members in KINDS.values() for name in members})
    form = Preprocessing(8, (0.0,) * 3, (1.0,) * 3)

    class ByColour(torch.nn.Module):
        def __init__(self, red: str, blue: str) -> None:
            super().__init__()
            self.red, self.blue = names.index(red), names.index(blue)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            logits = torch.zeros(1, len(names))
            logits[0, self.red], logits[0, self.blue] = x[0, 0].mean(), x[0, 2].mean()
            return logits

    path, cpu = archive(tmp_path), torch.device("cpu")
    wrong = kind_accuracy(ByColour("tabby", "standard poodle"), names, form, path, cpu)
    assert wrong == {"n": 2, "top1_kind": 0}
    half = kind_accuracy(ByColour("standard poodle", "golden retriever"), names, form, path, cpu)
    assert half == {"n": 2, "top1_kind": 0.5}
