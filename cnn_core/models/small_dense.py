"""As many layers as the small CNN (small_cnn.py), all of them dense: every unit sees every pixel."""

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import SeededDropout

HIDDEN = (128, 64, 64)


class SmallDense(nn.Module):
    """Four dense layers with ReLU between them.

    Args:
        classes: length K of the output.
        dropout: share of the last hidden layer's units that are dropped in training, as in the CNN.
        channels: c of the pictures: 1, or 3 in colour.
    """

    def __init__(self, classes: int, dropout: float = 0.0, channels: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = channels * 24 * 24
        for units in HIDDEN:
            layers += [nn.Linear(inputs, units), nn.ReLU()]
            inputs = units
        self.hidden = nn.Sequential(*layers)
        self.dropout = SeededDropout(dropout)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, c, 24, 24) -> logits (N, K)."""
        logits: Tensor = self.fc(self.dropout(self.hidden(torch.flatten(x, 1))))  # (N, c, 24, 24) -> (N, c * 576)
        return logits


build = SmallDense
