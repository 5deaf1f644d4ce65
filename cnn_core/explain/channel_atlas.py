"""Pictures of many channels of a layer at once: the same gradient ascent as for one, on as many pictures side by side."""

import torch
from torch import Generator, Tensor, nn

from cnn_core.explain.activations import as_maps
from cnn_core.explain.visualisation import RATE, Preprocess, Waves, as_picture, leaking, shift_and_scale
from cnn_core.results import PictureArray
from cnn_core.runtime.borrowed import gradients_on, outputs_of


def visualise_channels(
    model: nn.Module,
    preprocess: Preprocess,
    layer: str,
    channels: list[int],
    size: int,
    steps: int,
    seed: int,
    device: torch.device | None = None,
) -> list[PictureArray]:
    """A picture (size, size, 3) uint8 for each channel: the one that ``visualise`` makes for it with this seed.

    All begin with the same noise and are moved alike; Adam treats every number alone, so that no picture knows the others.

    Args:
        model, preprocess, size, steps, seed, device: as for ``visualise``.
        layer: whose channels; a layer of vectors has one-pixel maps.
        channels: their numbers.
    """
    model = leaking(model)
    rng = Generator().manual_seed(seed)
    canvas = Waves(size, rng)
    canvas.waves = nn.Parameter(canvas.waves.detach().repeat(len(channels), 1, 1, 1, 1))  # (1, ...) -> (N, 3, S, S//2+1, 2)
    canvas = canvas.to(device)
    optimizer = torch.optim.Adam(canvas.parameters(), lr=RATE)
    for _ in range(steps):
        with gradients_on():
            x = preprocess(shift_and_scale(canvas(), max(size // 16, 1), rng))
            value = own_means(outputs_of(model, x, [layer])[1][layer], channels).sum()
            optimizer.zero_grad()
            torch.autograd.backward(-value, inputs=[canvas.waves])
            optimizer.step()
    with torch.no_grad():
        pictures: Tensor = canvas()
    return [as_picture(pictures[n : n + 1]) for n in range(len(channels))]


def own_means(value: Tensor, channels: list[int]) -> Tensor:
    """A layer's output (N, C, h, w) or (N, C) -> (N,): of the n-th picture the mean of the n-th of ``channels``."""
    return as_maps(value)[range(len(channels)), channels].mean((1, 2))  # (N, h, w) -> (N,)
