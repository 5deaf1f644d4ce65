"""Dream: whatever a layer detects in a photograph, more of it."""

import math
from collections.abc import Iterator

from cnn_core.explain.visualisation import Stage, dream, whole_layer
from cnn_core.images import opening
from cnn_core.results import PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import as_tensor, standardise
from demos.spec import BeforeAfter, Choice, Demo, Lesson, Note, Options, Picture, Seed, Slider, Try
from demos.tabs._networks import classifiers, layers_of

SIDES = (192, 256, 384)
LEAST_SIDE = 32
RATE = 0.003
"""How much of 0..1 a pixel changes in a step at strength 1, on average."""

SHOWN_EVERY = 3


def run(
    picture: PictureArray, network: str, layer: str, strength: int, steps: int, octaves: int, side: str, seed: int
) -> Iterator[tuple[str, tuple[PictureArray, PictureArray]]]:
    """Changes the photograph step by step so that the layer answers more strongly, from coarse to fine."""
    small = shrink(picture, int(side))
    words = dict(layers_of(network))[layer]
    values: list[float] = []
    for stage in dream_of(small, network, layer, octaves, steps, strength * RATE, seed):
        values.append(stage.value)
        if stage.step % SHOWN_EVERY == 0 or stage.step == steps * octaves:
            yield say_growth(words, values[0], values[-1]), (small, stage.picture)


@on_network
def dream_of(
    network: weights.Network, picture: PictureArray, layer: str, octaves: int, steps: int, rate: float, seed: int
) -> Iterator[Stage]:
    """Every step of making a layer answer more strongly to a picture (H, W, 3) uint8."""
    x = as_tensor(picture).float().to(network.device) / 255
    form = network.card.input
    stages = dream(network.model, lambda x: standardise(x, form), whole_layer(layer), x, octaves, steps, rate, seed)
    yield from run_log.timed_steps(network.card.name, stages)


def say_growth(words: str, first: float, last: float) -> str:
    """How much more strongly the layer answers, from the mean squares of its activations before and now."""
    before, now = math.sqrt(first), math.sqrt(last)
    times = now / max(before, 1e-6)
    return f"**{words}** answers **{times:.1f} times** as strongly (its root mean square: {before:.2f} → {now:.2f})"


def shrink(picture: PictureArray, longest: int) -> PictureArray:
    """The picture with its longer side at most so many pixels."""
    scale = min(1.0, longest / max(picture.shape[:2]))
    height, width = (max(round(side * scale), LEAST_SIDE) for side in picture.shape[:2])
    return opening.fit(picture, height, width, "stretch")[0]


def dreamers() -> Options:
    """The networks whose layers still work on a picture of any size."""
    return tuple(pair for pair in classifiers() if not weights.card(pair[0]).input.fixed)


def layers(network: str) -> Options:
    """The layers that have height and width."""
    return tuple(pair for pair in layers_of(network) if pair[0] not in ("pool", "fc"))


DEMO = Demo(
    title="Dream",
    summary="Choose a layer: whatever it detects in your picture, the picture gets more of.",
    lesson=Lesson(
        see="Your picture before and after: changed so that one layer answers more strongly.",
        tries=(
            Try(
                words="Dream of a lawn",
                sets={"picture": "lawn"},
                watch="What does the layer find where there is nothing but grass?",
            ),
            Try(words="Stop after four steps", sets={"steps": 4}, watch="Where does it grow first?"),
            Try(words="At one size only", sets={"octaves": 1}, watch="Are the new things large, small, or both?"),
            Try(
                words="Take an early layer",
                sets={"layer": "features.relu2_1"},
                watch="Are there still things, or only lines and dots?",
            ),
        ),
        notice=(
            "Early layers add lines and dots of colour, middle ones eyes, scales and fur, late ones parts of animals.",
            "It grows where the photograph already holds a hint of it: clouds, rocks, bark, shadows.",
            "A network can only dream of what it was taught. Many of its classes are animals, so animals appear.",
        ),
        questions=(
            (
                "Why is the picture changed at several sizes, one after the other?",
                "A layer detects things of one size only. What is added to the small picture becomes large in the end, and "
                "gets finer details at the next size.",
            ),
            (
                "Why is it moved by some pixels before every step?",
                "Strided convolutions and pooling look at a fixed grid; without the moves its edges would show.",
            ),
            (
                "The layer answers several times as strongly. Does the network now see these things in the photograph?",
                "It answers as if it did; for a network there is no other way of seeing. Ask the tab Classify what it says.",
            ),
        ),
        sources=("Mordvintsev, Olah and Tyka 2015 (Inceptionism: Going deeper into neural networks)",),
    ),
    inputs={
        "picture": Picture(label="Your picture"),
        "network": Choice(label="Network", options=dreamers, default="classify_vgg_tiny200"),
        "layer": Choice(label="Layer", options=layers, depends_on=("network",), default="features.relu4_2"),
        "strength": Slider(label="Strength", low=1, high=10, step=1, default=4),
        "steps": Slider(label="Steps at each size", low=4, high=40, step=4, default=12),
        "octaves": Slider(label="Sizes", low=1, high=5, step=1, default=3, folded=True),
        "side": Choice(
            label="Longer side", options=tuple((str(n), f"{n} pixels") for n in SIDES), default="256", folded=True
        ),
        "seed": Seed(folded=True),
    },
    outputs=(Note(label="The layer", tone="headline"), BeforeAfter(label="Before and after")),
    run=run,
    examples=({"picture": "coffee"}, {"picture": "rocket", "layer": "features.relu3_2"}, {"picture": "chelsea"}),
    weights=tuple(name for name, _ in dreamers()),
    order=10,
    live=False,
)
