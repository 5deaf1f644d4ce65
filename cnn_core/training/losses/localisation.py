"""What a network learns that boxes one object: whether there is one, and where."""

import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import generalized_box_iou_loss

DISTANCE_WEIGHT = 2.0


def localisation_loss(outputs: Tensor, boxes: Tensor, present: Tensor) -> dict[str, Tensor]:
    """{"objectness", "box"}: binary cross-entropy of c_o; GIoU loss and distance of the corners where there is an object.

    Args:
        outputs: (N, 5): the logit of c_o, then xyxy as shares of the picture.
        boxes: (N, 4) xyxy as shares of the picture.
        present: (N,) bool; without an object the box does not matter.
    """
    objectness = F.binary_cross_entropy_with_logits(outputs[:, 0], present.float())
    distance = (outputs[:, 1:] - boxes).abs().mean(1)  # (N,)
    wrong = generalized_box_iou_loss(outputs[:, 1:], boxes) + DISTANCE_WEIGHT * distance  # (N,)
    return {"objectness": objectness, "box": (wrong * present).sum() / present.sum().clamp(min=1)}
