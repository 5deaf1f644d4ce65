"""Train a GAN live: a generator and a discriminator learn from nothing while one watches, and may fail."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnn_core.images import drawing
from cnn_core.images.drawn_faces import draw_faces
from cnn_core.results import Floats, PictureArray
from cnn_core.tasks import live_gan
from cnn_core.tasks.generation import to_pictures
from demos.charts import NO_AXIS, SERIES, Axis, Chart, HeatMap, Level, Line, Points
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Pictures, Plot, Seed, Slider, Try

FACES, SIDE = "faces", 16
POOL = 2000
DATA = (("ring", "eight clouds on a ring"), ("spiral", "a spiral"), ("grid", "nine clouds"), (FACES, "little faces"))
CENTRES = {
    "ring": np.array([(np.cos(k * np.pi / 4), np.sin(k * np.pi / 4)) for k in range(8)], np.float32),
    "grid": np.array([(0.9 * x, 0.9 * y) for x in (-1, 0, 1) for y in (-1, 0, 1)], np.float32),
}
BATCH, FACES_BATCH = 128, 32
FRAMES = 25
REACH = 1.6
SHOWN, FACES_SHOWN = 400, 32
GUESSING = {"discriminator": 2 * np.log(2), "generator": np.log(2)}
"""The losses when the discriminator says one half to everything: it answers two questions, the generator's loss asks one."""

SOFTENED = 100
"""The curves are means over so many parts of the training."""

CELLS = 40
"""Of the plane on one side; the page draws each."""
GENERATED_TO_REAL = ("#2166AC", "#F7F7F7", "#B2182B")
TILED = 4
"""Times that a little face is enlarged."""

Shown = tuple[Any, ...]
training = Memory("training")


