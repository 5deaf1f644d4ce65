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
        for module in self.net.modules():  # so that a look at a layer sees that layer
            if hasattr(module, "inplace"):
                module.inplace = False

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        parts = [("net.backbone", "backbone"), ("net.classifier", "head")]
        return [
            (f"{part}.{name}", f"{words}, {name}")
            for part, words in parts
            for name, _ in self.get_submodule(part).named_children()
        ]

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, K, H, W) of the background and the classes."""
        logits: Tensor = self.net(x)["out"]
        return logits


build = TorchvisionSegmenter
