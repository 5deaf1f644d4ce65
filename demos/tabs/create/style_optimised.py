"""Style transfer, optimised: the pixels are changed until content and style are those of two other pictures."""

import math
from collections.abc import Iterator
from typing import Any, Literal

from cnn_core.explain.layer_table import last_of_each_size
from cnn_core.images import opening, samples
from cnn_core.images.drawn_styles import STYLES
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.style_transfer import Settings, paint
from demos.charts import Axis, Chart, Line
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Options, Picture, Pictures, Plot, Seed, Slider, Try
from demos.tabs._networks import PUBLIC_HELP, classifiers, facts_of, public_networks

SIDES = ("128", "192", "256", "384")
SHOWN_EVERY = 2
STYLE_SWEEP_STEPS, CONTENT_SWEEP_STEPS, SWEEP_SIDE = 60, 100, 128
FAINT = 0.02
"""Standard deviation of the noise from which the content of one layer is rebuilt."""

SEEN = 256
PAPERS = "public_vgg19"
Losses = list[tuple[float, float]]
Shown = tuple[Any, ...]
painting = Memory("painting")


def run(
    content: PictureArray, style: PictureArray | None, built_in: str, network: str, content_layer: str,
    style_layers: list[str], strength: float, steps: int, start: Literal["content", "noise"], side: str, seed: int,
    sweep: bool, painting: dict[str, Any] | None,
) -> Iterator[Shown]:  # fmt: skip
    """Paints step by step; after "Layer by layer" one small picture for each layer instead."""
    style = samples.load(built_in) if style is None else style
    both = [(opening.for_the_screen(picture), words) for picture, words in ((content, "content"), (style, "style"))]
    if sweep:
        yield from sweep_layers(content, style, network, content_layer, strength, both)
        return
    layers = relu_layers(network)
    chosen = tuple(layers[name] for name in style_layers)
    settings = Settings(layers[content_layer], chosen, 10**strength, steps, int(side), start, seed)
    grid = (painting or {}).get("grid", [])
    losses: Losses = []
    for stage in paint(content, network, style, settings):
        losses.append((stage.content, stage.style))
        if stage.step % SHOWN_EVERY == 0 or stage.step == steps:
            progress = say_progress(losses, steps, bool(chosen))
            yield progress, stage.picture, both, draw_losses(losses), grid, {"grid": grid}


def sweep_layers(
    content: PictureArray, style: PictureArray, network: str, content_layer: str, strength: float, both: list[Any]
) -> Iterator[Shown]:
    """The content painted with the style of one layer at a time; then, from noise, the content as each layer keeps it."""
    layers = relu_layers(network)
    kept = layers[content_layer]
    deepest = {facts.name for facts in last_of_each_size(facts_of(network))}
    names = [name for name, module in layers.items() if module in deepest]
    tasks = [
        ("style", name, Settings(kept, (layers[name],), 10**strength, STYLE_SWEEP_STEPS, SWEEP_SIDE)) for name in names
    ] + [
        ("content", name, Settings(layers[name], (), 0.0, CONTENT_SWEEP_STEPS, SWEEP_SIDE, "noise", 0, FAINT))
        for name in names
    ]
    grid: list[tuple[PictureArray, str]] = []
    for number, (kind, name, settings) in enumerate(tasks, 1):
        losses: Losses = []
        for stage in paint(content, network, style, settings):
            losses.append((stage.content, stage.style))
        off = stage.style if kind == "style" else stage.content
        grid = [*grid, (opening.enlarge_to(stage.picture, SEEN), f"{kind} of {name}: {off:.1%} off")]
        said = f"Layer {number} of {len(tasks)}: {kind} of **{name}**"
        yield said, stage.picture, both, draw_losses(losses), grid, {"grid": grid}


def say_progress(losses: Losses, steps: int, styled: bool) -> str:
    """How near the painting is to its targets."""
    content, style = losses[-1]
    said = f"Step {len(losses)} of {steps}: content {content:.1%} off"
    return f"{said}, style **{style:.1%}** off (it began at {losses[0][1]:.0%})" if styled else said


def draw_losses(losses: Losses) -> Chart:
    """Both losses, step by step."""
    content, style = losses[-1]
    return Chart(
        words=f"After {len(losses)} steps content is {content:.1%} off and style {style:.1%}.",
        x=Axis(title="step"),
        y=Axis(title="relative error", log=True),
        layers=tuple(
            Line(name=name, x=range(1, len(values) + 1), y=[value if value > 0 else math.nan for value in values])
            for name, values in zip(("content", "style"), zip(*losses, strict=True), strict=True)
        ),
    )


def painters() -> Options:
    """The networks without skip connections that take pictures of any size: ours, then the paper's own VGG-19."""
    papers = [pair for pair in public_networks("classification") if pair[0] == PAPERS]
    return (*own_painters(), *papers)


def own_painters() -> Options:
    """Those trained here."""
    return tuple(
        pair
        for pair in classifiers()
        if not weights.card(pair[0]).input.fixed and weights.card(pair[0]).architecture == "vgg"
    )


