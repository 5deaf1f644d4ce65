"""Packs whole photographs, their shorter side 224 pixels, for a detector to learn from and its teacher to look at.

    python -m cnn_core.training.data.pack_scenes caltech GIT_DIR DATA/scenes
    python -m cnn_core.training.data.pack_scenes imagenette GIT_DIR DATA/scenes
    python -m cnn_core.training.data.pack_scenes clothes GIT_DIR DATA/scenes
    python -m cnn_core.training.data.pack_scenes groceries GIT_DIR DATA/scenes
    python -m cnn_core.training.data.pack_scenes flickr8k DATA/flickr8k/flickr8k.zip DATA/scenes
    python -m cnn_core.training.data.pack_scenes voc20 DATA/voc20/voc20.zip DATA/scenes

The git folders are (bare) clones of github.com/MachineLearning2020/Homework2-Caltech101 (Fei-Fei et al. 2004),
github.com/thunderInfy/imagenette (ten classes of ImageNet), github.com/alexeygrigorev/clothing-dataset-small (CC0) and
github.com/marcusklasson/GroceryStoreDataset (MIT). What the everyday classifier is measured on is left out, and so are the
validation photographs of Flickr8k and VOC. None of the pictures is ever shipped or shown.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from cnn_core.training.data.everyday import RARE_HELD_OUT, SOURCES, SPLIT_SEED, TRAIN, split_of
from cnn_core.training.data.packing import from_command_line, list_files, read_blobs, write_shard
from cnn_core.training.data.voc import read_annotations

SHORTER = 224
QUALITY = 90
PATTERNS = {
    "caltech": r"101_ObjectCategories/(\w+)/\w+\.jpg",
    "imagenette": r"train/(n\d{8})/\w+\.JPEG",
    "clothes": r"train/([\w-]+)/[\w-]+\.jpg",
    "groceries": r"dataset/train/([\w-]+/[\w-]+)/.+\.jpg",
}
AT_ONCE = 200


def jpeg_of(file: bytes) -> bytes:
    """A photograph whose shorter side is SHORTER pixels at most, its sides in proportion, as JPEG."""
    picture = Image.open(io.BytesIO(file)).convert("RGB")
    scale = min(SHORTER / min(picture.size), 1)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def read_git(name: str, repository: Path) -> Iterator[bytes]:
    """The photographs of a repository that may be trained on, as they are."""
    rows = list_files(repository, PATTERNS[name])
    if source := next((one for one in SOURCES if one.folder == name), None):
        names = sorted({found[1] for _, found in rows})
        labels = np.array([names.index(found[1]) for _, found in rows])
        shares = [(RARE_HELD_OUT.get(label, source.held_out), source.tune) for label in names]
        split = split_of(labels, np.arange(len(rows)), shares, SPLIT_SEED)
        rows = [row for row, part in zip(rows, split, strict=True) if part == TRAIN]
    for start in range(0, len(rows), AT_ONCE):
        yield from read_blobs(repository, [blob for blob, _ in rows[start : start + AT_ONCE]])


def read_flickr8k(archive: Path) -> Iterator[bytes]:
    """Flickr8k's training photographs."""
    with zipfile.ZipFile(archive) as pack:
        for entry in json.loads(pack.read("captions.json"))["images"]:
            if entry["split"] == "train":
                yield pack.read(entry["file"])


def read_voc(archive: Path) -> Iterator[bytes]:
    """VOC's training photographs in the order of ``read_scenes``."""
    with zipfile.ZipFile(archive) as pack:
        for entry in read_annotations(pack)["images"]:
            if entry["split"] == "train":
                yield pack.read(entry["file_name"])


def pack(name: str, source: Path, folder: Path) -> int:
    """Writes ``folder``/NAME.npz; returns the number of photographs."""
    if name == "voc20":
        return write_shard(folder / "voc20.npz", list(read_voc(source)))  # small enough, and its boxes fit these pixels
    found = read_flickr8k(source) if name == "flickr8k" else read_git(name, source)
    return write_shard(folder / f"{name}.npz", [jpeg_of(file) for file in found])


PACKERS = {name: partial(pack, name) for name in (*PATTERNS, "flickr8k", "voc20")}


def main(argv: list[str] | None = None) -> int:
    """The command line; the exit status."""
    return from_command_line(PACKERS, __doc__, argv)


if __name__ == "__main__":
    raise SystemExit(main())
