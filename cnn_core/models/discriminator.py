"""A discriminator: how real a picture looks (DCGAN: Radford et al. 2015, arXiv:1511.06434).

Departures from the paper: no batch normalisation (while it learns its kernels are divided by their largest stretch instead,
spectral normalisation: Miyato et al. 2018, arXiv:1802.05957), and one more map tells how different the pictures of a batch
are, so that a generator that always paints the same is found out (Karras et al. 2017, arXiv:1710.10196).
"""

import torch
from torch import Tensor, nn

SLOPE = 0.2


class Discriminator(nn.Module):
    """Pictures -> one number each, the larger the more real.

    Args:
        width: channels after the first step; each further one has twice as many.
        size: side of the pictures.
    """

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.down = nn.ModuleList()
        inputs, channels = 3, width
        for _ in range(size.bit_length() - 3):
            self.down.append(nn.Conv2d(inputs, channels, 4, 2, 1))
            inputs, channels = channels, 2 * channels
        self.mix = nn.Conv2d(inputs + 1, inputs, 3, 1, 1)
        self.leaky = nn.LeakyReLU(SLOPE)
        self.score = nn.Linear(inputs * 16, 1)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        count = len(self.down)
        steps = [(f"leaky@{k}", f"step {k + 1}: half as large, leaky ReLU") for k in range(count)]
        return [*steps, (f"leaky@{count}", "with the batch's variety, leaky ReLU"), ("score", "how real")]

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, 3, S, S) in -1..1 -> (N,). The pictures of a batch are compared with each other."""
        for step in self.down:
            x = self.leaky(step(x))
        x = self.leaky(self.mix(torch.cat([x, variety(x)], 1)))  # (N, C + 1, 4, 4) -> (N, C, 4, 4)
        scores: Tensor = self.score(x.flatten(1))[:, 0]
        return scores


def variety(x: Tensor) -> Tensor:
    """How much the maps (N, C, h, w) differ from picture to picture, as one more map (N, 1, h, w), the same everywhere."""
    spread = x.float().var(0, unbiased=False).add(1e-8).sqrt().mean().to(x.dtype)
    return spread.expand(len(x), 1, *x.shape[2:])


build = Discriminator
