"""Which object does each pixel belong to? One picture -> objects with boxes and masks, in the upload's own pixels."""

from typing import Any

from cnn_core.images.placement import Placement
from cnn_core.results import Instances, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.certainty import believed
from cnn_core.tasks.preprocessing import prepare


@remembered
@on_network
def find_instances(network: weights.Network, picture: PictureArray) -> Instances:
    """Every object that the network finds in a picture (H, W, 3) uint8 at any confidence, the most confident first."""
    prepared = prepare(picture, network.card.input)
    (found,) = network(prepared.x)
    return instances_from(found, network.card, prepared.placement)


def instances_from(found: Any, card: Card, placement: Placement) -> Instances:
    """What the network found (``mask_rcnn_head.Found`` or its like) as the answer, in pixels of the upload."""
    boxes, raw, masks, proposals = (
        part.float().cpu().numpy() for part in (found.boxes, found.scores, found.masks, found.proposals)
    )
    labels = tuple(card.classes[k - 1] for k in found.labels.tolist())  # label 0 is the background
    scores, regions = believed(raw, card), placement.boxes_to_upload(proposals)
    return Instances(placement.boxes_to_upload(boxes), scores, labels, masks, placement.upload, regions)
