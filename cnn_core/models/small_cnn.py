"""A network in LeNet's manner (LeCun et al. 1998, Proceedings of the IEEE 86(11)), small enough to learn while one watches.

Departures: pictures of 24 x 24 pixels, 8 and 16 kernels, ReLU instead of tanh, max pooling instead of averaging, one dense
layer less, and dropout before the last.
"""

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import SeededDropout


class SmallCNN(nn.Module):
    """Two convolutional layers with max pooling, two dense ones.

    Args:
        classes: length K of the output.
        dropout: share of the dense layer's units that are dropped in training.
        channels: c of the pictures: 1, or 3 in colour.
    """

    def __init__(self, classes: int, dropout: float = 0.0, channels: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 8, 5)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()
        self.fc1 = nn.Linear(16 * 3 * 3, 64)
        self.dropout = SeededDropout(dropout)
        self.fc2 = nn.Linear(64, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, c, 24, 24) -> logits (N, K)."""
        _, maps = self.feature_maps(x)
        units = self.relu(self.fc1(torch.flatten(self.pool(maps), 1)))  # (N, 16, 3, 3) -> (N, 144)
        logits: Tensor = self.fc2(self.dropout(units))
        return logits

    def feature_maps(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (N, c, 24, 24) -> the maps of both convolutions after ReLU: (N, 8, 20, 20) and (N, 16, 6, 6)."""
        first = self.relu(self.conv1(x))
        return first, self.relu(self.conv2(self.pool(first)))


build = SmallCNN
