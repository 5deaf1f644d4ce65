"""Several sets of pictures of different sizes as one: what networks learn from that paint or colour."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Generator, Tensor

from cnn_core.images import opening
from cnn_core.training.augment.pictures import random_blur, random_resized_crop
from cnn_core.training.data.labelled import read_shards
from cnn_core.training.data.voc import read_scenes
from cnn_core.training.losses.colorization import chroma

LEAST_CHROMA = 4.0
"""Pictures that are nearer to grey on average teach no colours."""

PHOTOGRAPH_SIDE = 192


def keep_colourful(pictures: Tensor) -> Tensor:
    """Without the pictures that are (nearly) grey; (N, 3, S, S) uint8."""
    return pictures[torch.cat([chroma(part) for part in pictures.split(1000)]) >= LEAST_CHROMA]


def read_photographs(archive: Path) -> Tensor:
    """The middle square of each training photograph, (N, 3, 192, 192) uint8."""
    squares = []
    for scene in read_scenes(archive, "train"):
        fitted, _ = opening.fit(scene.picture.permute(1, 2, 0).numpy(), PHOTOGRAPH_SIDE, PHOTOGRAPH_SIDE, "crop")
        squares.append(torch.from_numpy(fitted).permute(2, 0, 1))  # (S, S, 3) -> (3, S, S)
    return torch.stack(squares)


def read_sets(folder: Path, names: Sequence[str]) -> list[Tensor]:
    """The pictures of the named sets that have colours, each (N, 3, S, S) uint8."""
    return [
        keep_colourful(
            read_photographs(folder / name / "voc20.zip")
            if name == "voc20"
            else read_shards(folder / name, "train").pictures
        )
        for name in names
    ]


def sample_views(sets: Sequence[Tensor], indices: Tensor, size: int, least: float, rng: Generator) -> Tensor:
    """Random views (n, 3, size, size) in 0..1 of the pictures with these numbers, counted through all sets."""
    views, first = [], 0
    for pictures in sets:
        mine = indices[(indices >= first) & (indices < first + len(pictures))] - first
        first += len(pictures)
        if len(mine):
            x = random_resized_crop(pictures[mine].float() / 255, size, (least, 1.0), rng)
            views.append(random_blur(x, 0.3, (0.3, 1.0), rng))
    return torch.cat(views).clamp(0, 1)
