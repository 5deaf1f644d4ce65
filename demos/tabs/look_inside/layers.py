"""Tab "Layers": every layer of a network at work on one picture."""

from functools import lru_cache
from typing import Any

import torch

from cnn_core.explain.activations import activations_of_several, most_varied
from cnn_core.explain.kernels import first_kernels
from cnn_core.explain.layer_table import in_words, last_of_each_size
from cnn_core.explain.top_patches import Excitations, excitations
from cnn_core.images import drawing, opening, samples
from cnn_core.results import Activations, LayerFacts, PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.on_network import with_fallback
from cnn_core.tasks.classification import classify
from cnn_core.tasks.preprocessing import input_tensor
from demos.spec import Bars, Choice, Demo, Lesson, Memory, Note, Options, Picture, Pictures, Point, Scene, Table, Toggle, Try
from demos.tabs._certainty import say_class
from demos.tabs._networks import channels_of, classifiers, facts_of, is_last, layers_of, name_channel

LIVELIEST = "liveliest"
seen = Memory("seen")


def run(
    picture: PictureArray, network: str, layer: str, common_scale: bool, channel: str,
    click: tuple[int, int] | None, seen: dict[str, Any] | None,
) -> tuple[Any, ...]:  # fmt: skip
    """Runs the network once and shows one layer, one of its channels, and the way from pixels to label."""
    picture = opening.for_the_screen(picture)
    table, answer = facts_of(network), classify(picture, network)
    stages = last_of_each_size(table)
    maps = with_fallback(network, lambda net: look(net, picture, [layer, *(stage.name for stage in stages)]))
    shown = maps[layer]
    number = channel_to_show(shown, (network, layer), click, channel, seen)
    common_scale = common_scale or shown.values[0].size == 1  # a single number has only the other channels to compare with
    return (
        in_words(next(facts for facts in table if facts.name == layer), weights.card(network).input.size),
        drawing.draw_channels(shown, common_scale=common_scale, **grid_of(shown)),
        draw_values(shown, (network, layer), number),
        show_channel(picture, shown, number, common_scale, name_channel(network, layer, number)),
        patches(network, layer, number),
        strip(picture, network, stages, maps),
        say_class(picture, answer, weights.card(network)),
        dict(answer.top(5)),
        with_fallback(network, kernels),
        [row(facts) for facts in table],
        {"layer": [network, layer], "click": click and list(click), "choice": channel, "channel": number},
    )


# ---------------------------------------------------------------- what the choices offer


def channels(network: str, layer: str) -> Options:
    """All channels of a layer, after the choice of the liveliest."""
    return ((LIVELIEST, "the liveliest, or click one"), *channels_of(network, layer))


# ---------------------------------------------------------------- the network at work


def look(net: weights.Network, picture: PictureArray, names: list[str]) -> dict[str, Activations]:
    """What the named layers answer to the picture, in one forward pass."""
    x = input_tensor(picture, net)
    with run_log.timed(net.card.name):
        return activations_of_several(net.model, x, names)


def kernels(net: weights.Network) -> PictureArray | None:
    """The first layer's kernels as pictures, in the order of its channels."""
    weight = first_kernels(net.model)
    return None if weight is None else drawing.draw_kernels(weight)


@lru_cache(maxsize=64)
def excited(network: str, layer: str) -> Excitations:
    """Where in the app's own sample pictures each channel of the layer answers most strongly."""

    def measure(net: weights.Network) -> Excitations:
        batch = torch.cat([input_tensor(samples.load(name), net) for name in samples.originals()])
        return excitations(net.model, batch, layer)

    return with_fallback(network, measure)


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
        hit = drawing.find_channel(maps, *click, **grid_of(maps))
        if hit is not None:
            return hit
    if before["layer"] == list(layer) and before["choice"] == choice:
        return int(before["channel"])
    return most_varied(maps) if choice == LIVELIEST else int(choice)


# ---------------------------------------------------------------- how it is shown


def show_channel(
    picture: PictureArray, maps: Activations, number: int, common_scale: bool, words: str
) -> list[tuple[PictureArray, str]]:
    """One channel over the picture and by itself; a single number lies nowhere in the picture and stands alone."""
    words = words[0].upper() + words[1:]
    alone = drawing.draw_channel(maps, number, common_scale)
    if maps.values[number].size == 1:
        return [(alone, f"{words}: {float(maps.values[number].item()):.2f}")]
    over = drawing.overlay_channel(picture, maps, number, common_scale=common_scale)
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
        "title": "classes" if is_last(*layer) else "channels",
        "names": names,
        "short": [name.removeprefix("class ").removeprefix("channel ") for name in names],
        "values": [round(float(value), 4) for value in values],
    }


def patches(network: str, layer: str, channel: int) -> list[tuple[PictureArray, str]]:
    """The patches of the sample pictures that excite the channel most, in the pixels that the network gets."""
    size, names = weights.card(network).input.size, samples.originals()
    shown = []
    for patch in excited(network, layer).top(channel, 6):
        square, _ = opening.fit(samples.load(names[patch.picture]), size, size, "stretch")
        x1, y1, x2, y2 = (round(share * size) for share in patch.box)
        part = opening.enlarge_to(square[y1:y2, x1:x2], 160)
        shown.append((part, f"{samples.title(names[patch.picture])}: {patch.value:.2f}"))
    return shown


