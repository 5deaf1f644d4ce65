"""A small one-stage detector whose last feature map is a grid of cells: YOLO's idea (Redmon et al. 2015, arXiv:1506.02640).

Each cell answers with the label vector of the lectures, [c, b_x, b_y, b_h, b_w, c_1, c_2, ...]: is the centre of something
here, where in the cell, how high and wide, of which classes. Departures from the paper: a cell answers once for each size
that things have, for a small thing may lie in a large one; no fully connected layer; the first convolution keeps all pixels,
for the patterns to be told apart are four pixels wide; all cells near a centre answer, as in FCOS (arXiv:1904.01355).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu
from cnn_core.models.resnet import BasicBlock

STRIDE = 8
"""Input pixels from one cell to the next."""


class GridDetector(nn.Module):
    """Convolutions down to an eighth of the side, residual blocks, and a 1x1 convolution as the head.

    Args:
        slots: how many answers a cell gives.
        values: numbers of an answer.
        widths: channels at full, half, quarter and eighth side.
        blocks: residual blocks on the grid.
    """

    def __init__(self, slots: int, values: int, widths: Sequence[int], blocks: int) -> None:
        super().__init__()
        self.slots = slots
        full, half, quarter, eighth = widths
        self.trunk = nn.Sequential(
            conv_norm_relu(3, full), conv_norm_relu(full, half, stride=2), conv_norm_relu(half, quarter, stride=2),
            conv_norm_relu(quarter, eighth, stride=2),
        )  # fmt: skip
        self.blocks = nn.Sequential(*(BasicBlock(eighth, eighth, 1, "identity") for _ in range(blocks)))
        self.head = nn.Conv2d(eighth, slots * values, 1)

    def maps(self, x: Tensor) -> list[Tensor]:
        """The last feature map of normalised pictures (N, 3, H, W), sides multiples of 8: [(N, C, H / 8, W / 8)]."""
        return [self.blocks(self.trunk(x))]

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> every cell's answers (N, slots, values, H / 8, W / 8)."""
        answers: Tensor = self.head(self.maps(x)[-1])  # (N, S V, h, w)
        return torch.as_tensor(answers.unflatten(1, (self.slots, -1)))  # (N, S, V, h, w)

    def map_layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers that run when ``maps`` is asked, in their order."""
        steps = [(f"trunk.{k}.2", f"convolution {k + 1}") for k in range(len(self.trunk))]
        return [*steps, *((f"blocks.{k}", f"block {k + 1}") for k in range(len(self.blocks)))]

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at."""
        return [*self.map_layers(), ("head", "answers of the cells")]


build = GridDetector
