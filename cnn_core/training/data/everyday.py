"""The pictures of the everyday classifier: six sets under one table of names, split, without copies, drawn in balance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnn_core.training.data.everyday_classes import NOTHING, EverydayClasses, everyday_classes
from cnn_core.training.data.labelled import read_class_names, read_shards
from cnn_core.training.data.near_duplicates import ALIKE, fingerprints, likeness
from cnn_core.training.data.pack_photographs import OBJECT, SIDE

TRAIN, TUNE, HELD_OUT, LEFT_OUT = 0, 1, 2, 3
"""Trained on; never trained on, free to choose thresholds with; never trained on, for the figures; a copy of such a one."""


@dataclass(frozen=True)
class Source:
    """Where one set lies and how it is split.

    Attributes:
        folder: under the data folder; also the set's name in the table of classes.
        table: the table's name where it is another.
        held_out, tune: shares of each class's photographs; shards called "val" are all held out.
    """

    folder: str
    table: str = ""
    held_out: float = 0.0
    tune: float = 0.0


SOURCES = (
    Source("tiny200"),
    Source("mini84", held_out=0.05, tune=0.02),
    Source("caltech", held_out=0.10, tune=0.04),
    Source("imagenette", tune=0.02),
    Source("voc_crops", table="voc20", tune=0.04),
)
RARE_HELD_OUT = {"cup": 0.2, "laptop": 0.2, "BACKGROUND_Google": 0.5}
"""Labels of which more is held out, so that there is something to measure on."""
SPLIT_SEED = 11


@dataclass(frozen=True)
class PictureSet:
    """Pictures of one size.

    Attributes:
        name: of the set.
        pictures: (N, 3, H, W) uint8.
        classes: (N,) int64, numbers of everyday classes or ``NOTHING``.
        split: (N,) int64: TRAIN, TUNE, HELD_OUT or LEFT_OUT.
        parts: (N,) int64: whole things, things with surroundings or empty parts, see ``pack_photographs``.
    """

    name: str
    pictures: Tensor
    classes: Tensor
    split: Tensor
    parts: Tensor

    def __len__(self) -> int:
        return len(self.classes)

    def chosen(self, mask: Tensor) -> "PictureSet":
        """The pictures where mask (N,) is true."""
        return replace(
            self,
            pictures=self.pictures[mask],
            classes=self.classes[mask],
            split=self.split[mask],
            parts=self.parts[mask],
        )

    def part_of(self, split: int) -> "PictureSet":
        """The pictures of one split."""
        return self.chosen(self.split == split)


def split_of(labels: np.ndarray, photographs: np.ndarray, shares: Sequence[tuple[float, float]], seed: int) -> np.ndarray:
    """(N,) int64 splits, the same at every call; all parts of a photograph fall into the same one.

    Args:
        labels: (N,) of the set.
        photographs: (N,) number of the photograph that each picture was cut from.
        shares: of each label: (held out, tune).
        seed: of the order in which photographs are taken.
    """
    split = np.full(len(labels), TRAIN, np.int64)
    first_label = dict(zip(photographs[::-1].tolist(), labels[::-1].tolist(), strict=True))
    by_label: dict[int, list[int]] = {}
    for photograph, label in sorted(first_label.items()):
        by_label.setdefault(label, []).append(photograph)
    place: dict[int, int] = {}
    for label, members in by_label.items():
        order = np.random.default_rng([seed, label]).permutation(members).tolist()
        held_out, tune = (round(share * len(order)) for share in shares[label])
        place |= dict.fromkeys(order[:held_out], HELD_OUT) | dict.fromkeys(order[held_out : held_out + tune], TUNE)
    for number, photograph in enumerate(photographs.tolist()):
        split[number] = place.get(photograph, TRAIN)
    return split


def shard_column(folder: Path, shard: str, column: str, n: int) -> np.ndarray | None:
    """One more column (n,) of a set's shards "train" or "val"; None where they do not have it."""
    parts = []
    for path in sorted(folder.glob(f"{shard}*.npz")):
        with np.load(path, allow_pickle=False) as pack:
            if column not in pack:
                return None
            parts.append(pack[column].astype(np.int64))
    return np.concatenate(parts) if parts and sum(map(len, parts)) == n else None


