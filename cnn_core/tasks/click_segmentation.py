"""Click to select: the object under a click, better with every further click."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from cnn_core.images.placement import Placement
from cnn_core.models import Headed
from cnn_core.ops.masks import Click, Mask, keep_clicked
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network, with_fallback
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import prepare
from cnn_core.tasks.semantic_segmentation import crop_to_picture, enlarge_classes, smooth_size


@dataclass(frozen=True)
class Encoded:
    """A picture's feature maps, computed once for any number of clicks; on the network's device."""

    maps: list[Tensor]
    placement: Placement
    weights_name: str


@remembered
@on_network
def encode(network: weights.Network, picture: PictureArray) -> Encoded:
    """The feature maps of a picture (H, W, 3) uint8."""
    prepared = prepare(picture, network.card.input)
    with network.running():
        maps = network.offering(Headed).base.maps(prepared.x.to(network.device))
    return Encoded(maps, prepared.placement, network.card.name)


def select(encoded: Encoded, clicks: Sequence[Click]) -> Mask:
    """The object that the clicks mean, as a mask (H, W) in the upload's pixels; nothing without a positive click.

    Of what the network answers, the parts under the positive clicks are kept, and their holes filled.
    """
    if not any(belongs for _, _, belongs in clicks):
        return np.zeros(encoded.placement.upload, bool)
    return with_fallback(encoded.weights_name, lambda network: _select(network, encoded, clicks))


def _select(network: weights.Network, encoded: Encoded, clicks: Sequence[Click]) -> Mask:
    upload, size = encoded.placement.upload, smooth_size(encoded.placement.upload)
    logits = decode(network, encoded, clicks)
    found = F.interpolate(logits, size, mode="bilinear", align_corners=False)[0, 0] > 0  # (1, 1, h, w) -> (H', W')
    share_x, share_y = size[1] / upload[1], size[0] / upload[0]
    mask = keep_clicked(found.cpu().numpy(), [(x * share_x, y * share_y, belongs) for x, y, belongs in clicks])
    return enlarge_classes(mask, upload)


def decode(network: weights.Network, encoded: Encoded, clicks: Sequence[Click]) -> Tensor:
    """The mask's logits (1, 1, h, w) over the picture, at the network's own size."""
    inside = [(*encoded.placement.point_from_upload(x, y), belongs) for x, y, belongs in clicks]
    maps = [part.to(network.device) for part in encoded.maps]  # they lie elsewhere after a fallback
    with network.running():
        return crop_to_picture(network.offering(Headed).head(maps, [inside]), encoded.placement)
