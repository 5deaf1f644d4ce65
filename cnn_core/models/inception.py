"""A small GoogLeNet (Szegedy et al. 2014, arXiv:1409.4842): kernels of 1x1, 3x3 and 5x5 side by side.

Kept: four branches a module, 1x1 convolutions that thin the channels before the larger kernels, concatenation, global
average pooling. Departures: batch normalisation, the 5x5 kernel as two 3x3 in a row (Szegedy et al. 2015, arXiv:1512.00567),
a stem for 32x32 pictures, four modules in place of nine and no auxiliary classifiers (BN trains without them).
"""

from collections.abc import Sequence
from string import ascii_lowercase

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu

ModuleSizes = tuple[int, tuple[int, int], tuple[int, int], int]
"""Channels of a module's branches: 1x1, (thinned, 3x3), (thinned, 5x5), pooling."""


class InceptionModule(nn.Module):
    """Four branches over the same input, their channels put side by side.

    Args:
        inputs: channels in.
        one: channels of the 1x1 branch.
        three: (thinned, out) channels of the 3x3 branch.
        five: (thinned, out) channels of the branch that sees 5x5.
        pool: channels of the max-pooling branch.
    """

    def __init__(self, inputs: int, one: int, three: tuple[int, int], five: tuple[int, int], pool: int) -> None:
        super().__init__()
        self.one = conv_norm_relu(inputs, one, 1)
        self.three = nn.Sequential(conv_norm_relu(inputs, three[0], 1), conv_norm_relu(*three))
        self.five = nn.Sequential(
            conv_norm_relu(inputs, five[0], 1), conv_norm_relu(*five), conv_norm_relu(five[1], five[1])
        )
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv_norm_relu(inputs, pool, 1))
        self.outputs = one + three[1] + five[1] + pool

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) -> (N, outputs, H, W)."""
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)  # (N, outputs, H, W)


class Inception(nn.Module):
    """Stem, inception modules with max-pooling between the stages, global average pooling, one linear layer.

    Args:
        classes: length K of the output.
        stem: channels of the first convolution.
        stages: for each stage its modules, at most 26, each as ``ModuleSizes``.
        dropout: share of the averaged features dropped in training.
    """

    def __init__(self, classes: int, stem: int, stages: Sequence[Sequence[ModuleSizes]], dropout: float = 0.0) -> None:
        super().__init__()
        self.stem = conv_norm_relu(3, stem, 3)
        self.features = nn.Sequential()
        inputs = stem
        for number, modules in enumerate(stages, 1):
            self.features.add_module(f"pool{number}", nn.MaxPool2d(3, 2, 1))
            for letter, sizes in zip(ascii_lowercase[: len(modules)], modules, strict=True):
                module = InceptionModule(inputs, *sizes)
                self.features.add_module(f"inception{number}{letter}", module)
                inputs = module.outputs
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, K)."""
        x = self.features(self.stem(x))
        logits: Tensor = self.fc(self.dropout(torch.flatten(self.pool(x), 1)))
        return logits

    def last_maps(self) -> str:
        """The last layer that still has height and width: where Grad-CAM looks."""
        return f"features.{[name for name, _ in self.features.named_children()][-1]}"

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the label."""
        named = [("stem.0", "stem: 3x3 convolution"), ("stem.2", "stem: after ReLU")]
        for name, module in self.features.named_children():
            if isinstance(module, InceptionModule):
                words = name.replace("inception", "module ")
                named += [
                    (f"features.{name}.one.2", f"{words}: 1x1 branch"),
                    (f"features.{name}.three.1.2", f"{words}: 3x3 branch"),
                ]
                named += [
                    (f"features.{name}.five.2.2", f"{words}: 5x5 branch"),
                    (f"features.{name}.pool.1.2", f"{words}: pooling branch"),
                ]
        return [*named, ("pool", "global average"), ("fc", "logits")]


build = Inception
