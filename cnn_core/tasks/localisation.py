"""What is it and where? One object: a class and one box, from two heads on one network's maps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from cnn_core.ops import boxes
from cnn_core.results import Classification, Floats, PictureArray
from cnn_core.runtime import devices, weights
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.classification import input_tensor, softmax


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
def localise(picture: PictureArray, weights_name: str) -> Localised:
    """The one object of a picture (H, W, 3) uint8.

    Args:
        picture: RGB, any size.
        weights_name: of a head whose task is "localisation"; its base names the class.

    Raises:
        InputError: no such network.
    """

    def forward(network: weights.Network) -> Localised:
        model: Any = network.model
        x = input_tensor(picture, network)
        with torch.inference_mode(), devices.timed(weights_name):
            maps = model.base.maps(x)
            said = model.head(maps)[0].float().cpu().numpy()
            logits = model.base.fc(torch.flatten(model.base.pool(maps[-1]), 1))[0].float().cpu().numpy()
        height, width = picture.shape[:2]
        box = (said[1:] * np.array([width, height, width, height])).astype(np.float32)
        answer = Classification(network.card.classes, logits, softmax(logits))
        return Localised(float(1 / (1 + np.exp(-said[0]))), box, answer, (height, width))

    return weights.with_fallback(weights_name, forward)
