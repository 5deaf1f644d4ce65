"""Scenes of the tiny world with questions and true answers, as many as wanted; no file is needed, and nothing is drawn."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from cnn_core.ops.tiny_asking import ask
from cnn_core.ops.tiny_grammar import LONGEST, number_words
from cnn_core.ops.tiny_questions import ANSWERS, ATTRIBUTES, KINDS, facts_of
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_world import MOST, TinyScene, boxes
from cnn_core.training.data.kept import make_or_read

logger = logging.getLogger(__name__)
FINENESS = 96
"""Pixels a side of the grid on which boxes are measured: finer than what a network finds in a picture."""


@dataclass(frozen=True)
class Asked:
    """Scenes as their things, and what was asked about each of them.

    Attributes:
        boxes: (N, 8, 4) float32 xyxy, 0..1; rows of zeros after the last thing.
        attributes: (N, 8, 4) uint8, for each of ``ATTRIBUTES`` the number of the thing's value.
        counts: (N,) uint8, how many things there are.
        questions: (N, Q, L) uint8, numbers of words, 0 after the last one.
        answers: (N, Q) uint8, numbers in ``ANSWERS``.
        kinds: (N, Q) uint8, numbers in ``KINDS``.
    """

    boxes: Tensor
    attributes: Tensor
    counts: Tensor
    questions: Tensor
    answers: Tensor
    kinds: Tensor

    def __len__(self) -> int:
        return len(self.counts)


def scene_and_chance(seed: int, number: int) -> tuple[TinyScene, np.random.Generator]:
    """One scene of a set, and the chance that goes on to make its questions."""
    rng = np.random.default_rng((seed, number))
    return make_scene(rng), rng


def make_asked(count: int, each: int, seed: int) -> Asked:
    """That many scenes with ``each`` questions; the same seed makes the same, scene by scene."""
    places, attributes = np.zeros((count, MOST, 4), np.float32), np.zeros((count, MOST, len(ATTRIBUTES)), np.uint8)
    counts, questions = np.zeros(count, np.uint8), np.zeros((count, each, LONGEST), np.uint8)
    answers, kinds = np.zeros((2, count, each), np.uint8)
    for n in range(count):
        scene, rng = scene_and_chance(seed, n)
        facts, counts[n] = facts_of(scene), len(scene.things)
        places[n, : counts[n]] = boxes(scene, FINENESS)
        for k, thing in enumerate(scene.things):
            attributes[n, k] = [names.index(getattr(thing, name)) for name, names in ATTRIBUTES.items()]
        for q in range(each):
            question, answer = ask(scene, facts, rng)
            questions[n, q] = number_words(question)
            answers[n, q], kinds[n, q] = ANSWERS.index(answer), KINDS.index(question.kind)
        if n % 1000 == 999:
            logger.info("%d of %d scenes", n + 1, count)
    return Asked(*(torch.from_numpy(array) for array in (places, attributes, counts, questions, answers, kinds)))


def asked_in(folder: Path | None, count: int, each: int, seed: int) -> Asked:
    """``make_asked``, kept in a folder, if there is one."""
    return make_or_read(folder, f"tinythings_{count}_{each}_{seed}", Asked, lambda: make_asked(count, each, seed))
