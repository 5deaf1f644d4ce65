"""Lists of networks, classes, layers and channels for the demos' choices."""

from functools import cache

import torch

from cnn_core.explain.layer_table import layer_table
from cnn_core.explain.receptive_field import ReceptiveField, receptive_fields
from cnn_core.results import LayerFacts
from cnn_core.runtime import public_weights, weights
from cnn_core.runtime.on_network import with_fallback
from cnn_core.tasks.feeding import GENERATOR, blank, feed, split
from demos.spec import Options

PUBLIC_HELP = 'Public networks are full-size; those not on this machine are fetched on the page "Public networks".'

KINDS = {
    "hand_crafted": "features made by hand",
    "binary_classification": "one of two",
    "multi_label": "several classes at once",
    "localisation": "localization",
    "detection": "object detection",
    "instance_segmentation": "instance segmentation",
    "semantic_segmentation": "semantic segmentation",
    "upsampling": "semantic segmentation without skip connections",
    "click_segmentation": "click to select",
    "colorization": "colorization",
    "style_transfer": "style transfer",
    "face_detection": "face detection",
    "face_similarity": "face embedding",
    "generation": "discriminator",
    "tiny_scenes": "things of drawn scenes",
    "scene_graph": "relations of things",
    "captioning": "captions",
    "instruction_following": "an agent in a room",
}
"""Task -> what its networks do, in the order in which a list of all networks shows them, after the classifiers."""

NAMED = ("classification", "hand_crafted")
"""Tasks whose networks name the whole picture."""


def every_network() -> Options:
    """(weights name, title) of all networks on this machine, classifiers first; of a GAN both: see ``feeding.split``."""
    found = list(classifiers(shuffled=True))
    for task, words in KINDS.items():
        for card in map(weights.card, weights.names(task)):
            found.append((card.name, f"{card.title} · {words}"))
            if task == "generation":
                found.append((card.name + GENERATOR, f"{card.title} · generator"))
    here = [name for name in public_weights.names() if public_weights.kept(name)]
    return (*found, *((name, public_weights.title(name)) for name in here))


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
    """Every layer of a network in numbers, for a square of its input size; a public classifier's also where its file is not.

    The network is named as ``feeding.split`` says.
    """
    name, generator = split(network)
    if name in public_weights.names() and not public_weights.kept(name):
        model, size = public_weights.build_empty(name), weights.card(name).input.size
        return tuple(layer_table(model, torch.zeros(1, 3, size, size, device="meta"), model.layers()))  # type: ignore[operator]

    def measure(net: weights.Network) -> list[LayerFacts]:
        fed = feed(net, blank(net.card), generator)
        return layer_table(fed.model, fed.inputs[0][:1], fed.model.layers(), *fed.inputs[1:])  # type: ignore[operator]

    return tuple(with_fallback(name, measure))


@cache
def fields_of(network: str) -> dict[str, ReceptiveField]:
    """What one value of each layer sees, by the layer's name."""
    name, generator = split(network)

    def measure(net: weights.Network) -> dict[str, ReceptiveField]:
        fed, layers = feed(net, blank(net.card), generator), [facts.name for facts in facts_of(network)]
        return receptive_fields(fed.model, fed.inputs[0], layers, *fed.inputs[1:], strict=False)

    return with_fallback(name, measure)


def layers_of(network: str) -> Options:
    """(name, words) of the layers worth looking at, from the picture to the label."""
    return tuple((facts.name, facts.words) for facts in facts_of(network))


def is_last(network: str, layer: str) -> bool:
    """Whether a layer is the last one, of a classifier the one whose channels are the classes."""
    return layer == layers_of(network)[-1][0]


def class_names(network: str, layer: str) -> tuple[str, ...]:
    """The class that each channel of a layer stands for, in their order; () where they stand for none.

    They do at the ends of a network that have a channel for each class, or for each and the background, or for each but it.
    """
    table, names = facts_of(network), weights.card(split(network)[0]).classes
    count = next((facts.shape[0] for facts in table if facts.name == layer), 0)
    if not names or count < 2 or any(layer in facts.sources for facts in table):
        return ()
    if count == len(names):
        return names
    if names[0] == "background":
        return names[1:] if count == len(names) - 1 else ()
    return ("background", *names) if count == len(names) + 1 else ()


def name_channel(network: str, layer: str, number: int) -> str:
    """What a channel is called: "channel 7", or "class goldfish" where channels are classes."""
    return dict(channels_of(network, layer))[str(number)]


def channels_of(network: str, layer: str) -> Options:
    """(number, words) of all channels of a layer; where they are classes, the classes in alphabetical order."""
    if names := class_names(network, layer):
        named = [(str(number), f"class {name}") for number, name in enumerate(names)]
        return tuple(sorted(named, key=lambda pair: pair[1].lower()))
    count = next((facts.shape[0] for facts in facts_of(network) if facts.name == layer), 0)
    return tuple((str(number), f"channel {number}") for number in range(count))
