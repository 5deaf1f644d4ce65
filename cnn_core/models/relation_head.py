"""How two things stand to one another: a relation network (Santoro et al. 2017, arXiv:1706.01427) over pairs of things.

One small fully connected network looks at every ordered pair, as there: the pairs lie in a square under kernels of 1x1. It
gets what scene graphs are made from since Zellers et al. 2018 (arXiv:1711.06640): both boxes, what both things are, and the
feature map cut out around both (RoIAlign).
Departures: no sum over pairs and no question, for each pair is asked for itself; no recurrent network between the pairs.
"""

import torch
from torch import Tensor, nn
from torchvision.ops import roi_align

SIDE = 5
"""The feature map around two things is cut to so many values a side."""
GEOMETRY = 6
"""Numbers that say how two boxes lie."""
MEANT = ((0.2, 0.2, 0.4, 0.4), (0.5, 0.5, 0.8, 0.8))
"""Two boxes for when only the layers are looked at and no things are given."""


class RelationHead(nn.Module):
    """Reads two boxes, two lists of attributes and the feature map around both.

    Args:
        width: channels of the base's last map.
        attributes: numbers that say what a thing is.
        outputs: how many relations there are.
        channels: of the narrower map that is cut out; 0 to look at boxes and attributes alone.
        hidden: numbers of both hidden layers.
    """

    def __init__(self, width: int, attributes: int, outputs: int, channels: int = 16, hidden: int = 128) -> None:
        super().__init__()
        self.attributes, self.channels = attributes, channels
        self.narrow = nn.Conv2d(width, max(channels, 1), 1)
        inputs = GEOMETRY + 2 * attributes + channels * SIDE**2
        self.pair = nn.Sequential(nn.Conv2d(inputs, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, hidden, 1), nn.ReLU())
        self.answer = nn.Conv2d(hidden, outputs, 1)

    def forward(self, maps: list[Tensor], boxes: Tensor | None = None, things: Tensor | None = None) -> Tensor:
        """The base's maps, of which the last (N, C, h, w) counts, and n things a picture -> logits (N, n, n, outputs).

        Args:
            maps: of the base.
            boxes: (N, n, 4) xyxy, shares of the picture's sides.
            things: (N, n, attributes), probabilities of all attributes.
        """
        last = maps[-1]
        if boxes is None or things is None:
            boxes = torch.tensor(MEANT, device=last.device).expand(len(last), -1, -1)  # (2, 4) -> (N, 2, 4)
            things = torch.zeros(len(last), 2, self.attributes, device=last.device)
        parts = [geometry(boxes), pairs(things)]
        if self.channels:
            parts.append(self.around(last, boxes))
        told = torch.cat(parts, 3).permute(0, 3, 1, 2)  # (N, n, n, .) each -> (N, n, n, V) -> (N, V, n, n)
        return torch.as_tensor(self.answer(self.pair(told)).permute(0, 2, 3, 1))  # (N, outputs, n, n) -> (N, n, n, outputs)

    def around(self, last: Tensor, boxes: Tensor) -> Tensor:
        """The narrowed map (N, C, h, w) in the smallest box around each pair: (N, n, n, channels * SIDE * SIDE)."""
        count = boxes.shape[1]
        low = torch.minimum(boxes[:, :, None, :2], boxes[:, None, :, :2])  # (N, n, n, 2)
        high = torch.maximum(boxes[:, :, None, 2:], boxes[:, None, :, 2:])
        sides = torch.tensor([last.shape[3], last.shape[2]], device=last.device)
        hulls = torch.cat([low * sides, high * sides], 3).flatten(1, 2)  # (N, n, n, 4) -> (N, n n, 4), in cells
        maps, places = self.narrow(last).float(), list(hulls.float().unbind())
        cut = roi_align(maps, places, SIDE, aligned=True)  # (N n n, c, SIDE, SIDE)
        return torch.as_tensor(cut.reshape(len(last), count, count, -1))  # (N n n, c, SIDE, SIDE) -> (N, n, n, c SIDE SIDE)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at."""
        return [("narrow", "the map that is cut out"), ("pair.1", "pairs 1"), ("pair.3", "pairs 2"), ("answer", "relations")]


def geometry(boxes: Tensor) -> Tensor:
    """How each ordered pair of boxes (N, n, 4) lies: from centre to centre, and both widths and heights; (N, n, n, 6)."""
    centres, extents = (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]  # (N, n, 2) each
    apart = centres[:, None] - centres[:, :, None]  # (N, n, n, 2)
    return torch.cat([8 * apart, 4 * pairs(extents)], 3)  # (N, n, n, 2), (N, n, n, 4) -> (N, n, n, 6)


def pairs(values: Tensor) -> Tensor:
    """What is known of each thing (N, n, V), side by side for each ordered pair: (N, n, n, 2 V)."""
    n = values.shape[1]
    one, other = values[:, :, None].expand(-1, -1, n, -1), values[:, None].expand(-1, n, -1, -1)  # (N, n, n, V) each
    return torch.cat([one, other], 3)


build = RelationHead
