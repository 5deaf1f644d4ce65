"""Colorize: a grey picture gets colours, and every pixel shows which others the network thought possible."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import torch
from skimage import color

from cnn_core.images import drawing, opening
from cnn_core.ops.colour_bins import anneal, lab_of, mean_colour, rgb_of
from cnn_core.results import Colorization, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.colorization import PAPER_TEMPERATURE, apply_colours, choose_colours, colorize
from cnn_core.tasks.preprocessing import grey_of
from demos.charts import Axis, Chart, Points, Shape
from demos.spec import (
    BeforeAfter,
    Button,
    Choice,
    Demo,
    Download,
    Lesson,
    Note,
    Options,
    Picture,
    Pictures,
    Plot,
    Point,
    Slider,
    Try,
)

MIDDLE = 65.0
"""The lightness at which colours without one are shown."""

COLOURFUL = 8.0
"""Pictures whose a and b are farther from grey on average have true colours to compare with."""

FAR = 50.0
"""The distance between two colours that is drawn brightest; 2 is about what one can just see, 100 black from white."""

delta_e: Callable[[Floats, Floats], Floats] = color.deltaE_ciede2000
Captioned = tuple[PictureArray, str]


def run(
    picture: PictureArray, temperature: float, network: str, click: tuple[int, int] | None, full: bool
) -> tuple[Any, ...]:
    """The lightness goes through the network; for every fourth pixel a softmax over the colour bins comes back."""
    shown = opening.for_the_screen(picture)
    answer = colorize(shown, network)
    lightness, true_ab = lab_of(shown)
    colours = apply_colours(answer, temperature)
    middle = (shown.shape[1] // 2, shown.shape[0] // 2)
    off = measure_distances(answer, temperature, true_ab) if mean_chroma(true_ab) > COLOURFUL else None
    large = replace(answer, lightness=lab_of(picture)[0]) if full else None
    return (
        say_how_good(answer, temperature, true_ab, off),
        (grey_of(lightness), colours),
        colours,
        [] if off is None else [(shown, "as it was given"), draw_distances(off[0])],
        draw_planes(answer, temperature),
        draw_distribution(answer, temperature, click or middle),
        None if large is None else ("colorized.png", opening.to_png(apply_colours(large, temperature))),
    )


def networks() -> Options:
    """The colorizers: one that a classifier taught as well, one with rare colours counting more, one with all alike."""
    return tuple((name, weights.card(name).title) for name in sorted(weights.names("colorization"), reverse=True))


def mean_chroma(ab: Floats) -> float:
    """The mean distance of a and b (..., 2) from grey: 0 for a grey picture, about 100 for a screen's purest colours."""
    return float(np.hypot(ab[..., 0], ab[..., 1]).mean())


def say_how_good(answer: Colorization, temperature: float, true_ab: Floats, off: tuple[Floats, Floats] | None) -> str:
    """How colourful the result is and, where the true colours are known, how far off it is beside a grey picture."""
    chroma = mean_chroma(choose_colours(answer, temperature))
    if off is None:
        return f"Its colours are on average **{chroma:.0f}** away from grey (100: the purest that a screen can show)"
    found, grey = (float(part.mean()) for part in off)
    verdict = "nearer to the true ones than no colours at all" if found < grey else "farther off than no colours at all"
    return (
        f"Its colours are {verdict}: **ΔE {found:.0f}** from the true ones on average, a grey picture {grey:.0f} "
        f"(distance from grey: {chroma:.0f}; of the true colours: {mean_chroma(true_ab):.0f})"
    )


def measure_distances(answer: Colorization, temperature: float, true_ab: Floats) -> tuple[Floats, Floats]:
    """ΔE (CIE 2000) from the true colours on the network's grid: of its colours and of no colours, both (h, w)."""
    found = choose_colours(answer, temperature)
    height, width = found.shape[:2]
    lightness, truth = (
        cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA) for part in (answer.lightness, true_ab)
    )
    target: Floats = np.dstack([lightness, truth]).astype(np.float32)  # (h, w) and (h, w, 2) -> (h, w, 3)
    own, grey = (delta_e(target, np.dstack([lightness, ab])) for ab in (found, np.zeros_like(found)))
    return own, grey


def draw_distances(distance: Floats) -> Captioned:
    """The distance from the true colours as a picture, and its mean in words."""
    picture = drawing.map_to_colours(distance, FAR, "magma")
    return opening.enlarge_to(picture, 480), f"how far off: ΔE 2000, mean {distance.mean():.0f}; white: {FAR:.0f} or more"


def draw_planes(answer: Colorization, temperature: float) -> list[Captioned]:
    """What goes in and what comes out, each at its own size: L, a, b, and the two together."""
    _, h, w = answer.probabilities.shape
    ab = choose_colours(answer, temperature)
    flat = np.full((h, w), MIDDLE, np.float32)
    zero = np.zeros_like(flat)
    entropy = -(answer.probabilities * np.log(answer.probabilities + 1e-12)).sum(0) / np.log(len(answer.bins))
    shown = [
        (grey_of(answer.lightness), f"L: {answer.lightness.shape[1]} × {answer.lightness.shape[0]}"),
        (grey_of(100 * entropy), f"how undecided (entropy): {w} × {h}"),
        (rgb_of(flat, np.stack([ab[..., 0], zero], -1)), f"a, green to red: {w} × {h}"),
        (rgb_of(flat, np.stack([zero, ab[..., 1]], -1)), f"b, blue to yellow: {w} × {h}"),
        (rgb_of(flat, ab), f"a and b: {w} × {h}"),
    ]
    return [(opening.enlarge_to(part, 240), words) for part, words in shown]


