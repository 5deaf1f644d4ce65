"""A U-Net's decoder that also changes the network it stands on a little; see ``tuned_head``."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from cnn_core.models.tuned_head import Changes
from cnn_core.models.unet_head import UNetHead


class TunedUNetHead(Changes):
    """See the module.

    Args:
        kernels, norms, rank: see ``Changes``.
        widths, hidden, outputs, context: of the ``UNetHead``.
    """

    def __init__(
        self, kernels: Mapping[str, Sequence[int]], norms: Mapping[str, int], rank: int,
        widths: Sequence[int], hidden: Sequence[int], outputs: int, context: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(kernels, norms, rank, UNetHead(widths, hidden, outputs, context))

    def presence(self, maps: list[Tensor]) -> Tensor:
        """See ``UNetHead``."""
        return self.head.presence(maps)  # type: ignore[operator]


build = TunedUNetHead
