"""An AlexNet for 32x32 pictures (Krizhevsky, Sutskever and Hinton 2012, "ImageNet classification with deep CNNs").

Kept: five convolutions, the first with the largest kernel, overlapping 3x3 max-pooling of stride 2 after the first, second
and fifth, ReLU, dropout in the dense layers, no residuals. Departures: the first kernel is 5x5 with stride 1 (11x11 with
stride 4 would leave 5x5 of 32x32), far fewer channels and dense units, and batch normalisation, which keeps each channel's
values in range across the batch, in place of local response normalisation, which lets neighbouring channels compete: another
job, but one that trains faster.
"""

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu


class AlexNet(nn.Module):
    """Five convolutions and three dense layers; ``classes`` is the length K of the output.

    Args:
        classes: K.
        widths: channels of the five convolutions.
        hidden: units of the two hidden dense layers.
        dropout: share of the units dropped before each of them in training.
    """

    def __init__(self, classes: int, widths: tuple[int, ...], hidden: int, dropout: float) -> None:
        super().__init__()
        w1, w2, w3, w4, w5 = widths
        self.conv1 = conv_norm_relu(3, w1, 5)
        self.pool1 = nn.MaxPool2d(3, 2, 1)
        self.conv2 = conv_norm_relu(w1, w2, 5)
        self.pool2 = nn.MaxPool2d(3, 2, 1)
        self.conv3 = conv_norm_relu(w2, w3, 3)
        self.conv4 = conv_norm_relu(w3, w4, 3)
        self.conv5 = conv_norm_relu(w4, w5, 3)
        self.pool5 = nn.MaxPool2d(3, 2, 1)
        self.drop6 = nn.Dropout(dropout)
        self.fc6 = nn.Linear(w5 * 4 * 4, hidden)
        self.relu6 = nn.ReLU()
        self.drop7 = nn.Dropout(dropout)
        self.fc7 = nn.Linear(hidden, hidden)
        self.relu7 = nn.ReLU()
        self.fc8 = nn.Linear(hidden, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, 32, 32) -> logits (N, K)."""
        x = self.pool2(self.conv2(self.pool1(self.conv1(x))))
        x = self.pool5(self.conv5(self.conv4(self.conv3(x))))
        x = self.relu6(self.fc6(self.drop6(torch.flatten(x, 1))))
        logits: Tensor = self.fc8(self.relu7(self.fc7(self.drop7(x))))
        return logits

    def last_maps(self) -> str:
        """The last layer that still has height and width: where Grad-CAM looks."""
        return "conv5.2"

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the label."""
        named = [("conv1.0", "conv 1: 5x5 convolution")]
        named += [(f"conv{n}.2", f"conv {n}: after ReLU") for n in range(1, 6)]
        named += [("pool5", "after the last pooling"), ("relu6", "dense 6"), ("relu7", "dense 7"), ("fc8", "logits")]
        return named


build = AlexNet
