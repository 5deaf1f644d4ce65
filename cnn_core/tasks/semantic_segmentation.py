"""Which pixels belong to what? One picture -> a class for every pixel, in the upload's own pixels."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from cnn_core.images.placement import Placement
from cnn_core.models import Headed
from cnn_core.results import PictureArray, Segmentation
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.certainty import believed_slopes, scale_logits
from cnn_core.tasks.preprocessing import prepare

Pixel = TypeVar("Pixel", bound=np.generic)
LONGEST_SMOOTH = 1024
"""Class borders are computed smoothly up to this size; larger uploads repeat its pixels."""


def crop_to_picture(logits: Tensor, placement: Placement) -> Tensor:
    """Logits (1, K, h, w) over the padded input -> (1, K, ih, iw) over the picture alone, a value for each input pixel."""
    whole = F.interpolate(logits.float(), placement.size, mode="bilinear", align_corners=False)
    x1, y1, x2, y2 = placement.inside
    return whole[:, :, y1:y2, x1:x2]


def smooth_size(upload: tuple[int, int]) -> tuple[int, int]:
    """The (height, width) at which an upload's borders are computed: its own, up to ``LONGEST_SMOOTH``."""
    scale = min(1.0, LONGEST_SMOOTH / max(upload))
    return max(1, round(upload[0] * scale)), max(1, round(upload[1] * scale))


def enlarge_classes(classes: NDArray[Pixel], upload: tuple[int, int]) -> NDArray[Pixel]:
    """Class numbers or a mask (h, w) as large as the upload (H, W): the nearest pixel's, of the same type."""
    (height, width), (h, w) = upload, classes.shape
    rows = ((np.arange(height) + 0.5) * h / height).astype(np.intp)
    columns = ((np.arange(width) + 0.5) * w / width).astype(np.intp)
    enlarged: NDArray[Pixel] = classes[rows][:, columns]
    return enlarged


def choose_classes(logits: Tensor, placement: Placement) -> NDArray[np.uint8]:
    """Logits over the picture (1, K, h, w) -> the class with the highest score for every pixel of the upload, (H, W)."""
    smooth = F.interpolate(logits, smooth_size(placement.upload), mode="bilinear", align_corners=False)
    classes = smooth.argmax(1)[0].cpu().numpy().astype(np.uint8)  # (1, K, H', W') -> (H', W')
    return enlarge_classes(classes, placement.upload)


def read_logits(logits: Tensor, placement: Placement, card: Card) -> Segmentation:
    """Logits (1, K, h, w) over the padded input -> the answer in the upload's pixels.

    Its probabilities are shares right, as measured on photographs that no training saw; a card that says nothing of it (a
    public network's) leaves them as they are.
    """
    inside = crop_to_picture(logits, placement)
    shares = scale_logits(inside, believed_slopes(card)).softmax(1)[0].cpu().numpy()  # (1, K, h, w) -> (K, h, w)
    return Segmentation(card.classes, choose_classes(inside, placement), shares)


@remembered
@on_network
def segment(network: weights.Network, picture: PictureArray) -> Segmentation:
    """A class for every pixel of a picture (H, W, 3) uint8."""
    prepared = prepare(picture, network.card.input)
    logits = network(prepared.x)  # (1, K, h, w)
    return read_logits(logits, prepared.placement, network.card)


def segment_with_each(picture: PictureArray, weights_names: Sequence[str]) -> list[Segmentation]:
    """A class for every pixel of a picture (H, W, 3) uint8 by each of several heads on one base, which runs once.

    Raises:
        InputError: no such network.
    """
    return _segment_with_each(picture, weights_names[0], weights_names)


@on_network
def _segment_with_each(first: weights.Network, picture: PictureArray, weights_names: Sequence[str]) -> list[Segmentation]:
    prepared = prepare(picture, first.card.input)
    with first.running():
        maps = first.offering(Headed).base.maps(prepared.x.to(first.device))
    answers = []
    for name in weights_names:
        network = weights.load(name, first.device)
        with network.running():
            logits = network.offering(Headed).head(maps)
        answers.append(read_logits(logits, prepared.placement, network.card))
    return answers
