"""A small head that answers for every cell of another network's feature maps and weighs the cells by attention.

Attention pooling as in Ilse, Tomczak and Welling 2018 (arXiv:1802.04712): each cell answers on its own, and for each
class a softmax over the cells weighs them, so that an animal in a corner is not averaged away by the sofa around it.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu


class AttentionHead(nn.Module):
    """Logits from maps.

    Args:
        widths: channels of the last stages that it looks at, the finest first.
        hidden: channels of its own two layers.
        outputs: number of logits.
        dropout: share of its channels left out at random while it is trained.
    """

    def __init__(self, widths: Sequence[int], hidden: int, outputs: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.stages = len(widths)
        self.mix = conv_norm_relu(sum(widths), hidden, 1)
        self.look = conv_norm_relu(hidden, hidden)
        self.drop = nn.Dropout2d(dropout)
        self.answer = nn.Conv2d(hidden, outputs, 1)
        self.attention = nn.Conv2d(hidden, outputs, 1)

    def stacked(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> the last stages at the size of the last, (N, sum of widths, h, w)."""
        size = (maps[-1].shape[2], maps[-1].shape[3])
        return torch.cat([F.adaptive_avg_pool2d(part, size) for part in maps[-self.stages :]], 1)  # (N, sum of widths, h, w)

    def places(self, stacked: Tensor) -> tuple[Tensor, Tensor]:
        """Stacked maps -> each place's logits and weights, both (N, outputs, h, w); weights sum to 1 over the places."""
        x = self.drop(self.look(self.mix(stacked)))
        logits = self.answer(x)
        return logits, self.attention(x).flatten(2).softmax(2).view_as(logits)  # (N, outputs, h * w) and back

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return [
            ("mix", "1x1 convolution over the last stages"),
            ("look", "3x3 convolution"),
            ("answer", "each place's logits"),
            ("attention", "each place's weight, before the softmax"),
        ]

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps [(N, C, h, w), ...] -> logits (N, outputs)."""
        answers, weights = self.places(self.stacked(maps))
        return (answers * weights).sum((2, 3))


build = AttentionHead
