"""A classifier's answer and where it saw the evidence for one class, from a single forward pass."""

from dataclasses import dataclass

from cnn_core.explain.cam import rescale_positive, weighted_maps_and_output
from cnn_core.explain.targets import class_score
from cnn_core.models import Classifier
from cnn_core.results import Floats, Heatmap, PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import answer_to, prepare


@dataclass(frozen=True)
class ClassEvidence:
    """What a classifier says of one picture, and why.

    Attributes:
        logits: (K,) float32.
        heatmap: Grad-CAM for one class; None for a network without feature maps.
    """

    logits: Floats
    heatmap: Heatmap | None


@remembered
@on_network
def explain_class(network: weights.Network, picture: PictureArray, k: int | None = None) -> ClassEvidence:
    """The logits for a picture (H, W, 3) uint8 and Grad-CAM for class ``k``; None for the class with the largest logit."""
    x = prepare(picture, network.card.input).x.to(network.device)
    layer = network.offering(Classifier).last_maps()
    if layer is None:
        return ClassEvidence(answer_to(network, x)[0].float().cpu().numpy(), None)  # (1, K) -> (K,)
    with run_log.timed(network.card.name, network.device):
        maps, output = weighted_maps_and_output(
            network.model, x, lambda logits: [class_score(int(logits[0].argmax()) if k is None else k)], layer
        )
    logits: Floats = output[0].float().cpu().numpy()  # (1, K) -> (K,)
    chosen = int(logits.argmax()) if k is None else k
    return ClassEvidence(
        logits, Heatmap(rescale_positive(maps[0]), class_score(chosen, network.card.classes[chosen]).words, layer)
    )
