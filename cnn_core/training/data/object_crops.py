"""Ordinary photographs (PASCAL VOC, properly resized) as a second yardstick for networks trained on Tiny ImageNet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from cnn_core.images import opening
from cnn_core.results import PictureArray
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training.data.voc import class_names, read_scenes

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
    names = class_names(archive)
    for scene in read_scenes(archive, split):
        height, width = scene.picture.shape[1:]
        for (x0, y0, x1, y1), label, difficult in zip(scene.boxes.tolist(), scene.labels, scene.difficult, strict=True):
            w, h = x1 - x0, y1 - y0
            if names[label] not in categories or difficult or min(w, h) < least_side:
                continue
            top, bottom = max(int(y0 - MARGIN * h), 0), min(int(y1 + MARGIN * h) + 1, height)
            left, right = max(int(x0 - MARGIN * w), 0), min(int(x1 + MARGIN * w) + 1, width)
            yield ObjectCrop(names[label], scene.picture[:, top:bottom, left:right].permute(1, 2, 0).numpy())


@torch.inference_mode()
def kind_accuracy(
    model: nn.Module, names: list[str], form: Preprocessing, archive: Path, device: torch.device
) -> dict[str, float]:
    """How often the likeliest of all classes is one of the object's kind: {"n", "top1_kind"}.

    The objects are those of ``KINDS`` in VOC's validation photographs with a box of at least 64 px, resized with
    antialiasing: a measure of what Tiny ImageNet's missing antialiasing costs on real photographs.
    """
    allowed = {kind: {names.index(name) for name in members} for kind, members in KINDS.items()}
    right = total = 0
    for crop in object_crops(archive, "val", tuple(KINDS), 64):
        square, _ = opening.fit(crop.picture, form.size, form.size, "stretch")
        x = normalise(torch.from_numpy(square).permute(2, 0, 1)[None].to(device), form)
        right += int(model(x)[0].argmax()) in allowed[crop.category]
        total += 1
    return {"n": total, "top1_kind": right / max(total, 1)}
