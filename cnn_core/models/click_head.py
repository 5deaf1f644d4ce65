"""The object under a click: a decoder on another network's maps that is also told where a person clicked.

In the spirit of Segment Anything (Kirillov et al. 2023, arXiv:2304.02643): the picture's maps are computed once, and each
new click costs only this small decoder. As in Xu et al. 2016 (arXiv:1603.04042) clicks are maps of their own, one for "this
belongs to it", one for "this does not".
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.blocks import conv_norm_relu

REACH = 6.0
"""A click fades out over so many input pixels."""

WIDE_REACH = 30.0


def click_maps(clicks: list[list[tuple[float, float, bool]]], height: int, width: int, stride: int, like: Tensor) -> Tensor:
    """Where was clicked: (N, 4, height, width), narrow and wide bumps of the positive clicks, then of the negative ones.

    Args:
        clicks: for each picture (x, y, belongs) in input pixels.
        height, width: of the map.
        stride: input pixels from one place of the map to the next.
        like: gives device and type.
    """
    rows = ((torch.arange(height, device=like.device) + 0.5) * stride)[:, None]
    columns = ((torch.arange(width, device=like.device) + 0.5) * stride)[None]
    result = torch.zeros(len(clicks), 4, height, width, device=like.device)
    for picture, found in zip(result, clicks, strict=True):
        for x, y, belongs in found:
            apart = (columns - x) ** 2 + (rows - y) ** 2
            for k, reach in enumerate((REACH, WIDE_REACH)):
                channel = picture[k if belongs else 2 + k]
                torch.maximum(channel, torch.exp(-apart / (2 * reach**2)), out=channel)
    return result.to(like.dtype)


class ClickHead(nn.Module):
    """Mask logits for every fourth pixel from the maps of a network and clicks.

    Args:
        widths: channels of the last maps, as many as it uses, the finest first; the finest has a stride of 4.
        hidden: channels after the coarsest map and after each step up, the coarsest first; as many as there are maps.
    """

    STRIDE = 4

    def __init__(self, widths: Sequence[int], hidden: Sequence[int]) -> None:
        super().__init__()
        self.stages = len(widths)
        self.deepest = conv_norm_relu(widths[-1] + 4, hidden[0])
        below = hidden[0]
        steps = []
        for skip, width in zip(reversed(widths[:-1]), hidden[1:], strict=True):
            steps.append(conv_norm_relu(below + skip + 4, width))
            below = width
        self.up = nn.ModuleList(steps)
        self.last = nn.Sequential(conv_norm_relu(below, below), conv_norm_relu(below, below))
        self.logits = nn.Conv2d(below, 1, 1)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        steps = [(f"up.{k}", f"decoder, step {k + 1} up") for k in range(len(self.up))]
        return [("deepest", "decoder, deepest"), *steps, ("last", "decoder, last"), ("logits", "logits of the object")]

    def forward(self, maps: list[Tensor], clicks: list[list[tuple[float, float, bool]]] | None = None) -> Tensor:
        """Maps [(N, C, h, w), ...] and each picture's clicks (x, y, belongs) in input pixels -> logits (N, 1, h, w).

        Without clicks it answers to one positive click in the middle.
        """
        *skips, deepest = maps[-self.stages :]
        height, width = skips[0].shape[-2:]
        if clicks is None:
            clicks = [[(self.STRIDE * width / 2, self.STRIDE * height / 2, True)]] * len(deepest)
        marks = click_maps(clicks, height, width, self.STRIDE, deepest)
        x = self.deepest(torch.cat([deepest, F.adaptive_max_pool2d(marks, deepest.shape[-2:])], 1))
        for skip, step in zip(reversed(skips), self.up, strict=True):
            here = F.adaptive_max_pool2d(marks, skip.shape[-2:])
            x = step(torch.cat([F.interpolate(x, skip.shape[-2:], mode="nearest"), skip, here], 1))
        result: Tensor = self.logits(self.last(x))
        return result


build = ClickHead
