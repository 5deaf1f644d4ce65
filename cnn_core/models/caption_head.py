"""A caption from feature maps: soft attention and an LSTM, "Show, Attend and Tell" (Xu et al. 2015, arXiv:1502.03044).

The encoder is another network (see ``on_base``): each place of its maps gives an annotation vector. The decoder writes one
word a step. From its state it weighs the places (attention), their weighted mean is the context, and word, state and
context decide the next word. Departures: layer norm on the annotation vectors; the output layer is the word embedding
itself, transposed (Press and Wolf 2017, arXiv:1608.05859), which makes the file smaller; ``attend=False`` gives every place
the same weight at every word, as the encoder of "Show and Tell" (Vinyals et al. 2015, arXiv:1411.4555) does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

END = 0
"""The word that no caption holds: it stands before the first word and after the last."""


@dataclass(frozen=True)
class Annotations:
    """A picture as the decoder sees it: L places.

    Attributes:
        vectors: (N, L, D), what stands at each place.
        keys: (N, L, A), the same as attention compares it with the state; (N, L, 0) without attention.
        grid: (h, w) of the places, h * w = L.
    """

    vectors: Tensor
    keys: Tensor
    grid: tuple[int, int]

    def repeated(self, times: int) -> "Annotations":
        """Each picture ``times`` times in a row: one for each of its captions."""
        vectors, keys = (part.repeat_interleave(times, 0) for part in (self.vectors, self.keys))
        return replace(self, vectors=vectors, keys=keys)


@dataclass(frozen=True)
class State:
    """What the LSTM remembers between two words: ``hidden`` and ``cell``, both (N, S)."""

    hidden: Tensor
    cell: Tensor

    def at(self, rows: Tensor) -> "State":
        """The states of these sentences (M,), in this order."""
        return State(self.hidden[rows], self.cell[rows])


class CaptionHead(nn.Module):
    """Words from maps.

    Args:
        widths: channels of the last stages that it looks at, the finest first.
        outputs: K words of the vocabulary, word 0 is END.
        vector: D, numbers of an annotation vector.
        embedding: numbers of a word embedding.
        state: S, numbers of the LSTM's state.
        compare: A, numbers in which places and state are compared.
        attend: whether it weighs the places anew for each word.
        dropout: share of embeddings, annotation vectors and outputs left out at random while it is trained.
    """

    usual: Tensor
    spread: Tensor

    def __init__(
        self, widths: Sequence[int], outputs: int, vector: int = 192, embedding: int = 160, state: int = 288,
        compare: int = 128, attend: bool = True, dropout: float = 0.4,
    ) -> None:  # fmt: skip
        super().__init__()
        self.stages, self.attends = len(widths), attend
        self.project = nn.Conv2d(sum(widths), vector, 1)
        self.norm = nn.LayerNorm(vector)
        self.key = nn.Linear(vector, compare) if attend else None
        self.query = nn.Linear(state, compare) if attend else None
        self.score = nn.Linear(compare, 1) if attend else None
        self.gate = nn.Linear(state, vector)
        self.start = nn.Linear(vector, 2 * state)
        self.embed = nn.Embedding(outputs, embedding)
        self.lstm = nn.LSTMCell(embedding + vector, state)
        self.answer = nn.Linear(state + vector, embedding)
        self.offset = nn.Parameter(torch.zeros(outputs))
        self.drop = nn.Dropout(dropout)
        self.register_buffer("usual", torch.zeros(sum(widths)))
        self.register_buffer("spread", torch.ones(sum(widths)))
        nn.init.normal_(self.embed.weight, std=embedding**-0.5)

    def look(self, maps: list[Tensor]) -> Annotations:
        """Maps [(N, C, h, w), ...] -> the annotation vectors of the last map's places."""
        size = (maps[-1].shape[2], maps[-1].shape[3])
        stacked = torch.cat(
            [F.adaptive_avg_pool2d(part, size) for part in maps[-self.stages :]], 1
        )  # (N, sum of widths, h, w)
        flat = self.project(stacked).flatten(2).transpose(1, 2)  # (N, D, h, w) -> (N, h * w, D)
        vectors = self.drop(F.relu(self.norm(flat)))
        return Annotations(vectors, vectors[..., :0] if self.key is None else self.key(vectors), size)

    def pool(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> the mean over all places of each channel that it looks at, (N, sum of widths)."""
        return torch.cat([part.mean((2, 3)) for part in maps[-self.stages :]], 1)  # (N, sum of widths)

    def strangeness(self, maps: list[Tensor]) -> Tensor:
        """How far pictures lie from those of the training: (N,), about 1 for those.

        The root of the mean over the channels of ((mean over the places - its mean) / its standard deviation) ** 2, with
        ``usual`` and ``spread``, which the recipe measures on the training pictures.
        """
        return torch.as_tensor((((self.pool(maps) - self.usual) / self.spread) ** 2).mean(1).sqrt())

    def begin(self, seen: Annotations) -> State:
        """The state before the first word, from the mean of the annotation vectors."""
        hidden, cell = self.start(seen.vectors.mean(1)).chunk(2, 1)  # (N, 2 S) -> two of (N, S)
        return State(torch.tanh(hidden), cell)

    def weigh(self, seen: Annotations, state: State) -> Tensor:
        """How much each place counts now: (N, L), sums to 1."""
        if self.query is None or self.score is None:
            return seen.vectors.new_full(seen.vectors.shape[:2], 1 / seen.vectors.shape[1])
        compared = torch.tanh(seen.keys + self.query(state.hidden)[:, None])  # (N, L, A)
        return torch.as_tensor(self.score(compared).squeeze(2).softmax(1))

    def step(self, seen: Annotations, state: State, words: Tensor) -> tuple[Tensor, State, Tensor]:
        """One word of each sentence (N,) -> features of the next word (N, S + D), the new state, the weights (N, L)."""
        weights = self.weigh(seen, state)
        context = torch.bmm(weights[:, None], seen.vectors).squeeze(1)  # (N, 1, L) @ (N, L, D) -> (N, D)
        context = self.gate(state.hidden).sigmoid() * context  # the paper's beta: how much the picture matters now
        entered = torch.cat([self.drop(self.embed(words)), context], 1)  # (N, embedding + D)
        new = State(*self.lstm(entered, (state.hidden, state.cell)))
        return torch.cat([new.hidden, context], 1), new, weights

    def logits(self, features: Tensor) -> Tensor:
        """Features of the next word (..., S + D) -> logits of all words (..., K)."""
        return F.linear(self.drop(torch.tanh(self.answer(self.drop(features)))), self.embed.weight, self.offset)

    def follow(self, seen: Annotations, words: Tensor) -> tuple[Tensor, Tensor]:
        """Teacher forcing: whatever it would say, the next word given is the right one.

        Args:
            seen: the pictures, one for each sentence.
            words: (N, T), each sentence's words without the END before them.

        Returns:
            logits (N, T, K) of each word, from those before it; the weights with which it was written (N, T, L).
        """
        state, features, weights = self.begin(seen), [], []
        given = F.pad(words, (1, 0), value=END)[:, :-1]  # (N, T): END first, the last word is never given
        for column in given.unbind(1):
            found, state, weighed = self.step(seen, state, column)
            features.append(found)
            weights.append(weighed)
        return self.logits(torch.stack(features, 1)), torch.stack(weights, 1)  # (N, T, S + D) and (N, T, L)

    def forward(self, maps: list[Tensor], words: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Maps, and word numbers (N, T) or None for the first word alone -> see ``follow``."""
        if words is None:
            words = torch.zeros(len(maps[-1]), 1, dtype=torch.long, device=maps[-1].device)
        seen = self.look(maps)
        return self.follow(seen.repeated(len(words) // len(maps[-1])), words)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at: what still has places."""
        return [("project", "annotation vectors, before the norm")]


build = CaptionHead
