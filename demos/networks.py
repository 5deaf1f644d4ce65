"""Lists of networks and classes for the demos' choices, read from the cards."""

from cnn_core import public_weights, weights
from demos.spec import Options


def classifiers(*, shuffled: bool = False, public: bool = False) -> Options:
    """(weights name, title) of the classification networks, the most accurate kind for photographs first.

    Args:
        shuffled: whether to list those trained on shuffled pixels, too; they are of no use on ordinary pictures.
        public: whether to list public full-size networks, too, which need an internet connection once.
    """
    cards = [weights.card(name) for name in weights.names("classification")]
    shown = [card for card in cards if shuffled or card.input.shuffle_seed is None]
    shown.sort(key=lambda card: (-len(card.classes), -card.top1, card.title))
    options = [(card.name, f"{card.title} · {len(card.classes):,} classes") for card in shown]
    fetched = [(name, f"{public_weights.title(name)} · 1,000 classes") for name in public_weights.names()]
    return tuple(options + fetched if public else options)


def classes_of(network: str) -> Options:
    """(number of the class, its name) for each class of a network, in alphabetical order."""
    names = weights.card(network).classes
    return tuple(sorted(((str(k), name) for k, name in enumerate(names)), key=lambda pair: pair[1].lower()))
