"""What is it and where? One object: a class and one box, from two heads on one network's maps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from cnn_core.ops import boxes
from cnn_core.results import Classification, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.classification import softmax
from cnn_core.tasks.preprocessing import prepare


@dataclass(frozen=True)
class Localised:
    """What a localiser says of one picture.

    Attributes:
        presence: c_o, how likely there is an object at all, 0..1.
        box: (4,) float32, xyxy in pixels of the upload.
        classification: what it would be.
        shape: (H, W) of the upload.
    """

    presence: float
    box: Floats
    classification: Classification
    shape: tuple[int, int]

    def label_vector(self, convention: str) -> list[tuple[str, float]]:
        """The lecture's label vector as (name, value): c_o, b_x, b_y, b_h, b_w, then the likeliest classes' c_k.

        Args:
            convention: "centre" (centre and size, y downwards) or "corner" (lower left corner and size, y upwards).

        Raises:
            ValueError: another convention.
        """
        ways = {"centre": boxes.to_centre_size, "corner": boxes.to_corner_size}
        if convention not in ways:
            raise ValueError(f"expected one of {sorted(ways)}, got {convention!r}")
        height, width = self.shape
        b_x, b_y, b_h, b_w = (float(v) for v in ways[convention](self.box[None], width, height)[0])
        classes = [(f"c ({name})", share) for name, share in self.classification.top(5)]
        return [("c_o", self.presence), ("b_x", b_x), ("b_y", b_y), ("b_h", b_h), ("b_w", b_w), *classes]


@remembered
@on_network
def localise(network: weights.Network, picture: PictureArray) -> Localised:
    """The one object of a picture (H, W, 3) uint8: one head says where, the base's own head says what."""
    model: Any = network.model
    x = prepare(picture, network.card.input).x.to(network.device)
    with network.running():
        maps = model.base.maps(x)
        presence, *corners = model.head(maps)[0].float().cpu().numpy()  # (5,): a logit, then xyxy as shares of the picture
        logits = model.base.fc(torch.flatten(model.base.pool(maps[-1]), 1))[0].float().cpu().numpy()
    height, width = picture.shape[:2]
    box = (np.array(corners) * np.array([width, height, width, height])).astype(np.float32)
    answer = Classification(network.card.classes, logits, softmax(logits))
    return Localised(float(1 / (1 + np.exp(-presence))), box, answer, (height, width))
