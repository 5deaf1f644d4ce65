"""Train a GAN live: a generator and a discriminator learn from nothing while one watches, and may fail."""

import numpy as np
import torch
from matplotlib.figure import Figure

from cnn_core.images import drawing
from cnn_core.images.drawn_faces import faces
from cnn_core.tasks.generation import to_pictures
from cnn_core.tasks.live_gan import CLOUDS, field, fought, in_the_plane, of_pictures, packed, reached, samples, unpack
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Plot, Seed, Slider

FACES, SIDE = "faces", 16
POOL = 2000
DATA = (("ring", "eight clouds on a ring"), ("spiral", "a spiral"), ("grid", "nine clouds"), (FACES, "little faces"))
FRAMES = 25
REACH = 1.6
SHOWN = 400
training = Memory("training")


def run(data, steps, turns, generator_rate, judge_rate, seed, go, step, anew, training):
    """Shows where the training stands; after "Train on" goes on from there."""
    pair = fresh(data, seed, generator_rate, judge_rate)
    kept = training if training and training["of"] == [data, seed] and not anew else None
    if kept:
        pair = unpack(kept["state"], pair)
    count = steps if go else 1 if step else 0
    real = true_samples(data, seed + pair.steps)
    for number, _ in enumerate(fought(pair, real, count, turns, 32 if data == FACES else 128), 1):
        if number % max(count // FRAMES, 1) == 0 and number < count:
            yield (*seen(pair, data), {"of": [data, seed], "state": packed(pair)})
    yield (*seen(pair, data), {"of": [data, seed], "state": packed(pair)})


def fresh(data, seed, generator_rate, judge_rate):
    """A pair that has learned nothing, with these rates (powers of ten)."""
    rates = 10**generator_rate, 10**judge_rate
    return of_pictures(seed, *rates) if data == FACES else in_the_plane(seed, *rates)


def true_samples(data, seed):
    """how many -> that many true samples."""
    chance = np.random.default_rng(seed)
    if data != FACES:
        return lambda n: torch.from_numpy(CLOUDS[data](n, chance))
    pool = torch.from_numpy(faces(POOL, SIDE, chance)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return lambda n: pool[torch.from_numpy(chance.integers(0, POOL, n))]


def seen(pair, data):
    """The headline, what the generator makes now, and the losses."""
    if data == FACES:
        made = samples(pair, 32)
        said, figure = f"Step **{pair.steps}**", sheet(made)
    else:
        points = samples(pair, SHOWN).numpy()
        said, figure = f"Step **{pair.steps}**{clouds_in_words(points, data)}", plane(pair, points, data)
    return said, figure, losses(pair)


def clouds_in_words(made, data):
    """How many of the clouds are reached: the measure of collapse."""
    centres = {
        "ring": [(np.cos(k * np.pi / 4), np.sin(k * np.pi / 4)) for k in range(8)],
        "grid": [(0.9 * x, 0.9 * y) for x in (-1, 0, 1) for y in (-1, 0, 1)],
    }.get(data)
    return f": **{reached(made, np.array(centres))} of {len(centres)}** clouds reached" if centres else ""


def plane(pair, made, data):
    """True and generated points over what the discriminator says of every place."""
    figure = Figure(figsize=(5.4, 5), layout="constrained")
    axes = figure.subplots()
    shown = axes.imshow(field(pair.judge, REACH), extent=(-REACH, REACH) * 2, origin="lower", cmap="RdBu_r", vmin=0, vmax=1)
    true = CLOUDS[data](SHOWN, np.random.default_rng(0))
    axes.scatter(true[:, 0], true[:, 1], s=6, color="black", alpha=0.4, label="true")
    axes.scatter(made[:, 0], made[:, 1], s=8, color="#f0e442", edgecolors="black", linewidths=0.3, label="generated")
    figure.colorbar(shown, ax=axes, label="discriminator: probability of true", shrink=0.8)
    axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=[], yticks=[])
    axes.legend(loc="upper right")
    return figure


def sheet(made):
    """Generated faces beside true ones."""
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    true = list(faces(len(made), SIDE, np.random.default_rng(0)))
    for axes, pictures, title in zip(figure.subplots(1, 2), (to_pictures(made), true), ("generated", "true"), strict=True):
        axes.imshow(drawing.tiles(pictures, 8, 4))
        axes.set_title(title)
        axes.axis("off")
    return figure


def losses(pair):
    """Both losses, smoothed a little."""
    figure = Figure(figsize=(6, 2.4), layout="constrained")
    axes = figure.subplots()
    if pair.losses:
        values = np.array(pair.losses)
        width = max(1, len(values) // 100)
        smooth = values[: len(values) // width * width].reshape(-1, width, 2).mean(1)
        steps = (np.arange(len(smooth)) + 1) * width
        for k, name in enumerate(("discriminator", "generator")):
            axes.plot(steps, smooth[:, k], label=name)
        axes.legend(loc="upper right")
    axes.axhline(2 * np.log(2), color="grey", lw=0.8, ls=":")
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    return figure


DEMO = Demo(
    title="Train a GAN live",
    summary="Watch a generator and a discriminator learn against each other from nothing, and provoke their failures.",
    lesson=Lesson(
        notice=(
            "Red is where the discriminator expects true points. The generator's points run to where it is red.",
            "Then the discriminator learns that there are too many, and the red moves on: they chase each other.",
            "The losses say little: neither falls for good when all goes well. The dotted line is pure guessing, 2 ln 2.",
        ),
        questions=(
            (
                "Set the discriminator's rate ten times lower than the generator's. What happens, and what is it called?",
                "The generator finds the one place that the slow discriminator likes best and puts all its points there, "
                "then jumps to another: mode collapse.",
            ),
            (
                "And with five turns of the discriminator for one of the generator?",
                "It is nearly always right, far from the decision its gradient is almost flat, and the generator learns "
                "slowly; the non-saturating loss helps, but not without end.",
            ),
            (
                "Why is the generator's loss -log D(G(z)) and not log(1 - D(G(z)))?",
                "Where D is sure of a fake, the second is flat: no gradient, just when the generator needs one most.",
            ),
        ),
        sources=("Goodfellow et al. 2014, arXiv:1406.2661", "Metz et al. 2016, arXiv:1611.02163 (the ring, mode collapse)"),
    ),
    inputs={
        "data": Choice(label="True samples", options=DATA),
        "go": Button(label="Train on"),
        "step": Button(label="One step"),
        "anew": Button(label="Start anew"),
        "steps": Slider(label="Steps at a press", low=100, high=3000, step=100, default=1000),
        "turns": Slider(label="Discriminator's turns for one of the generator", low=1, high=5, step=1, default=1),
        "generator_rate": Slider(label="Generator's rate", low=-5, high=-2, step=0.25, default=-3, help="Powers of ten."),
        "judge_rate": Slider(label="Discriminator's rate", low=-5, high=-2, step=0.25, default=-3, help="Powers of ten."),
        "seed": Seed(folded=True),
        "training": training,
    },
    outputs=(
        Note(label="How far", tone="headline"),
        Plot(label="What the generator makes", alt="Generated samples, true ones, and the discriminator's opinion"),
        Plot(label="Losses", alt="Two curves that wander around a level"),
        training,
    ),
    run=run,
    examples=({}, {"data": "grid"}, {"data": "ring", "judge_rate": -4.0}, {"data": FACES}),
    example_titles=("a ring", "nine clouds", "a ring and a slow discriminator", "little faces"),
    order=7,
)
