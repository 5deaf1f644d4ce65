"""A network of dense layers alone (a multilayer perceptron): every unit sees every pixel, and place means nothing."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class DenseNet(nn.Module):
    """Flatten, then hidden layers (linear, BN, ReLU, dropout), then logits. Not the DenseNet of Huang et al. 2016.

    Args:
        classes: length K of the output.
        size: height and width of the input, pixels.
        hidden: units of each hidden layer.
        dropout: share of the units dropped after each hidden layer in training.
    """

    def __init__(self, classes: int, size: int, hidden: Sequence[int], dropout: float = 0.0) -> None:
        super().__init__()
        self.hidden = nn.Sequential()
        inputs = 3 * size * size
        for number, units in enumerate(hidden, 1):
            self.hidden.add_module(f"linear{number}", nn.Linear(inputs, units, bias=False))
            self.hidden.add_module(f"bn{number}", nn.BatchNorm1d(units))
            self.hidden.add_module(f"relu{number}", nn.ReLU())
            self.hidden.add_module(f"dropout{number}", nn.Dropout(dropout))
            inputs = units
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, size, size) -> logits (N, K)."""
        logits: Tensor = self.fc(self.hidden(torch.flatten(x, 1)))
        return logits

    def last_maps(self) -> None:
        """The last layer that still has height and width: where Grad-CAM looks; None, there is none."""
        return None

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the label."""
        numbers = range(1, len(self.hidden) // 4 + 1)
        return [*((f"hidden.relu{n}", f"hidden layer {n}") for n in numbers), ("fc", "logits")]


build = DenseNet
