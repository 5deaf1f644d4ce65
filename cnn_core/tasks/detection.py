"""What is where? One picture -> boxes with classes and scores, in the upload's own pixels."""

from math import ceil

import numpy as np
import torch
from torch import Tensor

from cnn_core import images, weights
from cnn_core.models.fcos import boxes_of
from cnn_core.placement import Placement
from cnn_core.results import PictureArray
from cnn_core.tasks.classification import normalise

MULTIPLE = 32
LEAST_SCORE = 0.02
MOST = 300


def working_shape(height: int, width: int, longest: int) -> tuple[int, int]:
    """The (height, width) that a picture of this size is given to a detector in: longest side ``longest``, whole strides."""
    scale = longest / max(height, width)
    return tuple(MULTIPLE * max(1, ceil(round(side * scale) / MULTIPLE)) for side in (height, width))  # type: ignore[return-value]


def prepared(picture: PictureArray, form: weights.InputFormat) -> tuple[Tensor, Placement]:
    """(H, W, 3) uint8 -> the network's input (1, 3, h, w), its proportions kept, padded to whole strides; and how."""
    height, width = working_shape(picture.shape[0], picture.shape[1], form.size)
    fitted, placement = images.fit(picture, height, width, "pad")
    tensor = torch.from_numpy(fitted).permute(2, 0, 1)[None]
    return normalise(tensor, form).contiguous(memory_format=torch.channels_last), placement


def candidates(answers: tuple[Tensor, ...], least: float = LEAST_SCORE, most: int = MOST) -> tuple[Tensor, Tensor, Tensor]:
    """The surest places of one picture, before any suppression: boxes (n, 4), scores (n,), labels (n,), surest first.

    Args:
        answers: what ``FCOS`` returns for one picture.
        least: smallest score; it is the geometric mean of the class's probability and the box's expected quality.
        most: how many at the most.
    """
    logits, distances, quality, centres, _ = answers
    scores = (logits[0].float().sigmoid() * quality[0].float().sigmoid()[:, None]).sqrt().flatten()
    found = torch.nonzero(scores >= least)[:, 0]
    found = found[scores[found].argsort(descending=True, stable=True)[:most]]
    places, labels = found // logits.shape[2], found % logits.shape[2]
    return boxes_of(distances[0, places].float(), centres[places]), scores[found], labels


def to_numpy(*tensors: Tensor) -> tuple[np.ndarray, ...]:
    """Tensors as arrays on the CPU."""
    return tuple(tensor.cpu().numpy() for tensor in tensors)
