"""Packs photographs of everyday things, stretched to 128 pixels, into folders that the everyday recipe reads.

    python -m cnn_core.training.data.pack_photographs caltech GIT_DIR DATA/caltech
    python -m cnn_core.training.data.pack_photographs imagenette GIT_DIR DATA/imagenette
    python -m cnn_core.training.data.pack_photographs voc DATA/voc20/voc20.zip DATA/voc_crops

The git folders are (bare) clones of github.com/MachineLearning2020/Homework2-Caltech101 (Caltech-101, Fei-Fei et al. 2004)
and github.com/thunderInfy/imagenette (ten classes of ImageNet). From VOC's photographs are cut: every object, the larger
ones once more with what is around them, and parts that touch no object. None of the pictures is ever shipped or shown.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cnn_core.images import opening
from cnn_core.training.data.packing import from_command_line, list_files, read_blobs, write_names, write_shard
from cnn_core.training.data.voc import Scene, class_names, read_scenes

SIDE = 128
QUALITY = 92
OBJECT, SURROUNDED, EMPTY = 0, 1, 2
"""What a part of a VOC photograph is: one object, one with what is around it, or nothing that has a box."""
MARGINS = {OBJECT: 0.1, SURROUNDED: 0.5}
LEAST_SIDES = {OBJECT: 48, SURROUNDED: 64}
RARE = {"bottle": 36, "bird": 36, "bicycle": 40, "pottedplant": 36, "tvmonitor": 40, "boat": 40, "diningtable": 40}
"""Least side of a box, pixels, where there are few objects."""
RIVAL = 0.5
EMPTY_SIDES = (56, 144)
EMPTY_PARTS, TRIES = 2, 24

Part = tuple[np.ndarray, int, int]
"""(picture (h, w, 3) uint8, label, kind of part)."""


def jpeg_of(picture: np.ndarray) -> bytes:
    """A picture (h, w, 3) uint8 stretched to SIDE x SIDE with antialiasing, as JPEG."""
    square, _ = opening.fit(np.ascontiguousarray(picture), SIDE, SIDE, "stretch")
    out = io.BytesIO()
    Image.fromarray(square).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def write(path: Path, files: list[bytes], labels: list[int], photographs: list[int], kinds: list[int]) -> int:
    """Writes a shard with each picture's label, the number of its photograph and the kind of part; the pictures in it."""
    label, photograph = np.array(labels, np.int16), np.array(photographs, np.int32)
    return write_shard(path, files, label=label, photograph=photograph, part=np.array(kinds, np.uint8))


def pack_git(repository: Path, folder: Path, pattern: str, shard: str) -> int:
    """Writes all pictures whose path fits; the pattern's group is the label. Returns their number."""
    rows = list_files(repository, pattern)
    names = sorted({found[1] for _, found in rows})
    files = []
    for start in range(0, len(rows), 500):  # a few at a time: photographs as they were fill the memory
        for blob in read_blobs(repository, [name for name, _ in rows[start : start + 500]]):
            files.append(jpeg_of(np.asarray(Image.open(io.BytesIO(blob)).convert("RGB"))))
    labels = [names.index(found[1]) for _, found in rows]
    count = write(folder / f"{shard}.npz", files, labels, list(range(len(rows))), [OBJECT] * len(rows))
    write_names(folder, names)
    return count


def pack_caltech(repository: Path, folder: Path) -> int:
    """Writes Caltech-101 as one shard; returns the number of pictures."""
    return pack_git(repository, folder, r"101_ObjectCategories/(\w+)/\w+\.jpg", "train")


def pack_imagenette(repository: Path, folder: Path) -> int:
    """Writes Imagenette's two parts as two shards; returns the number of pictures."""
    return sum(pack_git(repository, folder, rf"{part}/(n\d{{8}})/\w+\.JPEG", part) for part in ("train", "val"))


