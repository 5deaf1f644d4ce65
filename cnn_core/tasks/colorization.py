"""Which colours may this have had? A grey picture -> probabilities of colour bins, and pictures made of them."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from cnn_core.images import opening
from cnn_core.ops.colour_bins import anneal, lab_of, mean_colour, rgb_of
from cnn_core.results import Colorization, Floats, PictureArray
from cnn_core.runtime import devices, weights
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.detection import working_shape

PAPER_TEMPERATURE = 0.38
ENLARGED = 3
"""Small pictures are enlarged at most so many times: the networks know no blurrier ones."""


def grey_of(lightness: Floats) -> PictureArray:
    """L (H, W), 0..100, as a grey picture (H, W, 3) uint8."""
    grey = np.round(2.55 * lightness).astype(np.uint8)
    return np.repeat(grey[..., None], 3, -1)


def looked_at(lightness: Floats, form: weights.InputFormat) -> tuple[int, int]:
    """(height, width) at which a network looks at a picture of this lightness (H, W)."""
    height, width = lightness.shape
    return working_shape(height, width, min(form.size, ENLARGED * max(height, width)))


@remembered
def colorize(picture: PictureArray, weights_name: str) -> Colorization:
    """What the network ``weights_name`` takes the colours of a picture (H, W, 3) uint8 for; it sees the lightness alone.

    Raises:
        InputError: no such network.
    """
    lightness, _ = lab_of(picture)

    def forward(network: weights.Network) -> Colorization:
        height, width = looked_at(lightness, network.card.input)
        grey, _ = opening.fit(grey_of(lightness), height, width, "stretch")
        x = normalise(torch.from_numpy(grey).permute(2, 0, 1)[None], network.card.input)
        with torch.inference_mode(), devices.timed(weights_name):
            logits = network.model(x.to(network.device, memory_format=torch.channels_last))
            probabilities = logits[0].float().softmax(0).cpu().numpy()
        return Colorization(lightness, probabilities, bins_of(network).cpu().numpy().astype(np.float32))

    return weights.with_fallback(weights_name, forward)


def bins_of(network: weights.Network) -> Any:
    """The colour bins (Q, 2) of a network or of a head on one."""
    model: Any = network.model
    return model.head.bins


def colours_at(answer: Colorization, temperature: float) -> Floats:
    """The annealed mean a, b on the network's own grid, (h, w, 2) float32."""
    shares = anneal(torch.from_numpy(answer.probabilities), temperature)
    return mean_colour(shares, torch.from_numpy(answer.bins)).permute(1, 2, 0).numpy()


def coloured(answer: Colorization, temperature: float = PAPER_TEMPERATURE) -> PictureArray:
    """The picture (H, W, 3) uint8 with its own lightness and the network's colours, enlarged smoothly."""
    small = torch.from_numpy(colours_at(answer, temperature)).permute(2, 0, 1)[None]
    ab = F.interpolate(small, answer.lightness.shape, mode="bilinear", align_corners=False)
    return rgb_of(answer.lightness, ab[0].permute(1, 2, 0).numpy())
