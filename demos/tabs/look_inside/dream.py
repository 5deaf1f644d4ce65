"""Dream: whatever a layer sees in a photograph, more of it."""

import torch

from cnn_core.explain.visualisation import dream, whole_layer
from cnn_core.images import opening
from cnn_core.runtime import run_log, weights
from cnn_core.tasks.preprocessing import normalise
from demos.spec import BeforeAfter, Choice, Demo, Lesson, Note, Picture, Seed, Slider
from demos.tabs._networks import classifiers, layers_of

SIDES = (192, 256, 384)
RATE = 0.003
SHOWN_EVERY = 3


def run(picture, network, layer, strength, steps, octaves, side, seed):
    """Changes the photograph step by step so that the layer's answers grow, from coarse to fine."""
    net = weights.load(network)
    form = net.card.input
    small = shrunk(picture, int(side))
    x = torch.from_numpy(small).permute(2, 0, 1)[None].float().to(net.device) / 255
    stages = dream(
        net.model, lambda x: normalise(255 * x, form), whole_layer(layer), x, octaves, steps, strength * RATE, seed
    )
    words = dict(layers_of(network))[layer]
    first, total = None, steps * octaves
    for stage in run_log.timed_steps(network, stages):
        first = first or stage.value
        if stage.step % SHOWN_EVERY == 0 or stage.step == total:
            yield f"**{words}**: its answers squared, {first:.2f} → **{stage.value:.2f}**", (small, stage.picture)


def shrunk(picture, longest):
    """The picture with its longer side at most so many pixels."""
    height, width = picture.shape[:2]
    share = min(1.0, longest / max(height, width))
    return opening.fit(picture, max(round(height * share), 32), max(round(width * share), 32), "stretch")[0]


def dreamers():
    """The networks whose layers still work on a picture of any size."""
    return tuple(pair for pair in classifiers() if not weights.card(pair[0]).input.fixed)


def layers(network):
    """The layers that have height and width."""
    return tuple(pair for pair in layers_of(network) if pair[0] not in ("pool", "fc"))


DEMO = Demo(
    title="Dream",
    summary="Choose a layer: whatever it sees in your picture, it gets more of.",
    lesson=Lesson(
        notice=(
            "Early layers add lines and dots of colour, middle ones eyes, scales and fur, late ones parts of animals.",
            "It grows where the photograph already holds a hint of it: clouds, rocks, bark, shadows.",
            "This network knows 200 things, many of them animals: it can only dream of what it was taught.",
        ),
        questions=(
            (
                "Why is the picture changed at several sizes, one after the other?",
                "A layer sees things of one size only, in its own pixels. What is drawn on the small picture becomes large "
                "in the end, and gets details of its own at the next size.",
            ),
            (
                "Why is it moved by some pixels before every step?",
                "Strided convolutions and pooling look at a fixed grid; without the moves its edges would show.",
            ),
            (
                "The layer's answers grew a hundredfold. Does the network now see these things in the photograph?",
                "It answers as if it did; that is all there is to seeing for it. Ask the tab Classify what it makes of it.",
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
    order=7,
    live=False,
)
