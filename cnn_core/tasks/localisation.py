"""What is it and where (localization)? One object: a class and one bounding box, from two heads on the same feature maps."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from cnn_core.models import Headed
from cnn_core.ops import boxes
from cnn_core.results import Classification, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.classification import classification_from
from cnn_core.tasks.preprocessing import prepare

Order = Literal["box_first", "presence_first"]
SHOWN = 5
"""How many classes of a label vector are listed one by one."""

SIGMOID = "sigmoid"
SOFTMAX = "softmax"
SIDES = "softplus, cut to 0..1"
"""Each cell proposes distances to the four sides through a softplus (a smooth ReLU); the box is their weighted mean."""


class Entry(NamedTuple):
    """One number of a label vector: its symbol, its value, and the activation that makes it."""

    symbol: str
    value: float
    activation: str


@dataclass(frozen=True)
class Localization:
    """What a network says of a picture's one object.

    Attributes:
        presence: c_o, the probability that there is an object at all, 0..1.
        box: (4,) float32, xyxy in pixels of the upload.
        classification: of the object.
        shape: (H, W) of the upload.
    """

    presence: float
    box: Floats
    classification: Classification
    shape: tuple[int, int]

    def label_vector(self, convention: str, order: str = "presence_first") -> list[Entry]:
        """The lecture's label vector: c_o, the box as b_x, b_y, b_h, b_w in shares of the picture, the likeliest classes.

        Args:
            convention: "centre" (centre and size, y downwards) or "corner" (lower left corner and size, y upwards).
            order: "box_first" (b_x, b_y, b_h, b_w, c_o, classes) or "presence_first" (c_o, b_x, b_y, b_h, b_w, classes).

        Raises:
            ValueError: another convention or order.
        """
        ways = {"centre": boxes.to_centre_size, "corner": boxes.to_corner_size}
        if convention not in ways:
            raise ValueError(f"expected one of {sorted(ways)}, got {convention!r}")
        if order not in ("box_first", "presence_first"):
            raise ValueError(f"expected the order 'box_first' or 'presence_first', got {order!r}")
        height, width = self.shape
        numbers = ways[convention](self.box[None], width, height)[0]  # (1, 4) -> (4,): x, y, h, w
        presence = [Entry("c_o", self.presence, SIGMOID)]
        sides = [Entry(name, float(v), SIDES) for name, v in zip(("b_x", "b_y", "b_h", "b_w"), numbers, strict=True)]
        classes = [Entry(f"c ({name})", share, SOFTMAX) for name, share in self.classification.top(SHOWN)]
        return [*sides, *presence, *classes] if order == "box_first" else [*presence, *sides, *classes]


@remembered
@on_network
def localise(network: weights.Network, picture: PictureArray) -> Localization:
    """The one object of a picture (H, W, 3) uint8: one head says where, the base's own head says what."""
    model = network.offering(Headed)
    x = prepare(picture, network.card.input).x.to(network.device)
    with network.running():
        maps = model.base.maps(x)
        answers = model.head(maps)[0]  # (5,): a logit, then xyxy as shares of the picture
        logits = model.base.fc(torch.flatten(model.base.pool(maps[-1]), 1))[0]  # (K,)
    return localization_from(answers, logits, network.card, picture.shape[:2])


def localization_from(answers: Tensor, logits: Tensor, card: Card, shape: tuple[int, int]) -> Localization:
    """Both heads' numbers as the answer.

    Args:
        answers: (5,) the logit of c_o, then left, top, right, bottom as shares of the picture.
        logits: (K,) of the classes.
        card: of the network.
        shape: (H, W) of the upload.
    """
    presence, *corners = answers.float().cpu().numpy()
    height, width = shape
    box = (np.array(corners) * np.array([width, height, width, height])).astype(np.float32)
    answer = classification_from(logits.float().cpu().numpy(), card)
    return Localization(float(1 / (1 + np.exp(-presence))), box, answer, (height, width))
