"""Which pixels belong to what? One picture -> a class for every pixel, in the upload's own pixels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.images.placement import Placement
from cnn_core.results import PictureArray, Segmentation
from cnn_core.runtime import devices, weights
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.detection import prepared

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
def segment(picture: PictureArray, weights_name: str) -> Segmentation:
    """What the network ``weights_name`` says of every pixel of a picture (H, W, 3) uint8.

    Raises:
        InputError: no such network.
    """

    def forward(network: weights.Network) -> Segmentation:
        x, placement = prepared(picture, network.card.input)
        with torch.inference_mode():
            with devices.timed(weights_name):
                logits = network.model(x.to(network.device))
            return answer_of(logits, placement, network.card.classes)

    return weights.with_fallback(weights_name, forward)


def segment_with_each(picture: PictureArray, weights_names: Sequence[str]) -> list[Segmentation]:
    """What several heads on one base say of every pixel of a picture (H, W, 3) uint8; the base looks at it once.

    Raises:
        InputError: no such network.
    """

    def forward(first: weights.Network) -> list[Segmentation]:
        x, placement = prepared(picture, first.card.input)
        answers = []
        with torch.inference_mode():
            base: Any = first.model.base
            with devices.timed(first.card.name):
                maps = base.maps(x.to(first.device))
            for name in weights_names:
                network = weights.load(name, first.device)
                head: Any = network.model.head
                with devices.timed(name):
                    logits = head(maps)
                answers.append(answer_of(logits, placement, network.card.classes))
        return answers

    return weights.with_fallback(weights_names[0], forward)
