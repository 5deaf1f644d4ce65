"""Train a GAN live: a generator and a discriminator learn from nothing, in the browser, while one watches; they may fail.

The drawing repeats there (demos/frontends/scenes/live_gan/gan.js) what ``cnn_core.tasks.live_gan`` does here: the same
networks, first weights, losses and Adam. A test compares the two.
"""

from typing import Any

import numpy as np
import torch

from cnn_core.results import Floats
from cnn_core.runtime import run_log
from cnn_core.tasks import live_gan
from demos.charts import NO_AXIS, SERIES, Chart, HeatMap, Points
from demos.spec import Choice, Demo, Lesson, Note, Plot, Scene, Seed, Slider, Try
from demos.tabs.create._live_gan import GUESSING, as_text, draw_losses, numbers_of

DATA = (("ring", "eight clouds on a ring"), ("spiral", "a spiral"), ("grid", "nine clouds"))
CENTRES = {
    "ring": np.array([(np.cos(k * np.pi / 4), np.sin(k * np.pi / 4)) for k in range(8)], np.float32),
    "grid": np.array([(0.9 * x, 0.9 * y) for x in (-1, 0, 1) for y in (-1, 0, 1)], np.float32),
}
BATCH = 128
POOL = 4000
"""Real points that the browser draws from."""
REACH = 1.6
NEAR = 0.25
"""A generated point this near to a cloud's centre reaches it."""
SHOWN = 400

CELLS = 40
"""Of the plane on one side."""
GENERATED_TO_REAL = ("#2166AC", "#F7F7F7", "#B2182B")
REAL, GENERATED = "#000000", "#F0E442"

Shown = tuple[Any, ...]


def run(data: str, turns: int, generator_rate: float, discriminator_rate: float, seed: int, steps: int) -> Shown:
    """The networks after ``steps`` steps, in all numbers that the browser needs to go on from there."""
    rates = {"generator": 10**generator_rate, "discriminator": 10**discriminator_rate}
    now = live_gan.start_in_the_plane(seed, rates["generator"], rates["discriminator"])
    rng = np.random.default_rng(seed)
    training = live_gan.train(now, lambda count: torch.from_numpy(live_gan.CLOUDS[data](count, rng)), steps, turns, BATCH)
    for number, _ in enumerate(training, 1):
        run_log.tell_progress(number / steps, f"step {number} of {steps}")
    made = live_gan.generate_samples(now, SHOWN).numpy()
    reached = say_reached(made, data)
    scene = {
        "words": f"Step {steps}{reached}.".replace("*", ""),
        "key": f"{data} {seed} {steps}",
        "rates": rates,
        "turns": turns,
        "seed": seed,
        **networks_for_browser(now),
        **points_for_browser(data, seed),
    }
    return say_what_to_do(steps, reached), scene, draw_plane(now, made, data), draw_losses(now.losses)


def networks_for_browser(now: live_gan.Training) -> dict[str, Any]:
    """Both networks and what their training needs besides rates and turns."""
    return {
        "generator": numbers_of(now.generator, now.generator_optimizer),
        "discriminator": numbers_of(now.discriminator, now.discriminator_optimizer),
        "width": live_gan.WIDTH,
        "latent": now.latent,
        "slope": live_gan.SLOPE,
        "betas": live_gan.BETAS,
        "batch": BATCH,
        "losses": now.losses,
        "guessing": {name: float(level) for name, level in GUESSING.items()},
    }


def points_for_browser(data: str, seed: int) -> dict[str, Any]:
    """Real points to learn from and to show, the noise of the generated points that are shown, the clouds, the colours."""
    return {
        "real": as_text(live_gan.CLOUDS[data](POOL, np.random.default_rng(seed))),
        "points": as_text(live_gan.CLOUDS[data](SHOWN, np.random.default_rng(0))),
        "shown": as_text(live_gan.noise_to_show(SHOWN, live_gan.LATENT).numpy()),
        "centres": CENTRES[data].tolist() if data in CENTRES else [],
        "near": NEAR,
        "reach": REACH,
        "cells": CELLS,
        "colours": {
            "field": GENERATED_TO_REAL,
            "real": REAL,
            "generated": GENERATED,
            **dict(zip(GUESSING, SERIES, strict=False)),
        },
    }


