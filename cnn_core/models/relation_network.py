"""A relation network (Santoro et al. 2017, arXiv:1706.01427): a question is put to every pair of things; the sum answers.

A GRU reads the question. A small network g looks at two things and the question, for every ordered pair of things, each with
itself, too; what it finds is added up over all pairs, and a second network f reads the answer from the sum. Departures: the
things come from a detector, not from the cells of a feature map. Each word has a vector that says what it wants of a thing,
and one that says what it wants of a pair (attributes shared, places apart); the GRU's states say how much each word counts
for each of several descriptions (attention over the words). g gets how well both things and the pair fit these descriptions,
beside the things and the question itself. And f gets the question, too, so that a network that sees nothing can guess.
"""

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

PLACE = 4
"""Numbers that say where a thing is: the middle of its box, its width and its height."""
FINER = 8.0
"""Places are multiplied by this, so that small differences count: 0..1 becomes -4..4."""


def in_full(device: torch.device) -> AbstractContextManager[object]:
    """A block in fp32 where a training would use bf16."""
    available = torch.amp.is_autocast_available(device.type)
    return torch.autocast(device.type, enabled=False) if available else nullcontext()


class RelationNetwork(nn.Module):
    """Answers questions about things.

    Args:
        words: how many words there are; word 0 is none.
        outputs: how many answers there are.
        attributes: numbers that say what a thing is.
        width: numbers that g and f pass on.
        state: numbers of the GRU's state.
        depth: layers of g.
        descriptions: how many descriptions of a thing the words are gathered into; 0 for the paper's g.
    """

    def __init__(
        self, words: int, outputs: int, attributes: int, width: int = 128, state: int = 128, depth: int = 3,
        descriptions: int = 8,
    ) -> None:  # fmt: skip
        super().__init__()
        self.descriptions, thing = descriptions, PLACE + attributes
        self.embed = nn.Embedding(words, 48, padding_idx=0)
        self.gru = nn.GRU(48, state, batch_first=True)
        self.one, self.other = nn.Linear(thing, width), nn.Linear(thing, width, bias=False)
        self.told = nn.Linear(state, width)
        if descriptions:
            self.of_thing = nn.Linear(
                48, attributes + 1, bias=False
            )  # what a word wants: each attribute, and less by how much
            self.of_pair = nn.Linear(48, PLACE + attributes + 1, bias=False)
            self.counts = nn.Linear(state, 2 * descriptions)
            self.fit_one, self.fit_other, self.fit_both = (nn.Linear(descriptions, width, bias=False) for _ in range(3))
            self.both = nn.Linear(PLACE + attributes, width, bias=False)
        self.g = nn.Sequential(*(layer for _ in range(depth - 1) for layer in (nn.Linear(width, width), nn.ReLU())))
        self.f = nn.Sequential(
            nn.Linear(width + state, 2 * width), nn.ReLU(), nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, outputs)
        )

    def read(self, questions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What M questions say: word numbers (M, L), 0 after the last word.

        Returns:
            (M, S): the GRU's state after the last word; (M, D, A + 1): what each of D descriptions wants of a thing;
            (M, D, 4 + A + 1): what it wants of a pair. The last number is added whatever the thing or pair is.
        """
        embedded = self.embed(questions)  # (M, L, E)
        states, _ = self.gru(embedded)  # (M, L, S)
        state = states[torch.arange(len(questions), device=questions.device), (questions > 0).sum(1).clamp(min=1) - 1]
        if not self.descriptions:
            return state, state[:, :0, None], state[:, :0, None]
        counts = self.counts(states).sigmoid()  # (M, L, 2 D); word 0 has a vector of zeros, so it wants nothing
        thing, pair = counts.transpose(1, 2).chunk(2, 1)  # (M, L, 2 D) -> (M, 2 D, L) -> twice (M, D, L)
        return state, thing @ self.of_thing(embedded), pair @ self.of_pair(embedded)

    def relate(self, things: Tensor, state: Tensor, of_thing: Tensor, of_pair: Tensor) -> tuple[Tensor, Tensor]:
        """What g finds in every pair, and which question each row belongs to.

        Args:
            things: (N, T, 4 + A): boxes xyxy 0..1, then attributes 0..1; rows of zeros are no things.
            state, of_thing, of_pair: M questions as ``read`` gives them, M a multiple of N, in the scenes' order.

        Returns:
            (R, W) and (R,): only pairs that are there, one question after the other, pairs in the order of rows.
        """
        there = things[..., :PLACE].any(-1)  # (N, T)
        each = len(state) // max(len(things), 1)
        chosen = (there[:, :, None] & there[:, None]).repeat_interleave(each, 0).nonzero(as_tuple=True)  # (M, T, T) -> (R,)
        question, first, second = chosen
        pair = (question // each, first, second)
        with in_full(things.device):  # bf16 would round places to a hundredth of the picture
            seen = placed(things.float())
            found = self.one(seen)[:, :, None] + self.other(seen)[:, None]  # (N, T, 1, W), (N, 1, T, W) -> (N, T, T, W)
            if self.descriptions:
                both = compare(seen)
                found = found + self.both(both)
                fits, fit = fits_of(seen[..., PLACE:], of_thing.float()), fits_of(both.flatten(1, 2), of_pair.float())
        found = found[pair] + self.told(state)[question]  # (R, W)
        if self.descriptions:
            together = fit.unflatten(1, both.shape[1:3])[chosen]  # (M, T T, D) -> (M, T, T, D) -> (R, D)
            found = found + self.fit_one(fits)[question, first] + self.fit_other(fits)[question, second]
            found = found + self.fit_both(together)
        return self.g(torch.relu(found)), question

    def forward(self, things: Tensor, questions: Tensor) -> Tensor:
        """Things (N, T, 4 + A), questions (M, L), M a multiple of N, in the scenes' order -> logits (M, K)."""
        state, of_thing, of_pair = self.read(questions)
        found, question = self.relate(things, state, of_thing, of_pair)
        total = torch.zeros(len(state), found.shape[1], dtype=found.dtype, device=found.device)
        return self.conclude(total.index_add(0, question, found), state)

    def made_inputs(self) -> tuple[Tensor, Tensor]:
        """Three things and a question of every other word, the same on every machine: (1, 3, 4 + A), (1, L)."""
        count = self.one.in_features
        things = torch.linspace(0.1, 0.9, 3 * count).view(1, 3, count)  # (3 (4 + A),) -> (1, 3, 4 + A)
        return things, torch.arange(1, self.embed.num_embeddings, 2)[None]

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at."""
        return [("gru", "the question, word by word"), ("g", "what g finds in each pair"), ("f", "answers")]

    def conclude(self, total: Tensor, state: Tensor) -> Tensor:
        """What follows from the sum over all pairs (M, W) and the question (M, S): logits (M, K)."""
        return torch.as_tensor(self.f(torch.cat([total, state], 1)))  # (M, W), (M, S) -> (M, W + S)


def placed(things: Tensor) -> Tensor:
    """Boxes xyxy as middle, width and height, made ``FINER``; the rest as it is. (..., 4 + A) -> the same."""
    x1, y1, x2, y2 = things[..., :PLACE].unbind(-1)
    place = torch.stack([(x1 + x2) / 2 - 0.5, (y1 + y2) / 2 - 0.5, x2 - x1, y2 - y1], -1)  # (..., 4)
    return torch.cat([FINER * place, things[..., PLACE:]], -1)  # (..., 4), (..., A) -> (..., 4 + A)


def compare(seen: Tensor) -> Tensor:
    """What is said of each pair: places apart, attributes that both have. (N, T, 4 + A) -> (N, T, T, 4 + A)."""
    places, kinds = seen[..., :PLACE], seen[..., PLACE:]
    apart, shared = places[:, :, None] - places[:, None], kinds[:, :, None] * kinds[:, None]  # (N, T, T, 4), (N, T, T, A)
    return torch.cat([apart, shared], -1)  # (N, T, T, 4), (N, T, T, A) -> (N, T, T, 4 + A)


def fits_of(facts: Tensor, wanted: Tensor) -> Tensor:
    """How well facts (N, K, F) fit what M questions want (M, D, F + 1), M a multiple of N: (M, K, D)."""
    known = torch.cat([facts, torch.ones_like(facts[..., :1])], -1)  # (N, K, F), (N, K, 1) -> (N, K, F + 1)
    return known.repeat_interleave(len(wanted) // max(len(facts), 1), 0) @ wanted.transpose(1, 2)


def build(
    words: int, outputs: int, attributes: int, width: int = 128, state: int = 128, depth: int = 3, descriptions: int = 8
) -> RelationNetwork:
    """See ``RelationNetwork``."""
    return RelationNetwork(words, outputs, attributes, width, state, depth, descriptions)
