"""Golden questions about two drawn scenes: the answers can be checked by eye, and what words alone say beside them."""

from collections.abc import Callable

import numpy as np
import pytest

from cnn_core.ops.tiny_grammar import parse
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_things import true_things
from cnn_core.results import Classification
from cnn_core.tasks.question_answering import answer_blindly, answer_from

WITHIN = 0.01
ASKED = (
    (6, "what colour is the cross below the dotted thing?"),
    (6, "is there a ring right of the star?"),
    (16, "how many large things are right of the purple thing?"),
)
"""Seed of a scene, and a question about it."""


def check(found: list[Classification], expected: tuple[tuple[str, float], ...]) -> None:
    """The likeliest answers and their probabilities."""
    best = [one.top(1)[0] for one in found]
    assert [name for name, _ in best] == [name for name, _ in expected]
    assert [share for _, share in best] == pytest.approx([share for _, share in expected], abs=WITHIN)


def check_relations() -> None:
    """A purple cross lies below a dotted circle; no ring is right of the star; three large things are on the right."""
    found = [
        answer_from(true_things(make_scene(np.random.default_rng(seed))), [parse(question)])[0] for seed, question in ASKED
    ]
    check(found, (("purple", 1.0), ("no", 1.0), ("3", 0.999)))


def check_words() -> None:
    """Six colours are about equally frequent, so are yes and no, and numbers are mostly small."""
    check(answer_blindly([parse(question) for _, question in ASKED]), (("yellow", 0.173), ("yes", 0.543), ("1", 0.470)))


CHECKS: dict[str, Callable[[], None]] = {
    "answer_relation_tinyworld": check_relations,
    "answer_blind_tinyworld": check_words,
}
