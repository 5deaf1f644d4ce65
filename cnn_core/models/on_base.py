"""A small head on another network's maps: the base is trained and stored once, and shared by all heads that stand on it."""

from typing import Any

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
