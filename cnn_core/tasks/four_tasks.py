"""One picture, four tasks: classification, localization, detection, instance segmentation; what each head gets and gives.

The networks run as in their own tasks (a test holds the answers equal). Here the arrays are kept for a moment on their way,
so that their shapes can be shown.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import torch
from torch import Tensor

from cnn_core.errors import InputError
from cnn_core.models import AveragingClassifier, Headed, OneStageDetector
from cnn_core.models.fcos import LEVELS
from cnn_core.results import Candidates, Classification, Instances, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.classification import classification_from
from cnn_core.tasks.detection import candidates_from, top_boxes
from cnn_core.tasks.instance_segmentation import instances_from
from cnn_core.tasks.localisation import SIGMOID, SOFTMAX, Localization, localization_from
from cnn_core.tasks.preprocessing import prepare

SIDES = "softplus"
CELLS, REGIONS, OBJECTS = "cells", "regions", "objects"
Answer = Classification | Localization | Candidates | Instances


@dataclass(frozen=True)
class Stage:
    """An array on its way through a network.

    Attributes:
        words: what it is.
        shape: of one of them, without the batch.
        times: how many there are of this shape.
        activation: of what a head gives: the function that makes a number of it; "" on the way there.
        each: what there are so many of, such as "cells"; "" where it is one.
    """

    words: str
    shape: tuple[int, ...]
    times: int = 1
    activation: str = ""
    each: str = ""

    @property
    def numbers(self) -> int:
        """How many numbers in all."""
        return prod(self.shape) * self.times


@dataclass(frozen=True)
class Traced:
    """A task's answer and how it came about.

    Attributes:
        answer: what the task itself answers.
        way: the arrays from the network's input to the last ones before its heads.
        heads: what the heads give.
        seconds: from the picture to the answer, once, here.
    """

    answer: Answer
    way: tuple[Stage, ...]
    heads: tuple[Stage, ...]
    seconds: float = 0.0

    @property
    def outputs(self) -> int:
        """The numbers that the heads give for this picture."""
        return sum(stage.numbers for stage in self.heads)


@remembered
def trace(picture: PictureArray, weights_name: str) -> Traced:
    """What a network of one of the four tasks answers to a picture (H, W, 3) uint8, and how; measured while it runs.

    Raises:
        InputError: no such network, or one of another task.
    """
    network = weights.load(weights_name)  # so that reading its file is not counted
    if network.card.task not in TRACERS:
        raise InputError(f"{network.card.title} does none of these: {', '.join(TRACERS)}.")
    started = time.perf_counter()
    traced = TRACERS[network.card.task](picture, weights_name)
    return replace(traced, seconds=time.perf_counter() - started)


def stage(words: str, array: Tensor, activation: str = "") -> Stage:
    """The first of a batch of arrays (N, ...)."""
    return Stage(words, tuple(array.shape[1:]), 1, activation)


@on_network
def trace_classification(network: weights.Network, picture: PictureArray) -> Traced:
    """One vector of numbers for the whole picture, one score for each class."""
    model: Any = network.offering(AveragingClassifier)
    x = prepare(picture, network.card.input).x.to(network.device)
    with network.running():
        maps = model.maps(x)[-1]  # (1, C, h, w)
        average = torch.flatten(model.pool(maps), 1)  # (1, C, 1, 1) -> (1, C)
        logits = model.fc(average)  # (1, K)
    answer = classification_from(logits[0].float().cpu().numpy(), network.card)
    way = (stage("input", x), stage("feature maps", maps), stage("averaged", average))
    return Traced(answer, way, (stage("classes", logits, SOFTMAX),))


@on_network
def trace_localisation(network: weights.Network, picture: PictureArray) -> Traced:
    """A second head on the same feature maps: is there an object, and four sides of one box."""
    model = network.offering(Headed)
    x = prepare(picture, network.card.input).x.to(network.device)
    with network.running():
        maps = model.base.maps(x)
        stacked = model.head.look.stacked(maps)  # (1, C, h, w)
        logits = model.base.fc(torch.flatten(model.base.pool(maps[-1]), 1))  # (1, K)
        answers = model.head(maps)  # (1, 5)
    way = (stage("input", x), stage("feature maps", maps[-1]), stage("for the box", stacked))
    heads = (stage("classes", logits, SOFTMAX), stage("c", answers[:, :1], SIGMOID), stage("box", answers[:, 1:], SIDES))
    return Traced(localization_from(answers[0], logits[0], network.card, picture.shape[:2]), way, heads)


@on_network
def trace_detection(network: weights.Network, picture: PictureArray) -> Traced:
    """Every cell of three feature maps answers: a score for each class, four distances, one quality."""
    model: Any = network.offering(OneStageDetector)
    prepared = prepare(picture, network.card.input)
    x = prepared.x.to(network.device)
    with network.running():
        levels = model.pyramid(model.maps(x)[-LEVELS:])
        answers = model.head(levels, model.strides(x, levels))
        raw = (*top_boxes(answers), len(answers[3]))
    logits, distances, quality, centres, _ = answers  # (1, P, K), (1, P, 4), (1, P), (P, 2)
    way = (stage("input", x), *(stage("pyramid", level) for level in levels))
    heads = (
        Stage("classes", (logits.shape[2],), len(centres), SIGMOID, CELLS),
        Stage("box", (distances.shape[2],), len(centres), "exp", CELLS),
        Stage("quality", (1,), quality.shape[1], SIGMOID, CELLS),
    )
    return Traced(candidates_from(raw, network.card, prepared.placement), way, heads)


@on_network
def trace_instances(network: weights.Network, picture: PictureArray) -> Traced:
    """Regions are proposed; each gets a class, a box for each class, and what is kept a mask for each class."""
    model: Any = network.offering(Headed)
    prepared = prepare(picture, network.card.input)
    x = prepared.x.to(network.device)
    with network.running():
        maps = model.base.maps(x)
        (found,) = model.head(maps)
    kinds, width = len(network.card.classes), model.head.mask_head[0].in_channels
    cut, cut_for_mask = model.head.regions.box_roi_pool.output_size, model.head.mask_pool.output_size  # (h, w) each
    drawn = tuple(2 * side for side in cut_for_mask)
    regions, objects = len(found.proposals), len(found.boxes)
    way = (
        stage("input", x),
        stage("finest map", maps[-LEVELS]),
        Stage("cut out", (width, *cut), regions, "", REGIONS),
        Stage("for masks", (width, *cut_for_mask), objects, "", OBJECTS),
    )
    heads = (
        Stage("classes", (kinds + 1,), regions, SOFTMAX, REGIONS),
        Stage("boxes", (kinds + 1, 4), regions, "linear, exp", REGIONS),
        Stage("masks", (kinds, *drawn), objects, SIGMOID, OBJECTS),
    )
    return Traced(instances_from(found, network.card, prepared.placement), way, heads)


TRACERS: dict[str, Callable[[PictureArray, str], Traced]] = {
    "classification": trace_classification,
    "localisation": trace_localisation,
    "detection": trace_detection,
    "instance_segmentation": trace_instances,
}
