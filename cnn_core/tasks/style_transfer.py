"""Style transfer: by optimisation, and in one pass through a network that learned it.

By optimisation (Gatys, Ecker and Bethge 2015, arXiv:1508.06576) a picture is changed until a network's maps of it are those
of one picture, and their correlations those of another. Departure from the paper: every loss is divided by the size of what
it aims at, so that 1 means "as far away as an empty map" in each layer of every network, and one weight says how much style
counts against content.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.images import opening
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.borrowed import gradients_on, outputs_of
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import picture_of, prepare

HISTORY = 20
"""How many past steps L-BFGS builds its picture of the curvature from."""

LEAST_SIDE = 32
Preprocess = Callable[[Tensor], Tensor]
"""Pictures (N, 3, H, W) in 0..1 -> a network's input."""


@dataclass(frozen=True)
class Painting:
    """A picture while it is painted.

    Attributes:
        step: steps done.
        content, style: the two losses before the last of them, 0 for a perfect answer, without their weights.
        picture: (H, W, 3) uint8.
    """

    step: int
    content: float
    style: float
    picture: PictureArray


def gram(maps: Tensor) -> Tensor:
    """How much each pair of channels goes together: (N, C, h, w) -> (N, C, C), the mean product over all places."""
    n, c, h, w = maps.shape
    flat = maps.reshape(n, c, h * w)
    return flat @ flat.transpose(1, 2) / (h * w)


def relative_error(found: Tensor, wanted: Tensor) -> Tensor:
    """Squared distance of two tensors of one shape, divided by the squared length of ``wanted``: one number."""
    return (found - wanted).square().sum() / wanted.square().sum().clamp(min=1e-12)


def content_loss(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> Tensor:
    """The mean relative error of the maps of the layers in ``wanted``."""
    return torch.stack([relative_error(found[layer], maps) for layer, maps in wanted.items()]).mean()


def style_loss(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> Tensor:
    """The mean relative error of the Gram matrices; ``wanted`` holds Gram matrices, ``found`` maps."""
    return torch.stack([relative_error(gram(found[layer]), matrix) for layer, matrix in wanted.items()]).mean()


def total_variation(x: Tensor) -> Tensor:
    """The mean squared difference of neighbouring pixels of pictures (N, C, H, W): noise has much, paint little."""
    return (x[..., 1:, :] - x[..., :-1, :]).square().mean() + (x[..., 1:] - x[..., :-1]).square().mean()


def maps_of(model: nn.Module, preprocess: Preprocess, picture: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    """The named layers' maps of a picture (1, 3, H, W) in 0..1, without a graph."""
    with torch.no_grad():
        return {name: value.clone() for name, value in outputs_of(model, preprocess(picture), layers)[1].items()}


@dataclass(frozen=True)
class Wanted:
    """What a painting is to be: the maps of one picture and the Gram matrices of another, by layer; either may be empty."""

    content: dict[str, Tensor]
    style: dict[str, Tensor]

    @property
    def layers(self) -> list[str]:
        """Every layer to look at."""
        return list(dict.fromkeys((*self.content, *self.style)))


def painted(
    model: nn.Module,
    preprocess: Preprocess,
    start: Tensor,
    wanted: Wanted,
    style_weight: float,
    smoothness: float,
    steps: int,
) -> Iterator[Painting]:
    """Step by step the picture that ``wanted`` asks for.

    Args:
        model: the network whose maps are compared; left as found.
        preprocess: a picture in 0..1 as the network wants it.
        start: (1, 3, H, W) in 0..1: the content, or noise.
        wanted: see ``Wanted``.
        style_weight: how much the style's loss counts against the content's.
        smoothness: how much ``total_variation`` counts.
        steps: of L-BFGS.
    """
    with torch.inference_mode(False):
        canvas = nn.Parameter(start.clone(memory_format=torch.contiguous_format))
    optimizer = torch.optim.LBFGS([canvas], max_iter=1, history_size=HISTORY, line_search_fn=None, lr=1.0)
    losses = {"content": 0.0, "style": 0.0}

    def closure() -> Tensor:
        with gradients_on():
            optimizer.zero_grad()
            _, found = outputs_of(model, preprocess(canvas), wanted.layers)
            content = content_loss(found, wanted.content) if wanted.content else canvas.new_zeros(())
            style = style_loss(found, wanted.style) if wanted.style else canvas.new_zeros(())
            losses.update(content=float(content.detach()), style=float(style.detach()))
            loss = content + style_weight * style + smoothness * total_variation(canvas)
            loss.backward(inputs=[canvas])
            return loss

    for step in range(1, steps + 1):
        with gradients_on():
            optimizer.step(closure)
        with torch.no_grad():
            canvas.clamp_(0, 1)
            yield Painting(step, losses["content"], losses["style"], picture_of(canvas))


# ---------------------------------------------------------------- in one pass


@dataclass(frozen=True)
class OnePass:
    """A picture painted in one pass, (h, w, 3) uint8, and how long the network took, seconds."""

    picture: PictureArray
    seconds: float


@remembered
@on_network
def painted_at_once(network: weights.Network, picture: PictureArray, shares: tuple[float, ...], longest: int) -> OnePass:
    """The picture painted by a style network in one pass, its longer side about ``longest`` pixels.

    Args:
        network: a style network.
        picture: (H, W, 3) uint8.
        shares: how much of each of the network's styles, adding up to 1.
        longest: pixels.

    Raises:
        InputError: no such network, or not one share for each of its styles.
    """
    return _one_pass(network, picture, shares, longest)


@remembered
@on_network
def in_every_style(network: weights.Network, picture: PictureArray, longest: int) -> list[PictureArray]:
    """The picture painted in each of a network's styles, their longer sides about ``longest`` pixels."""
    one_hot = np.eye(network.card.arguments["styles"])
    return [_one_pass(network, picture, tuple(only.tolist()), longest).picture for only in one_hot]


def _one_pass(network: weights.Network, picture: PictureArray, shares: tuple[float, ...], longest: int) -> OnePass:
    styles = network.card.arguments["styles"]
    if len(shares) != styles:
        raise InputError(f"{network.card.title} has {styles} styles, so it needs {styles} shares; {len(shares)} came.")
    form = network.card.input
    shape = [max(LEAST_SIDE, side) for side in form.shape(picture.shape[0], picture.shape[1], longest)]
    x = prepare(picture, form, (shape[0], shape[1])).x
    mixture = torch.tensor([shares], dtype=torch.float32, device=network.device)
    started = time.perf_counter()
    painting = picture_of(network(x, mixture))
    return OnePass(painting, time.perf_counter() - started)


def blended(photograph: PictureArray, painting: PictureArray, strength: float) -> PictureArray:
    """A painting laid over the photograph it was made of, pixel by pixel: 0 gives the photograph, 1 the painting."""
    height, width = painting.shape[:2]
    small, _ = opening.fit(photograph, height, width, "stretch")
    mixed = (1 - strength) * small.astype(np.float32) + strength * painting
    return mixed.round().astype(np.uint8)
