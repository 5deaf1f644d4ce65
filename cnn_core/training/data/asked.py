"""Scenes of the tiny world with questions and true answers, as many as wanted; no file is needed."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from cnn_core.images.drawn_world import draw_scene
from cnn_core.ops.tiny_asking import ask
from cnn_core.ops.tiny_grammar import LONGEST, number_words
from cnn_core.ops.tiny_questions import ANSWERS, KINDS, facts_of
from cnn_core.ops.tiny_scenes import make_scene

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """Pictures and what was asked about each of them.

    Attributes:
        pictures: (N, S, S, 3) uint8.
        questions: (N, Q, L) uint8, numbers of words, 0 after the last one.
        answers: (N, Q) uint8, numbers in ``ANSWERS``.
        kinds: (N, Q) uint8, numbers in ``KINDS``.
    """

    pictures: Tensor
    questions: Tensor
    answers: Tensor
    kinds: Tensor

    def __len__(self) -> int:
        return len(self.pictures)


def make_asked(count: int, each: int, side: int, seed: int) -> Asked:
    """That many scenes, ``side`` pixels wide, with ``each`` questions; the same seed makes the same."""
    rng = np.random.default_rng(seed)
    pictures = np.zeros((count, side, side, 3), np.uint8)
    questions = np.zeros((count, each, LONGEST), np.uint8)
    answers, kinds = np.zeros((2, count, each), np.uint8)
    for n in range(count):
        scene = make_scene(rng)
        pictures[n], facts = draw_scene(scene, side), facts_of(scene)
        for q in range(each):
            question, answer = ask(scene, facts, rng)
            questions[n, q] = number_words(question)
            answers[n, q], kinds[n, q] = ANSWERS.index(answer), KINDS.index(question.kind)
        if n % 1000 == 999:
            logger.info("%d of %d scenes", n + 1, count)
    return Asked(*(torch.from_numpy(array) for array in (pictures, questions, answers, kinds)))


def make_or_read(folder: Path | None, count: int, each: int, side: int, seed: int) -> Asked:
    """``make_asked``, kept as a file in a folder, so that a training which resumes need not draw all anew."""
    if folder is None:
        return make_asked(count, each, side, seed)
    file = folder / f"tinyworld_{count}_{each}_{side}_{seed}.npz"
    if not file.exists():
        made = make_asked(count, each, side, seed)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(file, **{name: array.numpy() for name, array in vars(made).items()})
    with np.load(file) as found:
        return Asked(**{name: torch.from_numpy(found[name]) for name in found})
