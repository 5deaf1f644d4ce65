"""GAN samples: pictures of nothing that exists, the ways between them, and how they came to be."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from cnn_core.images import drawing, opening
from cnn_core.models import GenerativeAdversarialNetwork
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.generation import draw_noise, generate, interpolate, read_film
from demos.charts import Axis, Chart, Histogram
from demos.spec import Button, Choice, Demo, Lesson, Note, Options, Picture, Pictures, Plot, Seed, Slider, Try

COLUMNS, ROWS = 8, 4
WAY, FRAMES = 8, 40
REACH = 3.0
DIRECTIONS = 3
LARGE = 256
PAUSE = 0.06
"""Seconds between two frames of the walk."""


def run(
    network: str, seed: int, truncation: float, other: int, first: float, second: float, third: float, walk: bool, shot: bool
) -> Iterator[tuple[Any, ...]]:
    """A grid from one seed; from its first picture a way to another seed's, and steps along three directions."""
    generator = weights.load(network).offering(GenerativeAdversarialNetwork).generator
    noise = draw_noise(COLUMNS * ROWS, generator.latent, seed, truncation)
    start, end = noise[0], draw_noise(1, generator.latent, other, truncation)[0]
    axes = generator.directions(DIRECTIONS).cpu().numpy()  # (3, Z)
    moved = start + np.array([first, second, third], np.float32) @ axes
    made = generate(np.concatenate([noise, interpolate(start, end, WAY), moved[None]]), network)
    samples, way, last = made[: len(noise)], made[len(noise) : -1], opening.enlarge_to(made[-1], LARGE)
    factor = enlargement(made[0])
    shown = [
        f"**{len(samples)} pictures** from seed {seed}",
        drawing.tile(samples, COLUMNS, factor),
        drawing.tile(way, WAY, factor),
    ]
    copies = draw_copying(network)
    if walk:
        for number, frame in enumerate(generate(interpolate(start, end, FRAMES), network), 1):
            yield (say_step(number, seed, other), *shown[1:], opening.enlarge_to(frame, LARGE), [], copies)
            time.sleep(PAUSE)
    yield (*shown, last, caption_film(network) if shot else [], copies)


def say_step(number: int, seed: int, other: int) -> str:
    """Where the walk is. Markdown."""
    return f"**Picture {number} of {FRAMES}** on the walk from seed {seed} to seed {other}, shown large below"


def caption_film(network: str) -> list[tuple[PictureArray, str]]:
    """The film of a training, each frame with its step."""
    moments = weights.card(network).record["film"]["steps"]
    return [(frame, f"after {step:,} steps") for step, frame in zip(moments, read_film(network), strict=True)]


def enlargement(picture: PictureArray) -> int:
    """By how much a sample is enlarged in a grid."""
    return max(1, 96 // len(picture))


def draw_copying(network: str) -> Chart:
    """How far the nearest training picture is: of generated pictures, and of real ones that were never trained on."""
    table = weights.card(network).record["copying"]
    names = {"generated": "generated", "held_out": "real, never trained on"}
    return Chart(
        words="Two histograms of distances to the nearest training picture.",
        x=Axis(title="distance to the nearest training picture, on our classifier's features"),
        y=Axis(title="% of pictures", low=0),
        layers=tuple(
            Histogram(name=words, edges=table["edges"], heights=[100 * share for share in table[key]])
            for key, words in names.items()
        ),
    )


def generators() -> Options:
    """The generators."""
    return tuple((name, weights.card(name).title) for name in weights.names("generation"))


DEMO = Demo(
    title="GAN samples",
    summary="A generator turns noise vectors into pictures. Draw some, walk from one to another, follow a direction.",
    lesson=Lesson(
        see="Pictures that a generator makes of noise vectors, the way from one to another, and steps along directions.",
        tries=(
            Try(words="Truncation 0", sets={"truncation": 0.0}, watch="Why are all pictures the same?"),
            Try(words="Truncation 1.5", sets={"truncation": 1.5}, watch="Are the pictures more varied? Are they better?"),
            Try(
                words="Go along the first direction",
                sets={"first": 3.0},
                watch="What has changed, and what would you call this direction?",
            ),
            Try(
                words="Generate little faces",
                sets={"network": "gan_dcgan_faces32"},
                watch="Which of them would you take for drawn ones?",
            ),
        ),
        notice=(
            "Every picture is made from one noise vector of a hundred or fewer normal random numbers; the same vector "
            "always gives the same picture.",
            "Between two samples every step is a picture, too: the generator is no mere list of training pictures.",
            "Truncation below 1 draws the numbers nearer to 0: better pictures, and more alike.",
            "The directions come from the first layer's kernels. Nobody named them: say what each one changes.",
        ),
        questions=(
            (
                "How could one tell whether it copies its training pictures?",
                "Compare how far generated pictures are from the nearest training picture with how far new real ones are. "
                "If the generated ones are much nearer, it copies. The two histograms let you compare.",
            ),
            (
                "Why is the way between two samples taken along a circle?",
                "Random vectors of many dimensions all have nearly the same length. The straight line leads through shorter "
                "ones, which the generator hardly ever met.",
            ),
            (
                "What would you see if the generator had collapsed?",
                "The same few pictures over and over, whatever the seed.",
            ),
        ),
        sources=(
            "Goodfellow et al. 2014, arXiv:1406.2661",
            "Radford, Metz and Chintala 2015, arXiv:1511.06434 (DCGAN, walking in the latent space)",
            "Shen and Zhou 2020, arXiv:2007.06600 (directions without labels)",
        ),
    ),
    inputs={
        "network": Choice(label="Generator", options=generators),
        "seed": Seed(default=1),
        "truncation": Slider(label="Truncation", low=0, high=1.5, step=0.05, default=0.8, help="Below 1: nearer to 0."),
        "other": Seed(label="Seed at the other end", default=2),
        "first": Slider(label="First direction", low=-REACH, high=REACH, step=0.1, default=0),
        "second": Slider(label="Second direction", low=-REACH, high=REACH, step=0.1, default=0),
        "third": Slider(label="Third direction", low=-REACH, high=REACH, step=0.1, default=0),
        "walk": Button(label="Walk from one to the other"),
        "shot": Button(label="Film of its training"),
    },
    outputs=(
        Note(label="How many", tone="headline"),
        Picture(label="Samples", pixelated=True, alt="A grid of generated pictures"),
        Picture(label="From the first sample to the other seed's", pixelated=True, alt="Pictures that change slowly"),
        Picture(
            label="The first sample, moved along the directions; or a picture of the walk",
            pixelated=True,
            alt="One generated picture",
        ),
        Pictures(label="The film", columns=5, pixelated=True),
        Plot(label="Does it copy?"),
    ),
    run=run,
    examples=(
        {},
        {"network": "gan_dcgan_faces32", "seed": 5},
        {"truncation": 0.0},
        {"truncation": 1.5},
    ),
    example_titles=(
        "anime faces",
        "little faces",
        "truncation 0",
        "truncation 1.5",
    ),
    weights=tuple(weights.names("generation")),
    order=5,
)
