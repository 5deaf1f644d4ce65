"""A whole U-Net (Ronneberger et al. 2015, arXiv:1505.04597), learned from its first layer on.

Departures: convolutions keep the size (the paper's lose two pixels each), far fewer channels, batch normalisation, and each
step up is nearest-neighbour enlargement and one convolution (see ``unet_head``).
"""

from collections.abc import Sequence

from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu, within
from cnn_core.models.unet_head import UNetHead


class UNet(nn.Module):
    """Class logits for every pixel.

    Args:
        classes: K.
        widths: channels of each level, the finest first; 2x2 max-pooling lies between them.
    """

    def __init__(self, classes: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            nn.Sequential(conv_norm_relu(inputs, width), conv_norm_relu(width, width))
            for inputs, width in zip([3, *widths[:-1]], widths, strict=True)
        )
        self.pool = nn.MaxPool2d(2)
        self.decoder = UNetHead(widths, list(reversed(widths[:-1])), classes)

    def maps(self, x: Tensor) -> list[Tensor]:
        """Normalised pictures (N, 3, H, W) -> each level's output before its pooling, the finest first."""
        found: list[Tensor] = []
        for level in self.levels:
            found.append(level(self.pool(found[-1]) if found else x))
        return found

    def map_layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers that run when ``maps`` is asked, in their order."""
        return [
            (f"levels.{level}.{half}", f"level {level + 1}, convolution {half + 1}")
            for level in range(len(self.levels))
            for half in range(2)
        ]

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return self.map_layers() + within("decoder", self.decoder.layers())

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, K, H, W)."""
        logits: Tensor = self.decoder(self.maps(x))
        return logits


build = UNet
