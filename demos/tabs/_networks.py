"""Lists of networks, classes, layers and channels for the demos' choices."""

from functools import cache

import torch

from cnn_core.explain.layer_table import layer_table
from cnn_core.results import LayerFacts
from cnn_core.runtime import public_weights, weights
from demos.spec import Options

PUBLIC_HELP = 'Public networks are full-size; those not on this machine are fetched on the page "Public networks".'


def classifiers(*, shuffled: bool = False, public: bool = False) -> Options:
    """(weights name, title) of the classification networks, the most accurate kind for photographs first.

    Args:
        shuffled: whether to list those trained on shuffled pixels, too; they are of no use on ordinary pictures.
        public: whether to list public full-size networks, too.
    """
    cards = [weights.card(name) for name in weights.names("classification")]
    shown = [card for card in cards if shuffled or card.input.shuffle_seed is None]
    shown.sort(key=lambda card: (-len(card.classes), -card.top1, card.title))
    options = [(card.name, f"{card.title} · {len(card.classes):,} classes") for card in shown]
    return (*options, *public_networks("classification")) if public else tuple(options)


def public_networks(*tasks: str) -> Options:
    """(weights name, title with size) of the public full-size networks for some tasks; one is fetched only when asked for.

    Where this machine fetches nothing for visitors, those alone that are here.
    """
    return tuple((name, public_weights.title(name)) for task in tasks for name in public_weights.offered(task))


def classes_of(network: str) -> Options:
    """(number of the class, its name) for each class of a network, in alphabetical order."""
    names = weights.card(network).classes
    return tuple(sorted(((str(k), name) for k, name in enumerate(names)), key=lambda pair: pair[1].lower()))


@cache
def facts_of(network: str) -> tuple[LayerFacts, ...]:
    """Every layer of a network in numbers; a public one's also where its file is not here."""
    public = network in public_weights.names()
    model = public_weights.build_empty(network) if public else weights.load(network).model
    size = weights.card(network).input.size
    x = torch.zeros(1, 3, size, size, device=next(model.parameters()).device)
    return tuple(layer_table(model, x, model.layers()))  # type: ignore[operator]


def layers_of(network: str) -> Options:
    """(name, words) of the layers worth looking at, from the picture to the label."""
    return tuple((facts.name, facts.words) for facts in facts_of(network))


def is_last(network: str, layer: str) -> bool:
    """Whether a layer is the last one, whose channels are the classes."""
    return layer == layers_of(network)[-1][0]


def name_channel(network: str, layer: str, number: int) -> str:
    """What a channel is called: "channel 7", or "class goldfish" at the last layer."""
    return dict(channels_of(network, layer))[str(number)]


def channels_of(network: str, layer: str) -> Options:
    """(number, words) of all channels of a layer; of the last layer the classes, in alphabetical order."""
    if is_last(network, layer):
        return tuple((number, f"class {name}") for number, name in classes_of(network))
    count = next((facts.shape[0] for facts in facts_of(network) if facts.name == layer), 0)
    return tuple((str(number), f"channel {number}") for number in range(count))
