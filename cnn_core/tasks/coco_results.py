"""Detections in COCO's results format, as pycocotools reads them (https://cocodataset.org/#format-results)."""

from typing import TypedDict

from cnn_core.errors import InputError
from cnn_core.results import Detections

CATEGORY_IDS = {
    "person": 1, "bicycle": 2, "car": 3, "motorbike": 4, "aeroplane": 5, "bus": 6, "train": 7, "boat": 9, "bird": 16,
    "cat": 17, "dog": 18, "horse": 19, "sheep": 20, "cow": 21, "bottle": 44, "chair": 62, "sofa": 63, "pottedplant": 64,
    "diningtable": 67, "tvmonitor": 72,
}  # fmt: skip
"""PASCAL VOC's name of a class -> the number of the same category in COCO (which calls five of them by other names)."""


class CocoResult(TypedDict):
    """One object: the box as x, y, width, height in pixels from the upper left corner."""

    image_id: int
    category_id: int
    bbox: list[float]
    score: float


def coco_results(found: Detections, image_id: int = 1) -> list[CocoResult]:
    """One entry for each object, to be written as JSON.

    Args:
        found: the objects, with VOC's names.
        image_id: COCO's number of the picture.

    Raises:
        InputError: a class that COCO does not have.
    """
    unknown = sorted(set(found.labels) - set(CATEGORY_IDS))
    if unknown:
        raise InputError(f"COCO has no category called {', '.join(unknown)}. It has: {', '.join(CATEGORY_IDS)}.")
    entries: list[CocoResult] = []
    for box, score, name in zip(found.boxes, found.scores, found.labels, strict=True):
        x1, y1, x2, y2 = (float(side) for side in box)
        bbox = [round(value, 1) for value in (x1, y1, x2 - x1, y2 - y1)]
        entries.append(
            {"image_id": image_id, "category_id": CATEGORY_IDS[name], "bbox": bbox, "score": round(float(score), 4)}
        )
    return entries
