"""Tab "Whole network": all layers of any network on one drawing, each with what it makes of the picture."""

from typing import Any

import numpy as np
from PIL import Image

from cnn_core.explain.network_graph import START, Place, lay_out, list_arrows, sizes
from cnn_core.explain.survey import KEPT, Health, Summary, in_rows, survey
from cnn_core.images import drawing, opening
from cnn_core.images.placement import for_the_screen
from cnn_core.results import LayerFacts, PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.on_network import with_fallback
from cnn_core.tasks.feeding import Fed, feed, seen_by, split
from demos.spec import Choice, Demo, Lesson, Note, OpenIn, Picture, Scene, Seed, Table, Try
from demos.tabs._addresses import address_of
from demos.tabs._networks import every_network, facts_of, layers_of
from demos.tabs.look_inside._film_end import end_of_film
from demos.tabs.look_inside._layer_files import say_health

MILLION = 1_000_000


def run(picture: PictureArray, network: str, layer: str, seed: int) -> tuple[Any, ...]:
    """Every layer's liveliest channel for the picture, on a drawing of the network."""
    picture = for_the_screen(picture)
    table, (name, generator) = facts_of(network), split(network)
    fed, found = with_fallback(name, lambda net: look(net, picture, generator, seed, [facts.name for facts in table]))
    return (
        say_sums(table),
        draw(table, found, fed, network, layer) | {"end": end_of_film(picture, network)},
        say_chosen(found.get(layer), table, weights.card(name).input.size),
        fed.words,
        {"network": network, "layer": layer, "seed": seed},
        [row(facts, found.get(facts.name), dict(layers_of(network))) for facts in table],
    )


def look(
    net: weights.Network, picture: PictureArray, generator: bool, seed: int, names: list[str]
) -> tuple[Fed, dict[str, Summary]]:
    """What the network is given for the picture, and each layer's answer in short, from one forward pass."""
    fed = feed(net, picture, generator, seed)
    with run_log.timed(net.card.name):
        return fed, survey(fed.model, fed.inputs[0], names, *fed.inputs[1:])


# ---------------------------------------------------------------- the drawing


def draw(table: tuple[LayerFacts, ...], found: dict[str, Summary], fed: Fed, network: str, layer: str) -> dict[str, Any]:
    """The network for the scene: blocks with their places, arrows, rows of one map size each."""
    places, arrows = lay_out(table), list_arrows(table)
    lanes = [1 + max((place.lane for place in places if place.row == row), default=0) for row in range(len(sizes(table)))]
    blocks = [
        {"value": facts.name, "about": say_block(facts, found.get(facts.name)), "picture": thumbnail(found.get(facts.name))}
        | vars(place)
        for facts, place in zip(table, places, strict=True)
    ]
    return {
        "words": f"{len(table)} layers and {len(arrows)} arrows, {sum(skips for *_, skips in arrows)} of which skip layers.",
        "sets": "layer",
        "chosen": 1 + [facts.name for facts in table].index(layer),
        "columns": 1 + max(place.column for place in places),
        "rows": [
            {"label": label_row(row, places, [found.get(facts.name) for facts in table]), "lanes": count}
            for row, count in enumerate(lanes)
        ],
        "blocks": [input_block(fed, network), *blocks],
        "arrows": [list(arrow) for arrow in arrows],
    }


def label_row(row: int, places: list[Place], found: list[Summary | None]) -> str:
    """The size that the maps of a row have for this picture; "" where no layer of it had anything to do."""
    shapes = [one.shape for place, one in zip(places, found, strict=True) if place.row == row and one]
    return f"{shapes[0][1]} × {shapes[0][2]}" if shapes else ""


def input_block(fed: Fed, network: str) -> dict[str, Any]:
    """The block of what goes in."""
    x = fed.inputs[0]
    if fed.photo is None:
        numbers = x[0].cpu().numpy()
        picture = thumbnail(Summary((len(numbers), 1, 1), 0, in_rows(numbers), True, Health(0, 0, 0, 0.0)))
        about = f"Input: {len(numbers)} random numbers"
    else:
        pixels = seen_by(weights.card(split(network)[0]), x)
        picture = small_address(pixels)
        about = f"Input: the picture as the network sees it, {pixels.shape[0]} × {pixels.shape[1]} pixels"
    return {"value": "", "about": about, "picture": picture} | vars(START)


def thumbnail(summary: Summary | None) -> str:
    """A layer's liveliest channel as an address: black is 0, or white where the layer has negative values."""
    if summary is None:
        return small_address(np.full((1, 1, 3), drawing.GAP_GREY, np.uint8))
    limit = max(float(np.abs(summary.values).max()), 1e-9)
    name = drawing.DIVERGING if summary.signed else drawing.SEQUENTIAL
    return small_address(drawing.map_to_colours(summary.values, limit, name))


def small_address(pixels: PictureArray) -> str:
    """A picture as an address, at most KEPT pixels on a side."""
    image = Image.fromarray(opening.cap_longest_side(pixels, KEPT)[0])
    return address_of(image.quantize(64), "png")


# ---------------------------------------------------------------- in words


def say_sums(table: tuple[LayerFacts, ...]) -> str:
    """The network in numbers. Markdown."""
    return f"**{len(table)} layers**, {sum(facts.parameters for facts in table):,} parameters"