def area(box: Tensor) -> float:
    """The area of a box (4,) xyxy; 0 where it is turned inside out."""
    return float((box[2] - box[0]).clamp(min=0) * (box[3] - box[1]).clamp(min=0))


def overlap(boxes: Tensor, window: Tensor) -> Tensor:
    """(n,) float32: the area that each box (n, 4) xyxy shares with a window (4,)."""
    low, high = torch.maximum(boxes[:, :2], window[:2]), torch.minimum(boxes[:, 2:], window[2:])
    return (high - low).clamp(min=0).prod(1)


def window_around(box: Tensor, margin: float, height: int, width: int) -> Tensor:
    """A box (4,) xyxy grown by a share of its sides each way, within the picture, in whole pixels."""
    x0, y0, x1, y1 = box.tolist()
    w, h = x1 - x0, y1 - y0
    left, top = max(int(x0 - margin * w), 0), max(int(y0 - margin * h), 0)
    right, bottom = min(int(x1 + margin * w) + 1, width), min(int(y1 + margin * h) + 1, height)
    return torch.tensor([left, top, right, bottom], dtype=torch.float32)


def cut(scene: Scene, window: Tensor) -> np.ndarray:
    """The pixels (h, w, 3) uint8 of a scene inside a window (4,) of whole pixels."""
    left, top, right, bottom = (int(v) for v in window)
    return scene.picture[:, top:bottom, left:right].permute(1, 2, 0).numpy()


def objects(scene: Scene, names: list[str]) -> Iterator[Part]:
    """Each object that is large and clear enough, and once more with its surroundings if nothing else there rivals it."""
    height, width = scene.picture.shape[1:]
    for box, label, difficult in zip(scene.boxes, scene.labels.tolist(), scene.difficult, strict=True):
        side = float((box[2:] - box[:2]).min())
        for kind, margin in MARGINS.items():
            least = RARE.get(names[label], LEAST_SIDES[kind]) if kind == OBJECT else LEAST_SIDES[kind]
            window = window_around(box, margin, height, width)
            others = overlap(scene.boxes[scene.labels != label], window)
            rivalled = kind == SURROUNDED and bool((others > RIVAL * area(box)).any())
            if side >= least and not difficult and not rivalled:
                yield cut(scene, window), label, kind


def empty_parts(scene: Scene, nothing: int, rng: np.random.Generator) -> Iterator[Part]:
    """Up to EMPTY_PARTS random windows that share no pixel with any box."""
    height, width = scene.picture.shape[1:]
    found = 0
    for _ in range(TRIES):
        side = rng.uniform(*EMPTY_SIDES)
        w, h = int(side * rng.uniform(0.87, 1.15)), int(side * rng.uniform(0.87, 1.15))
        if w >= width or h >= height or found == EMPTY_PARTS:
            continue
        left, top = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
        window = torch.tensor([left, top, left + w, top + h], dtype=torch.float32)
        if not overlap(scene.boxes, window).any():
            found += 1
            yield cut(scene, window), nothing, EMPTY


def pack_voc(archive: Path, folder: Path) -> int:
    """Writes the parts of VOC's photographs, those of its two splits apart; returns the number of pictures."""
    names, total = class_names(archive), 0
    for split in ("train", "val"):
        rng = np.random.default_rng(7)
        files, labels, photographs, kinds = [], [], [], []
        for number, scene in enumerate(read_scenes(archive, split)):
            for picture, label, kind in (*objects(scene, names), *empty_parts(scene, len(names), rng)):
                files.append(jpeg_of(picture))
                labels.append(label)
                photographs.append(number)
                kinds.append(kind)
        total += write(folder / f"{split}.npz", files, labels, photographs, kinds)
    write_names(folder, [*names, ""])
    return total


PACKERS = {"caltech": pack_caltech, "imagenette": pack_imagenette, "voc": pack_voc}


def main(argv: list[str] | None = None) -> int:
    """The command line; the exit status."""
    return from_command_line(PACKERS, __doc__, argv)


if __name__ == "__main__":
    raise SystemExit(main())
