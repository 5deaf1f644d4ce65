"""Which of K classes is this? One picture -> a probability for each class."""

import numpy as np
import torch
from torch import Tensor

from cnn_core.images import opening
from cnn_core.results import Classification, PictureArray
from cnn_core.runtime import devices, weights


def normalise(pictures: Tensor, form: weights.InputFormat) -> Tensor:
    """Pictures (N, 3, H, W) uint8 -> (N, 3, H, W) float32 as the network was trained on them (shuffled if it was)."""
    mean, std = (torch.tensor(v, device=pictures.device).view(1, 3, 1, 1) for v in (form.mean, form.std))
    x = (pictures.float() / 255 - mean) / std
    return x if form.shuffle_seed is None else shuffle_pixels(x, form.shuffle_seed)


def shuffle_pixels(x: Tensor, seed: int) -> Tensor:
    """All pixels of each picture put in one new order, the same for every picture and channel. (N, C, H, W) kept."""
    order = torch.from_numpy(np.random.default_rng(seed).permutation(x.shape[-2] * x.shape[-1])).to(x.device)
    return x.flatten(2)[:, :, order].view(x.shape)


def input_tensor(picture: PictureArray, network: weights.Network) -> Tensor:
    """(H, W, 3) uint8 -> (1, 3, side, side) normalised, on the network's device; see ``InputFormat.side``.

    The whole picture is stretched to the square, so that nothing at its edges is lost and a map over the input is a map over
    the whole upload; the networks were trained on crops of aspect 3/4 to 4/3.
    """
    side = network.card.input.side(picture.shape[0], picture.shape[1])
    square, _ = opening.fit(picture, side, side, "stretch")
    tensor = torch.from_numpy(square).permute(2, 0, 1)[None].to(network.device)
    return normalise(tensor, network.card.input).contiguous(memory_format=torch.channels_last)


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities exp(z / T) / sum(exp(z / T)) of logits (K,), computed without overflow.

    Args:
        logits: (K,) real numbers.
        temperature: T > 0; above 1 flattens the probabilities, below 1 sharpens them.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max())
    return (powers / powers.sum()).astype(np.float32)


def logits_of(picture: PictureArray, weights_name: str) -> np.ndarray:
    """The network's raw scores (K,) float32 for a picture (H, W, 3) uint8; its time counts as that network's.

    Raises:
        InputError: no such network.
    """

    def forward(network: weights.Network) -> np.ndarray:
        with torch.inference_mode():
            x = input_tensor(picture, network)
            with devices.timed(weights_name):
                return network.model(x)[0].float().cpu().numpy()

    return weights.with_fallback(weights_name, forward)


def classify(picture: PictureArray, weights_name: str, temperature: float = 1.0) -> Classification:
    """What the network ``weights_name`` says of a picture (H, W, 3) uint8.

    Args:
        picture: RGB, any size.
        weights_name: of a network whose task is "classification".
        temperature: of the softmax.

    Raises:
        InputError: no such network.
    """
    logits = logits_of(picture, weights_name)
    return Classification(weights.card(weights_name).classes, logits, softmax(logits, temperature))


def right_when_this_sure(card: weights.Card, confidence: float) -> tuple[float, int]:
    """How often the network was right on validation pictures whose largest probability lay in the same tenth.

    Args:
        card: of a classification network.
        confidence: largest probability at temperature 1, 0..1.

    Returns:
        (share 0..1, number of such pictures); (0.0, 0) where there were none, or where it was not measured here.
    """
    table = card.record.get("calibration")
    if table is None:
        return 0.0, 0
    place = int(np.clip(np.searchsorted(table["edges"], confidence, side="left") - 1, 0, len(table["n"]) - 1))
    return float(table["right"][place]), int(table["n"][place])
