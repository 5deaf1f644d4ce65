"""What an explanation explains: one number that is worked out from a network's output."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnn_core.errors import InputError


@dataclass(frozen=True)
class Target:
    """A function of a network's output, with a name for people; any task can make its own.

    Attributes:
        words: the answer that is explained, e.g. "score of goldfish".
        function: output of N inputs -> (N,) numbers; each depends on its own input alone.
    """

    words: str
    function: Callable[[Any], Tensor]

    def __call__(self, output: Any) -> Tensor:
        """(N,) numbers for the outputs of N inputs."""
        return self.function(output)


def class_score(k: int, name: str = "") -> Target:
    """The score (logit) of class ``k``, before softmax: what is found *in the picture* for it, whatever the others get."""
    return Target(f"score of {name or f'class {k}'}", lambda logits: _column(logits, k))


def class_probability(k: int, name: str = "") -> Target:
    """The softmax probability of class ``k``: rises also when the other classes' scores fall."""
    return Target(f"probability of {name or f'class {k}'}", lambda logits: _column(logits.softmax(1), k))


def class_margin(k: int, other: int, name: str = "", other_name: str = "") -> Target:
    """The score of class ``k`` less that of class ``other``: what speaks for the one *rather than* the other."""
    words = f"{name or f'class {k}'} rather than {other_name or f'class {other}'}"
    return Target(words, lambda logits: _column(logits, k) - _column(logits, other))


def _column(scores: Tensor, k: int) -> Tensor:
    if not 0 <= k < scores.shape[1]:
        raise InputError(f"The network knows classes 0 to {scores.shape[1] - 1}; there is no class {k}.")
    return scores[:, k]
