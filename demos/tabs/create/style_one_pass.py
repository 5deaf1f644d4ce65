"""Style transfer, one pass: a network that has learned to paint does it at once, in any of its styles or between two."""

import time

import numpy as np

from cnn_core.images import opening
from cnn_core.results import PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.tasks.fast_style_transfer import OnePass, blend, paint_in_every_style, paint_in_one_pass
from cnn_core.tasks.style_transfer import Settings, paint
from demos.spec import Button, Choice, Demo, Lesson, Note, Options, Picture, Pictures, Slider, Try

SIDES = ("256", "384", "512", "768")
THUMBNAIL = 160
LOSS_NETWORK = "classify_vgg_tiny200"
LAYERS = ("features.relu1_1", "features.relu2_1", "features.relu3_1", "features.relu4_1")
STEPS, MEASURED = 40, 3
"""Steps that the tab "Style transfer, optimised" takes unless told otherwise, and how many are measured."""

NO_OTHER = "none"


def run(
    picture: PictureArray, style: str, other: str, between: float, strength: float, side: str, network: str, optimise: bool
) -> tuple[str, PictureArray, list[tuple[PictureArray, str]], str]:
    """One pass for the painting, and one small one for each style."""
    picture = opening.for_the_screen(picture)
    names = weights.card(network).classes
    run_log.tell_progress(0, "painting")
    chosen = mix_styles(len(names), style, other, between)
    painting = paint_in_one_pass(picture, network, chosen, int(side))
    result = blend(picture, painting.picture, strength)
    run_log.tell_progress(0.5, "painting in every style")
    small = list(zip(paint_in_every_style(picture, network, THUMBNAIL), names, strict=True))
    height, width = result.shape[:2]
    said = f"**{1000 * painting.seconds:.0f} ms** for {width} × {height} pixels"
    return said, result, small, compare_with_optimising(painting) if optimise else ""


def compare_with_optimising(painting: OnePass) -> str:
    """How long the tab before would take for a picture of this size: a few of its steps, measured now."""
    longest = max(painting.picture.shape[:2])
    settings = Settings(LAYERS[-1], LAYERS, 1.0, 1 + MEASURED, longest)
    stages = paint(painting.picture, LOSS_NETWORK, painting.picture, settings)
    next(stages)  # loads the network and looks at both pictures once
    started = time.perf_counter()
    for done, _ in enumerate(stages, 1):
        run_log.tell_progress(done / MEASURED, f"measuring step {done} of {MEASURED}")
    step = (time.perf_counter() - started) / MEASURED
    return (
        f"Optimising takes {1000 * step:.0f} ms a step at this size on this machine, so {STEPS} steps take about "
        f"{STEPS * step:.0f} s: **{STEPS * step / painting.seconds:.0f} times** as long as the one pass."
    )


def mix_styles(count: int, style: str, other: str, between: float) -> tuple[float, ...]:
    """How much of each of ``count`` styles, adding up to 1."""
    found = np.zeros(count)
    found[int(style)] += 1.0 if other == NO_OTHER else 1.0 - between
    if other != NO_OTHER:
        found[int(other)] += between
    return tuple(found.tolist())


def painters() -> Options:
    """The style networks."""
    return tuple((name, weights.card(name).title) for name in weights.names("style_transfer"))


def styles(network: str) -> Options:
    """(number, title) of each of its styles."""
    return tuple((str(k), name) for k, name in enumerate(weights.card(network).classes))


def others(network: str) -> Options:
    """A second style, or none."""
    return ((NO_OTHER, "none"), *styles(network))


DEMO = Demo(
    title="Style transfer, one pass",
    summary="A network that has learned to paint does in one pass what optimising does in many steps.",
    lesson=Lesson(
        see="One pass through a network that has learned to paint, and the same picture in each of its styles.",
        tries=(
            Try(
                words="Mix in its second style",
                sets={"other": "1"},
                watch="Is this a third style, or two pictures laid over each other?",
            ),
            Try(words="Strength 0.3", sets={"strength": 0.3}, watch="Which details of the photograph come back?"),
            Try(
                words="At 256 pixels",
                sets={"side": "256"},
                watch="How large are the strokes now, compared with the picture?",
            ),
        ),
        notice=(
            "It was trained once, with the losses of the tab before, on thousands of photographs; using it is one pass.",
            "All styles share every convolution. A style is one scale and one shift for each channel: some 1,500 numbers.",
            "Between two styles it mixes those numbers: a third style, not two pictures laid over each other.",
            "Strength, in contrast, lays the painting over the photograph, pixel by pixel.",
        ),
        questions=(
            (
                "What is lost against optimising?",
                "Every new style needs training. And the network must do with one pass what the optimiser corrects in "
                "many: details of the style are often weaker.",
            ),
            (
                "Why does it enlarge by repeating pixels and then convolving?",
                "A transposed convolution whose stride does not divide its kernel stamps a checkerboard (see the "
                "Upsampling bench), and flat paint would show it.",
            ),
            (
                "Why instance normalisation, and not batch normalisation?",
                "It takes each picture's own contrast away before the style puts its own in. With batch statistics a dark "
                "photograph would be painted according to its neighbours in the batch.",
            ),
        ),
        sources=(
            "Johnson, Alahi and Fei-Fei 2016, arXiv:1603.08155",
            "Ulyanov, Vedaldi and Lempitsky 2016, arXiv:1607.08022 (instance normalisation)",
            "Dumoulin, Shlens and Kudlur 2016, arXiv:1610.07629 (many styles in one network)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture"),
        "style": Choice(label="Style", options=styles, depends_on=("network",)),
        "other": Choice(label="Second style", options=others, depends_on=("network",)),
        "between": Slider(label="From the first style to the second", low=0, high=1, step=0.05, default=0.5),
        "strength": Slider(label="Strength", low=0, high=1, step=0.05, default=1, help="Over the photograph, by pixel."),
        "side": Choice(label="Longer side", options=tuple((n, f"{n} pixels") for n in SIDES), default="512", folded=True),
        "network": Choice(label="Network", options=painters, folded=True),
        "optimise": Button(label="How long would optimising take?"),
    },
    outputs=(
        Note(label="Time", tone="headline"),
        Picture(label="The painting", alt="The picture painted in the chosen style"),
        Pictures(label="All its styles", help="Press one to paint in its style.", columns=5, chooses="style"),
        Note(label="Optimising"),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "tower", "style": "1"},
        {"picture": "astronaut", "style": "3", "other": "0"},
        {"picture": "lion", "style": "5"},
    ),
    weights=(*weights.names("style_transfer"), LOSS_NETWORK),
    order=3,
)
