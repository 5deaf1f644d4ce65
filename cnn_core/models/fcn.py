"""A fully convolutional network (Long, Shelhamer and Darrell 2014, arXiv:1411.4038): a classifier without its dense layers.

A 1x1 convolution names the class of each cell of the last maps; these few answers are enlarged to the picture's size by
whoever uses them. Departures: a VGG-like network of few channels (see ``vgg``), and a single scale (the paper's FCN-16
and FCN-8 add finer ones).
"""

from collections.abc import Sequence

from torch import Tensor, nn

from cnn_core.models.vgg import VGG


class FCN(VGG):
    """The convolutions of a VGG-like network, and one answer for each cell.

    Args:
        widths, depths: see ``VGG``.
        outputs: classes, background included.
    """

    def __init__(self, widths: Sequence[int], depths: Sequence[int], outputs: int) -> None:
        super().__init__(outputs, widths, depths)
        del self.pool, self.dropout, self.fc
        self.logits = nn.Conv2d(widths[-1], outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, outputs, h, w), one place for each cell of the last maps."""
        logits: Tensor = self.logits(self.features(x))
        return logits

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the classes."""
        return [*self.map_layers(), ("logits", "logits of each cell")]


build = FCN
