"""Several sets of pictures of different sizes as one: what networks learn from that paint or colour."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Generator, Tensor

from cnn_core import images
from cnn_core.training.augmentation import random_blur, random_resized_crop
from cnn_core.training.colorization import chroma
from cnn_core.training.data import read_shards
from cnn_core.training.voc import scenes

UNKNOWN = -100
LEAST_CHROMA = 4.0
"""Pictures that are nearer to grey on average teach no colours."""

PHOTOGRAPH_SIDE = 192
Set = tuple[Tensor, Tensor]
"""Pictures (N, 3, S, S) uint8 and labels (N,) int64, ``UNKNOWN`` where there are none."""


def colourful(pictures: Tensor, labels: Tensor) -> Set:
    """Without the pictures that are (nearly) grey."""
    kept = torch.cat([chroma(part) for part in pictures.split(1000)]) >= LEAST_CHROMA
    return pictures[kept], labels[kept]


def photographs(archive: Path) -> Tensor:
    """The middle square of each training photograph, (N, 3, 192, 192) uint8."""
    squares = []
    for scene in scenes(archive, "train"):
        fitted, _ = images.fit(scene.picture.permute(1, 2, 0).numpy(), PHOTOGRAPH_SIDE, PHOTOGRAPH_SIDE, "crop")
        squares.append(torch.from_numpy(fitted).permute(2, 0, 1))
    return torch.stack(squares)


def read_sets(folder: Path, names: Sequence[str]) -> list[Set]:
    """The named sets; the labels of the second labelled set follow those of the first."""
    found, classes = [], 0
    for name in names:
        if name == "voc20":
            pictures = photographs(folder / name / "voc20.zip")
            found.append(colourful(pictures, torch.full((len(pictures),), UNKNOWN)))
            continue
        data = read_shards(folder / name, "train")
        labels = torch.full_like(data.labels, UNKNOWN) if name == "catdog128" else data.labels + classes
        classes += 0 if name == "catdog128" else int(data.labels.max()) + 1
        found.append(colourful(data.pictures, labels))
    return found


def drawn(sets: Sequence[Set], indices: Tensor, size: int, least: float, chance: Generator) -> tuple[Tensor, Tensor]:
    """Random views (n, 3, size, size) in 0..1 of the pictures with these numbers, counted through all sets; and labels."""
    views, labels, first = [], [], 0
    for pictures, names in sets:
        mine = indices[(indices >= first) & (indices < first + len(pictures))] - first
        first += len(pictures)
        if len(mine):
            x = random_resized_crop(pictures[mine].float() / 255, size, (least, 1.0), chance)
            views.append(random_blur(x, 0.3, (0.3, 1.0), chance))
            labels.append(names[mine])
    return torch.cat(views).clamp(0, 1), torch.cat(labels)
