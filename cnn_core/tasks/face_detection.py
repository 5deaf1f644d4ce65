"""Where are faces? A small network looks at the picture at several sizes; what it finds twice is kept once."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from cnn_core.results import FoundFaces, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import prepare

STEP = 2**0.5
"""From one size of the picture to the next."""

MULTIPLE = 8
OVERLAP = 0.35
LARGEST_SIDE = 1280


def sizes(height: int, width: int, smallest: float, found_at: float) -> Iterator[tuple[int, int]]:
    """The (height, width) at which the picture is looked at, the largest first.

    Args:
        height, width: of the upload.
        smallest: side of the smallest faces looked for, as a share of the upload's shorter side.
        found_at: side in pixels at which the network knows faces best.
    """
    scale = min(found_at / (smallest * min(height, width)), LARGEST_SIDE / max(height, width))
    while min(height, width) * scale >= found_at:
        yield tuple(MULTIPLE * max(1, round(side * scale / MULTIPLE)) for side in (height, width))  # type: ignore[misc]
        scale /= STEP


@on_network
def find_faces(network: weights.Network, picture: PictureArray, threshold: float = 0.6, smallest: float = 0.1) -> FoundFaces:
    """The faces of a picture (H, W, 3) uint8, the most confident first."""
    with network.running():
        return found_in(network.model, network.card.input, picture, threshold, smallest)


@torch.inference_mode()
def found_in(model: Any, form: Preprocessing, picture: PictureArray, threshold: float, smallest: float = 0.1) -> FoundFaces:
    """What a detector finds in a picture (H, W, 3) uint8; it knows faces best whose side is half of the form's size."""
    from torchvision.ops import nms  # here: see public_weights.record_of

    place = next(model.parameters()).device
    boxes, scores, landmarks = ([np.zeros((0, *shape), np.float32)] for shape in ((4,), (), (5, 2)))
    height, width = picture.shape[:2]
    for h, w in sizes(height, width, smallest, form.size / 2):
        logits, found, marks = model(prepare(picture, form, (h, w)).x.to(place))
        told = logits[0].float().sigmoid().cpu().numpy()
        sure = told >= threshold
        share = np.array([width / w, height / h], np.float32)
        boxes.append(found[0].float().cpu().numpy()[sure] * np.tile(share, 2))
        landmarks.append(marks[0].float().cpu().numpy()[sure] * share)
        scores.append(told[sure])
    every, told, marks = (np.concatenate(parts) for parts in (boxes, scores, landmarks))
    kept = nms(torch.from_numpy(every), torch.from_numpy(told), OVERLAP).numpy()
    return FoundFaces(every[kept].clip(0, [width, height] * 2).astype(np.float32), told[kept], marks[kept])
