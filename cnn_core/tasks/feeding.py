"""How a network is fed for a picture: what its card says, and what else it wants. For those who look into any network.

A name may end in ":generator": a GAN's file holds two networks, and the name alone means its discriminator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.images.placement import Placement
from cnn_core.models import GenerativeAdversarialNetwork
from cnn_core.ops.faces import align
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card, Preprocessing
from cnn_core.tasks.face_detection import find_faces
from cnn_core.tasks.face_similarity import CERTAIN
from cnn_core.tasks.generation import COMPANIONS, draw_noise
from cnn_core.tasks.preprocessing import picture_of, prepare

GENERATOR = ":generator"
LONGEST = 352
"""Pixels of the longer side where a network takes pictures of any shape: a look at all layers stays under a second."""


@dataclass(frozen=True)
class Fed:
    """What a network is given for a picture.

    Attributes:
        model: the network, or the part of a GAN that was asked for.
        inputs: what it is called with; the first is a tensor (N, ...) on its device, of which the first entry is looked at.
        words: what goes in beside or instead of the picture, in sentences; "" where there is nothing to say.
        photo: (H, W, 3) uint8, what the network looks at, in pixels worth looking at; None where no picture goes in.
        placement: where the photo lies in the input; None where no picture goes in.
    """

    model: nn.Module
    inputs: tuple[Any, ...]
    words: str = ""
    photo: PictureArray | None = None
    placement: Placement | None = None


def split(name: str) -> tuple[str, bool]:
    """The name of the weights, and whether their generator is meant."""
    return name.removesuffix(GENERATOR), name.endswith(GENERATOR)


def shape_for(form: Preprocessing, picture: PictureArray, longest: int = LONGEST) -> tuple[int, int]:
    """The (height, width) in which a picture is given, its longer side at most about ``longest`` if the network lets it."""
    return form.shape(picture.shape[0], picture.shape[1], min(form.size, longest) if form.stride else None)


def feed(network: weights.Network, picture: PictureArray, generator: bool = False, seed: int = 0) -> Fed:
    """How a network is fed for a picture (H, W, 3) uint8.

    Args:
        network: any.
        picture: not looked at by a generator.
        generator: of a GAN its generator rather than its discriminator.
        seed: of the generator's noise.
    """
    if generator:
        return _noise(network, seed)
    return FEEDS.get(network.card.task, _picture)(network, picture)


def feed_plainly(network: weights.Network, picture: PictureArray, longest: int) -> Tensor:
    """The picture alone as the network's first input, its longer side at most about ``longest`` if the network lets it.

    Networks of one fixed size get that; others that are given squares get squares.
    """
    form = network.card.input
    side = form.size if form.fixed else min(longest, form.size)
    shape = shape_for(form, picture, longest) if form.stride else (side, side)
    return prepare(picture, form, shape).x.to(network.device)


def seen_by(card: Card, x: Tensor) -> PictureArray:
    """The pixels (h, w, 3) uint8 that a network of this card sees in its input (N, 3, h, w): the first of N."""
    mean, std = (torch.tensor(v, device=x.device).view(1, 3, 1, 1) for v in (card.input.mean, card.input.std))
    return picture_of(x[:1] * std + mean)


def _picture(network: weights.Network, picture: PictureArray) -> Fed:
    """The picture as the card says."""
    form = network.card.input
    prepared = prepare(picture, form, shape_for(form, picture))
    x = prepared.x.to(network.device)
    if form.shuffle_seed is not None:
        photo = seen_by(network.card, x)
        words = "All pixels are shuffled, always in the same way: nothing lies where it was, not on this page either."
        return Fed(network.model, (x,), words, photo, Placement.plan(photo.shape[:2], photo.shape[:2], "stretch"))
    return Fed(network.model, (x,), "", picture, prepared.placement)


def _click(network: weights.Network, picture: PictureArray) -> Fed:
    """With one click in the middle of the picture."""
    fed = _picture(network, picture)
    assert fed.placement is not None
    middle = fed.placement.point_from_upload(picture.shape[1] / 2, picture.shape[0] / 2)
    words = "Beside the picture it is given one click: in the picture's middle."
    return Fed(fed.model, (*fed.inputs, [[(*middle, True)]]), words, fed.photo, fed.placement)


def _face(network: weights.Network, picture: PictureArray) -> Fed:
    """The face that is found with most certainty, turned upright; the whole picture where there is none."""
    found = find_faces(picture, weights.names("face_detection")[0])
    if len(found.scores) and found.scores[0] >= CERTAIN:
        fed = _picture(network, align(picture, found.landmarks[0]))
        words = "It is given one face, in grey: the one that the face detector is surest of, turned upright."
    else:
        fed = _picture(network, picture)
        words = "It was made for one upright face, and none was found: it is given the whole picture, in grey."
    return Fed(fed.model, fed.inputs, words, fed.photo, fed.placement)


def _discriminator(network: weights.Network, picture: PictureArray) -> Fed:
    """The picture beside pictures that the generator made, as in the training: one map says how much they differ."""
    model = network.offering(GenerativeAdversarialNetwork)
    fed = _picture(network, picture)
    noise = torch.from_numpy(draw_noise(COMPANIONS, network.card.arguments["latent"], 0)).to(network.device)
    with network.running():
        companions = model.generator(noise)
    words = f"The discriminator is given the picture's middle, beside {COMPANIONS} generated pictures to compare it with."
    return Fed(fed.model, (torch.cat([*fed.inputs, companions]),), words, fed.photo, fed.placement)


def _noise(network: weights.Network, seed: int) -> Fed:
    """A noise vector instead of a picture."""
    model = network.offering(GenerativeAdversarialNetwork)
    noise = torch.from_numpy(draw_noise(1, network.card.arguments["latent"], seed)).to(network.device)
    words = f"No picture goes in: the generator starts from {noise.shape[1]} random numbers. Another seed, other numbers."
    return Fed(model.generator, (noise,), words)


def _style(network: weights.Network, picture: PictureArray) -> Fed:
    """The picture, painted in the first of the styles."""
    fed = _picture(network, picture)
    words = f"It paints the first of its styles: {network.card.classes[0]}."
    return Fed(fed.model, fed.inputs, words, fed.photo, fed.placement)


def _faces_of_one_size(network: weights.Network, picture: PictureArray) -> Fed:
    """The picture at one of the sizes that the detector looks at."""
    fed = _picture(network, picture)
    words = "It looks at a picture at many sizes; this is a small one, where only large faces are found."
    return Fed(fed.model, fed.inputs, words, fed.photo, fed.placement)


FEEDS: dict[str, Callable[[weights.Network, PictureArray], Fed]] = {
    "click_segmentation": _click,
    "face_detection": _faces_of_one_size,
    "face_similarity": _face,
    "generation": _discriminator,
    "style_transfer": _style,
}
"""Task -> how its networks are fed; all others get the picture alone."""


def blank(card: Card) -> PictureArray:
    """A black picture of the card's input size, to find out how large a network's layers are."""
    return np.zeros((card.input.size, card.input.size, 3), np.uint8)
