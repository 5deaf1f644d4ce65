"""A small head on another network's maps: the base is trained and stored once, and shared by all heads that stand on it."""

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.blocks import within
from cnn_core.models.tuned_head import TunedHead


class OnBase(nn.Module):
    """``head(base.maps(x))``.

    Args:
        base: a network with ``maps`` (see ``resnet.ResNet.maps``) and ``map_layers``.
        head: takes the list of maps; a head with ``tuned`` gets a copy of the base with its own changes.
    """

    def __init__(self, base: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.base = head.tuned(base) if isinstance(head, TunedHead) else base
        self.head = head

    def forward(self, x: Tensor, *given: Any) -> Tensor:
        """Normalised pictures (N, 3, H, W), and what the head is given beside the maps -> whatever the head answers."""
        result: Tensor = self.head(self.base.maps(x), *given)  # type: ignore[operator]
        return result

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run: the base's, the head's."""
        return within("base", self.base.map_layers()) + within("head", self.head.layers())  # type: ignore[operator]


class TwoBases(nn.Module):
    """Two frozen networks that look at the same picture, the second at half the size: one list of maps for one head.

    Args:
        first, second: networks with ``maps``; the second's stride is half the first's, so that their maps have the same
            places.
        stages: how many of the last stages of each are handed on.
    """

    def __init__(self, first: nn.Module, second: nn.Module, stages: int = 2) -> None:
        super().__init__()
        self.first, self.second, self.stages = first, second, stages

    def join(self, large: Tensor, small: Tensor) -> list[Tensor]:
        """One picture at two sizes, (N, 3, H, W) and (N, 3, H / 2, W / 2) -> the last maps of the first, then the second."""
        parts = (self.first.maps(large), self.second.maps(small))  # type: ignore[operator]
        return [maps for part in parts for maps in part[-self.stages :]]

    def maps(self, x: Tensor) -> list[Tensor]:
        """Normalised pictures (N, 3, H, W) -> see ``join``; the second network gets the mean of each 2x2 pixels."""
        return self.join(x, F.avg_pool2d(x, 2))

    def map_layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers that run when ``maps`` is asked, in their order."""
        layers: list[tuple[str, str]] = []
        for name, base in (("first", self.first), ("second", self.second)):
            of_base = within(name, base.map_layers())  # type: ignore[operator]
            layers += [(layer, f"{name} network, {words}") for layer, words in of_base]
        return layers
