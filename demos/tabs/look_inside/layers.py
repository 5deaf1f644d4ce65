"""Tab "Layers": every layer of any network at work on one picture."""

import math
import os
from functools import lru_cache
from typing import Any

from cnn_core.explain.activations import first_activations, most_varied, shrunk
from cnn_core.explain.kernels import first_kernels
from cnn_core.explain.layer_table import in_words
from cnn_core.explain.top_patches import Excitations, excitations
from cnn_core.images import drawing, opening, samples
from cnn_core.images.placement import for_the_screen
from cnn_core.results import Activations, PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import with_fallback
from cnn_core.tasks.classification import classify
from cnn_core.tasks.feeding import Fed, feed, feed_plainly, seen_by, split
from demos import own_examples
from demos.spec import (
    Bars,
    Button,
    Choice,
    Demo,
    Download,
    Memory,
    Note,
    OpenIn,
    Options,
    Picture,
    Pictures,
    Point,
    Scene,
    Seed,
    Toggle,
)  # fmt: skip
from demos.tabs._certainty import say_class
from demos.tabs._networks import KINDS, NAMED, channels_of, class_names, every_network, facts_of, layers_of, name_channel
from demos.tabs.look_inside._channel_looks import compare, sought
from demos.tabs.look_inside._layer_files import save_layer, say_layers_health
from demos.tabs.look_inside._layers_lesson import LESSON
from demos.tabs.look_inside._one_value import show_value
from demos.tabs.look_inside._two_networks import compare_networks, layers_beside, rivals

LIVELIEST = "liveliest"
LARGEST = 128
"""Pixels of a channel's longer side in the grid of all channels; larger maps are shown smaller there."""
SEARCHED = 8e9
"""Multiply-adds that may go into the search of the sample pictures; networks that let them be given smaller are."""
seen = Memory("seen")


def run(
    picture: PictureArray, network: str, layer: str, common_scale: bool, channel: str, seed: int,
    place: tuple[int, int] | None, other: PictureArray | None, rival: str, rival_layer: str, save: bool,
    click: tuple[int, int] | None, seen: dict[str, Any] | None,
) -> tuple[Any, ...]:  # fmt: skip
    """Shows one layer at work on the picture, one of its channels, and one of its values."""
    upload, picture = picture, for_the_screen(picture)
    name, generator = split(network)
    fed, maps = with_fallback(name, lambda net: look(net, picture, generator, seed, layer))
    number = channel_to_show(maps, (network, layer), click, channel, seen)
    common_scale = common_scale or maps.values[0].size == 1  # a single number has only the other channels to compare with
    return (
        say_layer(network, fed, maps),
        drawing.draw_channels(shrunk(maps, LARGEST), common_scale=common_scale, **grid_of(maps)),
        draw_values(maps, (network, layer), number),
        show_channel(fed, maps, number, common_scale, name_channel(network, layer, number)) + sought(network, layer, number),
        *compare_networks(network, maps, picture, rival, rival_layer, seed),
        show_value(upload, network, fed, maps, number, place),
        f"{say_layers_health(fed.model, maps)} {fed.words}",
        patches(network, layer, number),
        compare(other, network, maps, seed),
        *say_answer(picture, name),
        with_fallback(name, kernels) if not generator else None,
        *save_layer(save, network, maps, common_scale),
        {"network": network, "layer": layer, "seed": seed},
        {"layer": [network, layer], "click": click and list(click), "choice": channel, "channel": number},
    )


def channels(network: str, layer: str) -> Options:
    """All channels of a layer, after the choice of the liveliest."""
    return ((LIVELIEST, "the liveliest, or click one"), *channels_of(network, layer))


# ---------------------------------------------------------------- the network at work


def look(net: weights.Network, picture: PictureArray, generator: bool, seed: int, layer: str) -> tuple[Fed, Activations]:
    """What the network is given for the picture, and what the layer answers to it."""
    fed = feed(net, picture, generator, seed)
    with run_log.timed(net.card.name):
        return fed, first_activations(fed.model, fed.inputs[0], [layer], *fed.inputs[1:])[layer]


def say_layer(network: str, fed: Fed, maps: Activations) -> str:
    """The layer in words. Markdown."""
    facts = next(facts for facts in facts_of(network) if facts.name == maps.layer)
    return in_words(facts, max(fed.inputs[0].shape[2:], default=0), maps.values.shape)


