"""Pictures made by a network: what excites a channel or a class most, and what a layer sees in a photograph, overdone.

Both are gradient ascent, not on the network's numbers but on the picture's. Left alone it finds noise to which a network
answers strongly and in which a person sees nothing. Two tricks lead it to something that a person can read:

- *jitter*: the picture is moved, enlarged and shrunk a little before every step, so that only what survives that pays;
- *frequencies*: what is changed are not pixels but waves, each as strong as it is long (natural pictures have such a
  spectrum), in colours that are as independent as those of natural pictures (Olah et al. 2017, doi:10.23915/distill.00007).

Every step is one of a generator, so that a page can show it and stop.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.errors import InputError
from cnn_core.explain.activations import as_maps
from cnn_core.results import PictureArray
from cnn_core.runtime.borrowed import gradients_on, outputs_of, private_copy

Preprocess = Callable[[Tensor], Tensor]
"""Pictures (N, 3, H, W) float32 RGB 0..1 -> the network's normalised input."""

COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.0, -0.05), (0.27, -0.09, 0.03))
"""Independent colours -> RGB: a square root of the covariance of ImageNet's pixels, as in Olah et al.'s programme lucid
(``optvis/param/color.py``). It is used as there: divided by the length of its longest column."""

CONTRAST = 4.0
RATE = 0.05
"""Adam's learning rate for waves and for the logits of pixels."""

LEAK = 0.01
"""The share of the gradient that a silent ReLU lets through while a picture is made."""


@dataclass(frozen=True)
class Objective:
    """What gradient ascent makes large: one number of a layer.

    Attributes:
        words: for people, e.g. "channel 5".
        layer: whose output; "" for the network's own.
        function: that output -> a number.
    """

    words: str
    layer: str
    function: Callable[[Tensor], Tensor]

    def __call__(self, model: nn.Module, x: Tensor) -> Tensor:
        """The number for normalised pictures (1, 3, H, W), with the graph that leads to it."""
        output, layers = outputs_of(model, x, [self.layer] if self.layer else [])
        return self.function(layers[self.layer] if self.layer else output)


def channel(layer: str, k: int) -> Objective:
    """The objective "mean of channel ``k`` over height and width".

    Raises (when it is worked out):
        InputError: the layer has no such channel.
    """

    def mean(value: Tensor) -> Tensor:
        maps = as_maps(value)
        if not 0 <= k < maps.shape[1]:
            raise InputError(f"The layer {layer} has channels 0 to {maps.shape[1] - 1}; there is no channel {k}.")
        return maps[:, k].mean()

    return Objective(f"channel {k}", layer, mean)


def class_logit(k: int, name: str) -> Objective:
    """The objective "logit of class ``k``": the softmax would also reward what speaks against all others."""
    return Objective(name, "", lambda logits: logits[:, k].mean())


def whole_layer(layer: str) -> Objective:
    """The objective "mean square of a layer's activations": whatever it detects, more of it (Mordvintsev et al. 2015)."""
    return Objective(layer, layer, lambda value: value.square().mean())


@dataclass(frozen=True)
class Stage:
    """A picture on its way.

    Attributes:
        step: steps done.
        value: the objective before the last of them.
        picture: (H, W, 3) uint8.
    """

    step: int
    value: float
    picture: PictureArray


# ---------------------------------------------------------------- from nothing


class Pixels(nn.Module):
    """A picture whose pixels are what is changed. ``forward()`` -> (1, 3, S, S) in 0..1."""

    def __init__(self, size: int, rng: Generator) -> None:
        super().__init__()
        self.logits = nn.Parameter(0.1 * torch.randn(1, 3, size, size, generator=rng))

    def forward(self) -> Tensor:
        """The picture (1, 3, S, S), 0..1."""
        return self.logits.sigmoid()


class Waves(nn.Module):
    """A picture whose frequencies are what is changed. ``forward()`` -> (1, 3, S, S) in 0..1."""

    strength: Tensor
    colours: Tensor

    def __init__(self, size: int, rng: Generator) -> None:
        super().__init__()
        self.size = size
        frequency = torch.hypot(torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size)[None])  # waves a pixel
        self.register_buffer("strength", 1 / frequency.clamp(min=1 / size))
        matrix = torch.tensor(COLOURS)
        self.register_buffer("colours", matrix / matrix.norm(dim=0).max())
        self.waves = nn.Parameter(0.01 * torch.randn(1, 3, *frequency.shape, 2, generator=rng))

    def forward(self) -> Tensor:
        """The picture (1, 3, S, S), 0..1."""
        spectrum = torch.view_as_complex(self.waves) * self.strength  # (1, 3, S, S // 2 + 1)
        plain = torch.fft.irfft2(spectrum, (self.size, self.size), norm="ortho") / CONTRAST  # (1, 3, S, S)
        return torch.einsum("rc,nchw->nrhw", self.colours, plain).sigmoid()


def shift_and_scale(x: Tensor, reach: int, rng: Generator) -> Tensor:
    """A picture (1, 3, S, S) shifted by up to ``reach`` pixels each way and scaled by 0.9 to 1.1: again (1, 3, S, S)."""
    size = x.shape[-1]
    down, right = torch.randint(-reach, reach + 1, (2,), generator=rng).tolist()
    moved = F.pad(x, [reach] * 4, mode="reflect").roll((down, right), (2, 3))
    side = round((size + 2 * reach) * float(torch.empty(()).uniform_(0.9, 1.1, generator=rng)))
    scaled = F.interpolate(moved, (side, side), mode="bilinear", align_corners=False)
    first = (side - size) // 2
    return scaled[..., first : first + size, first : first + size]