def read_shard(source: Source, folder: Path, shard: str, table: EverydayClasses) -> PictureSet:
    """The pictures of a set's shards "train" or "val", named and split."""
    found, labels = read_shards(folder, shard), read_class_names(folder)
    n = len(found)
    photographs = shard_column(folder, shard, "photograph", n)
    parts = shard_column(folder, shard, "part", n)
    shares = [(RARE_HELD_OUT.get(label, source.held_out), source.tune) for label in labels]
    if shard == "val":
        split = np.full(n, HELD_OUT, np.int64)
    else:
        split = split_of(found.labels.numpy(), np.arange(n) if photographs is None else photographs, shares, SPLIT_SEED)
    numbers = torch.tensor(table.numbers(source.table or source.folder, labels))
    return PictureSet(
        source.folder,
        found.pictures,
        numbers[found.labels],
        torch.from_numpy(split),
        torch.full((n,), OBJECT) if parts is None else torch.from_numpy(parts),
    )


def joined(sets: Sequence[PictureSet], name: str) -> PictureSet:
    """Sets of one picture size as one."""
    columns = ("pictures", "classes", "split", "parts")
    return PictureSet(name, *(torch.cat([getattr(one, column) for one in sets]) for column in columns))


def read_sets(data: Path) -> list[PictureSet]:
    """All sets under the data folder, split; which pictures are copies of held-out ones is remembered beside them.

    Raises:
        FileNotFoundError: a set is missing; the message names the folder looked in.
    """
    table, found = everyday_classes(), []
    for source in SOURCES:
        folder = data / source.folder
        shards = ["train", "val"] if any(folder.glob("val*.npz")) else ["train"]
        found.append(joined([read_shard(source, folder, shard, table) for shard in shards], source.folder))
    memory = data / "everyday_copies.npz"
    if not memory.exists():
        masks: dict[str, Any] = {name: mask.numpy() for name, mask in copies_among(found).items()}
        np.savez(memory, **masks)
    with np.load(memory, allow_pickle=False) as copies:
        for one in found:
            one.split[torch.from_numpy(copies[one.name])] = LEFT_OUT
    return found


def copies_among(sets: Sequence[PictureSet]) -> dict[str, Tensor]:
    """(N,) bool for each set: which of its pictures are not held out, but look like one that is, in whatever set."""
    prints = {one.name: fingerprints(one.pictures) for one in sets}
    held_out = torch.cat([prints[one.name][:, one.split == HELD_OUT] for one in sets], 1)
    return {one.name: (likeness(prints[one.name], held_out) > ALIKE) & (one.split != HELD_OUT) for one in sets}


def made_sets(seed: int) -> list[PictureSet]:
    """A few made pictures in every split of every set, to try the recipe out without data."""
    generator = torch.Generator().manual_seed(seed)
    sizes = {"tiny200": 64, "mini84": 84, "caltech": SIDE, "imagenette": SIDE, "voc_crops": SIDE}
    known, found = everyday_classes(), []
    for source in SOURCES:
        labels = sorted(set(known.of_set[source.table or source.folder].values()))[:4]
        n, size = 3 * len(labels), sizes[source.folder]
        pictures = torch.randint(0, 256, (n, 3, size, size), generator=generator).to(torch.uint8)
        classes = torch.tensor([known.names.index(name) if name else NOTHING for name in labels] * 3)
        split = torch.arange(3).repeat_interleave(len(labels))
        found.append(PictureSet(source.folder, pictures, classes, split, torch.arange(n) % 3))
    return found