def say_answer(picture: PictureArray, name: str) -> tuple[str, dict[str, float]]:
    """The picture's class in words and the likeliest ones; of networks that name no pictures, that they do not."""
    card = weights.card(name)
    if card.task not in NAMED:
        task = "generator against discriminator" if card.task == "generation" else KINDS[card.task]
        return f"It names no class for the whole picture. Its task: {task}.", {}
    answer = classify(picture, name)
    return say_class(picture, answer, card), dict(answer.top(5))


def kernels(net: weights.Network) -> PictureArray | None:
    """The first layer's kernels as pictures, in the order of its channels."""
    weight = first_kernels(net.model)
    return None if weight is None else drawing.draw_kernels(weight)


@lru_cache(maxsize=16)
def excited(network: str) -> dict[str, Excitations]:
    """Where in the app's own sample pictures each channel of each layer answers most strongly; {} for generators."""
    name, generator = split(network)
    if generator:
        return {}

    def measure(net: weights.Network) -> dict[str, Excitations]:
        longest = searched_at(net.card)
        batch = [feed_plainly(net, samples.load(sample), longest) for sample in searched()]
        return excitations(net.model, batch, [layer for layer, _ in layers_of(network)])

    return with_fallback(name, measure)


def searched() -> list[str]:
    """The names of the pictures that are searched: the app's samples, and the lecturer's own photographs."""
    return [*samples.originals(), *own_examples.photographs(os.environ.get(own_examples.FOLDER, ""))]


def searched_at(card: Card) -> int:
    """The longer side at which the sample pictures are searched, pixels; networks of one fixed size get that."""
    share = SEARCHED / len(searched()) / card.multiply_adds
    return min(card.input.size, round(card.input.size * math.sqrt(share)))


# ---------------------------------------------------------------- which channel


def grid_of(maps: Activations) -> dict[str, int]:
    """How the grid is laid out: many channels in more columns, so that they stay on one page."""
    return {"columns": 8, "cell": 96} if len(maps.values) <= 64 else {"columns": 16, "cell": 48}


def channel_to_show(
    maps: Activations, layer: tuple[str, str], click: tuple[int, int] | None, choice: str, seen: dict[str, Any] | None
) -> int:
    """The channel that was clicked or chosen last."""
    before = seen or {"layer": None, "click": None, "choice": LIVELIEST, "channel": 0}
    if click is not None and list(click) != before["click"]:
        hit = drawing.find_channel(shrunk(maps, LARGEST), *click, **grid_of(maps))
        if hit is not None:
            return hit
    if before["layer"] == list(layer) and before["choice"] == choice:
        return int(before["channel"])
    return most_varied(maps) if choice == LIVELIEST else int(choice)


# ---------------------------------------------------------------- how it is shown


def show_channel(fed: Fed, maps: Activations, number: int, common_scale: bool, words: str) -> list[tuple[PictureArray, str]]:
    """One channel over the picture and by itself; a single number lies nowhere in the picture and stands alone."""
    words = words[0].upper() + words[1:]
    alone = drawing.draw_channel(maps, number, common_scale)
    if maps.values[number].size == 1:
        return [(alone, f"{words}: {float(maps.values[number].item()):.2f}")]
    if fed.photo is None:
        return [(alone, f"{words}, value by value")]
    over = drawing.overlay_channel(fed.photo, maps, number, common_scale=common_scale, placement=fed.placement)
    return [(over, f"{words} over the picture"), (alone, f"{words}, value by value")]


def draw_values(maps: Activations, layer: tuple[str, str], chosen: int) -> dict[str, Any] | None:
    """The values (C,) of a layer that has a single one for each channel, as bars to be pressed; None of feature maps."""
    if maps.values[0].size > 1:
        return None
    values, names = (
        maps.values.reshape(-1),
        [words for _, words in sorted(channels_of(*layer), key=lambda pair: int(pair[0]))],
    )
    most, least = int(values.argmax()), int(values.argmin())
    return {
        "words": f"The highest of {len(values)} values is that of {names[most]}, {values[most]:.2f}, the lowest that of "
        f"{names[least]}, {values[least]:.2f}.",
        "sets": "channel",
        "chosen": chosen,
        "title": "classes" if class_names(*layer) else "channels",
        "names": names,
        "short": [name.removeprefix("class ").removeprefix("channel ") for name in names],
        "values": [round(float(value), 4) for value in values],
    }


