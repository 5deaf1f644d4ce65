"""Photographs with boxes and class masks (PASCAL VOC as the data README lays it out) as tensors."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

IGNORE = 255
"""In a class mask: the border of an object, or nobody knows."""


@dataclass(frozen=True)
class Scene:
    """One photograph and everything that is known of it.

    Attributes:
        picture: (3, H, W) uint8.
        boxes: (n, 4) float32, xyxy in pixels.
        labels: (n,) int64, 0..K-1 in the order of ``class_names``.
        difficult: (n,) bool; neither a hit nor a miss when detectors are measured.
        instance: (n,) bool; where true, the box's pixels of its class in ``mask`` are this object's mask.
        mask: (H, W) uint8: 0 background, 1..K the class, ``IGNORE``; None where there is none.
    """

    picture: Tensor
    boxes: Tensor
    labels: Tensor
    difficult: Tensor
    instance: Tensor
    mask: Tensor | None


def read_annotations(pack: zipfile.ZipFile) -> dict[str, Any]:
    """The pack's annotations, COCO style."""
    notes: dict[str, Any] = json.loads(pack.read("annotations.json"))
    return notes


def class_names(archive: Path) -> list[str]:
    """The names of the K classes; a label is a place in this list, a mask's pixel that place plus one."""
    with zipfile.ZipFile(archive) as pack:
        return [entry["name"] for entry in sorted(read_annotations(pack)["categories"], key=lambda entry: entry["id"])]


def decode(pack: zipfile.ZipFile, name: str, mode: str | None = "RGB") -> np.ndarray:
    """The pixels of one file of the pack; with mode None as they are stored (class masks are palette pictures)."""
    with pack.open(name) as file:
        picture = Image.open(file)
        return np.array(picture.convert(mode) if mode else picture)


def read_scenes(archive: Path, split: str) -> Iterator[Scene]:
    """The photographs of a split ("train" or "val") in the pack's order."""
    with zipfile.ZipFile(archive) as pack:
        notes = read_annotations(pack)
        of_image: dict[int, list[dict[str, Any]]] = {}
        for note in notes["annotations"]:
            of_image.setdefault(note["image_id"], []).append(note)
        for entry in notes["images"]:
            if entry["split"] != split:
                continue
            found = of_image.get(entry["id"], [])
            boxes = torch.tensor([note["bbox"] for note in found], dtype=torch.float32).view(-1, 4)
            boxes[:, 2:] += boxes[:, :2]
            mask = torch.from_numpy(decode(pack, entry["mask"], None)) if entry.get("mask") else None
            yield Scene(
                picture=torch.from_numpy(decode(pack, entry["file_name"])).permute(2, 0, 1),
                boxes=boxes,
                labels=torch.tensor([note["category_id"] - 1 for note in found], dtype=torch.int64),
                difficult=torch.tensor([bool(note.get("difficult")) for note in found], dtype=torch.bool),
                instance=torch.tensor([bool(note.get("inst_ok")) for note in found], dtype=torch.bool),
                mask=mask,
            )


def instance_masks(boxes: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    """(n, H, W) uint8: the pixels of each box's class inside it. Boxes (n, 4) xyxy, labels (n,), class mask (H, W)."""
    rows = torch.arange(mask.shape[0])[None, :, None] + 0.5
    columns = torch.arange(mask.shape[1])[None, None] + 0.5
    x1, y1, x2, y2 = (side[:, None, None] for side in boxes.unbind(1))
    inside = (columns >= x1) & (columns < x2) & (rows >= y1) & (rows < y2)
    return (inside & (mask[None] == labels[:, None, None] + 1)).to(torch.uint8)


def make_scenes(n: int, classes: int, seed: int) -> list[Scene]:
    """Grey noise with one bright rectangle in its class's colour, to try a recipe out without data."""
    rng = torch.Generator().manual_seed(seed)
    colours = torch.randint(120, 256, (classes, 3, 1, 1), generator=rng, dtype=torch.uint8)
    found = []
    for number in range(n):
        picture = torch.randint(60, 100, (3, 72, 96), generator=rng, dtype=torch.uint8)
        left, top = torch.randint(0, 40, (2,), generator=rng).tolist()
        label = number % classes
        picture[:, top : top + 30, left : left + 40] = colours[label]
        mask = torch.zeros((72, 96), dtype=torch.uint8)
        mask[top : top + 30, left : left + 40] = label + 1
        boxes = torch.tensor([[left, top, left + 40, top + 30]], dtype=torch.float32)
        one = torch.ones(1, dtype=torch.bool)
        found.append(Scene(picture, boxes, torch.tensor([label]), ~one, one, mask))
    return found


def multi_hot(labels: Tensor, classes: int) -> Tensor:
    """(K,) float32: 1 for each class that is among the labels (n,)."""
    return torch.zeros(classes).index_fill_(0, labels.unique(), 1.0)