def relu_layers(network: str) -> dict[str, str]:
    """The network's layers after a ReLU, named as in the papers ("relu3_1": the third size of maps, its first) -> module."""
    found: dict[str, str] = {}
    block, number, size = 0, 0, None
    for facts in facts_of(network):
        if "after ReLU" in facts.words:
            block, number = (block, number + 1) if facts.shape[1:] == size else (block + 1, 1)
            size = facts.shape[1:]
            found[f"relu{block}_{number}"] = facts.name
    return found


def layer_options(network: str) -> Options:
    """The layers to choose from; the same names in every network, so that a choice keeps its meaning."""
    return tuple((name, name) for name in relu_layers(network))


DEMO = Demo(
    title="Style transfer, optimised",
    summary="Paint one picture in the style of another, as Gatys, Ecker and Bethge did: by gradient descent on the pixels.",
    lesson=Lesson(
        see="A picture that gradient descent has changed step by step, and how far its content and its style are off.",
        tries=(
            Try(
                words="Stop after 10 steps", sets={"steps": 10}, watch="What of the style is there already, and what is not?"
            ),
            Try(
                words="Style of one layer alone",
                sets={"style_layers": ["relu2_1"]},
                watch="What is left of the style: colours, strokes, or both?",
            ),
            Try(
                words="Dots instead of brush strokes",
                sets={"built_in": "dots"},
                watch="What comes first, the colours or the dots?",
            ),
            Try(
                words="Begin with noise",
                sets={"start": "noise"},
                watch="How much of the content has come after these steps?",
            ),
        ),
        notice=(
            "Nothing is learned here: the network stays as it is, the picture is what changes.",
            "The style's loss falls fast at first: colours and coarse strokes come before the fine ones.",
            "Layer by layer: the style of an early layer is colours and dots, that of later ones larger textures.",
            "Layer by layer: each content picture began as grey noise and has nearly the feature maps of the photo. Those "
            "of early layers bring everything back, colours too; the deeper the layer, the greyer the picture.",
        ),
        questions=(
            (
                "Why does the Gram matrix hold style and no content?",
                "It is a mean over all positions: which channels answer together, and not where. Shuffle the positions and "
                "it stays the same.",
            ),
            (
                "The content rebuilt from the last layer is nearly grey. Has the network forgotten the colours?",
                "Not quite: it hardly answers to them. A picture almost without colours gives nearly the same feature maps, "
                "so hardly any gradient brings the colours back. With many more steps those of the middle layers return.",
            ),
            (
                "Start from noise instead of the content. What changes?",
                "With few steps the content is weaker: everything has to be found first. With many, both end much alike.",
            ),
            (
                "Why does a network that was trained to classify know anything about style?",
                "To name things it had to learn edges, textures and parts. That they also describe a style is a gift.",
            ),
            (
                "What would you change to get larger brush strokes?",
                "Use later layers for style, a smaller picture, or a larger style picture: a layer sees so many pixels, "
                "whatever they show.",
            ),
        ),
        sources=(
            "Gatys, Ecker and Bethge 2015, arXiv:1508.06576",
            "Gatys, Ecker and Bethge 2016, doi:10.1109/CVPR.2016.265",
        ),
    ),
    inputs={
        "content": Picture(label="Content"),
        "style": Picture(label="Style", optional=True, help="Any picture; if there is none, a built-in style."),
        "built_in": Choice(label="Built-in style", options=tuple((name, title) for name, (title, _) in STYLES.items())),
        "strength": Slider(
            label="Style against content",
            low=-1,
            high=3,
            step=0.25,
            default=1,
            help="Powers of ten: 1 means that style counts ten times.",
        ),
        "steps": Slider(label="Steps", low=10, high=300, step=10, default=40),
        "sweep": Button(label="Layer by layer"),
        "network": Choice(label="Network", options=painters, help=PUBLIC_HELP, folded=True),
        "content_layer": Choice(
            label="Content layer", options=layer_options, depends_on=("network",), default="relu4_1", folded=True
        ),
        "style_layers": Choice(
            label="Style layers",
            options=layer_options,
            depends_on=("network",),
            default=("relu1_1", "relu2_1", "relu3_1", "relu4_1"),
            several=True,
            folded=True,
        ),
        "start": Choice(
            label="Start from",
            options=(("content", "the content picture"), ("noise", "noise")),
            default="content",
            folded=True,
        ),
        "side": Choice(label="Longer side", options=tuple((n, f"{n} pixels") for n in SIDES), default="192", folded=True),
        "seed": Seed(folded=True),
        "painting": painting,
    },
    outputs=(
        Note(label="How far", tone="headline"),
        Picture(label="The painting", alt="The content picture in the manner of the style picture"),
        Pictures(label="Content and style", columns=4),
        Plot(label="Losses"),
        Pictures(label="One layer at a time", columns=4),
        painting,
    ),
    run=run,
    examples=(
        {"content": "chelsea", "built_in": "strokes"},
        {"content": "tower", "built_in": "stained_glass"},
        {"content": "astronaut", "style": "coffee"},
    ),
    weights=tuple(name for name, _ in own_painters()),
    order=2,
    live=False,
)
