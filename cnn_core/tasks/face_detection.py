"""Where are faces? A small network looks at the image at several sizes; what it finds twice is kept once."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from cnn_core.results import Floats, FoundFaces, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import prepare

Answers = tuple[Tensor, Tensor, Tensor]
"""Of P cells: logits (1, P), bounding boxes (1, P, 4) xyxy, landmarks (1, P, 5, 2); in pixels of the network's input."""

STEP = 2**0.5
"""From one size of the image to the next."""

MULTIPLE = 8
OVERLAP = 0.35
"""Two boxes that overlap by more (IoU) are one face."""
LARGEST_SIDE = 1280


def list_sizes(height: int, width: int, smallest: float, found_at: float) -> Iterator[tuple[int, int]]:
    """The (height, width) at which the network sees the image, the largest first.

    Args:
        height, width: of the upload.
        smallest: side of the smallest faces looked for, as a share of the upload's shorter side.
        found_at: side in pixels at which the network knows faces best.
    """
    scale = min(found_at / (smallest * min(height, width)), LARGEST_SIDE / max(height, width))
    while min(height, width) * scale >= found_at:
        h, w = (MULTIPLE * max(1, round(side * scale / MULTIPLE)) for side in (height, width))
        yield h, w
        scale /= STEP


@on_network
def find_faces(network: weights.Network, picture: PictureArray, threshold: float = 0.6, smallest: float = 0.1) -> FoundFaces:
    """The faces of a picture (H, W, 3) uint8, the most confident first; see ``detect_faces``."""
    return detect_faces(network, network.card.input, picture, threshold, smallest)


@torch.inference_mode()
def detect_faces(
    network: Callable[[Tensor], Answers], form: Preprocessing, picture: PictureArray, threshold: float, smallest: float = 0.1
) -> FoundFaces:
    """What a face detector finds in a picture (H, W, 3) uint8, the most confident first.

    Args:
        network: x (1, 3, h, w) -> its answers; it knows faces best whose side is half of the form's size.
        form: how a picture becomes its input.
        picture: RGB.
        threshold: smallest score, 0..1.
        smallest: see ``list_sizes``.
    """
    from torchvision.ops import nms  # here: see public_weights.record_of

    height, width = picture.shape[:2]
    found = [empty()]
    for h, w in list_sizes(height, width, smallest, form.size / 2):
        answers = network(prepare(picture, form, (h, w)).x)
        found.append(read_cells(answers, threshold, np.array([width / w, height / h], np.float32)))
    scores, boxes, landmarks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    kept = nms(torch.from_numpy(boxes), torch.from_numpy(scores), OVERLAP).numpy()
    return FoundFaces(boxes[kept].clip(0, [width, height] * 2).astype(np.float32), scores[kept], landmarks[kept])


def empty() -> tuple[Floats, Floats, Floats]:
    """No faces: scores (0,), boxes (0, 4), landmarks (0, 5, 2)."""
    return np.zeros(0, np.float32), np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32)


def read_cells(answers: Answers, threshold: float, share: Floats) -> tuple[Floats, Floats, Floats]:
    """Scores (n,), boxes (n, 4) and landmarks (n, 5, 2) of the cells that reach the threshold, in the upload's pixels.

    Args:
        answers: of one picture.
        threshold: smallest score, 0..1.
        share: (2,) pixels of the upload for one of the input, in x and y.
    """
    logits, boxes, landmarks = (part[0].float().cpu() for part in answers)  # (1, P, ...) -> (P, ...)
    scores: Floats = logits.sigmoid().numpy()
    sure = scores >= threshold
    return scores[sure], boxes.numpy()[sure] * np.tile(share, 2), landmarks.numpy()[sure] * share
