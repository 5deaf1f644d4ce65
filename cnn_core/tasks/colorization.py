"""Colorization: a grey picture -> probabilities of colour bins, and pictures made of them (Zhang et al. 2016).

Lightness L goes in; for each pixel of a coarser grid a softmax over the bins of (a, b) comes out; L, a and b are
concatenated and turned into RGB. Departure from arXiv:1603.08511: a and b are chosen on the coarse grid, and then enlarged.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.models import Headed
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
    """The probabilities of every colour bin for a picture (H, W, 3) uint8, of which the network sees the lightness alone.

    Raises:
        InputError: no such network.
    """
    form = network.card.input
    height, width = picture.shape[:2]
    logits: Tensor = network(prepare(picture, form, input_shape(height, width, form)).x)  # (1, Q, h, w)
    probabilities = logits[0].float().softmax(0).cpu().numpy()  # (Q, h, w), adding up to 1 in each pixel
    bins: Tensor = network.offering(Headed).head.bins
    return Colorization(lab_of(picture)[0], probabilities, bins.cpu().numpy().astype(np.float32))


def choose_colours(answer: Colorization, temperature: float) -> Floats:
    """a and b on the network's own grid, (h, w, 2) float32: the bin with the highest softmax score at T = 0, else the mean.

    The mean is over the probabilities to the power of 1 / T, shared out again (the paper's annealed mean).
    """
    sharpened = anneal(torch.from_numpy(answer.probabilities), temperature)
    ab = mean_colour(sharpened, torch.from_numpy(answer.bins))
    return ab.permute(1, 2, 0).numpy()  # (2, h, w) -> (h, w, 2)


def apply_colours(answer: Colorization, temperature: float = PAPER_TEMPERATURE) -> PictureArray:
    """The picture (H, W, 3) uint8 with its own lightness and the network's colours, enlarged smoothly."""
    small = torch.from_numpy(choose_colours(answer, temperature)).permute(2, 0, 1)[None]  # (h, w, 2) -> (1, 2, h, w)
    ab = F.interpolate(small, answer.lightness.shape, mode="bilinear", align_corners=False)  # (1, 2, H, W)
    return rgb_of(answer.lightness, ab[0].permute(1, 2, 0).numpy())  # (2, H, W) -> (H, W, 2)
