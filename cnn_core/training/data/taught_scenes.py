"""Photographs with boxes whose classes are probabilities: VOC's true ones, and a teacher's where nobody drew any."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision.ops import box_iou

from cnn_core.training.data.teacher_answers import CALLED_IN_VOC, COCO
from cnn_core.training.data.voc import Scene

SURE = 0.4
"""From this probability on a teacher's box is an object to find; below it, nobody knows."""
DOUBTED = 0.39
SAME_OBJECT = 0.5
"""A teacher's box that overlaps a true one by more (IoU) is about the same object."""
VOC_CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse",
    "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip
VOC_NAMES = tuple(CALLED_IN_VOC.get(name, name) for name in COCO)


@dataclass(frozen=True)
class Boxes:
    """Boxes of one photograph.

    Attributes:
        corners: (n, 4) float32, xyxy in pixels.
        scores: (n, K) float16, the probability of every class.
    """

    corners: Tensor
    scores: Tensor


def doubt_in_voc(found: Boxes, true: Tensor) -> Boxes:
    """A teacher's boxes beside true ones (m, 4): what VOC does not name stays, what it should have named is doubted."""
    overlap = box_iou(found.corners, true).amax(1) if len(true) else torch.zeros(len(found.corners))
    new = overlap < SAME_OBJECT
    known = torch.tensor([name in VOC_CLASSES for name in VOC_NAMES])
    scores = found.scores[new].clone()
    doubted = known[scores.argmax(1)] if len(scores) else torch.zeros(0, dtype=torch.bool)
    scores[doubted] = scores[doubted].clamp(max=DOUBTED)
    return Boxes(found.corners[new], scores)


class TaughtScenes(Sequence[Scene]):
    """Photographs as scenes, decoded when they are asked for; a scene's labels are rows of ``scores``.

    Attributes:
        scores: (R, K) float16: the probability of every class for each box of all photographs.
    """

    def __init__(self, files: Sequence[bytes], boxes: Sequence[Boxes], masks: Sequence[Tensor | None] | None = None) -> None:
        self.files, self.masks = files, masks
        self.corners = [own.corners for own in boxes]
        self.first = np.cumsum([0, *(len(own.corners) for own in boxes)])
        self.scores = torch.cat([own.scores for own in boxes])

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Scene:  # type: ignore[override]
        """The photograph ``index`` with its boxes."""
        picture = np.array(Image.open(io.BytesIO(self.files[index])).convert("RGB"))
        rows = torch.arange(self.first[index], self.first[index + 1])
        none = torch.zeros(len(rows), dtype=torch.bool)
        mask = self.masks[index] if self.masks is not None else None
        return Scene(torch.from_numpy(picture).permute(2, 0, 1), self.corners[index], rows, none, none, mask)

    def rarest(self, share: float) -> list[int]:
        """The photographs of an epoch by number: those of rare classes several times, those without objects rarely."""
        sure = [self.scores[self.first[k] : self.first[k + 1]] >= SURE for k in range(len(self))]
        present = torch.stack([own.any(0) for own in sure]).float()  # (N, K)
        times = (share * len(self) / present.sum(0).clamp(min=1)).sqrt().clamp(1, 5)  # (K,)
        wanted = (present * times).amax(1)  # (N,), 0 where nothing is sure
        kept = [k for k, often in enumerate(wanted.tolist()) for _ in range(round(often))]
        empty = [k for k, often in enumerate(wanted.tolist()) if often == 0]
        return kept + empty[:: max(1, len(empty) // max(1, len(kept) // 20))]


def read_answers(path: Path) -> Iterator[Boxes]:
    """A teacher's boxes for every photograph of a pack, see ``teacher_answers``."""
    with np.load(path, allow_pickle=False) as pack:
        ends, corners, scores = pack["offs"], torch.from_numpy(pack["boxes"]).float(), torch.from_numpy(pack["scores"])
    for begin, end in pairwise(ends.tolist()):
        yield Boxes(corners[begin:end], scores[begin:end])


def true_boxes(scene: Scene, names: Sequence[str]) -> Boxes:
    """A VOC scene's boxes that are not difficult, with probabilities of 1. ``names``: VOC's classes."""
    rows = torch.zeros(len(scene.labels), len(VOC_NAMES), dtype=torch.float16)
    for row, label in zip(rows, scene.labels.tolist(), strict=True):
        row[VOC_NAMES.index(names[label])] = 1
    plain = ~scene.difficult
    return Boxes(scene.boxes[plain], rows[plain])


def together(true: Boxes, found: Boxes) -> Boxes:
    """True boxes, and what a teacher found besides."""
    added = doubt_in_voc(found, true.corners)
    return Boxes(torch.cat([true.corners, added.corners]), torch.cat([true.scores, added.scores]))


def joined(several: Sequence[TaughtScenes]) -> TaughtScenes:
    """Several packs of photographs as one."""
    files = [file for one in several for file in one.files]
    boxes = [Boxes(one.corners[k], one.scores[one.first[k] : one.first[k + 1]]) for one in several for k in range(len(one))]
    masks = [mask for one in several for mask in (one.masks if one.masks is not None else [None] * len(one))]
    return TaughtScenes(files, boxes, masks)
