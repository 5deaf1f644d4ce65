"""A network for class masks of torchvision's, at full size: LR-ASPP (Howard et al. 2019, arXiv:1905.02244), DeepLab V3
(Chen et al. 2017, arXiv:1706.05587), without the second classifier that only its training needs.
"""

from torch import Tensor, nn
from torchvision.models import get_model


class TorchvisionSegmenter(nn.Module):
    """torchvision's network as it is.

    Args:
        name: torchvision's name of it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.net = get_model(name, weights=None, weights_backbone=None)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, K, H, W) of the background and the classes."""
        logits: Tensor = self.net(x)["out"]
        return logits


build = TorchvisionSegmenter
