"""Which object does each pixel belong to? One picture -> objects with boxes and masks, in the upload's own pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cnn_core.results import Floats, Instances, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import prepare


def pasted(mask: Floats, box: Floats, shape: tuple[int, int], threshold: float = 0.5) -> NDArray[np.bool_]:
    """A mask over its box (m, m) as the pixels of the whole picture that it covers, (H, W) bool.

    Args:
        mask: (m, m) 0..1.
        box: (4,) xyxy in pixels of the picture.
        shape: (H, W).
        threshold: values from here on belong to the object.
    """
    height, width = shape
    x1, y1, x2, y2 = (float(side) for side in box)
    left, top, right, bottom = max(int(x1), 0), max(int(y1), 0), min(int(np.ceil(x2)), width), min(int(np.ceil(y2)), height)
    result = np.zeros(shape, bool)
    if right <= left or bottom <= top or x2 <= x1 or y2 <= y1:
        return result
    side = mask.shape[0]
    columns = (np.arange(left, right) + 0.5 - x1) / (x2 - x1) * side - 0.5
    rows = (np.arange(top, bottom) + 0.5 - y1) / (y2 - y1) * side - 0.5
    grid_x, grid_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    values = cv2.remap(
        np.ascontiguousarray(mask, np.float32), grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    result[top:bottom, left:right] = values >= threshold
    return result


@remembered
@on_network
def find_instances(network: weights.Network, picture: PictureArray) -> Instances:
    """Every object that the network considers in a picture (H, W, 3) uint8, the most confident first."""
    prepared = prepare(picture, network.card.input)
    (found,) = network(prepared.x)
    boxes, scores, masks, proposals = (
        part.float().cpu().numpy() for part in (found.boxes, found.scores, found.masks, found.proposals)
    )
    labels = tuple(network.card.classes[k - 1] for k in found.labels.tolist())  # label 0 is the background
    to_upload = prepared.placement.boxes_to_upload
    return Instances(to_upload(boxes), scores, labels, masks, prepared.placement.upload, to_upload(proposals))