def draw_distribution(answer: Colorization, temperature: float, pixel: tuple[int, int]) -> Chart:
    """One pixel's softmax over the colour bins, drawn on the plane of a and b."""
    scores, bins = answer.at(*pixel), answer.bins
    tones = rgb_of(np.full((1, len(bins)), MIDDLE, np.float32), bins[None])[0]  # (Q, 3)
    p, centres = torch.from_numpy(scores), torch.from_numpy(bins)
    means: tuple[tuple[str, torch.Tensor, Shape], ...] = (
        ("mean (T = 1)", p, "circle"), (f"annealed mean, T = {temperature:g}", anneal(p, temperature), "star"),
        ("highest softmax score (T = 0)", anneal(p, 0.0), "cross"),
    )  # fmt: skip
    marks = []
    for words, values, shape in means:
        a, b = mean_colour(values, centres).tolist()
        marks.append(Points(name=words, x=[b], y=[a], colour="#FFFFFF", shape=shape, edged=True))
    return Chart(
        words=f"The colour bins as circles, the larger the higher the score; the highest at pixel {pixel[0]}, {pixel[1]} is "
        f"{scores.max():.0%}.",
        x=Axis(title="b: blue to yellow"),
        y=Axis(title="a: green to red"),
        layers=(
            Points(
                name="", x=bins[:, 1], y=bins[:, 0], colours=tuple("#{:02x}{:02x}{:02x}".format(*tone) for tone in tones),
                sizes=scores, size_title="softmax score", largest=max(float(scores.max()), 0.05),
            ),
            *marks,
        ),
    )  # fmt: skip


DEMO = Demo(
    title="Colorize",
    summary="Give a grey picture, or one whose colours are taken away first: a network guesses them, and shows its doubts.",
    lesson=Lesson(
        see="Colours that a network guesses from the lightness alone, and one pixel's softmax over the colour bins.",
        tries=(
            Try(words="The plain mean (T = 1)", sets={"temperature": 1.0}, watch="Are the colours livelier or duller?"),
            Try(
                words="Take away a lion's colours",
                sets={"picture": "lion"},
                watch="How far off are the guessed colours, and how far off is grey?",
            ),
            Try(
                words="Take the network without rebalancing",
                sets={"network": "colorize_plain_mini84voc20"},
                watch="Are these colours livelier or duller?",
            ),
            Try(words="Ask the pixel in the corner", sets={"click": (0, 0)}, watch="Is the softmax wide or narrow there?"),
        ),
        notice=(
            "The network does not paint: for each pixel of a coarse grid it gives a softmax over all colour bins, as in "
            "classification. A rule then chooses a colour.",
            "T = 0 is the simplest rule: the bin with the highest softmax score. It is patchy where neighbouring pixels "
            "choose different bins, and grey where grey is the likeliest bin, whatever the others add up to.",
            "T = 1 is the plain mean: where red and blue are both likely it is a magenta that is neither; where green and "
            "magenta are, it is nearly grey. The paper's annealed mean (T = 0.38) lies between the two rules.",
            "The lightness is the picture's own, at full size, so no detail is lost: the colours may be coarse.",
            "Click what can have any colour (cloth, a car), then the sky, and compare how wide the distributions are.",
        ),
        questions=(
            (
                "Why a classification, and not two numbers a and b by least squares?",
                "Least squares answers with the mean of all possible colours. The mean of green and magenta is nearly grey, "
                "that of red and green is olive: colours that were never possible. A distribution can hold both.",
            ),
            (
                "What changes without rebalancing?",
                "Most pixels of the world are nearly grey. If each pixel counts the same in the loss, grey is never very "
                "wrong, so the colours are duller.",
            ),
            (
                "Lively colours can be farther from the true ones (ΔE) than no colours at all. Why want them?",
                "ΔE punishes a bold wrong guess more than grey, which is never far from anything. But grey is never right "
                "either: people, and classifiers, take a plausible colour for the better picture.",
            ),
            (
                "One network's loss also asks that a classifier names its picture as it names the true one. How could it "
                "cheat?",
                "Any colours that make the classifier say 'goldfish' would do. So nearness to the true colours stays part "
                "of its loss, and another classifier, which took no part in the training, measures the result.",
            ),
            (
                "Is a picture coloured in this way a document of how things looked?",
                "No. It is one guess that fits; for clothes, walls and cars many others would have done as well.",
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
        "temperature": Slider(
            label="Temperature T",
            low=0,
            high=1,
            step=0.02,
            default=PAPER_TEMPERATURE,
            help="0: the bin with the highest softmax score. 0.38: the paper's annealed mean. 1: the plain mean.",
        ),
        "network": Choice(label="Network", options=networks),
        "click": Point(label="Pixel", on="Its colours", help="Click a pixel."),
        "full": Button(label="Full size, to keep"),
    },
    outputs=(
        Note(label="Colours", tone="headline"),
        BeforeAfter(label="Before and after"),
        Picture(label="Its colours", alt="The picture with the network's colours"),
        Pictures(label="Its true colours", columns=2),
        Pictures(label="From lightness to colour", columns=5, pixelated=True),
        Plot(label="One pixel's softmax"),
        Download(label="At full size"),
    ),
    run=run,
    examples=(
        {"picture": "camera", "temperature": 0.0},
        {"picture": "camera"},
        {"picture": "astronaut"},
        {"picture": "coffee"},
        {"picture": "lion"},
    ),
    example_titles=("highest softmax score", "annealed mean", "her true colours are known", "coffee", "lion"),
    weights=tuple(weights.names("colorization")),
    order=1,
)
