"""The things of a drawn scene of the tiny world, what each is, and how they stand to one another."""

import numpy as np
import torch

from cnn_core.models import Headed
from cnn_core.ops.boxes import Floats
from cnn_core.ops.tiny_cells import things_of
from cnn_core.ops.tiny_things import Things
from cnn_core.ops.tiny_world import RELATIONS
from cnn_core.results import PictureArray
from cnn_core.runtime.on_network import on_network, with_fallback
from cnn_core.runtime.recent import remembered
from cnn_core.runtime.weights import Network
from cnn_core.tasks.preprocessing import answer_to, input_tensor

FINDER, RELATER = "find_things_tinyworld", "relate_things_tinyworld"


def find_things(picture: PictureArray, weights_name: str = FINDER) -> Things:
    """The things that a network finds in a picture (H, W, 3) uint8, from left to right, at most eight."""
    return _find(picture, weights_name)


@remembered
@on_network
def _find(network: Network, picture: PictureArray) -> Things:
    answers = answer_to(network, input_tensor(picture, network))  # (1, 2, V, h, w)
    return things_of(answers[0].float().cpu().numpy())


def relate_things(things: Things, weights_name: str = RELATER) -> Floats:
    """How probable each relation of each ordered pair of a picture's things is: (n, n, 9), 0..1.

    The relations stand in the order of tiny_world.RELATIONS; what a thing is to itself means nothing.
    """
    if len(things) < 2:
        return np.zeros((len(things), len(things), len(RELATIONS)), np.float32)

    def work(network: Network) -> Floats:
        model = network.offering(Headed)
        told = [torch.from_numpy(part)[None].to(network.device) for part in (things.boxes, things.attributes())]
        with network.running():
            logits = model.head(told[:1], *told)  # (1, n, n, 9)
        return np.asarray(logits[0].float().sigmoid().cpu().numpy(), np.float32)

    return with_fallback(weights_name, work)
