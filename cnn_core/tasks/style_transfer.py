"""Neural style transfer by optimising the picture; see ``fast_style_transfer`` for networks that learned to paint.

As in Gatys, Ecker and Bethge 2015 (arXiv:1508.06576) a picture G is changed by gradient descent until a network's
feature maps of it are those of the content picture C, and their correlations those of the style picture S. Departures from
the paper: every loss is divided by the size of what it aims at, so that 1 means "as far away as a map of zeros" in each
layer of every network, and one weight says how much style counts against content; G's total variation costs a little, too.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from cnn_core.images import opening
from cnn_core.results import PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.borrowed import gradients_on, outputs_of
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import as_tensor, picture_of, standardise

HISTORY = 20
"""How many past steps L-BFGS estimates the curvature from."""

SMOOTHNESS = 1.0
"""How much the total variation counts."""

OUTSIDE = 10.0
"""How much the squared distance of pixels from 0..1 counts, so that those outside come back."""

TOO_FAR, SHORTER, LONGER = 2.0, 0.1, 2.0
"""A step that makes the loss more than ``TOO_FAR`` times as large is taken back and tried again, so much shorter; each that
is kept makes the next so much longer, up to its whole length."""

LEAST_SIDE = 32
Preprocess = Callable[[Tensor], Tensor]
"""Pictures (N, 3, H, W) in 0..1 -> a network's input."""


@dataclass(frozen=True)
class Settings:
    """What a painting is made with.

    Attributes:
        content_layer: whose feature maps are to be those of the content picture.
        style_layers: whose Gram matrices are to be those of the style picture; may be empty.
        style_weight: how much the style's loss counts against the content's.
        steps: of L-BFGS.
        longest: the longer side of the painting, pixels.
        start: from the content picture or from grey noise.
        seed, spread: of the noise; its standard deviation, for values 0..1.
    """

    content_layer: str
    style_layers: tuple[str, ...]
    style_weight: float
    steps: int
    longest: int
    start: Literal["content", "noise"] = "content"
    seed: int = 0
    spread: float = 0.1


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


@dataclass(frozen=True)
class Targets:
    """What a painting is to have: the feature maps of one picture and the Gram matrices of another, by layer."""

    content: Mapping[str, Tensor]
    style: Mapping[str, Tensor]

    @property
    def layers(self) -> list[str]:
        """Every layer that is compared."""
        return list(dict.fromkeys((*self.content, *self.style)))


def gram(maps: Tensor) -> Tensor:
    """How much each pair of channels answers together: (N, C, h, w) -> (N, C, C), the mean product over all positions."""
    n, c, h, w = maps.shape
    flat = maps.reshape(n, c, h * w)  # (N, C, h, w) -> (N, C, h * w)
    return flat @ flat.transpose(1, 2) / (h * w)  # (N, C, h * w) @ (N, h * w, C) -> (N, C, C)


def relative_error(found: Tensor, target: Tensor) -> Tensor:
    """Squared distance of two tensors of one shape, divided by the squared length of ``target``: one number."""
    return (found - target).square().sum() / target.square().sum().clamp(min=1e-12)


