"""Which words to write, one after the other, if a network says how likely each next word is: beam search and sampling."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

END = 0
"""The word that ends a sentence, and stands before its first word."""
EVEN_OUT = 0.7
"""Between 0, where short sentences win, and 1, where long ones do (Wu et al. 2016, arXiv:1609.08144).

Chosen on 300 photographs kept apart from the training's.
"""


def words_of(sentence: str) -> list[str]:
    """A sentence's words in small letters; "tri-colored" is two, "man's" one, and signs are none."""
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", sentence.lower())


class Writer(Protocol):
    """A decoder: it says how likely each next word is, for several sentences at once."""

    def begin(self) -> Any:
        """The state before the first word of one sentence."""

    def next(self, state: Any, words: Tensor) -> tuple[Tensor, Any]:
        """The last word of each sentence (B,) -> the log-probabilities of the next one (B, K), and the new state."""

    def keep(self, state: Any, rows: Tensor) -> Any:
        """The states of these sentences (B,), which may repeat."""


@dataclass(frozen=True)
class Written:
    """A sentence of word numbers.

    Attributes:
        words: without END.
        log_probability: the sum over its words, and of END if it ended; natural logarithm.
        ended: whether END was written; otherwise it was stopped at the longest length.
    """

    words: tuple[int, ...]
    log_probability: float
    ended: bool

    @property
    def score(self) -> float:
        """The log-probability by which sentences of different lengths are ranked: divided by words ** EVEN_OUT.

        END counts as a word.
        """
        return self.log_probability / float(max(len(self.words) + self.ended, 1) ** EVEN_OUT)


def read_beginning(writer: Writer, beginning: Sequence[int]) -> tuple[Tensor, Any, float]:
    """The log-probabilities (1, K) of what follows given words, the state, and the log-probability of those words."""
    logs, state = writer.next(writer.begin(), torch.tensor([END]))
    total = 0.0
    for word in beginning:
        total += float(logs[0, word])
        logs, state = writer.next(state, torch.tensor([word]))
    return logs, state, total


def search_beams(writer: Writer, width: int, longest: int, beginning: Sequence[int] = ()) -> list[Written]:
    """The ``width`` sentences that beam search keeps, the best score first; with one beam it is greedy.

    At each word every open sentence is continued by every word, and the likeliest of all these stay. One that ends
    leaves the search with its place, as in Xu et al. 2015's programme.

    Args:
        writer: the decoder.
        width: how many sentences are kept at once.
        longest: words, after which a sentence is stopped.
        beginning: words that stand there already.
    """
    logs, state, total = read_beginning(writer, beginning)
    open_ones = [Written(tuple(beginning), total, False)]
    done: list[Written] = []
    while open_ones and len(open_ones[0].words) < longest:
        sums = logs + torch.tensor([[one.log_probability] for one in open_ones])  # (B, K)
        best, where = sums.flatten().topk(min(width - len(done), sums.numel()))  # (B, K) -> (B * K,)
        chosen = [(float(value), *divmod(int(at), logs.shape[1])) for value, at in zip(best, where, strict=True)]
        chosen = [(value, row, word) for value, row, word in chosen if value > -torch.inf]
        done += [Written(open_ones[row].words, value, True) for value, row, word in chosen if word == END]
        going = [(value, row, word) for value, row, word in chosen if word != END]
        open_ones = [Written((*open_ones[row].words, word), value, False) for value, row, word in going]
        if open_ones:
            rows, words = (torch.tensor(column) for column in list(zip(*going, strict=True))[1:])
            logs, state = writer.next(writer.keep(state, rows), words)
    return sorted([*done, *open_ones], key=lambda one: -one.score)


def sample_words(writer: Writer, temperature: float, seed: int, longest: int, beginning: Sequence[int] = ()) -> Written:
    """A sentence by chance: each word is drawn with its probability.

    Args:
        writer: the decoder.
        temperature: above 0; logits are divided by it before the draw. The log-probability told is that at 1.
        seed: of the draws.
        longest: words, after which the sentence is stopped.
        beginning: words that stand there already.
    """
    rng = torch.Generator().manual_seed(seed)
    logs, state, total = read_beginning(writer, beginning)
    words = list(beginning)
    while len(words) < longest:
        word = int(torch.multinomial((logs[0] / temperature).softmax(0), 1, generator=rng))
        total += float(logs[0, word])
        if word == END:
            return Written(tuple(words), total, True)
        words.append(word)
        logs, state = writer.next(state, torch.tensor([word]))
    return Written(tuple(words), total, False)
