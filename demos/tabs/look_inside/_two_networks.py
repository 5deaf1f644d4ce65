"""Two networks beside each other on one picture, for the tab "Layers"."""

import numpy as np

from cnn_core.explain.activations import by_variety
from cnn_core.explain.channel_difference import most_different
from cnn_core.results import Activations, LayerFacts, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.feeding import split
from demos.spec import Options
from demos.tabs._networks import class_names, every_network, facts_of, layers_of, name_channel
from demos.tabs.look_inside._channel_looks import COMPARED, beside, maps_for

NONE = "none"
"""In place of a second network: there is none."""
LIKE = "like"
"""In place of its layer: the one that is most like the first network's."""
Shown = tuple[str, list[tuple[PictureArray, str]]]


def rivals() -> Options:
    """Every network, after none."""
    return ((NONE, "none"), *every_network())


def layers_beside(network: str, layer: str, rival: str) -> Options:
    """The second network's layers, after the one that is most like the first network's."""
    if rival == NONE:
        return ((LIKE, "no second network"),)
    words = dict(layers_of(rival))[find_like(network, layer, rival)]
    return ((LIKE, f"the one most like it: {words}"), *layers_of(rival))


def find_like(network: str, layer: str, rival: str) -> str:
    """The second network's layer that is most like a layer: of its shape or name if there is one, at about its depth."""
    here, there = facts_of(network), facts_of(rival)
    place = [facts.name for facts in here].index(layer)
    depth = place / max(len(here) - 1, 1)

    def unlike(candidate: tuple[int, LayerFacts]) -> tuple[bool, float]:
        number, facts = candidate
        differs = facts.shape != here[place].shape and not have_one_name(layer, facts.name)
        return differs, abs(number / max(len(there) - 1, 1) - depth)

    return min(enumerate(there), key=unlike)[1].name


def compare_networks(
    network: str, maps: Activations, picture: PictureArray, rival: str, layer: str, seed: int
) -> Shown:  # fmt: skip
    """Both networks' channels side by side, and what is to be known of them; nothing where there is no second network.

    Args:
        network, maps: the first one, and its layer's answer to the picture.
        picture: (H, W, 3) uint8.
        rival, layer: the second one, and its layer or ``LIKE``.
        seed: of the noise, should it be a generator.
    """
    if rival == NONE:
        return "", []
    there = maps_for(rival, picture, find_like(network, maps.layer, rival) if layer == LIKE else layer, seed)
    left, right = (say_side(*side) for side in ((network, maps), (rival, there)))
    pairs = comparable((network, maps), (rival, there))
    words, shown = draw_differing(network, maps, there, pairs) if pairs else draw_liveliest((network, maps), (rival, there))
    return f"**Left:** {left}. **Right:** {right}. {words}", shown


def say_side(network: str, maps: Activations) -> str:
    """A network, its layer, and how large the layer is."""
    name, generator = split(network)
    count, height, width = maps.values.shape
    title = weights.card(name).title + (" · generator" if generator else "")
    return f"{title}, {dict(layers_of(network))[maps.layer]}, {count} × {height} × {width}"


def comparable(one: tuple[str, Activations], other: tuple[str, Activations]) -> list[tuple[int, int]]:
    """Pairs of channels that may be compared: of one class, or of one number in layers of one shape, or of one name."""
    (network, here), (rival, there) = one, other
    names, others = class_names(network, here.layer), class_names(rival, there.layer)
    if shared := [name for name in names if name in others]:
        return [(names.index(name), others.index(name)) for name in shared]
    alike = here.values.shape == there.values.shape or have_one_name(here.layer, there.layer)
    count = len(here.values)
    return [(k, k) for k in range(count)] if alike and count == len(there.values) else []


def have_one_name(layer: str, other: str) -> bool:
    """Whether one layer's name is the end of the other's: a detector's "backbone.conv" may be a classifier's "conv"."""
    return f".{layer}".endswith(f".{other}") or f".{other}".endswith(f".{layer}")


def draw_differing(network: str, here: Activations, there: Activations, pairs: list[tuple[int, int]]) -> Shown:
    """The pairs that differ most, in the same colours for the same number."""
    ours, theirs = (np.array(side) for side in zip(*pairs, strict=True))
    one, other = Activations(here.layer, here.values[ours]), Activations(there.layer, there.values[theirs])
    average, shown = "" if one.values[0].size == other.values[0].size == 1 else " on average", []
    for k in most_different(one, other, COMPARED):
        means = f"{one.values[k].mean():.2f} left, {other.values[k].mean():.2f} right{average}"
        shown.append((beside(one, other, k), f"{name_channel(network, here.layer, int(ours[k]))}: {means}"))
    if class_names(network, here.layer):
        return f"Of the {len(pairs)} classes that both know, those whose values differ most.", shown
    return (
        f"Both have {len(pairs)} channels: below are those that differ most. Yet channels of one number do the same only if "
        "both networks began with the same weights."
    ), shown


def draw_liveliest(one: tuple[str, Activations], other: tuple[str, Activations]) -> Shown:
    """Each network's liveliest channels, the first of one beside the first of the other, each at its own brightness."""
    (network, here), (rival, there) = one, other
    shown = []
    for k, j in zip(by_variety(here)[:COMPARED], by_variety(there)[:COMPARED], strict=False):
        names = name_channel(network, here.layer, k), name_channel(rival, there.layer, j)
        shown.append((beside(here, there, k, j, one_scale=False), f"{names[0]} · {names[1]}"))
    return (
        "The layers differ in shape: below are each network's liveliest channels, each at its own brightness.",
        shown,
    )
