"""Style transfer, any style: one network that was never trained for the style that it is shown."""

import time

from cnn_core import images, sample_pictures, weights
from cnn_core.drawn_styles import STYLES
from cnn_core.tasks.style_transfer import painted_like
from demos.spec import Choice, Demo, Lesson, Note, Picture, Pictures, Slider

SIDES = ("256", "384", "512")
NO_OTHER = "none"
MIXTURES = (0.0, 0.25, 0.5, 0.75, 1.0)
STRIP = 192


def run(picture, own, built_in, other, between, strength, side, network):
    """One pass for the painting; and, with two styles, a strip of small ones on the way from the first to the second."""
    picture = images.for_the_screen(picture)
    first = sample_pictures.load(built_in) if own is None else images.for_the_screen(own)
    second = None if other == NO_OTHER else sample_pictures.load(other)
    started = time.perf_counter()
    painting = painted_like(picture, mixed(first, second, between), strength, network, int(side))
    seconds = time.perf_counter() - started
    shown = (
        [(picture, "content"), (first, "style")] if second is None else [(first, "first style"), (second, "second style")]
    )
    steps = MIXTURES if second is not None else ()
    strip = [(painted_like(picture, mixed(first, second, t), strength, network, STRIP), f"{t:.0%} second") for t in steps]
    height, width = painting.shape[:2]
    return f"**{1000 * seconds:.0f} ms** for {width} × {height} pixels", painting, shown, strip


def mixed(first, second, between):
    """The style pictures with their shares."""
    return [(first, 1.0)] if second is None else [(first, 1 - between), (second, between)]


def painters():
    """The networks for any style."""
    return tuple((name, weights.card(name).title) for name in weights.names("any_style"))


def built_in_styles():
    """Those drawn by programme."""
    return tuple((name, title) for name, (title, _) in STYLES.items())


DEMO = Demo(
    title="Style transfer, any style",
    group="Create",
    summary="Give it any picture as the style: one pass, nothing trained or optimised for it. Mix two, or take less of it.",
    lesson=Lesson(
        notice=(
            "A style is only numbers here: the mean and the spread of each of 256 channels. All places are forgotten.",
            "The content's maps get those numbers. The decoder is the only part that was trained for painting.",
            "Strength mixes maps, before the decoder: half the strength is another painting, not a half-transparent one.",
            "It takes over colours and fine texture. Large strokes and forms would need more than means and spreads.",
        ),
        questions=(
            (
                "The tab before optimises Gram matrices. What do mean and spread leave out?",
                "Which channels go together: the matrix without all but its diagonal, so to speak. Hence tamer paintings.",
            ),
            (
                "Take a photograph as the style. Why does its colour come over, but none of its things?",
                "Where something stands is lost in the mean over all places.",
            ),
            (
                "Strength 0: why is even that not the photograph?",
                "It went through three poolings and came back through the decoder: what that cannot rebuild is lost.",
            ),
        ),
        sources=(
            "Huang and Belongie 2017, arXiv:1703.06868 (AdaIN)",
            "Dumoulin, Shlens and Kudlur 2016, arXiv:1610.07629",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture"),
        "own": Picture(label="Style", optional=True, help="Any picture; if there is none, a built-in style."),
        "built_in": Choice(label="Built-in style", options=built_in_styles()),
        "other": Choice(label="Second style", options=((NO_OTHER, "none"), *built_in_styles())),
        "between": Slider(label="From the first style to the second", low=0, high=1, step=0.05, default=0.5),
        "strength": Slider(label="Strength (of the statistics)", low=0, high=1, step=0.05, default=1),
        "side": Choice(label="Longer side", options=tuple((n, f"{n} pixels") for n in SIDES), default="384", folded=True),
        "network": Choice(label="Network", options=painters, folded=True),
    },
    outputs=(
        Note(label="Time", tone="headline"),
        Picture(label="The painting", alt="The picture with the statistics of the style"),
        Pictures(label="Shown to it", columns=2),
        Pictures(label="From the first to the second", columns=len(MIXTURES)),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "tower", "built_in": "mosaic"},
        {"picture": "astronaut", "built_in": "strokes", "other": "stained_glass"},
        {"picture": "lion", "own": "coffee"},
    ),
    weights=tuple(weights.names("any_style")),
    order=4,
)
