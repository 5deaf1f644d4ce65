"""Ordinary photographs (PASCAL VOC, properly resized) as a second yardstick for networks trained on Tiny ImageNet."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from cnn_core import images
from cnn_core.results import PictureArray
from cnn_core.tasks.classification import normalise
from cnn_core.weights import InputFormat

KINDS = {
    "cat": ("tabby", "Persian cat", "Egyptian cat"),
    "dog": (
        "Chihuahua",
        "Yorkshire terrier",
        "golden retriever",
        "Labrador retriever",
        "German shepherd",
        "standard poodle",
    ),
    "car": ("beach wagon", "convertible", "limousine", "sports car", "police van"),
    "bus": ("school bus", "trolleybus"),
    "train": ("bullet train", "freight car"),
}
"""VOC category -> the Tiny ImageNet classes that a photograph of one may fairly be given."""

MARGIN = 0.1


@dataclass(frozen=True)
class ObjectCrop:
    """One object cut from a photograph: its category and the pixels (h, w, 3) uint8."""

    category: str
    picture: PictureArray


def object_crops(archive: Path, split: str, categories: tuple[str, ...], least_side: int) -> Iterator[ObjectCrop]:
    """Objects of these categories in a split of ``voc20.zip``, each with a margin, none that are difficult or too small.

    Args:
        archive: path of ``voc20.zip``.
        split: "train" or "val".
        categories: VOC names.
        least_side: the smaller side of the box, pixels.
    """
    with zipfile.ZipFile(archive) as pack:
        notes = json.loads(pack.read("annotations.json"))
        names = {entry["id"]: entry["name"] for entry in notes["categories"]}
        files = {entry["id"]: entry["file_name"] for entry in notes["images"] if entry["split"] == split}
        for note in notes["annotations"]:
            category = names[note["category_id"]]
            x, y, w, h = note["bbox"]
            if category not in categories or note["image_id"] not in files or note["difficult"] or min(w, h) < least_side:
                continue
            with pack.open(files[note["image_id"]]) as file:
                photograph = np.asarray(Image.open(file).convert("RGB"))
            height, width = photograph.shape[:2]
            top, bottom = max(int(y - MARGIN * h), 0), min(int(y + (1 + MARGIN) * h) + 1, height)
            left, right = max(int(x - MARGIN * w), 0), min(int(x + (1 + MARGIN) * w) + 1, width)
            yield ObjectCrop(category, photograph[top:bottom, left:right])


@torch.inference_mode()
def kind_accuracy(
    model: nn.Module, names: list[str], form: InputFormat, archive: Path, device: torch.device
) -> dict[str, float]:
    """How often the likeliest of all classes is one of the object's kind: {"n", "top1_kind"}.

    The objects are those of ``KINDS`` in VOC's validation photographs with a box of at least 64 px, resized with
    antialiasing: a measure of what Tiny ImageNet's missing antialiasing costs on real photographs.
    """
    allowed = {kind: {names.index(name) for name in members} for kind, members in KINDS.items()}
    right = total = 0
    for crop in object_crops(archive, "val", tuple(KINDS), 64):
        square, _ = images.fit(crop.picture, form.size, form.size, "stretch")
        x = normalise(torch.from_numpy(square).permute(2, 0, 1)[None].to(device), form)
        right += int(model(x)[0].argmax()) in allowed[crop.category]
        total += 1
    return {"n": total, "top1_kind": right / max(total, 1)}
