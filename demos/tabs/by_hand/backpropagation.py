"""Backpropagation: a network that fits on the screen, forwards, backwards, and one step of gradient descent after the other.

The drawing repeats in the browser (demos/frontends/scenes/backpropagation/) what ``cnn_core.ops.backpropagation`` does here.
A test compares the two.
"""

import json
from typing import Any

import numpy as np

from cnn_core.errors import InputError
from cnn_core.explain.gradient_check import by_autograd, by_difference
from cnn_core.ops.backpropagation import SIDE, Numbers, Parameters, backward, descend, draw_parameters, forward
from demos.charts import Axis, Chart, Line
from demos.spec import Choice, Demo, Lesson, Note, Plot, Scene, Seed, Slider, Table, Text, Try

CLASSES = ("horizontal", "vertical", "diagonal")
AGREED = 1e-5
STEPS = 150


def draw_line(name: str) -> Numbers:
    """An image (6, 6) of zeros with a line of ones."""
    image = np.zeros((SIDE, SIDE))
    match name:
        case "horizontal":
            image[2] = 1
        case "vertical":
            image[:, 3] = 1
        case _:
            np.fill_diagonal(image, 1)
    return image


def run(image: str, rate: float, seed: int, numbers: str) -> tuple[Any, ...]:
    """The network as it begins, for the browser to teach, and its derivatives found in three ways."""
    parameters = draw_parameters(len(CLASSES), seed)
    x, label = draw_line(image), CLASSES.index(image)
    values = forward(x, parameters, label)
    key = f"{image} {seed}"
    scene = {
        "words": f"The network before its first step: loss {values.loss:.3f} for a {image} line.",
        "key": key,
        "sets": "numbers",
        "rate": rate,
        "classes": CLASSES,
        "images": {name: draw_line(name).ravel().tolist() for name in CLASSES},  # (6, 6) -> (36,)
        "first": image,
        **as_lists(parameters),
    }
    step, image_now, parameters_now, label_now = read_numbers(numbers, key) or (0, x, parameters, label)
    table = compare(image_now, parameters_now, label_now)
    curves = plot_learning(parameters, rate)
    return (
        say_loss(image, values.probabilities[label], values.loss),
        scene,
        curves,
        say_agreement(step, table),
        as_text(table),
    )


def as_lists(parameters: Parameters) -> dict[str, Any]:
    """The parameters for the browser."""
    return {
        "kernel": parameters.kernel.ravel().tolist(),  # (3, 3) -> (9,)
        "bias": parameters.bias,
        "weights": parameters.weights.tolist(),
        "biases": parameters.biases.tolist(),
    }


def plot_learning(parameters: Parameters, rate: float) -> Chart:
    """The loss of each image while the network learns from all three in turn."""
    images = [draw_line(name) for name in CLASSES]
    losses = []
    for step in range(STEPS + 1):
        values = [forward(x, parameters, label) for label, x in enumerate(images)]
        losses.append([found.loss for found in values])
        k = step % len(CLASSES)
        parameters = descend(parameters, backward(images[k], parameters, k, values[k]).parameters, rate)
    last = np.mean(losses[-1])
    return Chart(
        words=f"Mean loss of the three images: {np.mean(losses[0]):.2f} at first, {last:.2f} after {STEPS} steps.",
        x=Axis(title="step", low=0, high=STEPS),
        y=Axis(title="loss", low=0),
        layers=tuple(
            Line(name=f"a {name} line", x=range(STEPS + 1), y=line)
            for name, line in zip(CLASSES, np.transpose(losses), strict=True)
        ),
    )


def read_numbers(text: str, key: str) -> tuple[int, Numbers, Parameters, int] | None:
    """What the drawing sends to be checked: (step, image (6, 6), parameters, true class); None if it is another network's.

    Raises:
        InputError: not what the drawing sends.
    """
    if not text.strip():
        return None
    try:
        sent = json.loads(text)
        step, label = int(sent["step"]), int(sent["label"])
        x, row = (np.array(sent[name], np.float64) for name in ("x", "row"))
        fits = x.shape == (SIDE**2,) and row.shape == (len(parameters_names()),) and 0 <= label < len(CLASSES)
        if not fits or np.abs(np.concatenate([x, row])).max() > 1e6 or not np.isfinite(row).all():
            raise ValueError
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise InputError(
            "Numbers to check: press the button below the drawing, which fills them in, or leave them empty."
        ) from None
    image = x.reshape(SIDE, SIDE)  # (36,) -> (6, 6)
    return (step, image, Parameters.from_flat(row), label) if sent.get("key") == key else None


def parameters_names() -> list[str]:
    """What the 25 parameters are called, in the order of ``Parameters.flat``."""
    kernel = [f"k({i}, {j})" for i in (1, 2, 3) for j in (1, 2, 3)]
    return [
        *kernel,
        "b",
        *(f"W({name}, p{n})" for name in CLASSES for n in (1, 2, 3, 4)),
        *(f"c({name})" for name in CLASSES),
    ]


