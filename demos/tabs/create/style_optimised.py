"""Style transfer, optimised: a picture is painted before your eyes: its maps one picture's, its style another's."""

import math

import torch
from matplotlib.figure import Figure

from cnn_core.explain.layer_table import last_of_each_size
from cnn_core.explain.visualisation import as_picture
from cnn_core.images import opening, samples
from cnn_core.images.drawn_styles import STYLES
from cnn_core.runtime import public_weights, run_log, weights
from cnn_core.tasks.preprocessing import normalise
from cnn_core.tasks.style_transfer import Wanted, gram, maps_of, painted
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Picture, Pictures, Plot, Seed, Slider
from demos.tabs._networks import classifiers, facts_of, layers_of

SIDES = ("128", "192", "256", "384")
SHOWN_EVERY = 2
SWEEP_STEPS, SWEEP_SIDE = 20, 128
SMOOTHNESS, FAINT = 1.0, 0.02
PAPERS = "public_vgg19"
painting = Memory("painting")


def run(content, style, built_in, network, content_layer, style_layers, strength, steps, start, side, seed, sweep, painting):
    """Paints step by step; after "Layer by layer" one small picture for each layer instead."""
    net = weights.load(network)
    style = samples.load(built_in) if style is None else style
    wanted_content, wanted_style = (tensor_of(picture, int(side), net) for picture in (content, style))
    mixed = [(opening.for_the_screen(picture), words) for picture, words in ((content, "content"), (style, "style"))]
    if sweep:
        yield from swept(net, content, style, mixed, content_layer, strength)
        return
    layers = list(style_layers)
    with run_log.timed(network):
        wanted = Wanted(
            maps_of(net.model, show_of(net), wanted_content, [content_layer]),
            {name: gram(maps) for name, maps in maps_of(net.model, show_of(net), wanted_style, layers).items()},
        )
    first = wanted_content if start == "content" else noise_like(wanted_content, seed)
    losses, now = [], as_picture(first)
    grid = (painting or {}).get("grid", [])
    stages = painted(net.model, show_of(net), first, wanted, 10**strength, SMOOTHNESS, steps)
    for stage in run_log.timed_steps(network, stages):
        losses.append((stage.content, stage.style))
        now = stage.picture
        if stage.step % SHOWN_EVERY == 0 or stage.step == steps:
            yield headline(losses, steps, bool(layers)), now, mixed, plot_of(losses), grid, {"grid": grid}


def swept(net, content, style, mixed, content_layer, strength):
    """The content painted with the style of one layer at a time; then, from noise, the content as each layer keeps it."""
    show = show_of(net)
    photograph, manner = (tensor_of(picture, SWEEP_SIDE, net) for picture in (content, style))
    kept = maps_of(net.model, show, photograph, [content_layer])
    words = dict(layers_with_maps(net.card.name))
    names = [facts.name for facts in last_of_each_size(facts_of(net.card.name)) if facts.name in words]
    tasks = [("style", name) for name in names] + [("content", name) for name in names]
    grid: list = []
    for number, (kind, name) in enumerate(tasks, 1):
        maps = maps_of(net.model, show, manner if kind == "style" else photograph, [name])
        wanted = Wanted(kept, {name: gram(maps[name])}) if kind == "style" else Wanted(maps, {})
        start = photograph if kind == "style" else noise_like(photograph, 0, FAINT)
        stages = painted(net.model, show, start, wanted, 10**strength, SMOOTHNESS, SWEEP_STEPS)
        losses = []
        for stage in run_log.timed_steps(net.card.name, stages):
            losses.append((stage.content, stage.style))
        grid = [*grid, (opening.enlarge_to(stage.picture, 256), f"{kind} of {words[name]}")]
        said = f"Layer {number} of {len(tasks)}: {kind} of **{words[name]}**"
        yield said, stage.picture, mixed, plot_of(losses), grid, {"grid": grid}


def show_of(net):
    """A picture in 0..1 as the network wants it."""
    return lambda x: normalise(255 * x, net.card.input)


