"""What the tab "Train a CNN live" shows of a training: as data for the drawing, as charts, and in words."""

import base64
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnn_core.images.drawn_sets import Data
from cnn_core.models.small_cnn import SmallCNN
from cnn_core.tasks import train_live
from cnn_core.tasks.train_live import Learner, Training
from demos.charts import SERIES, Axis, Chart, Level, Line

COLOURS = dict(zip(train_live.NETWORKS, SERIES, strict=False))
MOST_WRONG = 16
MOST_POINTS = 150
"""Of a curve, in the browser."""
HIGHEST_LOSS = 6.0
"""Where a chart of losses ends: what is higher runs along its edge."""
LEAP = 10.0
"""A loss above this is worth a sentence: on average, the true class got less than e^-10."""


def show(now: Training, data: Data, picture: int) -> tuple[Any, ...]:
    """The values of the tab's outputs, apart from what it remembers."""
    logits = train_live.measure(now, data)
    trouble = " ".join(filter(None, (say_trouble(name, now.learners[name], logits[name]) for name in now.learners)))
    scene = {
        "words": " ".join([*(say_network(name, now) for name in now.learners), trouble]).strip(),
        "trouble": trouble,
        "side": data.held_out.shape[1],
        "channels": data.channels,
        "guess": {"accuracy": 1 / len(data.classes), "loss": math.log(len(data.classes))},
        "networks": [curve_of(name, now) for name in now.learners],
        "picture": name_picture(picture, data, logits["CNN"]),
        "wrong": find_wrong(data, logits["CNN"]),
        **look_inside(now.learners["CNN"], data, picture),
    }
    return say_standing(now), scene, draw_accuracy(now, data), draw_loss(now, data)


