"""How networks are fed: the picture and what else they want, with stand-ins whose inputs can be counted on fingers."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cnn_core.models import Layered
from cnn_core.results import FoundFaces
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks import feeding
from cnn_core.tasks.feeding import GENERATOR, feed, feed_plainly, seen_by, split
from cnn_core.tasks.generation import draw_noise
from tests.blackboard import network_of

WIDE = np.zeros((20, 40, 3), np.uint8)
WIDE[:, :, 0] = 255
SMALL = np.zeros((4, 4, 3), np.uint8)
SMALL[:, :, 0], SMALL[0] = 255, (0, 51, 102)  # red, the upper row dark blue
PADDED = Preprocessing(64, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), how="pad", stride=32)


def test_most_networks_get_the_picture_alone() -> None:
    network = network_of(nn.Identity(), form=Preprocessing(4, (0.5, 0.5, 0.5), (0.25, 0.5, 1.0)))
    (x,) = feed(network, SMALL).inputs
    assert x[0, :, 0, 0].tolist() == pytest.approx([(0 - 0.5) / 0.25, (0.2 - 0.5) / 0.5, 0.4 - 0.5])
    assert x[0, :, 3, 3].tolist() == pytest.approx([2, -1, -0.5])
    fed = feed(network, WIDE)
    assert fed.photo is WIDE and fed.words == "" and fed.placement is not None
    assert fed.placement.point_to_upload(2, 1) == (20, 5)


def test_the_click_lies_in_the_pictures_middle_not_in_the_inputs() -> None:
    network = network_of(nn.Identity(), "click_segmentation", form=PADDED)
    tall = np.zeros((40, 10, 3), np.uint8)  # 64 x 16 pixels in an input of 64 x 32: 8 columns of border on either side
    x, clicks = feed(network, tall).inputs
    assert x.shape == (1, 3, 64, 32) and clicks == [[(16.0, 32.0, True)]]
    _, clicks = feed(network, WIDE[:13]).inputs  # 64 x 21 in 64 x 32, whole rows: the middle of the picture is 15.5 or 16
    assert clicks[0][0][:2] == (32.0, pytest.approx(15.75, abs=0.26))
    assert "in the picture's middle" in feed(network, WIDE).words


def test_a_large_network_of_any_shape_gets_a_smaller_picture_and_one_of_a_fixed_shape_its_own() -> None:
    large = Preprocessing(512, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), stride=4)
    assert feed(network_of(nn.Identity(), form=large), WIDE).inputs[0].shape == (1, 3, 176, 352)
    fixed = Preprocessing(512, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert feed(network_of(nn.Identity(), form=fixed), WIDE).inputs[0].shape == (1, 3, 512, 512)
    assert feed_plainly(network_of(nn.Identity(), form=large), WIDE, 100).shape == (1, 3, 52, 100)
    growing = network_of(nn.Identity(), form=Preprocessing(8, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), largest=16))
    assert feed(growing, WIDE).inputs[0].shape == (1, 3, 16, 16)
    assert feed_plainly(growing, WIDE, 100).shape == (1, 3, 8, 8)
    assert feed_plainly(growing, WIDE, 5).shape == (1, 3, 5, 5)
    only = Preprocessing(8, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), fixed=True)
    assert feed_plainly(network_of(nn.Identity(), form=only), WIDE, 5).shape == (1, 3, 8, 8)


class Pair(nn.Module):
    """A GAN in which the generator repeats its first number and the discriminator adds up."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Repeat()
        self.film = torch.zeros(0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sum((1, 2, 3))


class Repeat(nn.Module):
    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return z[:, :1, None, None].expand(-1, 3, 4, 4)


def test_a_generator_starts_from_noise_and_a_discriminator_compares() -> None:
    network = network_of(Pair(), "generation", arguments={"latent": 5})
    made = feed(network, WIDE, generator=True, seed=7)
    assert made.model is network.model.generator and made.photo is None and made.placement is None
    assert made.inputs[0].tolist() == draw_noise(1, 5, 7).tolist() and "5 random numbers" in made.words
    judged = feed(network, WIDE, seed=7)
    (x,) = judged.inputs
    assert judged.model is network.model and x.shape == (16, 3, 4, 4)
    assert x[1:, 0, 0, 0].tolist() == draw_noise(15, 5, 0)[:, 0].tolist()
    assert x[0, :, 3, 0].tolist() == [1, 0, 0]


def test_shuffled_networks_show_what_they_see() -> None:
    form = Preprocessing(4, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), shuffle_seed=3)
    network = network_of(nn.Identity(), form=form)
    fed = feed(network, SMALL)
    assert fed.photo is not None and fed.photo.shape == (4, 4, 3) and fed.placement is not None
    assert sorted(fed.photo[..., 0].ravel().tolist()) == [0] * 4 + [255] * 12  # the upper row is somewhere
    assert (fed.photo[0, :, 0] == 255).any() and fed.placement.size == fed.placement.upload == (4, 4)
    assert seen_by(network.card, fed.inputs[0]).tolist() == fed.photo.tolist()


@pytest.mark.parametrize(("score", "words"), [(0.9, "turned upright"), (0.5, "none was found")])
def test_a_face_network_gets_a_face_or_says_that_there_is_none(score: float, words: str, monkeypatch: Any) -> None:
    face = np.full((96, 96, 3), 200, np.uint8)
    found = FoundFaces(np.array([[0, 0, 9, 9]], np.float32), np.array([score], np.float32), np.zeros((1, 5, 2), np.float32))
    monkeypatch.setattr(feeding, "find_faces", lambda picture, detector: found)
    monkeypatch.setattr(feeding, "align", lambda picture, landmarks: face)
    fed = feed(network_of(nn.Identity(), "face_similarity"), WIDE)
    assert (fed.photo is face) == (score > feeding.CERTAIN) and words in fed.words


def test_what_it_sees_is_the_input_undone() -> None:
    card = SimpleNamespace(input=Preprocessing(2, (0.5, 0.25, 0.0), (0.5, 0.25, 2.0)))
    x = torch.tensor([[[[-1.0, 1.0]], [[0.0, 3.0]], [[0.1, 0.5]]]])
    assert seen_by(card, torch.cat([x, x + 9])).tolist() == [[[0, 64, 51], [255, 255, 255]]]  # type: ignore[arg-type]


def test_names_of_both_halves() -> None:
    assert split("gan_made") == ("gan_made", False) and split(f"gan_made{GENERATOR}") == ("gan_made", True)


@pytest.mark.parametrize("name", weights.names())
def test_every_network_says_which_layers_it_has(name: str) -> None:
    model = weights.load(name).model
    assert isinstance(model, Layered)
    modules, layers = dict(model.named_modules()), model.layers()
    assert all(layer.partition("@")[0] in modules and words for layer, words in layers)
    assert len(dict(layers)) == len(layers) == len({words for _, words in layers}), "each is named once, and told apart"