def tensor_of(picture, longest, net):
    """The picture with its longer side at so many pixels, (1, 3, H, W) in 0..1."""
    height, width = picture.shape[:2]
    share = longest / max(height, width)
    small, _ = opening.fit(picture, max(round(height * share), 32), max(round(width * share), 32), "stretch")
    return torch.from_numpy(small).permute(2, 0, 1)[None].float().to(net.device) / 255


def noise_like(x, seed, spread=0.1):
    """Grey noise of the same size."""
    chance = torch.Generator().manual_seed(seed)
    return (0.5 + spread * torch.randn(x.shape, generator=chance)).clamp(0, 1).to(x.device)


def headline(losses, steps, styled):
    """How near the painting is."""
    content, style = losses[-1]
    said = f"Step {len(losses)} of {steps}: content {content:.1%} off"
    return f"{said}, style **{style:.1%}** off (it began at {losses[0][1]:.0%})" if styled else said


def plot_of(losses):
    """Both losses, step by step."""
    figure = Figure(figsize=(6, 2.6), layout="constrained")
    axes = figure.subplots()
    for name, values in zip(("content", "style"), zip(*losses, strict=True), strict=True):
        axes.plot(range(1, len(values) + 1), [value if value > 0 else math.nan for value in values], label=name)
    axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel("relative error")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def painters():
    """The networks without skip connections that take pictures of any size: their maps make good paint.

    The paper's own VGG-19 is among them where its file was fetched before (in the tab Classify, say).
    """
    own = tuple(
        pair
        for pair in classifiers()
        if not weights.card(pair[0]).input.fixed and weights.card(pair[0]).architecture == "vgg"
    )
    return (*own, (PAPERS, public_weights.title(PAPERS))) if public_weights.kept(PAPERS) else own


def layers_with_maps(network):
    """The layers after a ReLU."""
    return tuple(pair for pair in layers_of(network) if "after ReLU" in pair[1])


DEMO = Demo(
    title="Style transfer, optimised",
    summary="Paint one picture in the manner of another, as Gatys, Ecker and Bethge did: by optimising the pixels.",
    lesson=Lesson(
        notice=(
            "Nothing is learned here: the network stays as it is, the picture is what changes.",
            "The style's loss falls fast at first: colours and coarse strokes come before the fine ones.",
            "Layer by layer: early layers carry the style's colours and dots, later ones only its texture.",
            "Layer by layer: early layers keep nearly the whole content; later ones what is where, not its colours.",
        ),
        questions=(
            (
                "Why does the Gram matrix hold style and no content?",
                "It is a mean over all places: which channels answer together, and not where. Shuffle the places and it "
                "stays the same.",
            ),
            (
                "Start from noise instead of the content. What changes?",
                "With few steps the drawing is weaker: everything has to be found first. With many both end much alike.",
            ),
            (
                "Why does a network that was trained to classify know anything about style?",
                "To name things it had to learn edges, textures and parts. That they make a style nobody asked for.",
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
        "strength": Slider(label="Style against content", low=-1, high=3, step=0.25, default=1, help="Powers of ten."),
        "steps": Slider(label="Steps", low=10, high=300, step=10, default=40),
        "sweep": Button(label="Layer by layer"),
        "network": Choice(label="Network", options=painters, folded=True),
        "content_layer": Choice(
            label="Content layer", options=layers_with_maps, depends_on=("network",), default="features.relu4_1", folded=True
        ),
        "style_layers": Choice(
            label="Style layers",
            options=layers_with_maps,
            depends_on=("network",),
            default=("features.relu1_1", "features.relu2_1", "features.relu3_1", "features.relu4_1"),
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
        Plot(label="Losses", alt="Two curves that fall, steeply at first"),
        Pictures(label="One layer at a time", columns=4),
        painting,
    ),
    run=run,
    examples=(
        {"content": "chelsea", "built_in": "strokes"},
        {"content": "tower", "built_in": "stained_glass"},
        {"content": "astronaut", "style": "coffee"},
    ),
    weights=tuple(name for name, _ in painters()),
    order=2,
    live=False,
)
