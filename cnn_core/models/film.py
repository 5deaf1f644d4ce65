"""FiLM (Perez et al. 2018, arXiv:1709.07871): a question tells every layer of a CNN what to look for.

A GRU reads the question; from its last state each residual block gets a factor and a summand for each of its channels
("feature-wise linear modulation"). Departures: a small CNN of our own is trained with it, instead of features of a network
trained on ImageNet; three blocks instead of four; a quarter of the widths.
"""

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu

COORDINATES = 2


def add_places(maps: Tensor) -> Tensor:
    """Two channels more, which say where each value lies: x and y, -1..1. (N, C, h, w) -> (N, C + 2, h, w)."""
    n, _, height, width = maps.shape
    rows = torch.linspace(-1, 1, height, device=maps.device, dtype=maps.dtype)
    columns = torch.linspace(-1, 1, width, device=maps.device, dtype=maps.dtype)
    y, x = torch.meshgrid(rows, columns, indexing="ij")  # (h, w) each
    places = torch.stack([x, y]).expand(n, -1, -1, -1)  # (2, h, w) -> (N, 2, h, w)
    return torch.cat([maps, places], 1)  # (N, C, h, w), (N, 2, h, w) -> (N, C + 2, h, w)


class FilmBlock(nn.Module):
    """A residual block whose channels the question turns up, down, or off."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(width + COORDINATES, width, 1)
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width, affine=False)  # the question brings the factors

    def forward(self, x: Tensor, factor: Tensor, summand: Tensor) -> Tensor:
        """(N, C, h, w), and a factor and a summand for each channel (N, C) -> (N, C, h, w)."""
        before = torch.relu(self.project(add_places(x)))
        after = self.norm(self.conv(before))
        return before + torch.relu(
            after * (1 + factor)[..., None, None] + summand[..., None, None]
        )  # (N, C) -> (N, C, 1, 1)


class Film(nn.Module):
    """Answers questions about pictures.

    Args:
        words: how many words there are; word 0 is none.
        outputs: how many answers there are.
        width: channels of the feature maps.
        blocks: how many residual blocks.
        state: numbers of the GRU's state.
    """

    def __init__(self, words: int, outputs: int, width: int = 64, blocks: int = 3, state: int = 128) -> None:
        super().__init__()
        self.width = width
        self.trunk = nn.Sequential(
            conv_norm_relu(3, width // 2, stride=2), conv_norm_relu(width // 2, width, stride=2),
            conv_norm_relu(width, width, stride=2), conv_norm_relu(width, width),
        )  # fmt: skip
        self.embed = nn.Embedding(words, 48, padding_idx=0)
        self.gru = nn.GRU(48, state, batch_first=True)
        self.film = nn.Linear(state, 2 * width * blocks)
        self.blocks = nn.ModuleList(FilmBlock(width) for _ in range(blocks))
        self.last = nn.Conv2d(width + COORDINATES, 2 * width, 1)
        self.answer = nn.Sequential(nn.Linear(2 * width, 128), nn.ReLU(), nn.Linear(128, outputs))

    def read(self, questions: Tensor) -> Tensor:
        """Word numbers (N, L), 0 after the last word -> the GRU's state after the last word (N, S)."""
        states, _ = self.gru(self.embed(questions))  # (N, L, S)
        last = (questions > 0).sum(1).clamp(min=1) - 1
        return torch.as_tensor(states[torch.arange(len(questions), device=questions.device), last])

    def look(self, pictures: Tensor, questions: Tensor) -> Tensor:
        """Pictures (N, 3, H, W), questions (M, L), M a multiple of N, in the pictures' order -> maps (M, 2 C, h, w)."""
        maps = self.trunk(pictures)
        x = maps.repeat_interleave(len(questions) // len(maps), 0)  # each picture once a question of its own
        factors = self.film(self.read(questions)).unflatten(
            1, (len(self.blocks), 2, self.width)
        )  # (M, 2 C B) -> (M, B, 2, C)
        for k, block in enumerate(self.blocks):
            x = block(x, factors[:, k, 0], factors[:, k, 1])
        return torch.relu(self.last(add_places(x)))

    def forward(self, pictures: Tensor, questions: Tensor | None = None) -> Tensor:
        """Pictures (N, 3, H, W), questions (M, L), M a multiple of N -> logits (M, K).

        Without questions, as where only its layers are looked at, each picture gets one without words.
        """
        if questions is None:
            questions = torch.zeros(len(pictures), 1, dtype=torch.long, device=pictures.device)
        return torch.as_tensor(self.answer(self.look(pictures, questions).amax((2, 3))))

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at."""
        steps = [(f"trunk.{k}.2", f"convolution {k + 1}") for k in range(len(self.trunk))]
        blocks = [(f"blocks.{k}", f"block {k + 1}, told by the question") for k in range(len(self.blocks))]
        return [*steps, *blocks, ("last", "what is left to answer from"), ("answer", "answers")]


def build(words: int, outputs: int, width: int = 64, blocks: int = 3, state: int = 128) -> Film:
    """See ``Film``."""
    return Film(words, outputs, width, blocks, state)