def patches(network: str, layer: str, channel: int) -> list[tuple[PictureArray, str]]:
    """The patches of the sample pictures that excite the channel most, in the pixels that the network gets."""
    found, names, shown = excited(network).get(layer), searched(), []
    for patch in found.top(channel, 6) if found else ():
        name = names[patch.picture]
        seen = with_fallback(split(network)[0], lambda net, name=name: look_small(net, name))  # type: ignore[misc]
        (height, width), (x1, y1, x2, y2) = seen.shape[:2], patch.box
        part = seen[round(y1 * height) : round(y2 * height), round(x1 * width) : round(x2 * width)]
        shown.append((opening.enlarge_to(part, 160), f"{samples.title(name)}: {patch.value:.2f}"))
    return shown


def look_small(net: weights.Network, sample: str) -> PictureArray:
    """A sample picture in the pixels that the network gets when the samples are searched."""
    return seen_by(net.card, feed_plainly(net, samples.load(sample), searched_at(net.card)))


DEMO = Demo(
    title="Layers",
    summary="Watch every layer of a network answer to your picture, channel by channel.",
    lesson=LESSON,
    inputs={
        "picture": Picture(label="Your picture"),
        "network": Choice(label="Network", options=every_network),
        "layer": Choice(label="Layer", options=layers_of, depends_on=("network",)),
        "common_scale": Toggle(label="One scale for all channels", help="Off: each channel at its own brightness."),
        "channel": Choice(label="Channel", options=channels, depends_on=("network", "layer")),
        "seed": Seed(label="The generator's noise", folded=True, help="Of a generator: the numbers that it starts from."),
        "place": Point(label="Place of the value", on="picture", folded=True, help="Without one: the strongest."),
        "other": Picture(label="Another picture beside it", optional=True, folded=True),
        "rival": Choice(label="Another network beside it", options=rivals, folded=True),
        "rival_layer": Choice(
            label="Its layer", options=layers_beside, depends_on=("network", "layer", "rival"), folded=True
        ),
        "save": Button(label="Save this layer", folded=True, help="All channels as a PNG sheet and as an .npz file."),
        "click": Point(label="Clicked channel", on="All channels", help="Click a channel in the grid to enlarge it."),
        "seen": seen,
    },
    outputs=(
        Note(label="The layer", tone="headline"),
        Picture(
            label="All channels",
            pixelated=True,
            help="Black (or white, where values can be negative) is 0. Click a channel to enlarge it.",
            alt="A grid with one small map for each channel of the layer",
        ),
        Scene(
            label="One value a channel",
            script="values",
            sets=("channel",),
            help="Point at a bar, or move there with the arrow keys, for its name; press it, or Enter, to see that channel.",
        ),
        Pictures(label="This channel", columns=3, pixelated=True),
        Note(label="Two networks"),
        Pictures(label="Two networks beside each other", columns=3, pixelated=True),
        Scene(
            label="One value of this channel",
            script="one_value",
            sets=("place", "channel", "layer"),
            help="Press a value of the map, or a place of the photo: its patch times the kernel, and what it sees.",
        ),
        Note(label="How alive it is, and what goes in"),
        Pictures(
            label="What excites it most",
            columns=6,
            pixelated=True,
            help="The parts of the app's sample pictures, and of the lecturer's own, that this channel answers most "
            "strongly; cut by the receptive field, in the pixels that the network gets.",
        ),
        Pictures(
            label="Channels that differ most",
            columns=3,
            pixelated=True,
            help="Your picture on the left, the other one on the right; the same colour for the same number.",
        ),
        Note(label="Its class"),
        Bars(label="The label"),
        Picture(
            label="Kernels of the first layer",
            pixelated=True,
            folded=True,
            help="One for each channel of the first layer, in the same order. Grey is 0.",
            alt="A grid of the small colour patterns that the first layer looks for",
        ),
        Download(label="Channels as a PNG sheet", folded=True),
        Download(label="Values as .npz", folded=True),
        OpenIn(label="All layers on one drawing, and the film from pixels to the answer", demo="whole_network"),
        seen,
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "zone_plate"}, {"picture": "coffee"}),
    weights=tuple(weights.names()),
    order=3,
)