def say_block(facts: LayerFacts, summary: Summary | None) -> str:
    """A layer in a few words, for the block of the drawing."""
    if summary is None:
        return f"{facts.words}: nothing to do for this picture"
    count, height, width = summary.shape
    what = f"{count} numbers" if (height, width) == (1, 1) else f"{count} channels of {height} × {width}"
    costs = f"{facts.parameters:,} parameters, {facts.multiply_adds / MILLION:,.2f} million multiply-adds"
    return f"{facts.words}: {what}; {costs}. Shown: {'all of them' if height * width == 1 else f'channel {summary.channel}'}"


def say_chosen(summary: Summary | None, table: tuple[LayerFacts, ...], size: int) -> str:
    """How many channels of the layer say nothing of this picture, and what all layers cost. Markdown."""
    sums = f"All layers together: {sum(facts.multiply_adds for facts in table) / MILLION:,.1f} million multiply-adds"
    sums += f" for {size} × {size} pixels."
    if summary is None:
        return sums
    return f"{say_health(summary.health)} {sums}"


def row(facts: LayerFacts, summary: Summary | None, words: dict[str, str]) -> list[Any]:
    """One line of the table."""
    shape = " × ".join(str(n) for n in facts.shape)
    sources = ", ".join(words.get(source, source) for source in facts.sources)
    dead = "-" if summary is None else f"{summary.health.dead} of {summary.health.channels}"
    sees = facts.receptive_field or "all"
    sums = f"{facts.multiply_adds / MILLION:,.2f}"
    return [facts.words, shape, f"{facts.parameters:,}", sums, sees, facts.stride or "-", dead, sources]


DEMO = Demo(
    title="Whole network",
    summary="See any network as one drawing, with what each of its layers makes of your picture.",
    lesson=Lesson(
        see="Later layers stand further right, smaller maps further down; each block is the channel that varies most.",
        tries=(
            Try(
                words="A decoder with skip connections",
                sets={"network": "segment_unet_voc20"},
                watch="Where do the orange arrows start, and where do they lead?",
            ),
            Try(
                words="A detector with a pyramid",
                sets={"network": "detect_fcos_voc20"},
                watch="Which layers feed level 1 of the pyramid, and which level 3?",
            ),
            Try(
                words="A generator: no picture goes in",
                sets={"network": "gan_dcgan_faces32:generator"},
                watch="Which way do the maps' sizes go from left to right?",
            ),
        ),
        notice=(
            "A classifier goes down like a staircase: ever smaller maps. A network that paints a map comes up again.",
            "An orange arrow leads past other layers: a skip connection. A residual block adds its input to its output; a "
            "U-Net's decoder puts the encoder's fine maps beside its own coarse ones.",
            "Parameters grow with channels in times channels out; arithmetic also with the area of the maps. So the most of "
            "one need not be where the most of the other is.",
            "A channel that is 0 everywhere is dead for this picture. Another picture may wake it.",
        ),
        questions=(
            (
                "A 3 × 3 convolution leads from 64 channels to 128, on maps of 40 × 40. How many weights has it, and how "
                "many multiply-adds does it take?",
                "64 · 128 · 9 = 73,728 weights. Each is used once for each of the 1,600 places: 117,964,800 multiply-adds.",
            ),
            (
                "Height and width are halved, and the channels doubled before and after. What happens to the multiply-adds "
                "of a convolution, and to its weights?",
                "A quarter of the places, four times as many weights: the multiply-adds stay as they were.",
            ),
            (
                "What does a skip connection cost?",
                "Adding two maps learns nothing and takes one addition a value. Where the shapes differ, a small "
                "convolution makes them equal, and that has weights. Maps put side by side make the next kernels deeper.",
            ),
            (
                "A detector's tower runs once for each level of the pyramid. Why has it parameters only once in the table?",
                "All levels share its weights, as all places of a map share a kernel. The arithmetic is each level's own.",
            ),
            (
                "Why can a ReLU die for good while a network is trained?",
                "Where its input is negative for every picture its output is 0 and so is its derivative: no gradient comes "
                "back, and its weights stay as they are. A leaky ReLU lets a little through.",
            ),
        ),
        sources=(
            "He et al. 2015, arXiv:1512.03385 (residual connections)",
            "Ronneberger et al. 2015, arXiv:1505.04597 (U-Net)",
            "Lin et al. 2016, arXiv:1612.03144 (feature pyramids)",
            "Lu et al. 2019, arXiv:1903.06733 (dying ReLU)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture"),
        "network": Choice(label="Network", options=every_network),
        "layer": Choice(label="Layer", options=layers_of, depends_on=("network",)),
        "seed": Seed(label="The generator's noise", folded=True, help="Of a generator: the numbers that it starts from."),
    },
    outputs=(
        Note(label="The network", tone="headline"),
        Scene(label="All layers", script="network", sets=("layer",)),
        Note(label="The chosen layer"),
        Note(label="What goes in"),
        OpenIn(label="Look into this layer", demo="layers"),
        Table(
            label="Layer by layer",
            columns=(
                "layer", "channels × height × width", "parameters", "million multiply-adds", "sees (pixels)", "stride",
                "dead channels", "made from",
            ),
            folded=True,
            help="For a square of the network's input size. Parameters and multiply-adds are those since the layer above.",
        ),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "coffee", "network": "segment_unet_voc20"},
        {"picture": "chelsea", "network": "detect_fcos_voc20"},
    ),
    example_titles=("A cat in a residual network", "A cup of coffee in a U-Net", "A cat in a detector"),
    weights=tuple(weights.names()),
    order=3,
)  # fmt: skip
