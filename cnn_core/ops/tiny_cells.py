"""What a cell of the tiny world's detector answers, number by number, and how the answers of all cells become things."""

import numpy as np

from cnn_core.ops.boxes import Floats, iou, nms, nms_by_class
from cnn_core.ops.tiny_questions import ATTRIBUTES
from cnn_core.ops.tiny_things import SAME, Things
from cnn_core.ops.tiny_world import MOST

TOLD = tuple(name for name in ATTRIBUTES if name != "size")
"""The attributes that a cell says; the size is told by which of its two answers says there is something."""
ENDS = tuple(int(n) for n in np.cumsum([5, *(len(ATTRIBUTES[name]) for name in TOLD)]))
PARTS = {name: slice(ENDS[k], ENDS[k + 1]) for k, name in enumerate(TOLD)}
"""Attribute -> where its logits stand in an answer; before them: 0 is something here (a logit), 1 and 2 its centre's x and y
from the cell's upper left corner, 3 and 4 its width and height, all four in cells."""
VALUES = ENDS[-1]
"""Numbers of an answer."""
THRESHOLD, HARDLY_TWO = 0.5, 0.7


def softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)


def boxes_of(answers: Floats) -> Floats:
    """Every answer's box, (2, h, w, 4) xyxy as shares of the sides, 0..1, of answers (2, VALUES, h, w)."""
    height, width = answers.shape[2:]
    rows, columns = np.mgrid[:height, :width]
    x, y = (answers[:, 1] + columns) / width, (answers[:, 2] + rows) / height
    half_w, half_h = answers[:, 3] / width / 2, answers[:, 4] / height / 2
    corners = np.stack([x - half_w, y - half_h, x + half_w, y + half_h], -1)  # four of (2, h, w) -> (2, h, w, 4)
    return np.asarray(np.clip(corners, 0, 1), np.float32)


def things_of(answers: Floats, threshold: float = THRESHOLD) -> Things:
    """The things that the cells of one picture found.

    Answers surer than ``threshold`` go through non-maximum suppression, twice: of two that say the same colour and shape the
    less sure goes where they overlap by more than ``SAME``, of others where they overlap by more than ``HARDLY_TWO``, for
    things lie before one another. The ``MOST`` surest of those left are the things.

    Args:
        answers: (2, VALUES, h, w) float32, first those about small things, then those about large ones.
        threshold: 0..1.
    """
    boxes = boxes_of(answers).reshape(-1, 4)  # (2, h, w, 4) -> (2 h w, 4)
    scores = (1 / (1 + np.exp(-answers[:, 0]))).astype(np.float32).reshape(-1)  # (2, h, w) -> (2 h w,)
    large = np.repeat([False, True], len(scores) // 2)
    rows = answers.transpose(0, 2, 3, 1).reshape(-1, VALUES)  # (2, V, h, w) -> (2, h, w, V) -> (2 h w, V)
    sure = np.flatnonzero(scores > threshold)
    alike = tuple(str([rows[k, PARTS[name]].argmax() for name in ("colour", "shape")]) for k in sure)
    kept = sure[nms_by_class(boxes[sure], scores[sure], alike, SAME)]
    kept = kept[nms(boxes[kept], scores[kept], HARDLY_TWO)][:MOST]
    kept = kept[np.argsort(boxes[kept, 0] + boxes[kept, 2], kind="stable")]
    values = rows[kept]  # (n, V)
    rival = np.where((iou(boxes[kept], boxes) > SAME) & (large[kept, None] != large), scores, 0).max(1)  # (n,)
    own = scores[kept] / (scores[kept] + rival)
    sizes = np.where(large[kept, None], np.stack([1 - own, own], 1), np.stack([own, 1 - own], 1))  # (n,) twice -> (n, 2)
    told = {f"{name}s": softmax(values[:, part]) for name, part in PARTS.items()}
    return Things(boxes[kept], sizes.astype(np.float32), **told, scores=scores[kept])