def strip(
    picture: PictureArray, network: str, stages: list[LayerFacts], maps: dict[str, Activations]
) -> list[tuple[PictureArray, str]]:
    """The pixels that the network gets, then the liveliest channel at each size, all enlarged to about the same size."""
    size = weights.card(network).input.size
    square, _ = opening.fit(picture, size, size, "stretch")
    shown = [(opening.enlarge_to(square, 240), f"What the network gets: {size} × {size} pixels")]
    for stage in stages:
        number = most_varied(maps[stage.name])
        caption = f"{stage.words}: {stage.shape[1]} × {stage.shape[2]}, channel {number}"
        shown.append((drawing.draw_channel(maps[stage.name], number, least=240), caption))
    return shown


def row(facts: LayerFacts) -> list[Any]:
    """One line of the table."""
    sees = facts.receptive_field or "all"
    return [facts.words, " × ".join(str(n) for n in facts.shape), f"{facts.parameters:,}", sees, facts.stride or "-"]


DEMO = Demo(
    title="Layers",
    summary="Watch every layer of a network answer to your picture, channel by channel.",
    lesson=Lesson(
        see="What a layer answers to your picture: each of its channels is a feature map.",
        tries=(
            Try(
                words="Show it rings, ever finer",
                sets={"picture": "zone_plate"},
                watch="Which channels answer to one direction of the rings only?",
            ),
            Try(words="One scale for all channels", sets={"common_scale": True}, watch="Which channels go dark?"),
            Try(
                words="Look into LeNet, of 1998",
                sets={"network": "classify_lenet_cifar10"},
                watch="How many channels has its first layer, and how large are they?",
            ),
        ),
        notice=(
            "In the first layer every channel is the whole picture again, filtered: one shows edges, another a colour.",
            "Deeper down the maps get smaller and more numerous: the network gives up *where* to gain *what*.",
            "After a ReLU most of a deep channel is black. It answers to few things, and then clearly.",
            "The patches that excite a channel share something: plain to see in early layers, often a riddle deep down.",
            "With one scale for all channels many go dark: brightness per channel makes whispers look like shouts.",
        ),
        questions=(
            (
                "Two 3 × 3 convolutions, one after the other: how many input pixels can one value of the second see?",
                "5 × 5. It sees 3 × 3 values of the first, and the outer ones reach one pixel further. With stride 2 in the "
                "first it is 3 + 2 · 2 = 7.",
            ),
            (
                "Near the end the receptive field is larger than the picture. Does each value then know the whole picture?",
                "In theory. In fact the pixels in the middle of the field have far more paths to the value than those at "
                "its rim, so the part that counts is much smaller (Luo et al. 2016).",
            ),
            (
                "A channel is excited most by a cat's eye. Have we found the network's eye detector?",
                "Not proven. These are the best of some thirty pictures; others might excite it more. And a concept can be "
                "spread over many channels, or several concepts can share one.",
            ),
            (
                "Where do most of the parameters sit, and where is most of the computing done?",
                "The parameters grow with channels in times channels out, so most sit in the last stages. The computing is "
                "also multiplied by the map's area, so the early, large maps do a share that their few parameters hide.",
            ),
            (
                "Why can only the first layer's kernels be shown as pictures?",
                "They have three input channels, which are red, green and blue. A later kernel has dozens of input channels "
                "that are no colours.",
            ),
        ),
        sources=(
            "Zeiler and Fergus 2013, arXiv:1311.2901 (what excites a channel)",
            "Araujo et al. 2019, doi:10.23915/distill.00021 (receptive fields)",
            "Luo et al. 2016, arXiv:1701.04128 (the effective receptive field)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture"),
        "network": Choice(label="Network", options=classifiers),
        "layer": Choice(label="Layer", options=layers_of, depends_on=("network",)),
        "common_scale": Toggle(label="One scale for all channels", help="Off: each channel at its own brightness."),
        "channel": Choice(label="Channel", options=channels, depends_on=("network", "layer")),
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
        Pictures(label="This channel", columns=2, pixelated=True),
        Pictures(
            label="What excites it most",
            columns=6,
            pixelated=True,
            help="The parts of the app's sample pictures that this channel answers most strongly, and its value there; cut "
            "by the receptive field, in the pixels that the network gets.",
        ),
        Pictures(
            label="From pixels to label",
            columns=6,
            pixelated=True,
            help="One channel at each size on the way, the one that varies most over the picture.",
        ),
        Note(label="Its class"),
        Bars(label="... and the label"),
        Picture(
            label="Kernels of the first layer",
            pixelated=True,
            folded=True,
            help="One for each channel of the first layer, in the same order. Grey is 0.",
            alt="A grid of the small colour patterns that the first layer looks for",
        ),
        Table(
            label="All layers",
            columns=("layer", "channels × height × width", "parameters", "sees (pixels)", "stride"),
            folded=True,
            help="Parameters are those used since the layer above, so the column adds up to the whole network.",
        ),
        seen,
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "zone_plate"}, {"picture": "coffee"}),
    weights=tuple(name for name, _ in classifiers()),
    order=3,
)
