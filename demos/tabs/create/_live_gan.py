"""What both tabs share in which a GAN is trained: its losses as a chart, and a training as numbers for the browser."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.results import Floats
from demos.charts import SERIES, Axis, Chart, Level, Line

GUESSING = {"discriminator": 2 * np.log(2), "generator": np.log(2)}
"""The losses when the discriminator says one half to everything: it answers two questions, the generator's loss asks one."""

SOFTENED = 100
"""The curves are means over so many parts of the training."""


def draw_losses(losses: list[tuple[float, float]]) -> Chart | None:
    """Both losses, each with a dashed line: what it is when the discriminator only guesses. None before the first step."""
    if not losses:
        return None
    width = max(1, len(losses) // SOFTENED)
    whole = len(losses) // width * width
    means = np.array(losses).reshape(-1, 2)[:whole].reshape(-1, width, 2).mean(1)  # (steps, 2) -> (parts, width, 2) -> mean
    steps = (np.arange(len(means)) + 1) * width
    layers: list[Line | Level] = []
    for k, ((name, guessing), colour) in enumerate(zip(GUESSING.items(), SERIES, strict=False)):
        layers.append(Line(name=name, x=steps, y=means[:, k], colour=colour))
        layers.append(Level(name=f"{name}, guessing: {guessing:.2f}", y=guessing, colour=colour))
    return Chart(
        words=f"The losses, now {means[-1, 0]:.2f} of the discriminator and {means[-1, 1]:.2f} of the generator.",
        x=Axis(title="step", low=0),
        y=Axis(title="loss"),
        layers=tuple(layers),
    )


def as_text(values: Floats) -> str:
    """Numbers of any shape as base64 of float32, the lowest byte first: a third of what they take as digits."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


def numbers_of(network: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """A network's numbers in torch's order and what Adam remembers of each: its two moments, and how many updates it did."""
    parameters = list(network.parameters())
    kept = [optimizer.state.get(parameter, {}) for parameter in parameters]

    def moments(name: str) -> list[Tensor]:
        return [state.get(name, torch.zeros_like(p)) for state, p in zip(kept, parameters, strict=True)]

    groups: dict[str, Sequence[Tensor]] = {"numbers": parameters, "m": moments("exp_avg"), "v": moments("exp_avg_sq")}
    flat = {name: torch.cat([t.detach().flatten() for t in tensors]).cpu() for name, tensors in groups.items()}  # (all,)
    return {name: as_text(values.numpy()) for name, values in flat.items()} | {"count": int(kept[0].get("step", 0))}
