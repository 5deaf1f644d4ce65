"""One-stage detection without anchors: FCOS (Tian et al. 2019, arXiv:1904.01355).

Every place of three maps says what stands there and how far away the four sides of its box are. Departures from the paper:
three levels (strides 8, 16, 32) instead of five, two 3x3 convolutions a tower instead of four, the quality of a place is the
overlap its box will have with the object (Zhang et al. 2020, arXiv:2008.13367) instead of its centre-ness, and the distances
are learned as multiples of the stride.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.models.blocks import cell_centres, within
from cnn_core.models.feature_pyramid import FeaturePyramid
from cnn_core.models.resnet import ResNet

LEVELS = 3
PRIOR = 0.01
"""The probability that an untrained head gives to "an object is here": most places are background (Lin et al. 2017)."""


def tower(width: int, depth: int) -> nn.Sequential:
    """3x3 convolutions that all levels share; group norm, because the levels' statistics differ."""
    parts: list[nn.Module] = []
    for _ in range(depth):
        parts += [nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.GroupNorm(8, width), nn.ReLU()]
    return nn.Sequential(*parts)


class FCOS(nn.Module):
    """A one-stage detector.

    Args:
        classes: K.
        backbone: arguments of ``ResNet``, without the classes.
        width: channels of the pyramid and of the towers.
        depth: convolutions in each tower.
    """

    def __init__(self, classes: int, backbone: dict[str, Any], width: int, depth: int = 2) -> None:
        super().__init__()
        self.backbone = ResNet(1, **backbone)
        self.backbone.fc = nn.Identity()  # type: ignore[assignment]
        self.pyramid = FeaturePyramid(backbone["widths"][-LEVELS:], width)
        self.class_tower, self.box_tower = tower(width, depth), tower(width, depth)
        self.class_logits = nn.Conv2d(width, classes, 3, 1, 1)
        self.distances = nn.Conv2d(width, 4, 3, 1, 1)
        self.quality = nn.Conv2d(width, 1, 3, 1, 1)
        self.scales = nn.Parameter(torch.ones(LEVELS))
        nn.init.constant_(self.class_logits.bias, -torch.log(torch.tensor((1 - PRIOR) / PRIOR)).item())  # type: ignore[arg-type]
        nn.init.normal_(self.class_logits.weight, std=0.01)
        nn.init.normal_(self.distances.weight, std=0.01)

    def maps(self, x: Tensor) -> list[Tensor]:
        """The backbone's maps of normalised pictures (N, 3, H, W), the finest first: what heads on this network get."""
        return self.backbone.maps(x)

    def strides(self, x: Tensor, levels: Sequence[Tensor]) -> list[int]:
        """Input pixels from one place to the next, for each level."""
        return [round(x.shape[-1] / level.shape[-1]) for level in levels]

    def map_layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers that run when ``maps`` is asked, in their order."""
        return within("backbone", self.backbone.map_layers())

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        parts = {
            "class_tower": "tower of the classes", "box_tower": "tower of the boxes", "class_logits": "class logits",
            "distances": "distances to the four sides", "quality": "quality of the box",
        }  # fmt: skip
        heads = [(f"{name}@{k}", f"level {k + 1}: {words}") for k in range(LEVELS) for name, words in parts.items()]
        return self.map_layers() + within("pyramid", self.pyramid.layers()) + heads

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Normalised pictures (N, 3, H, W), sides multiples of 32 -> what every one of the P places of all levels says.

        Returns:
            class logits (N, P, K); distances to left, top, right, bottom in pixels (N, P, 4), above 0; quality logits
            (N, P); the places' centres (P, 2) as x, y in pixels; the places' strides (P,).
        """
        levels = self.pyramid(self.maps(x)[-LEVELS:])
        return self.head(levels, self.strides(x, levels))

    def head(self, levels: list[Tensor], strides: list[int]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """The pyramid's maps -> see ``forward``."""
        logits, distances, quality, centres, pixels = [], [], [], [], []
        for level, stride, scale in zip(levels, strides, self.scales, strict=True):
            what, where = self.class_tower(level), self.box_tower(level)
            logits.append(self.class_logits(what).flatten(2).transpose(1, 2))  # (N, K, h, w) -> (N, h * w, K)
            raw = (self.distances(where).flatten(2).transpose(1, 2).float() * scale).clamp(max=6)  # (N, h * w, 4)
            distances.append(raw.exp() * stride)
            quality.append(self.quality(where).flatten(1))
            centres.append(cell_centres(level.shape[-2], level.shape[-1], stride, level))
            pixels.append(torch.full((len(centres[-1]),), stride, device=level.device))
        return torch.cat(logits, 1), torch.cat(distances, 1), torch.cat(quality, 1), torch.cat(centres), torch.cat(pixels)


def boxes_of(distances: Tensor, centres: Tensor) -> Tensor:
    """Distances (..., P, 4) from centres (P, 2) -> boxes xyxy (..., P, 4)."""
    return torch.cat([centres - distances[..., :2], centres + distances[..., 2:]], -1)  # (..., P, 4)


build = FCOS