def visualise(
    model: nn.Module,
    preprocess: Preprocess,
    objective: Objective,
    size: int,
    steps: int,
    seed: int,
    jitter: bool = True,
    frequencies: bool = True,
    device: torch.device | None = None,
) -> Iterator[Stage]:
    """Every step of making a picture of ``size`` x ``size`` pixels for which ``objective`` is large, from faint noise.

    Args:
        model: the network; left as found.
        preprocess: pictures (N, 3, H, W) in 0..1 -> the network's normalised input.
        objective: what is made large.
        size: pixels.
        steps: of Adam.
        seed: of the first noise and of the jitter.
        jitter, frequencies: the two tricks.
        device: where the network is.
    """
    model = leaking(model)
    rng = Generator().manual_seed(seed)
    canvas = (Waves if frequencies else Pixels)(size, rng).to(device)
    optimizer = torch.optim.Adam(canvas.parameters(), lr=RATE)
    reach = max(size // 16, 1)
    for step in range(1, steps + 1):
        with gradients_on():
            x = canvas()
            value = objective(model, preprocess(shift_and_scale(x, reach, rng) if jitter else x))
            optimizer.zero_grad()
            torch.autograd.backward(-value, inputs=list(canvas.parameters()))  # the network's own gradients stay unset
            optimizer.step()
        with torch.no_grad():  # closed again before the step is handed out: it would hold for the whole thread
            stage = Stage(step, float(value.detach()), as_picture(canvas()))
        yield stage


def leaking(model: nn.Module) -> nn.Module:
    """A copy that gives the same answers, but whose ReLUs let LEAK of the gradient through where they are silent.

    To faint noise many a channel behind a ReLU says nothing anywhere: without a gradient its picture would stay grey.
    """

    def leak(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
        return output + LEAK * (inputs[0] - inputs[0].detach())  # adds 0, with a slope

    copied = private_copy(model)
    for module in copied.modules():
        if isinstance(module, nn.ReLU):
            module.register_forward_hook(leak)
    return copied


# ---------------------------------------------------------------- from a photograph


OCTAVE = 1.4
"""From one size of the picture to the next (Mordvintsev et al. 2015)."""


def dream(
    model: nn.Module,
    preprocess: Preprocess,
    objective: Objective,
    picture: Tensor,
    octaves: int,
    steps: int,
    rate: float,
    seed: int,
) -> Iterator[Stage]:
    """Every step of changing a photograph so that ``objective`` grows, from coarse to fine.

    The picture is changed at each of several sizes; what was changed at one is enlarged and carried to the next.

    Args:
        model, preprocess, objective: as for ``visualise``.
        picture: (1, 3, H, W) float32 0..1 on the network's device.
        octaves: how many sizes, the last being the picture's own.
        steps: at each size.
        rate: how much of 0..1 a pixel changes in a step, on average.
        seed: of the jitter.
    """
    rng = Generator().manual_seed(seed)
    height, width = picture.shape[-2:]
    added = torch.zeros_like(picture)
    count = 0
    for octave in reversed(range(octaves)):
        shape = [max(round(side / OCTAVE**octave), 32) for side in (height, width)]
        ground = F.interpolate(picture, shape, mode="bilinear", antialias=True, align_corners=False)
        added = F.interpolate(added, shape, mode="bilinear", align_corners=False)
        for _ in range(steps):
            added, value = ascend(model, preprocess, objective, ground, added, rate, rng)
            count += 1
            whole = F.interpolate(added, (height, width), mode="bilinear", align_corners=False)
            yield Stage(count, value, as_picture((picture + whole).clamp(0, 1)))


def ascend(
    model: nn.Module,
    preprocess: Preprocess,
    objective: Objective,
    ground: Tensor,
    added: Tensor,
    rate: float,
    rng: Generator,
) -> tuple[Tensor, float]:
    """What is added to ``ground`` after one step of gradient ascent, (1, 3, h, w), and the objective before it.

    The picture is shifted for the step and the gradient shifted back, so that no place is favoured by the network's strides.
    """
    reach = 8
    move = torch.randint(-reach, reach + 1, (2,), generator=rng).tolist()
    with gradients_on():
        x = (ground + added).clamp(0, 1).roll(move, (2, 3)).detach().requires_grad_()
        value = objective(model, preprocess(x))
        (gradient,) = torch.autograd.grad(value, x)
    gradient = gradient.roll([-m for m in move], (2, 3))
    step = rate * gradient / gradient.abs().mean().clamp(min=1e-12)
    return ((ground + added + step).clamp(0, 1) - ground).detach(), float(value.detach())


def as_picture(x: Tensor) -> PictureArray:
    """(1, 3, H, W) in 0..1 -> (H, W, 3) uint8."""
    pixels: PictureArray = (255 * x[0].permute(1, 2, 0)).round().to(torch.uint8).cpu().numpy()  # (3, H, W) -> (H, W, 3)
    return np.ascontiguousarray(pixels)