def content_loss(found: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
    """The mean relative error of the feature maps of the layers in ``targets``."""
    return torch.stack([relative_error(found[layer], maps) for layer, maps in targets.items()]).mean()


def style_loss(found: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
    """The mean relative error of the Gram matrices; ``targets`` holds Gram matrices, ``found`` feature maps."""
    return torch.stack([relative_error(gram(found[layer]), matrix) for layer, matrix in targets.items()]).mean()


def total_variation(x: Tensor) -> Tensor:
    """The mean squared difference of neighbouring pixels of pictures (N, C, H, W): noise has much, paint little."""
    return (x[..., 1:, :] - x[..., :-1, :]).square().mean() + (x[..., 1:] - x[..., :-1]).square().mean()


def feature_maps(model: nn.Module, preprocess: Preprocess, x: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    """The named layers' feature maps of a picture (1, 3, H, W) in 0..1, without a graph."""
    with torch.no_grad():
        return {name: value.clone() for name, value in outputs_of(model, preprocess(x), layers)[1].items()}


@dataclass
class Objective:
    """What is made small: a function of a canvas (1, 3, H, W), whose values outside 0..1 count as 0 or 1.

    Attributes:
        model: the network whose feature maps are compared; left as found.
        preprocess: a picture in 0..1 as the network wants it.
        targets: see ``Targets``.
        style_weight: how much the style's loss counts against the content's.
        smoothness: how much ``total_variation`` counts.
        measured: the last canvas's whole loss, the content's and the style's.
    """

    model: nn.Module
    preprocess: Preprocess
    targets: Targets
    style_weight: float
    smoothness: float
    measured: tuple[float, float, float] = (math.inf, 0.0, 0.0)

    def __call__(self, canvas: Tensor) -> Tensor:
        """The loss of a canvas, with its graph.

        The canvas is clamped in here and not between the steps: L-BFGS learns the curvature from differences of gradients,
        and a canvas changed behind its back makes it take steps far too long (one style layer's error grew twentyfold).
        """
        x = canvas.clamp(0, 1)
        _, found = outputs_of(self.model, self.preprocess(x), self.targets.layers)
        content = content_loss(found, self.targets.content) if self.targets.content else canvas.new_zeros(())
        style = style_loss(found, self.targets.style) if self.targets.style else canvas.new_zeros(())
        outside = (canvas - x).square().mean()
        loss = content + self.style_weight * style + self.smoothness * total_variation(x) + OUTSIDE * outside
        self.measured = (float(loss.detach()), float(content.detach()), float(style.detach()))
        return loss


def optimise(objective: Objective, start: Tensor, steps: int) -> Iterator[Painting]:
    """Step by step a picture for which ``objective`` is smaller, by L-BFGS from ``start`` (1, 3, H, W) in 0..1."""
    with torch.inference_mode(False):
        canvas = nn.Parameter(start.clone(memory_format=torch.contiguous_format))
    optimizer = begin(canvas)

    def closure() -> Tensor:
        with gradients_on():
            optimizer.zero_grad()
            loss = objective(canvas)
            torch.autograd.backward(loss, inputs=[canvas])  # the network's own gradients stay unset
            return loss

    accepted, kept, rate = objective.measured, canvas.detach(), 1.0
    for step in range(1, steps + 1):
        with gradients_on():
            before = canvas.detach().clone()
            optimizer.step(closure)  # measures ``before``, then moves
        if objective.measured[0] <= TOO_FAR * accepted[0]:
            accepted, kept, rate = objective.measured, before, min(1.0, LONGER * rate)
            optimizer.param_groups[0]["lr"] = rate
        else:  # the step before was far too long: back, a shorter one, and forget the curvature that suggested it
            with torch.no_grad():
                canvas.copy_(kept)
            rate *= SHORTER
            optimizer = begin(canvas, rate)
        yield Painting(step, *accepted[1:], picture_of(canvas))


def begin(canvas: nn.Parameter, rate: float = 1.0) -> torch.optim.LBFGS:
    """An optimiser of a canvas that knows nothing of its curvature yet; ``rate``: the share of each step that it takes."""
    return torch.optim.LBFGS([canvas], lr=rate, max_iter=1, history_size=HISTORY)


@on_network
def paint(network: weights.Network, content: PictureArray, style: PictureArray, settings: Settings) -> Iterator[Painting]:
    """Step by step the content picture (H, W, 3) uint8 in the style of another one."""
    yield from run_log.timed_steps(network.card.name, _paint(network, content, style, settings))


def _paint(network: weights.Network, content: PictureArray, style: PictureArray, settings: Settings) -> Iterator[Painting]:
    def preprocess(x: Tensor) -> Tensor:
        return standardise(x, network.card.input)

    photograph, manner = (canvas_of(picture, settings.longest).to(network.device) for picture in (content, style))
    content_layers = [settings.content_layer] if settings.content_layer else []
    found = feature_maps(network.model, preprocess, manner, settings.style_layers)
    targets = Targets(
        feature_maps(network.model, preprocess, photograph, content_layers),
        {name: gram(maps) for name, maps in found.items()},
    )
    start = photograph if settings.start == "content" else grey_noise(photograph, settings.seed, settings.spread)
    objective = Objective(network.model, preprocess, targets, settings.style_weight, SMOOTHNESS)
    yield from optimise(objective, start, settings.steps)


def canvas_of(picture: PictureArray, longest: int) -> Tensor:
    """The picture (H, W, 3) uint8 with its longer side at so many pixels, (1, 3, h, w) in 0..1, on the CPU."""
    scale = longest / max(picture.shape[:2])
    height, width = (max(round(side * scale), LEAST_SIDE) for side in picture.shape[:2])
    return as_tensor(opening.fit(picture, height, width, "stretch")[0]).float() / 255


def grey_noise(x: Tensor, seed: int, spread: float) -> Tensor:
    """Noise around a middle grey, as large as ``x``, on its device."""
    rng = torch.Generator().manual_seed(seed)
    return (0.5 + spread * torch.randn(x.shape, generator=rng)).clamp(0, 1).to(x.device)
