"""An agent that follows an instruction: it looks, reads, remembers, and chooses its next step.

A CNN gives a feature vector for each cell in view; a GRU reads the sentence. Two pointers, each a softmax over the cells
(soft attention, Bahdanau et al. 2015, arXiv:1409.0473): the first to the piece of furniture that the sentence names beside
the target, the second, which knows how far each cell lies from that one, to the target. A second GRU remembers from step to
step (after Anderson et al. 2018, arXiv:1711.07280, whose agent walks through photographs; ours through drawn rooms).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

VIEW = 11
"""Cells a side of the view, 12 pixels each: see ``cnn_core.images.drawn_rooms``."""


@dataclass(frozen=True)
class Step:
    """What the agent makes of one view.

    Attributes:
        actions: logits (N, A).
        other: logits (N, h w) of the cell with the piece that the sentence names beside the target.
        target: logits (N, h w + 1) of the cell with the target; the last: it is not in view.
        memory: the state for the next step, (N, M).
    """

    actions: Tensor
    other: Tensor
    target: Tensor
    memory: Tensor


class Navigator(nn.Module):
    """See the module.

    Args:
        words: how many words there are; word 0 is none.
        actions: how many actions.
        width: channels of the feature maps.
        state: numbers of the sentence's state.
        memory: numbers that are remembered from step to step.
        sees: whether it gets the picture; without, it is blind.
        reads: whether it gets the sentence.
    """

    places: Tensor

    def __init__(
        self, words: int, actions: int, width: int = 64, state: int = 64, memory: int = 128,
        sees: bool = True, reads: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.sees, self.reads = sees, reads
        self.eye = nn.Sequential(
            nn.Conv2d(3, width // 2, 4, stride=4), nn.ReLU(), nn.Conv2d(width // 2, width, 3, stride=3), nn.ReLU()
        )  # one cell of 12 x 12 pixels becomes one vector
        self.embed = nn.Embedding(words, 32, padding_idx=0)
        self.gru = nn.GRU(32, state, batch_first=True)
        self.other = nn.Linear(state, width)
        self.relate = nn.ModuleList([nn.Conv2d(width + 2, width, 1), nn.Conv2d(width, width, 1)])
        self.film = nn.ModuleList(nn.Linear(state, 2 * width) for _ in self.relate)
        self.point = nn.Conv2d(width, 1, 1)
        self.unseen = nn.Linear(state, 1)
        self.near = nn.Sequential(nn.Conv2d(width + 1, 8, 1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * VIEW * VIEW, memory))
        self.cell = nn.GRUCell(memory + 3 + state, memory)
        self.act = nn.Linear(memory, actions)
        steps = torch.linspace(-1, 1, VIEW)
        self.register_buffer(
            "places", torch.stack(torch.meshgrid(steps, steps, indexing="xy")), persistent=False
        )  # (2, h, w)

    def read(self, words: Tensor) -> Tensor:
        """Word numbers (N, L), 0 after the last word -> the GRU's state after the last word (N, S)."""
        if not self.reads:
            words = torch.zeros_like(words)
        states, _ = self.gru(self.embed(words))  # (N, L, S)
        last = (words > 0).sum(1).clamp(min=1) - 1
        return torch.as_tensor(states[torch.arange(len(words), device=words.device), last])

    def look(self, view: Tensor) -> Tensor:
        """Views (N, 3, H, W) -> a vector for each cell (N, C, h, w)."""
        return torch.as_tensor(self.eye(view if self.sees else torch.zeros_like(view)))

    def forward(self, view: Tensor) -> Tensor:
        """Views (N, 3, H, W) -> logits of the actions (N, A), without a word or a memory: to look at its layers."""
        return self.step(view, self.read(torch.zeros(len(view), 1, dtype=torch.long, device=view.device))).actions

    def step(self, view: Tensor, sentence: Tensor, memory: Tensor | None = None) -> Step:
        """Views (N, 3, H, W), sentences as ``read`` gives them (N, S), what is remembered (N, M) -> the next step."""
        memory = view.new_zeros(len(view), self.cell.hidden_size) if memory is None else memory
        maps = self.look(view)
        cells = maps.flatten(2).transpose(1, 2)  # (N, C, h, w) -> (N, C, h w) -> (N, h w, C)
        other = (cells @ self.other(sentence)[:, :, None])[..., 0]  # (N, h w, C) @ (N, C, 1) -> (N, h w)
        middle = other.softmax(1) @ self.places.flatten(1).T  # (N, h w) @ (h w, 2): where the other piece is
        x = torch.cat([maps, self.places - middle[:, :, None, None]], 1)  # (N, C, h, w), (N, 2, h, w) -> (N, C + 2, h, w)
        for mix, film in zip(self.relate, self.film, strict=True):
            factor, summand = film(sentence)[:, :, None, None].chunk(2, 1)  # (N, 2 C) -> twice (N, C, 1, 1)
            x = torch.relu(mix(x) * (1 + factor) + summand)
        target = torch.cat([self.point(x).flatten(1), self.unseen(sentence)], 1)  # (N, h w), (N, 1) -> (N, h w + 1)
        share = target.softmax(1)
        seen = share[:, :-1].unflatten(1, (1, VIEW, VIEW))  # (N, h w) -> (N, 1, h, w)
        aim = (seen * self.places).sum((2, 3))  # (N, 2): how far the target lies to the right and below
        near = torch.relu(self.near(torch.cat([maps, seen], 1)))  # (N, C, h, w), (N, 1, h, w) -> (N, M)
        memory = self.cell(torch.cat([near, aim, share[:, -1:], sentence], 1), memory)
        return Step(self.act(memory), other, target, memory)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at."""
        return [
            ("eye.1", "convolution 1"), ("eye.3", "convolution 2: a vector a cell"),
            ("relate.0", "each cell and the sentence"), ("relate.1", "each cell and the sentence, again"),
            ("near", "what is around"), ("act", "actions, from what is remembered"),
        ]  # fmt: skip


def build(
    words: int, actions: int, width: int = 64, state: int = 64, memory: int = 128, sees: bool = True, reads: bool = True
) -> Navigator:
    """See ``Navigator``."""
    return Navigator(words, actions, width, state, memory, sees, reads)
