"""Photographs with boxes and masks as they lie on disk: whose label, whose pixels."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from cnn_core.training.data.voc import class_names, instance_masks, multi_hot, read_scenes


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def archive(folder: Path) -> Path:
    """One photograph of 3 x 5 pixels, blue on the left; a dog at x 1 to 4, y 0 to 2, with its pixels in the mask."""
    picture = np.zeros((3, 5, 3), np.uint8)
    picture[:, :2] = (0, 0, 250)
    mask = np.zeros((3, 5), np.uint8)
    mask[:2, 1:3] = 2
    mask[2, 4] = 1
    notes = {
        "categories": [{"id": 2, "name": "dog"}, {"id": 1, "name": "cat"}],
        "images": [{"id": 7, "file_name": "a.png", "mask": "m.png", "split": "train"}, {"id": 8, "split": "val"}],
        "annotations": [{"image_id": 7, "category_id": 2, "bbox": [1, 0, 3, 2], "difficult": 0, "inst_ok": 1}],
    }
    path = folder / "voc20.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("annotations.json", json.dumps(notes))
        pack.writestr("a.png", png(picture))
        pack.writestr("m.png", png(mask))
    return path


def test_a_photograph_with_its_box_label_and_mask(tmp_path: Path) -> None:
    (scene,) = read_scenes(archive(tmp_path), "train")
    assert scene.picture.shape == (3, 3, 5)
    assert scene.picture[:, 0, 0].tolist() == [0, 0, 250]
    assert scene.picture[:, 0, 2].tolist() == [0, 0, 0]
    assert scene.boxes.tolist() == [[1, 0, 4, 2]]
    assert class_names(tmp_path / "voc20.zip")[int(scene.labels[0])] == "dog"
    assert scene.instance.tolist() == [True]
    assert scene.difficult.tolist() == [False]
    assert scene.mask is not None
    own = instance_masks(scene.boxes, scene.labels, scene.mask)
    assert own.tolist() == [[[0, 1, 1, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]]]  # class 2 inside the box, not class 1


def test_the_classes_that_are_there() -> None:
    assert multi_hot(torch.tensor([2, 0, 2]), 4).tolist() == [1, 0, 1, 0]
