"""Which pixels belong to what? One picture -> a class for every pixel, in the upload's own pixels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.images.placement import Placement
from cnn_core.results import PictureArray, Segmentation
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import prepare

LONGEST_SMOOTH = 1024
"""Class borders are computed smoothly up to this size; larger uploads repeat its pixels."""


def of_the_picture(logits: Tensor, placement: Placement) -> Tensor:
    """Logits (1, K, h, w) over the padded input -> (1, K, ih, iw) over the picture alone, a value for each input pixel."""
    whole = F.interpolate(logits.float(), placement.size, mode="bilinear", align_corners=False)
    x1, y1, x2, y2 = placement.inside
    return whole[:, :, y1:y2, x1:x2]


def class_map(logits: Tensor, placement: Placement) -> np.ndarray:
    """Logits over the picture (1, K, h, w) -> the likeliest class of every pixel of the upload, (H, W) uint8."""
    height, width = placement.upload
    scale = min(1.0, LONGEST_SMOOTH / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    classes = F.interpolate(logits, size, mode="bilinear", align_corners=False).argmax(1)
    full = F.interpolate(classes[:, None].to(torch.uint8), (height, width), mode="nearest-exact")
    return full[0, 0].cpu().numpy()


def answer_of(logits: Tensor, placement: Placement, names: tuple[str, ...]) -> Segmentation:
    """Logits (1, K, h, w) over the padded input -> the answer in the upload's pixels."""
    inside = of_the_picture(logits, placement)
    return Segmentation(names, class_map(inside, placement), inside[0].softmax(0).cpu().numpy())


@remembered
@on_network
def segment(network: weights.Network, picture: PictureArray) -> Segmentation:
    """A class for every pixel of a picture (H, W, 3) uint8."""
    prepared = prepare(picture, network.card.input)
    logits = network(prepared.x)  # (1, K, h, w)
    return answer_of(logits, prepared.placement, network.card.classes)


def segment_with_each(picture: PictureArray, weights_names: Sequence[str]) -> list[Segmentation]:
    """A class for every pixel of a picture (H, W, 3) uint8 by each of several heads on one base, which runs once.

    Raises:
        InputError: no such network.
    """
    return _segment_with_each(picture, weights_names[0], weights_names)


@on_network
def _segment_with_each(first: weights.Network, picture: PictureArray, weights_names: Sequence[str]) -> list[Segmentation]:
    prepared = prepare(picture, first.card.input)
    base: Any = first.model.base
    with first.running():
        maps = base.maps(prepared.x.to(first.device))
    answers = []
    for name in weights_names:
        network = weights.load(name, first.device)
        head: Any = network.model.head
        with network.running():
            logits = head(maps)
        answers.append(answer_of(logits, prepared.placement, network.card.classes))
    return answers
