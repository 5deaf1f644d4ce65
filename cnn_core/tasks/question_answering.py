"""What do the things of a drawn scene answer to a question? Things and words -> probabilities of all answers."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cnn_core.models.relation_network import PLACE
from cnn_core.ops.tiny_grammar import number_words
from cnn_core.ops.tiny_questions import ANSWERS, ATTRIBUTES, Question
from cnn_core.ops.tiny_things import Things
from cnn_core.ops.tiny_world import MOST
from cnn_core.results import Classification, Floats
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network

REASONER, BLIND = "answer_relation_tinyworld", "answer_blind_tinyworld"
PICTURE_SIDE = 384
"""Pixels a side in which scenes are drawn."""


def rows_of(things: Things) -> Floats:
    """Things as a relation network gets them, (8, 4 + 17): boxes, then attributes' probabilities; zeros where none is."""
    rows = np.zeros((MOST, PLACE + sum(len(names) for names in ATTRIBUTES.values())), np.float32)
    attributes = [getattr(things, f"{attribute}s") for attribute in ATTRIBUTES]
    rows[: len(things)] = np.concatenate([things.boxes, *attributes], 1)  # (n, 4), (n, k) each -> (n, 4 + 17)
    return rows


def numbers_of(questions: Sequence[Question]) -> Tensor:
    """Questions as their words' numbers, (M, L) int64, no longer than the longest one."""
    numbers = torch.tensor([number_words(question) for question in questions])
    return numbers[:, : int((numbers > 0).sum(1).max())]


@on_network
def answer_questions(network: weights.Network, rows: Floats, questions: Sequence[Question]) -> list[Classification]:
    """What a relation network answers to questions about the same things.

    Args:
        network: one whose task is "question_answering".
        rows: (8, 4 + 17), see ``rows_of``; all zeros for a network that gets to see nothing.
        questions: at least one.
    """
    logits = network(torch.from_numpy(rows)[None], numbers_of(questions)).float().cpu()  # (M, K)
    return [Classification(ANSWERS, row.numpy(), row.softmax(0).numpy()) for row in logits]


def answer_from(things: Things, questions: Sequence[Question]) -> list[Classification]:
    """What the relation network answers to questions about these things."""
    return answer_questions(rows_of(things), REASONER, questions)


def answer_blindly(questions: Sequence[Question]) -> list[Classification]:
    """What the network answers that never sees anything but the words."""
    return answer_questions(np.zeros((MOST, PLACE + sum(map(len, ATTRIBUTES.values()))), np.float32), BLIND, questions)
