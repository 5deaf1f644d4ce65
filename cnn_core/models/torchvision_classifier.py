"""A classifier of torchvision's, at full size, with the names of its layers in the way of our own architectures."""

from torch import Tensor, nn
from torchvision.models import get_model

LAST_MAPS = {
    "squeezenet1_0": "net.features.12",
    "mobilenet_v3_large": "net.features.16",
    "googlenet": "net.inception5b",
    "resnet50": "net.layer4",
    "inception_v3": "net.Mixed_7c",
    "resnet152": "net.layer4",
    "alexnet": "net.features.11",
    "vgg19": "net.features.35",
}
"""torchvision's name -> the last module with height and width; also the list of what can be built."""

AS_PUBLISHED = {"aux_logits": False, "init_weights": False, "transform_input": True}
"""Google's two networks came with their own range of values, which torchvision makes of the usual one."""
KINDS: dict[type, str] = {nn.Conv2d: "convolution", nn.ReLU: "after ReLU", nn.MaxPool2d: "max-pooling"}


class TorchvisionClassifier(nn.Module):
    """torchvision's network as it is, but with ReLUs that are not in place, so that a look at a layer sees that layer.

    Args:
        name: a key of ``LAST_MAPS``.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        extra = AS_PUBLISHED if name in ("googlenet", "inception_v3") else {}
        self.name = name
        self.net = get_model(name, weights=None, **extra)
        for module in self.net.modules():
            if hasattr(module, "inplace"):
                module.inplace = False

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, 1000)."""
        logits: Tensor = self.net(x)
        return logits

    def last_maps(self) -> str:
        """The last layer that still has height and width: where Grad-CAM looks."""
        return LAST_MAPS[self.name]

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at: the first convolution and the blocks."""
        parent, _, last = self.last_maps().rpartition(".")
        blocks = [f"{parent}.{name}" for name, _ in self.get_submodule(parent).named_children()]
        blocks = blocks[: blocks.index(f"{parent}.{last}") + 1]
        first = next(name for name, module in self.named_modules() if isinstance(module, nn.Conv2d))
        return [(first, "first convolution"), *((name, self._words(name)) for name in blocks if name != first)]

    def _words(self, name: str) -> str:
        """The layer's place and, where it is a single operation, which."""
        kind = KINDS.get(type(self.get_submodule(name)))
        return name.removeprefix("net.") + (f": {kind}" if kind else "")


build = TorchvisionClassifier
