"""Colorize: a grey picture gets colours, and every pixel tells which others it considered."""

import cv2
import numpy as np
import torch
from matplotlib.figure import Figure
from skimage.color import deltaE_ciede2000

from cnn_core.images import drawing, opening
from cnn_core.ops.colour_bins import anneal, lab_of, mean_colour, rgb_of
from cnn_core.runtime import weights
from cnn_core.tasks.colorization import colorize, coloured, colours_at
from cnn_core.tasks.preprocessing import grey_of
from demos.spec import BeforeAfter, Button, Choice, Demo, Download, Lesson, Note, Picture, Pictures, Plot, Point, Slider

MIDDLE = 65.0
"""The lightness at which colours without one are shown."""

COLOURFUL = 8.0
"""Pictures whose a and b are farther from grey on average have true colours to compare with."""

FAR = 50.0
"""The distance between two colours that is drawn brightest; 2 is about what one can just see, 100 black from white."""


def run(picture, network, temperature, click, full):
    """The lightness goes through the network; what comes back is a distribution over colours for every fourth pixel."""
    shown = opening.for_the_screen(picture)
    answer = colorize(shown, network)
    lightness, true = lab_of(shown)
    result = coloured(answer, temperature)
    has_colours = float(np.hypot(true[..., 0], true[..., 1]).mean()) > COLOURFUL
    at = click or (shown.shape[1] // 2, shown.shape[0] // 2)
    return (
        headline(answer, temperature, true if has_colours else None),
        (grey_of(lightness), result),
        result,
        [(shown, "as it was given"), how_far_off(answer, temperature, true)] if has_colours else [],
        planes(answer, temperature),
        microscope(answer, temperature, at),
        ("coloured.png", opening.to_png(coloured(colorize(picture, network), temperature))) if full else None,
    )


def networks():
    """The colorizers: one that a classifier taught as well, one with rare colours counting more, one with all alike."""
    return tuple((name, weights.card(name).title) for name in sorted(weights.names("colorization"), reverse=True))


def headline(answer, temperature, true):
    """How colourful the result is, and the truth where it is known."""
    ab = colours_at(answer, temperature)
    said = f"Mean chroma **{np.hypot(ab[..., 0], ab[..., 1]).mean():.0f}**"
    return said if true is None else f"{said}; the true colours have {np.hypot(true[..., 0], true[..., 1]).mean():.0f}"


def how_far_off(answer, temperature, true):
    """The distance from the true colours (CIE 2000) as a picture on the network's grid, and its mean in words."""
    found = colours_at(answer, temperature)
    height, width = found.shape[:2]
    lightness, truth = (cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA) for part in (answer.lightness, true))
    distance = deltaE_ciede2000(*(np.dstack([lightness, ab]) for ab in (truth, found)))
    picture = drawing.colours(distance, FAR, "magma")
    return opening.enlarge_to(picture, 480), f"how far off: ΔE 2000, mean {distance.mean():.0f}; white: {FAR:.0f} or more"


def planes(answer, temperature):
    """What goes in and what comes out, each at its own size: L, a, b, and the two together."""
    _, h, w = answer.probabilities.shape
    ab = colours_at(answer, temperature)
    flat = np.full((h, w), MIDDLE, np.float32)
    zero = np.zeros_like(flat)
    unsure = -(answer.probabilities * np.log(answer.probabilities + 1e-12)).sum(0) / np.log(len(answer.bins))
    shown = [
        (grey_of(answer.lightness), f"L: {answer.lightness.shape[1]} × {answer.lightness.shape[0]}"),
        (grey_of(100 * unsure), f"how undecided: {w} × {h}"),
        (rgb_of(flat, np.stack([ab[..., 0], zero], -1)), f"a, green to red: {w} × {h}"),
        (rgb_of(flat, np.stack([zero, ab[..., 1]], -1)), f"b, blue to yellow: {w} × {h}"),
        (rgb_of(flat, ab), f"a and b: {w} × {h}"),
    ]
    return [(opening.enlarge_to(part, 240), words) for part, words in shown]


