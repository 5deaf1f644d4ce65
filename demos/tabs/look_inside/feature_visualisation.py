"""What does a channel look for? A picture, made by gradient ascent, to which one channel or one class answers strongly."""

from collections.abc import Iterator
from typing import Any

from cnn_core.explain.visualisation import Objective, Stage, channel, class_logit, visualise
from cnn_core.images import opening
from cnn_core.results import PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.on_network import steps_with_fallback
from cnn_core.tasks.preprocessing import standardise
from demos.charts import Axis, Chart, Line
from demos.spec import Choice, Demo, Lesson, Note, Options, Picture, Pictures, Plot, Scene, Seed, Slider, Toggle, Try
from demos.tabs._networks import channels_of, classes_of, classifiers, is_last, layers_of
from demos.tabs.look_inside._atlas import atlas_scene

SIZE = 96
"""Pixels of the picture, for networks that take any size."""

SHOWN_EVERY = 4
SEEN_LARGE, SEEN_SMALL = 480, 240
FILM = (1, 4, 16, 64)


def run(
    network: str, layer: str, channel: str, steps: int, jitter: bool, frequencies: bool, seed: int
) -> Iterator[tuple[Any, ...]]:
    """Changes noise step by step into a picture that the channel answers to, and shows it on the way."""
    objective, atlas = objective_of(network, layer, int(channel)), atlas_scene(network, layer, channel)
    values: list[float] = []
    film: list[tuple[PictureArray, str]] = []
    for stage in visualise_with(network, objective, steps, seed, jitter, frequencies):
        values.append(stage.value)
        if stage.step in FILM or stage.step == steps:
            film = [*film, (opening.enlarge_to(stage.picture, SEEN_SMALL), f"after {stage.step}")]
        if stage.step % SHOWN_EVERY == 0 or stage.step == steps:
            large = opening.enlarge_to(stage.picture, SEEN_LARGE)
            yield say_growth(objective.words, values, steps), large, atlas, film, draw_values(values)


def visualise_with(
    network: str, objective: Objective, steps: int, seed: int, jitter: bool, frequencies: bool
) -> Iterator[Stage]:
    """Every step of making ``objective`` large; on the CPU if a GPU's memory is full."""

    def work(net: weights.Network) -> Iterator[Stage]:
        form = net.card.input
        size = form.size if form.fixed else SIZE
        stages = visualise(
            net.model, lambda x: standardise(x, form), objective, size, steps, seed, jitter, frequencies, net.device
        )
        yield from run_log.timed_steps(net.card.name, stages)

    return steps_with_fallback(network, work)


def objective_of(network: str, layer: str, number: int) -> Objective:
    """The channel or, at the last layer, the class that the picture is made for."""
    if is_last(network, layer):
        return class_logit(number, weights.card(network).classes[number])
    return channel(layer, number)


def objectives(network: str, layer: str) -> Options:
    """The channels of a layer; of the last one the classes."""
    return classes_of(network) if is_last(network, layer) else channels_of(network, layer)


def say_growth(words: str, values: list[float], steps: int) -> str:
    """How much the answer has grown."""
    return f"**{words}**: its answer grew from {values[0]:.2f} to **{values[-1]:.2f}** (step {len(values)} of {steps})"


def draw_values(values: list[float]) -> Chart:
    """The answer at every step."""
    return Chart(
        words=f"The answer at every step, from {values[0]:.2f} to {values[-1]:.2f}.",
        x=Axis(title="step"),
        y=Axis(title="answer"),
        layers=(Line(name="", x=range(1, len(values) + 1), y=values),),
    )


DEMO = Demo(
    title="What does a channel look for?",
    summary="Start from noise and change the picture until one channel, or one class, answers as strongly as it can.",
    lesson=Lesson(
        see="A picture, made from noise, to which one channel or one class answers strongly.",
        tries=(
            Try(words="Stop after 16 steps", sets={"steps": 16}, watch="What is there already?"),
            Try(
                words="Without jitter and frequencies",
                sets={"jitter": False, "frequencies": False},
                watch="Is the answer larger? Is the picture better?",
            ),
            Try(words="Begin with other noise", sets={"seed": 1, "steps": 32}, watch="What have both pictures in common?"),
        ),
        notice=(
            "The small pictures below show many channels of the layer at once; go from layer to layer there.",
            "Early channels want one direction, one colour, one spacing; later ones textures, then parts of things.",
            "A class at the last layer: the picture is full of its most telling parts, many times, in no sensible position.",
            "Without jitter the answer gets larger and the picture worse: pixels that fit by accident pay as well.",
            "Without frequencies it fills with the finest pattern the strides let through, a checkerboard of colours.",
        ),
        questions=(
            (
                "The network answers most strongly to the picture without the two tricks. Why use them?",
                "We look for what the channel stands for in pictures of the world, not for the strongest answer of all. "
                "The tricks stay with pictures that are still the same thing when moved, and as smooth as photographs.",
            ),
            (
                "Is this what the channel detects?",
                "It is one picture out of many that it would answer to. Change the seed: what all of them share is a better "
                "guess. The patches in the tab Layers, taken from photographs, are another.",
            ),
            (
                "Why are eyes, wheels and patches of fur there so many times?",
                "The mean over all positions is made large, so every position answers; nothing asks for one whole thing.",
            ),
            (
                "What do these pictures have in common with adversarial examples?",
                "Both follow the gradient with respect to the pixels. An adversarial example stays so near to a photograph "
                "that nobody sees the change; here anything may change.",
            ),
        ),
        sources=(
            "Erhan et al. 2009 (activation maximisation)",
            "Simonyan, Vedaldi and Zisserman 2013, arXiv:1312.6034 (classes)",
            "Olah, Mordvintsev and Schubert 2017, doi:10.23915/distill.00007 (jitter, frequencies, colours)",
        ),
    ),
    inputs={
        "network": Choice(label="Network", options=classifiers, default="classify_vgg_tiny200"),
        "layer": Choice(label="Layer", options=layers_of, depends_on=("network",)),
        "channel": Choice(label="Channel or class", options=objectives, depends_on=("network", "layer")),
        "steps": Slider(label="Steps", low=16, high=256, step=16, default=96),
        "jitter": Toggle(label="Jitter", default=True, help="Moves and scales the picture a little before every step."),
        "frequencies": Toggle(label="Frequencies", default=True, help="Changes waves instead of pixels."),
        "seed": Seed(folded=True),
    },
    outputs=(
        Note(label="How far", tone="headline"),
        Picture(label="What it looks for", alt="The picture that excites the channel most"),
        Scene(label="The channels of this layer", script="atlas", sets=("layer", "channel")),
        Pictures(label="On the way", columns=5, pixelated=True),
        Plot(label="The answer, step by step", folded=True),
    ),
    run=run,
    examples=(
        {"layer": "fc", "channel": "39", "steps": 96},
        {"layer": "features.relu3_2", "channel": "20"},
        {"layer": "features.relu4_1", "channel": "30"},
        {"layer": "features.relu4_1", "channel": "30", "jitter": False, "frequencies": False},
    ),
    example_titles=(
        "the class grasshopper",
        "a channel half-way",
        "a channel farther on",
        "the same without the two tricks",
    ),
    weights=tuple(name for name, _ in classifiers()),
    order=9,
    live=False,
)
