"""The things of a drawn scene of the tiny world: where they are, and of which size, pattern, colour and shape."""

from cnn_core.ops.tiny_cells import things_of
from cnn_core.ops.tiny_things import Things
from cnn_core.results import PictureArray
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.runtime.weights import Network
from cnn_core.tasks.preprocessing import answer_to, input_tensor

FINDER = "find_things_tinyworld"


def find_things(picture: PictureArray, weights_name: str = FINDER) -> Things:
    """The things that a network finds in a picture (H, W, 3) uint8, from left to right, at most eight."""
    return _find(picture, weights_name)


@remembered
@on_network
def _find(network: Network, picture: PictureArray) -> Things:
    answers = answer_to(network, input_tensor(picture, network))  # (1, 2, V, h, w)
    return things_of(answers[0].float().cpu().numpy())