def compare(x: Numbers, parameters: Parameters, label: int) -> Numbers:
    """(25, 3): each parameter's derivative by hand, by torch's autograd, by a finite difference."""
    by_hand = backward(x, parameters, label, forward(x, parameters, label)).parameters
    others = (find(x, parameters, label) for find in (by_autograd, by_difference))
    return np.stack([found.flat() for found in (by_hand, *others)], 1)  # 3 of (25,) -> (25, 3)


def as_text(table: Numbers) -> list[list[str]]:
    """The rows of the table on the page."""
    return [[name, *(f"{value:.8f}" for value in row)] for name, row in zip(parameters_names(), table, strict=True)]


def say_loss(image: str, probability: float, loss: float) -> str:
    """The first answer of the untrained network."""
    return f"Untrained: {image} **{probability:.0%}**, loss **{loss:.2f}**"


def say_agreement(step: int, table: Numbers) -> str:
    """How well the three ways agree, and why not if they don't."""
    autograd, difference = np.abs(table[:, 1:] - table[:, :1]).max(0)
    words = f"Checked at step {step}: by hand and by torch's autograd the 25 derivatives differ by at most {autograd:.0e}, "
    if difference > AGREED:
        return f"{words}but a finite difference by {difference:.2f}: the loss has a corner here (a z of 0, or equal maxima)."
    return f"{words}by hand and by finite differences by at most {difference:.0e}."


DEMO = Demo(
    title="Backpropagation",
    summary="A network of 25 parameters: press a number to see how it comes about, then let it learn, step by step.",
    lesson=Lesson(
        see="The forward pass of an image through convolution, ReLU, max pooling, a dense layer and softmax to the loss. "
        "“Derivatives” turns it round: backpropagation.",
        tries=(
            Try(
                words="Let it learn a diagonal line",
                sets={"image": "diagonal"},
                watch="Press 1 step. Which of the 25 parameters have changed?",
            ),
            Try(
                words="A learning rate of 1",
                sets={"rate": 1.0},
                watch="Tick “in turn”, press 10 steps again and again. Does the loss fall?",
            ),
            Try(
                words="A dead ReLU",
                sets={"seed": 28},
                watch="All z are below 0. Which parameters can still learn?",
            ),
        ),
        notice=(
            "The kernel's nine weights are used at all 16 places (weight sharing): their derivatives are sums over places.",
            "Only the maximum of each block of four gets a derivative back: at most 4 of 16 places of z teach the kernel.",
            "With softmax and cross-entropy, the derivative by a logit is simply q - y: what was said minus what is true.",
            "One step of gradient descent: each parameter minus the learning rate times its derivative.",
            "Press pixels to draw an image of your own, and a number below “true” to say which class it is.",
            "As in all networks here, the kernel is laid on the image as it is, not turned round: a cross-correlation.",
        ),
        questions=(
            (
                "Why does backpropagation go from the last layer to the first?",
                "The derivative by a layer's values is the derivative by the next layer's values times what lies between "
                "the two. So one pass backwards gives all derivatives; the finite differences here need two forward passes "
                "for each of the 25 parameters.",
            ),
            (
                "A kernel has the derivative 0 everywhere. Has the network learned all it can?",
                "Not necessarily. If every z is below 0, ReLU lets no derivative through, although the loss may be high. "
                "If this is so for every image, the kernel never moves again: the ReLU is dead.",
            ),
            (
                "Why does it learn only from one image at a time here, and is that stochastic gradient descent?",
                "So that every number fits on the screen. Yes: SGD takes one image, or a small batch and the mean of its "
                "derivatives, instead of all images for each step.",
            ),
        ),
        sources=(
            "Rumelhart, Hinton and Williams 1986, Nature 323, 533-536",
            "LeCun et al. 1998, Proceedings of the IEEE 86(11)",
        ),
    ),
    inputs={
        "image": Choice(label="Image to begin with", options=tuple((name, f"a {name} line") for name in CLASSES)),
        "rate": Slider(label="Learning rate", low=0.01, high=1, step=0.01, default=0.1),
        "seed": Seed(label="Seed of the first parameters", default=1, folded=True),
        "numbers": Text(
            label="Numbers to check", folded=True, longest=3000, lines=2, help="The button below the drawing fills them in."
        ),
    },
    outputs=(
        Note(label="Before the first step", tone="headline"),
        Scene(label="The network", script="backpropagation", sets=("numbers",)),
        Plot(label="Beforehand, on the server: all images in turn", folded=True),
        Note(label="Do they agree?"),
        Table(
            label="All derivatives, found in three ways",
            columns=("parameter", "by hand", "torch's autograd", "finite difference"),
            folded=True,
        ),
    ),
    run=run,
    examples=({"image": "vertical"}, {"image": "horizontal", "seed": 28}, {"image": "diagonal", "rate": 1.0}),
    example_titles=("a vertical line", "a dead ReLU", "a rate that is too large"),
    order=2,
)
