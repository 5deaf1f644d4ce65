"""Class masks guessed from boxes, for photographs that nobody has outlined: no training mask shows a car or a train.

Khoreva et al. 2017, arXiv:1603.07485 ("Simple does it"): what GrabCut (Rother et al. 2004) cuts out of a box is taken for
the object, the rest of the box for unknown, and everything outside of all boxes for background.
"""

from dataclasses import replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from cnn_core.results import PictureArray
from cnn_core.training.data.voc import IGNORE, Scene

AROUND = 0.25
"""What lies around a box and shows GrabCut the background, in sides of the box."""

LEAST_SIDE, LEAST_AROUND = 8, 30
"""Smaller boxes, and boxes with fewer pixels around them, are left unknown; both in pixels."""

LEAST_SHARE = 0.2
"""A cut-out with a smaller share of its box has missed the object."""

ROUNDS = 3


def cut_out(picture: PictureArray, box: tuple[int, int, int, int]) -> NDArray[np.bool_] | None:
    """The pixels of a box (x1, y1, x2, y2) that GrabCut takes for the object, (y2 - y1, x2 - x1); None where it cannot tell.

    Args:
        picture: (H, W, 3) uint8.
        box: whole pixels inside the picture.
    """
    x1, y1, x2, y2 = box
    if min(x2 - x1, y2 - y1) < LEAST_SIDE:
        return None
    right, down = round(AROUND * (x2 - x1)), round(AROUND * (y2 - y1))
    left, top = max(x1 - right, 0), max(y1 - down, 0)
    part = np.ascontiguousarray(picture[top : y2 + down, left : x2 + right])
    mask = np.full(part.shape[:2], cv2.GC_BGD, np.uint8)
    mask[y1 - top : y2 - top, x1 - left : x2 - left] = cv2.GC_PR_FGD
    if (mask == cv2.GC_BGD).sum() < LEAST_AROUND:
        return None
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(part, mask, None, *models, ROUNDS, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    inside = mask[y1 - top : y2 - top, x1 - left : x2 - left] == cv2.GC_PR_FGD
    return inside if inside.mean() >= LEAST_SHARE else None


def guess_mask(scene: Scene) -> Scene:
    """The scene with a class mask made of its boxes, if it has none; small objects on top, difficult ones unknown.

    ``instance`` is true for the objects that were cut out.
    """
    if scene.mask is not None:
        return scene
    picture = scene.picture.permute(1, 2, 0).contiguous().numpy()  # (3, H, W) -> (H, W, 3)
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    instance = torch.zeros_like(scene.instance)
    areas = (scene.boxes[:, 2:] - scene.boxes[:, :2]).prod(1)
    for k in areas.argsort(descending=True).tolist():
        x1, y1, x2, y2 = (round(side) for side in scene.boxes[k].tolist())
        x1, y1, x2, y2 = max(x1, 0), max(y1, 0), min(x2, width), min(y2, height)
        found = None if scene.difficult[k] else cut_out(picture, (x1, y1, x2, y2))
        region = mask[y1:y2, x1:x2]
        region[:] = IGNORE
        if found is not None:
            region[found] = int(scene.labels[k]) + 1
            instance[k] = True
    return replace(scene, mask=torch.from_numpy(mask), instance=instance)
