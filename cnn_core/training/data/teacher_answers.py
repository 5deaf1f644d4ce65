"""What a public detector (YOLOX-Nano, Apache-2.0, taught by COCO) says of photographs that nobody labelled.

    python -m cnn_core.training.data.teacher_answers DATA

For every DATA/scenes/NAME.npz (see ``pack_scenes``) it writes DATA/scenes/NAME.answers.npz: "offs", where each photograph's
boxes begin, "boxes" (n, 4) xyxy in pixels and "scores" (n, 80), each box's probability of every COCO class. The network
itself is DATA/teachers/yolox_nano.onnx; neither it nor its answers are shipped.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision.ops import batched_nms

from cnn_core.training.data.labelled import shard_files

COCO = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light", "fire hydrant",
    "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra",
    "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite",
    "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork",
    "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut",
    "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard",
    "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear",
    "hair drier", "toothbrush",
)  # fmt: skip
CALLED_IN_VOC = {
    "airplane": "aeroplane", "motorcycle": "motorbike", "couch": "sofa", "potted plant": "pottedplant",
    "dining table": "diningtable", "tv": "tvmonitor",
}  # fmt: skip
"""COCO's name -> VOC's, where they differ."""

CANVAS = 416
GREY = 114
STRIDES = (8, 16, 32)
LEAST_SCORE, OVERLAP, MOST = 0.1, 0.6, 60


@cache
def teacher(path: Path) -> Any:
    """The network; asked for all of its outputs it gives its answers, then its three feature maps."""
    return cv2.dnn.readNetFromONNX(str(path))


def ask(network: Any, picture: np.ndarray) -> tuple[np.ndarray, list[np.ndarray], float]:
    """Everything the teacher says of a picture (H, W, 3) uint8.

    Returns:
        (3549, 85): for each cell of the 52x52, 26x26 and 13x13 grids the centre x, y and log width, height relative to the
        cell, objectness, 80 class probabilities; its feature maps (64, 52, 52), (128, 26, 26), (256, 13, 13); pixels of its
        canvas for one of the picture, which lies at its top left.
    """
    scale = CANVAS / max(picture.shape[:2])
    canvas = np.full((CANVAS, CANVAS, 3), GREY, np.uint8)
    width, height = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    canvas[:height, :width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    bgr = canvas[:, :, ::-1].transpose(2, 0, 1)[None]  # (H, W, 3) -> (1, 3, H, W)
    network.setInput(np.ascontiguousarray(bgr, dtype=np.float32))
    answers, *maps = (np.asarray(each)[0] for each in network.forward(network.getUnconnectedOutLayersNames()))
    return answers, maps, scale


def cells() -> Tensor:
    """(3549, 3): left and top of every cell in cells, and its stride in pixels of the canvas."""
    found = []
    for stride in STRIDES:
        n = CANVAS // stride
        y, x = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
        found.append(torch.stack([x, y, torch.full_like(x, stride)], -1).view(-1, 3))  # (n, n, 3) -> (n * n, 3)
    return torch.cat(found).float()


def read_boxes(answers: np.ndarray, scale: float) -> tuple[Tensor, Tensor]:
    """Boxes (n, 4) xyxy in the picture's pixels, and their scores (n, 80), of ``ask``'s answers after suppression."""
    said, where = torch.from_numpy(answers), cells()
    scores = said[:, 4:5] * said[:, 5:]  # (3549, 80)
    best, label = scores.max(1)
    sure = best >= LEAST_SCORE
    stride = where[sure, 2:]
    centre, size = (said[sure, :2] + where[sure, :2]) * stride, said[sure, 2:4].exp() * stride
    boxes = torch.cat([centre - size / 2, centre + size / 2], 1) / scale
    kept = batched_nms(boxes, best[sure], label[sure], OVERLAP)[:MOST]
    return boxes[kept], scores[sure][kept]


def pack(photographs: Path, network: Any) -> int:
    """Writes the teacher's answers to a pack of photographs beside it; the number of boxes."""
    boxes, scores, counts = [], [], []
    for file in shard_files(photographs):
        picture = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
        answers, _, scale = ask(network, picture)
        own_boxes, own_scores = read_boxes(answers, scale)
        height, width = picture.shape[:2]
        boxes.append(own_boxes.clamp(min=0).minimum(torch.tensor([width, height, width, height])).numpy())
        scores.append(own_scores.numpy().astype(np.float16))
        counts.append(len(own_boxes))
    np.savez_compressed(
        photographs.with_suffix(".answers.npz"),
        offs=np.cumsum([0, *counts]),
        boxes=np.concatenate(boxes),
        scores=np.concatenate(scores),
    )
    return sum(counts)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the training data, with scenes/ and teachers/")
    given = parser.parse_args(argv)
    cv2.setNumThreads(1)
    network = teacher(given.data / "teachers" / "yolox_nano.onnx")
    for path in sorted((given.data / "scenes").glob("*.npz")):
        if path.name.endswith(".answers.npz") or path.with_suffix(".answers.npz").exists():
            continue
        sys.stdout.write(f"{path.stem}: {pack(path, network)} boxes\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
