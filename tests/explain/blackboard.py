"""Networks so small that every explanation of them can be worked out on a blackboard."""

import torch
from torch import Tensor, nn


class TwoChannels(nn.Module):
    """x (N, 1, h, w) -> maps +x and -x -> their means: scores (mean x, -mean x)."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(1, 2, 1, bias=False)
        self.pool = nn.AdaptiveAvgPool2d(1)
        with torch.no_grad():
            self.maps.weight.copy_(torch.tensor([1.0, -1.0]).view(2, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(self.pool(self.maps(x)), 1)


class Product(nn.Module):
    """x (N, 1, 1, 2), pixels a and b -> one score a * b."""

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1).prod(1, keepdim=True)


class Weighted(nn.Module):
    """x (N, 3, 1, 2) -> one score: the sum of all values, each times its weight."""

    weights = torch.tensor([[1.0, -2.0], [3.0, 0.0], [0.0, 5.0]])

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, :, 0] * self.weights).sum((1, 2))[:, None]


class Mean(nn.Module):
    """x (N, 3, h, w) -> one score: the mean of all values."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((1, 2, 3))[:, None]


class Everything(nn.Module):
    """A small network with all that could be left changed: BN, dropout, ReLU, a branch, a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.relu = nn.ReLU()
        self.branch = nn.Conv2d(4, 4, 1)
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn(self.conv(x)))
        x = x + self.branch(x)
        return self.fc(self.drop(x.mean((2, 3))))