def run(
    data: str,
    steps: int,
    turns: int,
    generator_rate: float,
    discriminator_rate: float,
    seed: int,
    go: bool,
    step: bool,
    anew: bool,
    training: dict[str, Any] | None,
) -> Iterator[Shown]:
    """Shows where the training stands; "Train on" continues it."""
    now = start(data, seed, 10**generator_rate, 10**discriminator_rate)
    if training and training["of"] == [data, seed] and not anew:
        now = live_gan.unpack(training["state"], now)
    count = steps if go else 1 if step else 0
    shown_every = max(count // FRAMES, 1)
    draw_real = make_source(data, seed + now.steps)
    batch = FACES_BATCH if data == FACES else BATCH
    for number, _ in enumerate(live_gan.train(now, draw_real, count, turns, batch), 1):
        if number % shown_every == 0 and number < count:
            yield (*show(now, data), remember(now, data, seed))
    yield (*show(now, data), remember(now, data, seed))


def start(data: str, seed: int, generator_rate: float, discriminator_rate: float) -> live_gan.Training:
    """A training that has not begun, with these learning rates."""
    begin = live_gan.start_on_faces if data == FACES else live_gan.start_in_the_plane
    return begin(seed, generator_rate, discriminator_rate)


def remember(now: live_gan.Training, data: str, seed: int) -> dict[str, Any]:
    """What the page keeps of a training, to continue it later."""
    return {"of": [data, seed], "state": live_gan.pack(now)}


def make_source(data: str, seed: int) -> Callable[[int], Tensor]:
    """A function: how many -> that many real samples, points (N, 2) or pictures (N, 3, S, S) in -1..1."""
    rng = np.random.default_rng(seed)
    if data != FACES:
        return lambda count: torch.from_numpy(live_gan.CLOUDS[data](count, rng))
    drawn = torch.from_numpy(draw_faces(POOL, SIDE, rng)).permute(0, 3, 1, 2)  # (N, S, S, 3) -> (N, 3, S, S)
    pool = drawn.float() / 127.5 - 1
    return lambda count: pool[torch.from_numpy(rng.integers(0, POOL, count))]


def show(now: live_gan.Training, data: str) -> Shown:
    """The headline, what the generator makes now (points in a plane, or pictures), and the losses."""
    losses = draw_losses(now.losses)
    if data == FACES:
        return f"Step **{now.steps}**", None, lay_out(live_gan.generate_samples(now, FACES_SHOWN)), losses
    points = live_gan.generate_samples(now, SHOWN).numpy()
    return f"Step **{now.steps}**{say_reached(points, data)}", draw_plane(now, points, data), [], losses


def say_reached(generated: Floats, data: str) -> str:
    """How many of the clouds the generator reaches, which shows mode collapse; "" where there are no clouds."""
    if data not in CENTRES:
        return ""
    return f": **{live_gan.count_reached(generated, CENTRES[data])} of {len(CENTRES[data])}** clouds reached"


def draw_plane(now: live_gan.Training, generated: Floats, data: str) -> Chart:
    """Real and generated points over the discriminator's probability of "real"."""
    field = live_gan.score_the_plane(now, REACH, CELLS)
    real = live_gan.CLOUDS[data](SHOWN, np.random.default_rng(0))
    whole = (-REACH, REACH)
    return Chart(
        words="Generated points, real ones, and the probability of real that the discriminator gives to each place.",
        x=NO_AXIS,
        y=NO_AXIS,
        layers=(
            HeatMap(
                values=field, x=whole, y=whole, low=0, high=1, colours=GENERATED_TO_REAL,
                title="discriminator: probability of real",
            ),
            Points(name="real", x=real[:, 0], y=real[:, 1], colour="#000000"),
            Points(name="generated", x=generated[:, 0], y=generated[:, 1], colour="#F0E442"),
        ),
        equal=True,
    )  # fmt: skip


def lay_out(generated: Tensor) -> list[tuple[PictureArray, str]]:
    """Generated faces (N, 3, S, S) in -1..1 on one sheet, real ones on another."""
    real = list(draw_faces(len(generated), SIDE, np.random.default_rng(0)))
    return [
        (drawing.tile(to_pictures(generated), 8, TILED), "generated"),
        (drawing.tile(real, 8, TILED), "real"),
    ]


def draw_losses(losses: list[tuple[float, float]]) -> Chart | None:
    """Both losses, each with a dashed line: what it is when the discriminator only guesses. None before the first step."""
    if not losses:
        return None
    width = max(1, len(losses) // SOFTENED)
    whole = len(losses) // width * width
    means = np.array(losses).reshape(-1, 2)[:whole].reshape(-1, width, 2).mean(1)  # (steps, 2) -> (parts, width, 2) -> mean
    steps = (np.arange(len(means)) + 1) * width
    layers: list[Line | Level] = []
    for k, ((name, guessing), colour) in enumerate(zip(GUESSING.items(), SERIES, strict=False)):
        layers.append(Line(name=name, x=steps, y=means[:, k], colour=colour))
        layers.append(Level(name=f"{name}, guessing: {guessing:.2f}", y=guessing, colour=colour))
    return Chart(
        words=f"The losses, now {means[-1, 0]:.2f} of the discriminator and {means[-1, 1]:.2f} of the generator.",
        x=Axis(title="step", low=0),
        y=Axis(title="loss"),
        layers=tuple(layers),
    )


DEMO = Demo(
    title="Train a GAN live",
    summary="Watch a generator and a discriminator learn against each other from nothing, and provoke their failures.",
    lesson=Lesson(
        see="What the generator makes, beside real samples, and the losses of generator and discriminator.",
        tries=(
            Try(
                words="Take nine clouds",
                sets={"data": "grid"},
                watch="Press Train on. In which order are the clouds reached?",
            ),
            Try(
                words="A slow discriminator",
                sets={"discriminator_rate": -4.0, "seed": 1},
                watch="Press Train on. How many clouds are reached at a time?",
            ),
            Try(
                words="Take little faces",
                sets={"data": "faces"},
                watch="Press Train on. What comes first, the colours or the eyes?",
            ),
        ),
        notice=(
            "Red is where the discriminator expects real points. The generator's points move to where it is red.",
            "Then the discriminator learns that too many generated points lie there, and the red moves on.",
            "The losses say little: neither falls for good when all goes well. The dashed lines are the losses of a "
            "discriminator that only guesses: 2 ln 2 for its own two terms, ln 2 for the generator's one.",
        ),
        questions=(
            (
                "Set the discriminator's learning rate ten times lower than the generator's, and start anew. What happens?",
                "Mode collapse: the generator puts all its points where the slow discriminator likes them best. Before "
                "that region turns blue, the generator has no reason to make anything else; then they all move together.",
            ),
            (
                "And with five updates of the discriminator for each one of the generator?",
                "With these few clouds it does no harm: the generator finds all of them within about as many steps. But "
                "each step takes about three times as long.",
            ),
            (
                "Why is the generator's loss -log D(G(z)) and not log(1 - D(G(z)))?",
                "Where D is sure that a sample is generated, the second is flat: hardly any gradient, just when the "
                "generator needs one most. This is called saturation.",
            ),
        ),
        sources=("Goodfellow et al. 2014, arXiv:1406.2661", "Metz et al. 2016, arXiv:1611.02163 (the ring, mode collapse)"),
    ),
    inputs={
        "data": Choice(label="Real samples", options=DATA),
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
        "seed": Seed(folded=True),
        "training": training,
    },
    outputs=(
        Note(label="How far", tone="headline"),
        Plot(label="What the generator makes"),
        Pictures(label="Little faces", columns=2, pixelated=True),
        Plot(label="Losses"),
        training,
    ),
    run=run,
    examples=({}, {"data": "grid"}, {"data": "ring", "discriminator_rate": -4.0}, {"data": FACES}),
    example_titles=("a ring", "nine clouds", "a ring and a slow discriminator", "little faces"),
    order=7,
)
