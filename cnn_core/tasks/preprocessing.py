"""From a person's picture to a network's input, as the network's card says: for tasks, recipes and explanations alike."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cnn_core.images import opening
from cnn_core.images.placement import Placement
from cnn_core.ops.colour_bins import lab_of
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import Network

REC_601 = np.array([0.299, 0.587, 0.114])
"""How much R, G and B count for the luma of ITU-R Recommendation 601."""


@dataclass(frozen=True)
class Prepared:
    """A picture as a network wants it.

    Attributes:
        x: (1, 3, h, w) float32, normalised, on the CPU.
        placement: where the picture lies in it, so that boxes and masks come back in the upload's own pixels.
    """

    x: Tensor
    placement: Placement


def prepare(picture: PictureArray, form: Preprocessing, shape: tuple[int, int] | None = None) -> Prepared:
    """A picture (H, W, 3) uint8 RGB as the network's input, and where it lies in there.

    Args:
        picture: of any size.
        form: the card's record.
        shape: (h, w) in the place of the one that the record asks for, for tasks that try several sizes.
    """
    height, width = shape or form.shape(*picture.shape[:2])
    fitted, placement = opening.fit(picture, height, width, form.how)
    return Prepared(
        normalise(as_tensor(in_channels(fitted, form)), form).contiguous(memory_format=torch.channels_last), placement
    )


def as_tensor(picture: PictureArray) -> Tensor:
    """A picture (H, W, 3) uint8 -> (1, 3, H, W) uint8."""
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]  # (H, W, 3) -> (1, 3, H, W)


def in_channels(picture: PictureArray, form: Preprocessing) -> PictureArray:
    """A picture (H, W, 3) uint8 RGB in the channels that the record asks for, (H, W, 3) uint8."""
    if form.channels == "grey":
        grey = (picture @ REC_601).round().astype(np.uint8)
        return np.repeat(grey[..., None], 3, -1)  # (H, W) -> (H, W, 3)
    return grey_of(lab_of(picture)[0]) if form.channels == "lightness" else picture


def grey_of(lightness: Floats) -> PictureArray:
    """CIELAB's L (H, W), 0..100, as a grey picture (H, W, 3) uint8."""
    grey = np.round(2.55 * lightness).astype(np.uint8)
    return np.repeat(grey[..., None], 3, -1)  # (H, W) -> (H, W, 3)


def normalise(pictures: Tensor, form: Preprocessing) -> Tensor:
    """Pictures (N, 3, H, W) in 0..255 (uint8 or float) -> float32 as the network was trained on them."""
    return standardise(pictures.float() / 255, form)


def standardise(x: Tensor, form: Preprocessing) -> Tensor:
    """Pictures (N, 3, H, W) in 0..1 -> (x - mean) / std for each channel, the pixels shuffled if the network's were."""
    mean, std = (torch.tensor(v, device=x.device).view(1, 3, 1, 1) for v in (form.mean, form.std))  # (3,) -> (1, 3, 1, 1)
    x = (x - mean) / std
    return x if form.shuffle_seed is None else shuffle_pixels(x, form.shuffle_seed)


def shuffle_pixels(x: Tensor, seed: int) -> Tensor:
    """All pixels of each picture put in one new order, the same for every picture and channel. (N, C, H, W) kept."""
    order = torch.from_numpy(np.random.default_rng(seed).permutation(x.shape[-2] * x.shape[-1])).to(x.device)
    return x.flatten(2)[:, :, order].view(x.shape)  # (N, C, H * W) in the new order -> (N, C, H, W)


def input_tensor(picture: PictureArray, network: Network) -> Tensor:
    """(H, W, 3) uint8 -> (1, 3, h, w) float32 normalised, on the network's device."""
    return prepare(picture, network.card.input).x.to(network.device)


def answer_to(network: Network, x: Tensor) -> Tensor:
    """The network's answer to prepared pictures (N, 3, h, w); if its card says so, the mean with their mirror images'."""
    answer: Tensor = network(x)
    return (answer + network(x.flip(3))) / 2 if network.card.input.mirrored else answer


def picture_of(x: Tensor) -> PictureArray:
    """One picture (1, 3, H, W) in 0..1 -> (H, W, 3) uint8."""
    pixels = (255 * x[0].detach().float().clamp(0, 1)).round().to(torch.uint8)
    return np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy())  # (3, H, W) -> (H, W, 3)
