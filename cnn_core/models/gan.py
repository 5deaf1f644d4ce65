"""A generator and the discriminator that it was trained against, in one file, with a film of the training."""

from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import within
from cnn_core.models.discriminator import Discriminator
from cnn_core.models.generator import Generator


class GAN(nn.Module):
    """Both networks of a generative adversarial training (Goodfellow et al. 2014, arXiv:1406.2661).

    Args:
        latent, width, size: see ``Generator``.
        discriminator_width: see ``Discriminator``.
        film_bytes: length of the film: JPEG files of samples from the same latent vectors, one after the other.
    """

    film: Tensor

    def __init__(self, latent: int, width: int, size: int, discriminator_width: int, film_bytes: int = 0) -> None:
        super().__init__()
        self.generator = Generator(latent, width, size)
        self.discriminator = Discriminator(discriminator_width, size)
        self.register_buffer("film", torch.zeros(film_bytes, dtype=torch.uint8))

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return within("discriminator", self.discriminator.layers())

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, 3, S, S) in -1..1 -> how real they look, (N,); ``generator`` makes pictures."""
        scores: Tensor = self.discriminator(x)
        return scores


def build(**arguments: Any) -> GAN:
    """See ``GAN``."""
    return GAN(**arguments)
