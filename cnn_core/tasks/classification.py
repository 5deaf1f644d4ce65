"""Which of K classes is this? One picture -> a probability for each class."""

import numpy as np

from cnn_core.results import Classification, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import answer_to, prepare


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities exp(z / T) / sum(exp(z / T)) of logits (K,), computed without overflow.

    Args:
        logits: (K,) real numbers.
        temperature: T > 0; above 1 flattens the probabilities, below 1 sharpens them.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max())
    probabilities: Floats = (powers / powers.sum()).astype(np.float32)
    return probabilities


@on_network
def compute_logits(network: weights.Network, picture: PictureArray) -> Floats:
    """The network's logits (K,) float32, before any softmax or sigmoid, for a picture (H, W, 3) uint8."""
    x = prepare(picture, network.card.input).x
    logits: Floats = answer_to(network, x)[0].float().cpu().numpy()  # (1, K) -> (K,)
    return logits


def classify(picture: PictureArray, weights_name: str, temperature: float = 1.0) -> Classification:
    """The class probabilities that the network ``weights_name`` gives a picture (H, W, 3) uint8.

    Args:
        picture: RGB, any size.
        weights_name: of a network whose task is "classification".
        temperature: of the softmax.

    Raises:
        InputError: no such network.
    """
    return classification_from(compute_logits(picture, weights_name), weights.card(weights_name), temperature)


def classification_from(logits: Floats, card: Card, temperature: float = 1.0) -> Classification:
    """Logits (K,) as the answer of the network with this card."""
    return Classification(card.classes, logits, softmax(logits, temperature))


def evidence_of(logits: Floats) -> float:
    """ln(sum(exp(z))) of logits (K,): low where no class stands out, which a softmax alone hides.

    The negative of the energy of Liu et al. 2020, arXiv:2010.03759.
    """
    highest = float(np.max(logits))
    return highest + float(np.log(np.exp(np.asarray(logits, np.float64) - highest).sum()))


def knows_nothing_here(answer: Classification, card: Card) -> bool:
    """Whether there is less evidence than for nearly all things that the network knows; False where the card has no rule."""
    table = card.record.get("nothing")
    return table is not None and evidence_of(answer.logits) < table["threshold"]


def measured_accuracy(card: Card, confidence: float) -> tuple[float, int]:
    """How often the network was right on validation pictures whose largest probability lay in the same tenth.

    Args:
        card: of a classification network.
        confidence: largest probability at temperature 1, 0..1.

    Returns:
        (share 0..1, number of such pictures); (0.0, 0) where there were none, or where it was not measured here.
    """
    table = card.record.get("calibration")
    if table is None:
        return 0.0, 0
    tenth = int(np.clip(np.searchsorted(table["edges"], confidence, side="left") - 1, 0, len(table["n"]) - 1))
    return float(table["right"][tenth]), int(table["n"][tenth])
