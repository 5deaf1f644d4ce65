"""Click to select: the object under a click, better with every further click."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from cnn_core.images.placement import Placement
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import prepare
from cnn_core.tasks.semantic_segmentation import LONGEST_SMOOTH, of_the_picture

Click = tuple[float, float, bool]
"""(x, y, belongs): pixels of the upload, and whether the object is there."""


@dataclass(frozen=True)
class Looked:
    """A picture's maps, computed once for any number of clicks; on the network's device."""

    maps: list[Tensor]
    placement: Placement
    network: weights.Network


@remembered
@on_network
def look(network: weights.Network, picture: PictureArray) -> Looked:
    """The feature maps of a picture (H, W, 3) uint8."""
    prepared = prepare(picture, network.card.input)
    model: Any = network.model
    with network.running():
        return Looked(model.base.maps(prepared.x.to(network.device)), prepared.placement, network)


def select(looked: Looked, clicks: Sequence[Click]) -> NDArray[np.bool_]:
    """The object that the clicks mean, as a mask (H, W) in the upload's pixels; nothing without a positive click."""
    height, width = looked.placement.upload
    if not any(belongs for _, _, belongs in clicks):
        return np.zeros((height, width), bool)
    model: Any = looked.network.model
    inside = [(*looked.placement.point_from_upload(x, y), belongs) for x, y, belongs in clicks]
    with looked.network.running():
        logits = of_the_picture(model.head(looked.maps, [inside]), looked.placement)
        scale = min(1.0, LONGEST_SMOOTH / max(height, width))
        size = max(1, round(height * scale)), max(1, round(width * scale))
        mask = F.interpolate(logits, size, mode="bilinear", align_corners=False) > 0
        full = F.interpolate(mask.to(torch.uint8), (height, width), mode="nearest-exact")
    return full[0, 0].bool().cpu().numpy()
