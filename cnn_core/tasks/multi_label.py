"""Which of K classes are in the picture (multi-label)? Any number of them: one sigmoid a class, not one softmax for all."""

from dataclasses import dataclass

import torch

from cnn_core.models import Headed
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import prepare


@dataclass(frozen=True)
class Labels:
    """What a multi-label network says of one picture.

    Attributes:
        names: the K classes.
        logits: (K,) float32; above 0 the class is more likely there than not.
        attention: (K, h, w) float32, 0..1, the largest of the map 1: how much each part of the picture counts for a class.
    """

    names: tuple[str, ...]
    logits: Floats
    attention: Floats

    def probabilities(self) -> dict[str, float]:
        """Each class's own sigmoid; they need not add up to anything."""
        values = torch.from_numpy(self.logits).sigmoid()
        return {name: float(value) for name, value in zip(self.names, values, strict=True)}


@remembered
@on_network
def find_classes(network: weights.Network, picture: PictureArray) -> Labels:
    """Which classes the network sees in a picture (H, W, 3) uint8, and which parts of the picture count for each."""
    head, base = network.offering(Headed).head, network.offering(Headed).base
    prepared = prepare(picture, network.card.input)
    x = prepared.x.to(network.device)
    with network.running():
        answers, attention = head.places(head.stacked(base.maps(x)))  # each (1, K, h, w)
        logits = (answers * attention).sum((2, 3))[0].float().cpu().numpy()  # (K,)
    scaled = attention[0] / attention[0].amax((1, 2), keepdim=True)
    stride = x.shape[-1] // attention.shape[-1]
    large = scaled.repeat_interleave(stride, 1).repeat_interleave(stride, 2)  # (K, h, w) -> (K, H, W): cells as blocks
    x1, y1, x2, y2 = prepared.placement.inside
    return Labels(network.card.classes, logits, large[:, y1:y2, x1:x2].float().cpu().numpy())
