"""Does another network see something for which a classifier has no class at all?"""

from typing import NamedTuple

from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.multi_label import find_classes

LEAST_PRECISION = 0.5
"""Average precision that the multi-label network must have for a class, so that its word counts against another's."""
LEAST_PROBABILITY = 0.5

KINDS: dict[str, tuple[str, ...]] = {
    "aeroplane": ("airplane", "airliner", "warplane"),
    "bicycle": ("mountain bike", "bicycle-built-for-two"),
    "bird": ("goose", "black stork", "king penguin", "albatross"),
    "boat": ("ship", "gondola", "speedboat", "lifeboat"),
    "bottle": ("beer bottle", "pop bottle", "water jug", "wine bottle"),
    "bus": ("school bus", "trolleybus", "minibus"),
    "car": ("automobile", "beach wagon", "convertible", "limousine", "police van", "sports car"),
    "cat": ("tabby", "Persian cat", "Egyptian cat", "cougar", "lion"),
    "chair": ("rocking chair", "folding chair"),
    "cow": ("ox", "bison", "water buffalo"),
    "diningtable": ("dining table",),
    "dog": (
        "Chihuahua",
        "Yorkshire terrier",
        "golden retriever",
        "Labrador retriever",
        "German shepherd",
        "standard poodle",
    ),
    "horse": ("sorrel", "zebra"),
    "motorbike": ("moped", "motor scooter"),
    "pottedplant": ("pot", "potted plant"),
    "sheep": ("bighorn", "ram"),
    "sofa": ("studio couch",),
    "train": ("bullet train", "freight car", "steam locomotive"),
    "tvmonitor": ("television", "monitor", "screen", "screen (TV, computer)"),
}
"""Class of the multi-label network -> what the same things are called among CIFAR-10's, Tiny ImageNet's, ImageNet's classes.

A person is called nothing there: none of these data sets has such a class.
"""


class Seen(NamedTuple):
    """A class that the multi-label network sees, and its probability 0..1."""

    name: str
    probability: float


def object_without_class(picture: PictureArray, card: Card, best: str) -> Seen | None:
    """The likeliest class that the multi-label network sees in a picture, if the classifier with this card has none for it.

    Args:
        picture: (H, W, 3) uint8.
        card: of a classifier.
        best: the classifier's own answer; None is returned where the multi-label network sees that, too.
    """
    for name in weights.names("multi_label"):
        precision = weights.card(name).record["per_class"]
        if not any(kind for kind, value in precision.items() if value >= LEAST_PRECISION and not has_class(card, kind)):
            continue  # the network need not be asked: the classifier has a class for all that it may be trusted to see
        probabilities = find_classes(picture, name).probabilities()
        trusted = [Seen(*pair) for pair in probabilities.items() if precision.get(pair[0], 0.0) >= LEAST_PRECISION]
        seen = [pair for pair in trusted if pair.probability >= LEAST_PROBABILITY]
        if not seen or any(best in names_of(kind) for kind, _ in seen):
            return None
        without = [pair for pair in seen if not has_class(card, pair.name)]
        return max(without, key=lambda pair: pair.probability, default=None)
    return None


def has_class(card: Card, kind: str) -> bool:
    """Whether a classifier has a class for what the multi-label network calls so."""
    return not set(names_of(kind)).isdisjoint(card.classes)


def names_of(kind: str) -> tuple[str, ...]:
    """Everything that a class of the multi-label network may be called by a classifier."""
    return (kind, *KINDS.get(kind, ()))
