"""Any style in one pass: adaptive instance normalisation (Huang and Belongie 2017, arXiv:1703.06868).

A trained network's maps of the content get, channel by channel, the mean and the spread that its maps of the style have; a
decoder, the only part that learns, paints a picture from them. Departures: our own VGG-like network on 64 px pictures in the
place of VGG-19, its fourth block, and a decoder with half as many convolutions.
"""

from collections.abc import Sequence

from torch import Tensor, nn

LEAST_SPREAD = 1e-5


def statistics(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel over all places: (N, C, h, w) -> twice (N, C, 1, 1)."""
    mean = maps.mean((2, 3), keepdim=True)
    return mean, ((maps - mean).square().mean((2, 3), keepdim=True) + LEAST_SPREAD).sqrt()


def adain(content: Tensor, style: Tensor) -> Tensor:
    """The content's maps (N, C, h, w) with mean and spread of the style's (N, C, h', w')."""
    (mean, spread), (wanted_mean, wanted_spread) = statistics(content), statistics(style)
    return (content - mean) / spread * wanted_spread + wanted_mean


class Step(nn.Sequential):
    """Padding by reflection, 3x3 convolution, ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode="reflect"), nn.ReLU())


class AdaINDecoder(nn.Module):
    """Maps -> the picture that has them, or would have them.

    Args:
        widths: channels of the base's maps, the finest first; the picture is painted from the last of these.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.level = len(widths) - 1
        steps: list[nn.Module] = []
        for width, finer in zip(reversed(widths[1:]), reversed(widths[:-1]), strict=True):
            steps += [Step(width, finer), nn.Upsample(scale_factor=2), Step(finer, finer)]
        self.steps = nn.Sequential(*steps)
        self.last = nn.Conv2d(widths[0], 3, 3, padding=1, padding_mode="reflect")

    def paint(self, maps: Tensor) -> Tensor:
        """Maps of the level that it paints from (N, C, h, w) -> pictures (N, 3, H, W) in 0..1."""
        return self.last(self.steps(maps)).sigmoid()

    def forward(self, maps: list[Tensor]) -> Tensor:
        """The base's maps of pictures, the finest first -> the pictures again, as well as it can: (N, 3, H, W) in 0..1."""
        return self.paint(maps[self.level])


build = AdaINDecoder