def curve_of(name: str, now: Training) -> dict[str, Any]:
    """A network's curves for the browser; at most so many points, the last among them."""
    rows = now.learners[name].curve
    rows = rows[:: -(-len(rows) // MOST_POINTS)] + ([rows[-1]] if (len(rows) - 1) % -(-len(rows) // MOST_POINTS) else [])
    steps, loss, accuracy, held_out_loss, held_out_accuracy = zip(*rows, strict=True)
    return {
        "name": name,
        "colour": COLOURS[name],
        "words": say_network(name, now),
        "steps": steps,
        "loss": as_numbers(loss),
        "accuracy": as_numbers(accuracy),
        "heldOutLoss": as_numbers(held_out_loss),
        "heldOutAccuracy": as_numbers(held_out_accuracy),
    }


def as_numbers(values: Iterable[float]) -> list[float | None]:
    """Rounded for the way to the browser; None stands for what is no number."""
    return [round(value, 4) if math.isfinite(value) else None for value in values]


def look_inside(learner: Learner, data: Data, picture: int) -> dict[str, Any]:
    """The CNN's first kernels, and both layers' feature maps of one held-out picture."""
    assert isinstance(learner.network, SmallCNN)
    with torch.inference_mode():
        found = learner.network.feature_maps(train_live.to_input(data.held_out[picture : picture + 1]))
    kernels = learner.network.conv1.weight.detach().cpu().permute(0, 2, 3, 1).flatten(1)  # (8, c, 5, 5) -> (8, 25 * c)
    first, second = (
        {"side": maps.shape[-1], "maps": as_greys(maps[0].cpu())} for maps in found
    )  # (1, C, H, W) -> (C, H, W)
    return {"kernels": [as_numbers(kernel) for kernel in kernels.tolist()], "first": first, "second": second}


def as_greys(maps: Tensor) -> list[str]:
    """Maps (C, H, W) from 0, one byte a pixel: the largest of all is white."""
    maps = torch.nan_to_num(maps, 0, 0, 0)
    greys = (255 * maps / max(float(maps.max()), 1e-9)).round().to(torch.uint8)
    return [as_text(grey.numpy()) for grey in greys]


def as_text(pixels: NDArray[np.uint8]) -> str:
    """Pixels (h, w) or (h, w, 3) as base64, row by row."""
    return base64.b64encode(pixels.tobytes()).decode()


def name_picture(number: int, data: Data, logits: Tensor) -> dict[str, Any]:
    """A held-out picture, what it shows, and what the network says it shows."""
    return {
        "number": number,
        "pixels": as_text(data.held_out[number]),
        "is": data.classes[data.held_out_labels[number]],
        "said": data.classes[int(logits[number].argmax())],
    }


def find_wrong(data: Data, logits: Tensor) -> dict[str, Any]:
    """The first of the held-out pictures that the CNN takes for something else."""
    numbers = np.flatnonzero(logits.argmax(1).numpy() != data.held_out_labels).tolist()
    words = f"{len(numbers)} of {len(logits)} held-out pictures wrong"
    words += f", here {MOST_WRONG}" if len(numbers) > MOST_WRONG else ""
    words += ". Below each: what the CNN says." if numbers else "."
    return {"words": words, "pictures": [name_picture(number, data, logits) for number in numbers[:MOST_WRONG]]}


# ---------------------------------------------------------------- words


def say_standing(now: Training) -> str:
    """The headline: how far, and how often right."""
    if not now.steps:
        return "Nothing learned yet: press **Play**"
    found = [f"{name} **{learner.curve[-1][4]:.0%}**" for name, learner in now.learners.items()]
    return f"Step **{now.steps}**: {', '.join(found)} held out"


def say_network(name: str, now: Training) -> str:
    """How many parameters it has and how often it is right."""
    learner = now.learners[name]
    _, _, accuracy, _, held_out = learner.curve[-1]
    count = train_live.count_parameters(learner.network)
    return f"{name} ({count:,} parameters): training {accuracy:.0%}, held out {held_out:.0%}."


def say_trouble(name: str, learner: Learner, logits: Tensor) -> str:
    """A sentence where a network diverged or its loss leapt; "" where all is well."""
    if learner.diverged is not None:
        return (
            f"The {name} diverged: at step {learner.diverged} its loss was no number any more, and it has stopped. "
            "Take a smaller learning rate, then start anew."
        )
    loss, step = learner.highest
    if loss < LEAP:
        return ""
    same = " Now it says the same of every picture: its ReLUs are dead." if is_constant(logits) else ""
    return f"The {name}'s loss leapt to {loss:,.0f} at step {step}: the learning rate is too large for it.{same}"


def is_constant(logits: Tensor) -> bool:
    """Whether a network gives all pictures the same logits (N, K)."""
    return bool((logits == logits[:1]).all())


# ---------------------------------------------------------------- charts


def draw_accuracy(now: Training, data: Data) -> Chart | None:
    """Accuracy of training and held-out data over the steps; None before the first."""
    level = Level(name="a blind guess", y=100 / len(data.classes))
    return draw_curves(now, (2, 4), "accuracy in %", 100.0, level)


def draw_loss(now: Training, data: Data) -> Chart | None:
    """The same of the loss."""
    level = Level(name="a blind guess", y=math.log(len(data.classes)))
    return draw_curves(now, (1, 3), "loss", 1.0, level)


def draw_curves(now: Training, columns: Sequence[int], title: str, unit: float, level: Level) -> Chart | None:
    """Two columns of each network's curve, training dashed and held-out solid."""
    if not now.steps:
        return None
    lines, words = [], []
    for name, learner in now.learners.items():
        for column, part in zip(columns, ("training", "held out"), strict=True):
            steps = [row[0] for row in learner.curve]
            values = [unit * row[column] for row in learner.curve]
            shown = (
                values if unit > 1 else [min(value, HIGHEST_LOSS) if math.isfinite(value) else math.nan for value in values]
            )
            lines.append(Line(name=f"{name}, {part}", x=steps, y=shown, colour=COLOURS[name], dashed=part == "training"))
            words.append(f"{name} {part} {values[-1]:.2f}")
    return Chart(
        words=f"{title.capitalize()} at step {now.steps}: {', '.join(words)}.",
        x=Axis(title="step", low=0),
        y=Axis(title=title, low=0),
        layers=(*lines, level),
    )
