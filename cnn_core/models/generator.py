"""A generator of pictures from numbers drawn at random (DCGAN: Radford, Metz and Chintala 2015, arXiv:1511.06434).

Departure from the paper: fewer channels. Its transposed convolutions have a kernel of 4 and a stride of 2, which divides it:
away from the edges every pixel gets equally many stamps.
"""

import torch
from torch import Tensor, nn


class Generator(nn.Module):
    """Latent vectors -> pictures.

    Args:
        latent: numbers that a picture is made of.
        width: channels of the last maps before the picture; each step before has twice as many.
        size: side of the picture: 8, 16, 32, 64 ...
    """

    def __init__(self, latent: int, width: int, size: int) -> None:
        super().__init__()
        self.latent, self.size = latent, size
        steps = size.bit_length() - 3  # from 4 x 4: doublings
        if size != 4 << steps or steps < 1:
            raise ValueError(f"the side must be 8, 16, 32, 64 or so, not {size}")
        channels = width << (steps - 1)
        self.start = nn.Sequential(nn.ConvTranspose2d(latent, channels, 4, bias=False), nn.BatchNorm2d(channels), nn.ReLU())
        self.up = nn.ModuleList()
        for _ in range(steps - 1):
            self.up.append(
                nn.Sequential(
                    nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1, bias=False),
                    nn.BatchNorm2d(channels // 2),
                    nn.ReLU(),
                )
            )
            channels //= 2
        self.last = nn.ConvTranspose2d(channels, 3, 4, 2, 1)
        self.tanh = nn.Tanh()
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, z: Tensor) -> Tensor:
        """Latent vectors (N, Z) -> pictures (N, 3, S, S) in -1..1."""
        x = self.start(z[:, :, None, None])
        for step in self.up:
            x = step(x)
        pictures: Tensor = self.tanh(self.last(x))
        return pictures

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        steps = [(f"up.{k}", f"step {k + 2}: twice as large") for k in range(len(self.up))]
        last = f"step {len(steps) + 2}: red, green and blue"
        return [("start", "step 1: noise to 4 x 4 places"), *steps, ("last", last), ("tanh", "the picture, after tanh")]

    def directions(self, count: int) -> Tensor:
        """The directions that change the first maps most, (count, Z): principal directions of the first layer's kernels.

        The idea is SeFa's (Shen and Zhou 2020, arXiv:2007.06600): no picture is needed to find them.
        """
        first = self.start[0]
        assert isinstance(first, nn.ConvTranspose2d)
        _, _, across = torch.linalg.svd(first.weight.detach().flatten(1).T.float(), full_matrices=False)
        directions: Tensor = across[:count]
        return directions


build = Generator
