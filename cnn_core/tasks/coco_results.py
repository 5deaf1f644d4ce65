"""Detections in COCO's results format, as pycocotools reads them (https://cocodataset.org/#format-results)."""

from typing import TypedDict

from cnn_core.errors import InputError
from cnn_core.results import Detections

COCO_IDS = {
    "person": 1, "bicycle": 2, "car": 3, "motorcycle": 4, "airplane": 5, "bus": 6, "train": 7, "truck": 8, "boat": 9,
    "traffic light": 10, "fire hydrant": 11, "stop sign": 13, "parking meter": 14, "bench": 15, "bird": 16, "cat": 17,
    "dog": 18, "horse": 19, "sheep": 20, "cow": 21, "elephant": 22, "bear": 23, "zebra": 24, "giraffe": 25, "backpack": 27,
    "umbrella": 28, "handbag": 31, "tie": 32, "suitcase": 33, "frisbee": 34, "skis": 35, "snowboard": 36, "sports ball": 37,
    "kite": 38, "baseball bat": 39, "baseball glove": 40, "skateboard": 41, "surfboard": 42, "tennis racket": 43,
    "bottle": 44, "wine glass": 46, "cup": 47, "fork": 48, "knife": 49, "spoon": 50, "bowl": 51, "banana": 52, "apple": 53,
    "sandwich": 54, "orange": 55, "broccoli": 56, "carrot": 57, "hot dog": 58, "pizza": 59, "donut": 60, "cake": 61,
    "chair": 62, "couch": 63, "potted plant": 64, "bed": 65, "dining table": 67, "toilet": 70, "tv": 72, "laptop": 73,
    "mouse": 74, "remote": 75, "keyboard": 76, "cell phone": 77, "microwave": 78, "oven": 79, "toaster": 80, "sink": 81,
    "refrigerator": 82, "book": 84, "clock": 85, "vase": 86, "scissors": 87, "teddy bear": 88, "hair drier": 89,
    "toothbrush": 90,
}  # fmt: skip
"""COCO's own name of a category -> its number."""

VOC_IDS = {"motorbike": 4, "aeroplane": 5, "sofa": 63, "pottedplant": 64, "diningtable": 67, "tvmonitor": 72}
"""What PASCAL VOC calls by another name; its other fourteen classes have the same names."""

CATEGORY_IDS = COCO_IDS | VOC_IDS


class CocoResult(TypedDict):
    """One object: the box as x, y, width, height in pixels from the upper left corner."""

    image_id: int
    category_id: int
    bbox: list[float]
    score: float


def coco_results(found: Detections, image_id: int = 1) -> list[CocoResult]:
    """One entry for each object, to be written as JSON.

    Args:
        found: the objects, with VOC's names or COCO's own.
        image_id: COCO's number of the picture.

    Raises:
        InputError: a class that COCO does not have.
    """
    unknown = sorted(set(found.labels) - set(CATEGORY_IDS))
    if unknown:
        raise InputError(f"COCO has no category called {', '.join(unknown)}. It has: {', '.join(COCO_IDS)}.")
    entries: list[CocoResult] = []
    for box, score, name in zip(found.boxes, found.scores, found.labels, strict=True):
        x1, y1, x2, y2 = (float(side) for side in box)
        bbox = [round(value, 1) for value in (x1, y1, x2 - x1, y2 - y1)]
        entries.append(
            {"image_id": image_id, "category_id": CATEGORY_IDS[name], "bbox": bbox, "score": round(float(score), 4)}
        )
    return entries
