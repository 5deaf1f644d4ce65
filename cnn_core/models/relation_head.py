"""How two things stand to one another: a relation network (Santoro et al. 2017, arXiv:1706.01427) over pairs of things.

One small fully connected network looks at every ordered pair, as there: the pairs lie in a square under kernels of 1x1. It
gets both boxes and what both things are, which is most of what scene graphs are made from since Zellers et al. 2018
(arXiv:1711.06640). Departures: no sum over pairs and no question, for each pair is asked for itself; no recurrent network
between the pairs; and nothing cut out of the feature map around a pair (RoIAlign), for that was tried here and did not pay.
"""

import torch
from torch import Tensor, nn

GEOMETRY = 6
"""Numbers that say how two boxes lie."""
MEANT = ((0.2, 0.2, 0.4, 0.4), (0.5, 0.5, 0.8, 0.8))
"""Two boxes for when only the layers are looked at and no things are given."""


class RelationHead(nn.Module):
    """Reads two boxes and two lists of attributes: what the network that it stands on found.

    Args:
        attributes: numbers that say what a thing is.
        outputs: how many relations there are.
        hidden: numbers of both hidden layers.
    """

    def __init__(self, attributes: int, outputs: int, hidden: int = 128) -> None:
        super().__init__()
        self.attributes = attributes
        inputs = GEOMETRY + 2 * attributes
        self.pair = nn.Sequential(nn.Conv2d(inputs, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, hidden, 1), nn.ReLU())
        self.answer = nn.Conv2d(hidden, outputs, 1)

    def forward(self, maps: list[Tensor], boxes: Tensor | None = None, things: Tensor | None = None) -> Tensor:
        """n things a picture -> logits (N, n, n, outputs), the first thing against the second.

        Args:
            maps: of the base, as all heads get them; not looked at but for their number N and their device.
            boxes: (N, n, 4) xyxy, shares of the picture's sides.
            things: (N, n, attributes), probabilities of all attributes.
        """
        last = maps[-1]
        if boxes is None or things is None:
            boxes = torch.tensor(MEANT, device=last.device).expand(len(last), -1, -1)  # (2, 4) -> (N, 2, 4)
            things = torch.zeros(len(last), 2, self.attributes, device=last.device)
        told = torch.cat([geometry(boxes), pairs(things)], 3).permute(0, 3, 1, 2)  # (N, n, n, V) -> (N, V, n, n)
        return torch.as_tensor(self.answer(self.pair(told)).permute(0, 2, 3, 1))  # (N, outputs, n, n) -> (N, n, n, outputs)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at."""
        return [("pair.1", "pairs 1"), ("pair.3", "pairs 2"), ("answer", "relations")]


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
