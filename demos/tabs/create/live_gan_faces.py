"""Train a GAN on little faces: two convolutional networks learn from nothing, on the server, while one watches."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnn_core.images import drawing
from cnn_core.images.drawn_faces import draw_faces
from cnn_core.results import PictureArray
from cnn_core.tasks import live_gan
from cnn_core.tasks.generation import to_pictures
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Pictures, Plot, Seed, Slider, Try
from demos.tabs.create._live_gan import draw_losses

SIDE = 16
POOL = 2000
BATCH = 32
FRAMES = 25
SIZES = {"32": (8, 4), "8": (4, 8)}
"""How many faces are shown -> how many stand in a row, times that each is enlarged."""

Shown = tuple[Any, ...]
training = Memory("training")


def run(
    steps: int,
    turns: int,
    generator_rate: float,
    discriminator_rate: float,
    seed: int,
    faces: str,
    go: bool,
    step: bool,
    anew: bool,
    training: dict[str, Any] | None,
) -> Iterator[Shown]:
    """Shows where the training stands; "Train on" continues it."""
    now = live_gan.start_on_faces(seed, 10**generator_rate, 10**discriminator_rate, SIDE)
    if training and training["of"] == seed and not anew:
        now = live_gan.unpack(training["state"], now)
    count = steps if go else 1 if step else 0
    shown_every = max(count // FRAMES, 1)
    for number, _ in enumerate(live_gan.train(now, make_source(seed + now.steps), count, turns, BATCH), 1):
        if number % shown_every == 0 and number < count:
            yield (*show(now, faces), {"of": seed, "state": live_gan.pack(now)})
    yield (*show(now, faces), {"of": seed, "state": live_gan.pack(now)})


def make_source(seed: int) -> Callable[[int], Tensor]:
    """A function: how many -> that many real pictures (N, 3, S, S) in -1..1."""
    rng = np.random.default_rng(seed)
    drawn = torch.from_numpy(draw_faces(POOL, SIDE, rng)).permute(0, 3, 1, 2)  # (N, S, S, 3) -> (N, 3, S, S)
    pool = drawn.float() / 127.5 - 1
    return lambda count: pool[torch.from_numpy(rng.integers(0, POOL, count))]


def show(now: live_gan.Training, faces: str) -> Shown:
    """The headline, what the generator makes now beside real faces, and the losses."""
    return f"Step **{now.steps}**", lay_out(live_gan.generate_samples(now, int(faces))), draw_losses(now.losses)


def lay_out(generated: Tensor) -> list[tuple[PictureArray, str]]:
    """Generated faces (N, 3, S, S) in -1..1 on one sheet, as many real ones on another."""
    real = list(draw_faces(len(generated), SIDE, np.random.default_rng(0)))
    columns, factor = SIZES[str(len(generated))]
    return [
        (drawing.tile(to_pictures(generated), columns, factor), "generated"),
        (drawing.tile(real, columns, factor), "real"),
    ]


DEMO = Demo(
    title="Train a GAN on faces",
    summary="The same game with pictures: convolutional networks learn to draw little faces, step by step.",
    lesson=Lesson(
        see="What the generator draws, beside real samples, and the losses of generator and discriminator.",
        tries=(
            Try(
                words="Eight faces, larger",
                sets={"faces": "8"},
                watch="Press Train on and follow one face. What comes first, colours or eyes?",
            ),
            Try(words="Begin with other weights", sets={"seed": 1}, watch="Press Train on. Are they the faces of before?"),
        ),
        notice=(
            "The discriminator is never told what a face is. It only tells drawn ones from generated ones, 32 at a time.",
            "The noise vectors of the faces that are shown stay the same: each face changes where it stands.",
        ),
        questions=(
            (
                "What is here convolutional, and in which direction?",
                "The discriminator goes from the picture to smaller and smaller maps, down to one number. The generator "
                "goes the other way: from a vector to a small map, which is enlarged and convolved until it is a picture.",
            ),
            (
                "Why can the losses not tell you when to stop?",
                "Each is measured against the other network, which learns as well. Look at the pictures.",
            ),
        ),
        sources=("Goodfellow et al. 2014, arXiv:1406.2661", "Radford et al. 2015, arXiv:1511.06434 (convolutional GANs)"),
    ),
    inputs={
        "go": Button(label="Train on"),
        "step": Button(label="One step"),
        "anew": Button(label="Start anew"),
        "steps": Slider(label="Steps at a press", low=100, high=3000, step=100, default=1000),
        "turns": Slider(label="Discriminator's updates for one of the generator", low=1, high=5, step=1, default=1),
        "generator_rate": Slider(
            label="Generator's learning rate", low=-5, high=-2, step=0.25, default=-3, help="-3 is 0.001: powers of ten."
        ),
        "discriminator_rate": Slider(
            label="Discriminator's learning rate", low=-5, high=-2, step=0.25, default=-3, help="-3 is 0.001."
        ),
        "faces": Choice(label="Faces shown", options=(("32", "32 small ones"), ("8", "8 larger ones"))),
        "seed": Seed(folded=True),
        "training": training,
    },
    outputs=(
        Note(label="How far", tone="headline"),
        Pictures(label="Little faces", columns=2, pixelated=True),
        Plot(label="Losses"),
        training,
    ),
    run=run,
    stop="Pause",
    examples=({}, {"discriminator_rate": -4.0}),
    example_titles=("equal rates", "a slow discriminator"),
    order=8,
)
