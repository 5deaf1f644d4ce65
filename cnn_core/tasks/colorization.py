"""Which colours may this have had? A grey picture -> probabilities of colour bins, and pictures made of them."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from cnn_core.ops.colour_bins import anneal, lab_of, mean_colour, rgb_of
from cnn_core.results import Colorization, Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.preprocessing import prepare

PAPER_TEMPERATURE = 0.38
ENLARGED = 3
"""Small pictures are enlarged at most so many times: the networks know no blurrier ones."""


def input_shape(height: int, width: int, form: Preprocessing) -> tuple[int, int]:
    """(height, width) of the network's input for a picture of this size."""
    return form.shape(height, width, min(form.size, ENLARGED * max(height, width)))


@remembered
@on_network
def colorize(network: weights.Network, picture: PictureArray) -> Colorization:
    """The colours that a network expects in a picture (H, W, 3) uint8, of which it sees the lightness alone."""
    form = network.card.input
    logits = network(prepare(picture, form, input_shape(picture.shape[0], picture.shape[1], form)).x)  # (1, Q, h, w)
    probabilities = logits[0].float().softmax(0).cpu().numpy()
    return Colorization(lab_of(picture)[0], probabilities, bins_of(network).cpu().numpy().astype(np.float32))


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