def microscope(answer, temperature, at):
    """One pixel's distribution over the colour bins, drawn on the plane of a and b."""
    shares = answer.at(*at)
    bins = answer.bins
    figure = Figure(figsize=(5.4, 5), layout="constrained")
    axes = figure.subplots()
    tones = rgb_of(np.full((1, len(bins)), MIDDLE, np.float32), bins[None])[0] / 255
    axes.scatter(bins[:, 1], bins[:, 0], s=14, color=tones, marker="s", alpha=0.25, linewidths=0)
    axes.scatter(bins[:, 1], bins[:, 0], s=1500 * shares / max(shares.max(), 0.05), color=tones, edgecolors="black", lw=0.5)
    p, places = torch.from_numpy(shares), torch.from_numpy(bins)
    marks = (("mean", p, "o"), (f"annealed mean, T = {temperature:g}", anneal(p, temperature), "*"),
             ("likeliest bin", anneal(p, 0.0), "X"))  # fmt: skip
    for words, values, sign in marks:
        a, b = mean_colour(values, places).tolist()
        axes.plot(b, a, sign, ms=13, color="white", mec="black", label=words, ls="none")
    axes.set_xlabel("b: blue to yellow")
    axes.set_ylabel("a: green to red")
    axes.set_title(f"pixel {at[0]}, {at[1]}: the likeliest bin has {shares.max():.0%}")
    axes.legend(loc="lower left")
    return figure


DEMO = Demo(
    title="Colorize",
    summary="Give a grey picture, or one whose colours are taken away first: a network guesses them, and shows its doubts.",
    lesson=Lesson(
        notice=(
            "The network never paints: it gives each place a probability for every one of 313 colours. T decides the rest.",
            "T = 1 is the plain mean: where red and blue are both likely it is a brown that is neither.",
            "T = 0 takes the likeliest colour: lively, and patchy where neighbours decide differently.",
            "The lightness is the upload's own, at full size, so no detail is lost: colour may be coarse.",
            "Click what can have any colour (cloth, a car), then the sky: two distributions of very different width.",
        ),
        questions=(
            (
                "Why a classification, and not two numbers a and b by least squares?",
                "The best answer to 'red or blue, nobody knows' in the sense of least squares is the mean of both: grey. A "
                "distribution can hold both, and something else can choose.",
            ),
            (
                "What changes without rebalancing?",
                "Most pixels of the world are nearly grey. A network that is paid for each pixel alike learns that grey is "
                "never very wrong, so the colours are duller.",
            ),
            (
                "One network was also paid when a classifier named its picture as it names the true one. What may it do?",
                "It might cheat: any colours that make the classifier say 'goldfish' would do. So nearness to the "
                "true colours stays part of its loss, and a classifier that never taught it measures it.",
            ),
            (
                "Is a picture coloured in this way a document of how things looked?",
                "No. It is one guess that fits; for clothes, walls and cars any other would have done as well.",
            ),
            (
                "Why Lab and not RGB?",
                "It separates lightness, which is given, from colour, which is not, and equal distances look about equally "
                "different.",
            ),
        ),
        sources=("Zhang, Isola and Efros 2016, arXiv:1603.08511", "Iizuka et al. 2016, doi:10.1145/2897824.2925974"),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="Old photographs are welcome."),
        "temperature": Slider(label="Temperature T", low=0, high=1, step=0.02, default=0.38, help="The paper's: 0.38."),
        "network": Choice(label="Network", options=networks),
        "click": Point(label="Pixel under the microscope", on="Its colours", help="Click a pixel."),
        "full": Button(label="Full size, to keep"),
    },
    outputs=(
        Note(label="Colours", tone="headline"),
        BeforeAfter(label="Before and after"),
        Picture(label="Its colours", alt="The picture with the network's colours"),
        Pictures(label="Its true colours", columns=2),
        Pictures(label="From lightness to colour", columns=5, pixelated=True),
        Plot(label="Pixel microscope", alt="Circles on the plane of a and b, the larger the likelier"),
        Download(label="At full size"),
    ),
    run=run,
    examples=({"picture": "camera"}, {"picture": "astronaut"}, {"picture": "coffee"}, {"picture": "lion"}),
    weights=tuple(weights.names("colorization")),
    order=1,
)
