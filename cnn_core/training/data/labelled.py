"""The training data on disk (folders laid out as the project's data README says) as tensors in memory."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor


@dataclass(frozen=True)
class LabelledPictures:
    """Pictures of one size with one class each.

    Attributes:
        pictures: (N, 3, H, W) uint8, RGB.
        labels: (N,) int64, 0..K-1.
        boxes: (N, 4) uint8, xyxy in pixels, both corners inclusive; None where the set has no boxes.
    """

    pictures: Tensor
    labels: Tensor
    boxes: Tensor | None

    def __len__(self) -> int:
        return len(self.labels)


def shard_files(path: Path) -> list[bytes]:
    """The JPEG files packed in a shard: each picture's bytes behind one of the shard's shared headers."""
    with np.load(path, allow_pickle=False) as shard:
        blob, ends = shard["blob"].tobytes(), shard["offs"]
        bodies = [blob[ends[i] : ends[i + 1]] for i in range(len(ends) - 1)]
        if "headers" not in shard:
            return bodies
        heads, head_ends = shard["headers"].tobytes(), shard["headers_offs"]
        headers = [heads[head_ends[i] : head_ends[i + 1]] for i in range(len(head_ends) - 1)]
        return [headers[h] + body for h, body in zip(shard["hdr"], bodies, strict=True)]


def read_shards(folder: Path, split: str) -> LabelledPictures:
    """All pictures of ``folder``'s shards whose name starts with ``split`` ("train" or "val"), decoded.

    Raises:
        FileNotFoundError: no such shard; the message names the folder looked in.
    """
    paths = sorted(folder.glob(f"{split}*.npz"))
    if not paths:
        raise FileNotFoundError(
            f"no shards like {folder}/{split}*.npz; give the folder that holds {folder.name}/ with --data"
        )
    labels, boxes, decoded = [], [], []
    for path in paths:
        with np.load(path, allow_pickle=False) as shard:
            labels.append(shard["label"].astype(np.int64))
            boxes += [shard["box"]] if "box" in shard else []
        files = shard_files(path)
        stack = np.stack([np.asarray(Image.open(io.BytesIO(file)).convert("RGB")) for file in files])
        decoded.append(torch.from_numpy(stack).permute(0, 3, 1, 2).contiguous())  # (n, H, W, 3) -> (n, 3, H, W)
    box_tensor = torch.from_numpy(np.concatenate(boxes)) if boxes else None
    return LabelledPictures(torch.cat(decoded), torch.from_numpy(np.concatenate(labels)), box_tensor)


def read_class_names(folder: Path) -> list[str]:
    """The names in ``folder``/LABELS.tsv in the order of their class ids."""
    with (folder / "LABELS.tsv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file, delimiter="\t"), key=lambda row: int(row["id"]))
    return [row["name"] for row in rows]


def make_pictures(n: int, size: int, classes: int, seed: int) -> LabelledPictures:
    """A handful of made pictures (coloured noise around one colour a class), to try a recipe out without data."""
    rng = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % classes
    colours = torch.randint(0, 200, (classes, 3, 1, 1), generator=rng)
    noise = torch.randint(0, 56, (n, 3, size, size), generator=rng)
    boxes = torch.tensor([[0, 0, size - 1, size - 1]], dtype=torch.uint8).repeat(n, 1)
    return LabelledPictures((colours[labels] + noise).to(torch.uint8), labels, boxes)