def say_what_to_do(steps: int, reached: str) -> str:
    """What to press, and where the training stands if it has begun."""
    if not steps:
        return "Press **Play**: both learn here, in your browser."
    return f"After **{steps}** steps{reached}. Press **Play** to go on."


def say_reached(generated: Floats, data: str) -> str:
    """How many clouds the generator reaches, and how many of its points lie near one; "" where there are no clouds."""
    if data not in CENTRES:
        return ""
    reached = live_gan.count_reached(generated, CENTRES[data], NEAR)
    near = live_gan.share_near(generated, CENTRES[data], NEAR)
    return f": **{reached} of {len(CENTRES[data])}** clouds reached, {near:.0%} of the points near one"


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
            Points(name="real", x=real[:, 0], y=real[:, 1], colour=REAL),
            Points(name="generated", x=generated[:, 0], y=generated[:, 1], colour=GENERATED),
        ),
        equal=True,
    )  # fmt: skip


DEMO = Demo(
    title="Train a GAN live",
    summary="Watch a generator and a discriminator learn against each other from nothing, and provoke their failures.",
    lesson=Lesson(
        see="What the generator makes, beside real samples, and the losses of generator and discriminator.",
        tries=(
            Try(
                words="Take nine clouds",
                sets={"data": "grid"},
                watch="Press Play. In which order are the clouds reached?",
            ),
            Try(
                words="A slow discriminator",
                sets={"discriminator_rate": -4.0, "seed": 1},
                watch="Press Play. How many clouds are reached at a time?",
            ),
            Try(
                words="Five updates of the discriminator",
                sets={"turns": 5},
                watch="Press Play. What share of the points is near a cloud at step 200? And with 1?",
            ),
        ),
        notice=(
            "Red is where the discriminator expects real points. The generator's points move to where it is red.",
            "Then the discriminator learns that too many generated points lie there, and the red moves on.",
            "Press Step D some twenty times: only the red and the blue move. Then Step G: only the yellow points, "
            "towards the red.",
            "The losses say little: neither falls for good when all goes well. The dashed lines are the losses of a "
            "discriminator that only guesses: 2 ln 2 for its own two terms, ln 2 for the generator's one.",
            "Your browser does the arithmetic itself: the same networks, first weights, losses and Adam as in "
            "cnn_core.tasks.live_gan, which does the steps done beforehand and which programs call.",
        ),
        questions=(
            (
                "Set the discriminator's learning rate ten times lower than the generator's, and start anew. What happens?",
                "Mode collapse: the generator puts all its points where the slow discriminator likes them best. Before "
                "that region turns blue, the generator has no reason to make anything else; then they all move together.",
            ),
            (
                "And with five updates of the discriminator for each one of the generator?",
                "Step for step the generator gets on faster: after 200 steps twice as many of its points are near a cloud "
                "of the ring. But each step takes about three times as long; in the same time it gets less far.",
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
        "turns": Slider(label="Discriminator's updates for one of the generator", low=1, high=5, step=1, default=1),
        "generator_rate": Slider(
            label="Generator's learning rate", low=-5, high=-2, step=0.25, default=-3, help="-3 is 0.001: powers of ten."
        ),
        "discriminator_rate": Slider(
            label="Discriminator's learning rate", low=-5, high=-2, step=0.25, default=-3, help="-3 is 0.001."
        ),
        "seed": Seed(folded=True),
        "steps": Slider(
            label="Steps done beforehand", low=0, high=2000, step=100, default=0, folded=True, help="On the server."
        ),
    },
    outputs=(
        Note(label="How far", tone="headline"),
        Scene(label="The training", script="live_gan"),
        Plot(label="Before you press Play, drawn by the server", folded=True),
        Plot(label="Losses of the steps done beforehand", folded=True),
    ),
    run=run,
    examples=({}, {"data": "grid"}, {"data": "ring", "discriminator_rate": -4.0}, {"data": "spiral"}),
    example_titles=("a ring", "nine clouds", "a ring and a slow discriminator", "a spiral"),
    order=7,
)
