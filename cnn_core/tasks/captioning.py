"""A sentence for a picture, word by word: greedily, by beam search or by chance, and from any words that stand there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from cnn_core.errors import InputError
from cnn_core.models import Headed
from cnn_core.models.caption_head import Annotations, CaptionHead, State
from cnn_core.ops.word_search import Written, sample_words, search_beams
from cnn_core.results import Floats, PictureArray, require
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import prepare

UNKNOWN = 1
"""The number of all words that are too rare for the vocabulary: never written."""

LONGEST, RIVALS, WIDEST = 20, 5, 10
How = Literal["greedy", "beam", "sampling"]


@dataclass(frozen=True)
class Writing:
    """How words are chosen.

    Attributes:
        how: "greedy" takes the likeliest word each time, "beam" keeps ``width`` sentences, "sampling" draws.
        width: 1..WIDEST.
        temperature: of sampling, above 0.
        seed: of sampling.
        beginning: words that stand there already.
    """

    how: How = "beam"
    width: int = 3
    temperature: float = 1.0
    seed: int = 0
    beginning: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(1 <= self.width <= WIDEST, f"expected 1 to {WIDEST} beams, got {self.width}")
        require(self.temperature > 0, f"expected a temperature above 0, got {self.temperature}")


@dataclass(frozen=True)
class Word:
    """One word of a caption.

    Attributes:
        word: itself.
        probability: after the words before it, 0..1.
        rivals: the likeliest other words there with their probabilities, RIVALS of them, the likeliest first.
        attention: (h, w) float32, sums to 1: how much each place of the picture counted when it was written.
    """

    word: str
    probability: float
    rivals: tuple[tuple[str, float], ...]
    attention: Floats

    def __post_init__(self) -> None:
        require(abs(float(self.attention.sum()) - 1) < 1e-3, f"expected weights that sum to 1, got {self.attention.sum()}")


@dataclass(frozen=True)
class Beam:
    """One sentence that the search kept.

    Attributes:
        words: its words.
        log_probability: the sum over its words and its end.
        score: by this they are ranked, see ``ops.word_search.Written``.
        ended: whether it came to an end within LONGEST words.
    """

    words: tuple[str, ...]
    log_probability: float
    score: float
    ended: bool


@dataclass(frozen=True)
class Caption:
    """What was written about one picture.

    Attributes:
        words: of the best sentence.
        beams: all sentences that the search kept, the best first.
        strangeness: how far the picture lies from those of the training, see ``CaptionHead.strangeness``.
    """

    words: tuple[Word, ...]
    beams: tuple[Beam, ...]
    strangeness: float

    @property
    def sentence(self) -> str:
        """The words in a row."""
        return " ".join(word.word for word in self.words)

    @property
    def attended(self) -> Floats:
        """The sum of the words' attention at each place, (h, w) float32; all of it sums to the number of words."""
        return sum_attention(self.words)

    @property
    def sureness(self) -> float:
        """The geometric mean of the probabilities of the best sentence's words and end, 0..1."""
        best = self.beams[0]
        return float(np.exp(best.log_probability / max(len(best.words) + best.ended, 1)))


def sum_attention(words: Sequence[Word]) -> Floats:
    """The sum of some words' attention at each place, (h, w) float32."""
    return np.asarray(np.sum([word.attention for word in words], 0), np.float32)  # (T, h, w) -> (h, w)


def unevenness(attended: Floats) -> float:
    """The standard deviation of a sum of attention over its places, as a share of its mean: 0 where all are alike.

    It is what doubly stochastic attention makes small: the weights of T words on L places sum to T, so their sums at the
    places can only be alike, at T / L, and the cost (1 - sum) ** 2 is least there.
    """
    return float(attended.std() / attended.mean())


@dataclass(frozen=True)
class Decoder:
    """A ``CaptionHead`` in front of one picture, as ``ops.word_search`` wants it."""

    head: CaptionHead
    seen: Annotations

    def begin(self) -> State:
        """The state before the first word."""
        return self.head.begin(self.seen)

    def next(self, state: State, words: Tensor) -> tuple[Tensor, State]:
        """The last words (B,) -> log-probabilities of the next (B, K), on the CPU, and the new state."""
        seen = self.seen.repeated(len(words))
        features, new, _ = self.head.step(seen, state, words.to(seen.vectors.device))
        return log_probabilities(self.head.logits(features)).cpu(), new

    def keep(self, state: State, rows: Tensor) -> State:
        """The states of these sentences."""
        return state.at(rows.to(state.hidden.device))


def log_probabilities(logits: Tensor) -> Tensor:
    """Logits (..., K) -> log-probabilities in which UNKNOWN has no share."""
    without = logits.float().clone()
    without[..., UNKNOWN] = -torch.inf
    return without.log_softmax(-1)


def number_words(words: tuple[str, ...], vocabulary: tuple[str, ...]) -> list[int]:
    """The words' numbers.

    Raises:
        InputError: a word that the vocabulary lacks, or too many of them.
    """
    known = {word: number for number, word in enumerate(vocabulary) if number > UNKNOWN}
    for word in words:
        if word not in known:
            raise InputError(f"The vocabulary of {len(known):,} words has no {word!r}. Try another word for it.")
    if len(words) >= LONGEST:
        raise InputError(f"A sentence ends after {LONGEST} words; {len(words)} stand there already. Take some away.")
    return [known[word] for word in words]


def write(decoder: Decoder, writing: Writing, beginning: list[int]) -> list[Written]:
    """All sentences that are kept, the best first: one, or as many as there are beams."""
    if writing.how == "sampling":
        return [sample_words(decoder, writing.temperature, writing.seed, LONGEST, beginning)]
    return search_beams(decoder, writing.width if writing.how == "beam" else 1, LONGEST, beginning)


def describe_words(decoder: Decoder, written: Written, vocabulary: tuple[str, ...]) -> tuple[Word, ...]:
    """Each word with its probability, its rivals and where the decoder looked."""
    numbers = torch.tensor([written.words], device=decoder.seen.vectors.device)
    logits, weighed = decoder.head.follow(decoder.seen, numbers)  # (1, T, K), (1, T, L)
    shares = log_probabilities(logits[0]).exp().cpu()
    maps = weighed[0].float().cpu().numpy().reshape(-1, *decoder.seen.grid)  # (T, L) -> (T, h, w)
    found = []
    for number, share, attention in zip(written.words, shares, maps, strict=True):
        others = [int(k) for k in share.argsort(descending=True)[: RIVALS + 1] if k != number][:RIVALS]
        rivals = tuple((vocabulary[k], float(share[k])) for k in others)
        found.append(Word(vocabulary[number], float(share[number]), rivals, attention))
    return tuple(found)


@remembered
@on_network
def caption(network: weights.Network, picture: PictureArray, writing: Writing) -> Caption:
    """What the network writes about a picture (H, W, 3) uint8.

    Raises:
        InputError: a word of the beginning is not in the vocabulary.
    """
    vocabulary = network.card.classes
    beginning = number_words(writing.beginning, vocabulary)
    parts: Any = network.offering(Headed)
    x = prepare(picture, network.card.input).x.to(network.device)
    with network.running():
        maps = parts.base.maps(x)
        decoder = Decoder(parts.head, parts.head.look(maps))
        written = write(decoder, writing, beginning)
        words = describe_words(decoder, written[0], vocabulary) if written[0].words else ()
        strangeness = float(parts.head.strangeness(maps)[0])
    beams = tuple(Beam(tuple(vocabulary[k] for k in w.words), w.log_probability, w.score, w.ended) for w in written)
    return Caption(words, beams, strangeness)
