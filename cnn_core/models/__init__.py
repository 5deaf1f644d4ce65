"""The architectures: one file each, found by its name because it is there; and what tasks may ask of them."""

import importlib
import pkgutil
from typing import Any, Protocol, runtime_checkable

from torch import Tensor, nn

from cnn_core.errors import WeightsError


@runtime_checkable
class Layered(Protocol):
    """A network that says which of its layers are worth looking at: every architecture does."""

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of these layers, in the order in which they run.

        "name@2" is the third call of a module that runs several times, as a tower that all levels of a pyramid share.
        """


@runtime_checkable
class Classifier(Protocol):
    """A network that names whole pictures, and can be looked into."""

    def __call__(self, x: Tensor, /) -> Tensor:
        """Normalised pictures (N, 3, H, W) -> logits (N, K)."""

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, from the picture to the label."""

    def last_maps(self) -> str | None:
        """The last layer that still has height and width, where Grad-CAM looks; None if there is none."""


@runtime_checkable
class Backbone(Protocol):
    """A network whose feature maps other heads can stand on."""

    def maps(self, x: Tensor, /) -> list[Tensor]:
        """Normalised pictures (N, 3, H, W) -> each stage's feature maps (N, C, h, w), the finest first."""


@runtime_checkable
class LayeredBackbone(Backbone, Protocol):
    """A backbone that says which layers its feature maps come from: what ``on_base.OnBase`` stands on."""

    def map_layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers that run when ``maps`` is asked, in their order."""


@runtime_checkable
class AveragingClassifier(Backbone, Protocol):
    """A classifier that averages its last feature maps and names the averages with one fully connected layer."""

    fc: nn.Linear


@runtime_checkable
class Headed(Protocol):
    """A head on another network's feature maps; see ``on_base.OnBase``."""

    base: Any
    head: Any


@runtime_checkable
class OneStageDetector(Protocol):
    """A detector whose every cell answers; see ``fcos.FCOS``."""

    def __call__(self, x: Tensor, /) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Normalised pictures (N, 3, H, W) -> class logits, distances, quality logits, centres, strides of all P cells."""

    def strides(self, x: Tensor, levels: list[Tensor], /) -> list[int]:
        """Input pixels from one cell to the next, for each level."""


@runtime_checkable
class WholeDetector(Protocol):
    """A detector, of one stage or two, that stands on no base of ours; see ``torchvision_detector``."""

    def considered(self, x: Tensor, /) -> tuple[Tensor, Tensor, Tensor]:
        """One prepared picture (1, 3, H, W) -> scores (m, K), boxes (m, K, 4) and their origins (m, 4), input pixels."""


@runtime_checkable
class GenerativeAdversarialNetwork(Protocol):
    """A generator and its discriminator in one file; see ``gan.GAN``."""

    generator: Any
    film: Tensor

    def __call__(self, x: Tensor, /) -> Tensor:
        """Pictures (N, 3, S, S) in -1..1 -> the discriminator's scores (N,)."""


@runtime_checkable
class TakesNoPicture(Protocol):
    """A network that is given other things than a picture; see ``relation_network``."""

    def made_inputs(self) -> tuple[Tensor, ...]:
        """Inputs that are the same on every machine, from which its card's golden output comes."""


PARTS = {"blocks", "feature_pyramid", "on_base"}
"""Modules of this folder that architectures are made of; every other one is an architecture and has a ``build``."""


def architectures() -> list[str]:
    """The names of all architectures: the modules of this folder that are no ``PARTS``."""
    return sorted(entry.name for entry in pkgutil.iter_modules(__path__) if entry.name not in PARTS)


def build_model(architecture: str, arguments: dict[str, Any]) -> nn.Module:
    """The untrained network of ``cnn_core/models/<architecture>.py`` with these arguments.

    Raises:
        WeightsError: no such architecture, or arguments that it does not take.
    """
    if architecture not in architectures():
        raise WeightsError(f"There is no architecture called {architecture!r}. There are: {', '.join(architectures())}.")
    module = importlib.import_module(f"{__name__}.{architecture}")
    try:
        model: nn.Module = module.build(**arguments)
    except TypeError as error:
        raise WeightsError(f"The architecture {architecture} cannot be built: {error}.") from error
    return model
