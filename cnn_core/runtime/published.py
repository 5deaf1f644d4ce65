"""What torchvision publishes of its networks: parameters, multiply-adds, accuracy on ImageNet. Nothing is fetched."""

from dataclasses import dataclass

DATA = "ImageNet-1K"
FIRST = "IMAGENET1K_V1"
"""torchvision's name of the weights that it published first."""


@dataclass(frozen=True)
class Published:
    """One network's published figures.

    Attributes:
        parameters: numbers learned.
        multiply_adds: for one picture, of the size with which the accuracy was measured.
        top1, top5: 0..1, on ImageNet's 50,000 validation pictures, one crop each.
    """

    parameters: int
    multiply_adds: float
    top1: float
    top5: float


def read_published(key: str, weights: str = FIRST) -> Published:
    """The figures in the installed torchvision's own record of a classifier.

    Args:
        key: torchvision's name of it, such as "resnet50".
        weights: torchvision's name of the weights.
    """
    from torchvision.models import get_model_weights  # a second and 160 MB, so not before it is asked for

    meta = get_model_weights(key)[weights].meta
    figures = meta["_metrics"][DATA]
    return Published(meta["num_params"], 1e9 * meta["_ops"], figures["acc@1"] / 100, figures["acc@5"] / 100)
