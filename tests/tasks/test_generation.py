"""Noise vectors and the ways between them worked by hand; a generator and a discriminator on paper."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.generation import (
    COMPANIONS,
    draw_noise,
    generate,
    interpolate,
    read_film,
    score_realness,
    to_pictures,
)
from tests.blackboard import network_of, put_up


def test_latents_follow_the_seed_and_shrink_with_truncation() -> None:
    drawn = draw_noise(50, 20, 3)
    assert drawn.shape == (50, 20)
    assert drawn.dtype == np.float32
    assert (drawn == draw_noise(50, 20, 3)).all()
    assert (drawn != draw_noise(50, 20, 4)).any()
    assert draw_noise(50, 20, 3, 0.5) == pytest.approx(0.5 * drawn)
    assert abs(float(drawn.std()) - 1) < 0.05


def test_the_way_between_two_vectors_keeps_to_the_circle() -> None:
    first, second = np.array([2.0, 0.0], np.float32), np.array([0.0, 2.0], np.float32)
    way = interpolate(first, second, 3)
    assert way[0] == pytest.approx([2, 0], abs=1e-6)
    assert way[1] == pytest.approx([np.sqrt(2), np.sqrt(2)], abs=1e-6)  # not (1, 1), as on the straight line
    assert way[2] == pytest.approx([0, 2], abs=1e-6)


def test_the_length_changes_evenly_on_the_way() -> None:
    way = interpolate(np.array([1.0, 0.0], np.float32), np.array([0.0, 3.0], np.float32), 5)
    assert np.linalg.norm(way, axis=1) == pytest.approx([1, 1.5, 2, 2.5, 3])


def test_equal_directions_are_joined_by_a_straight_line() -> None:
    way = interpolate(np.array([1.0, 1.0], np.float32), np.array([3.0, 3.0], np.float32), 3)
    assert way[1] == pytest.approx([2, 2])


def test_tensors_become_pictures_on_paper() -> None:
    x = torch.tensor([-1.0, -0.5, 0.0, 1.0, 7.0, -3.0]).view(1, 3, 1, 2)  # channel by channel
    (picture,) = to_pictures(x)
    assert picture.tolist() == [[[0, 128, 255], [64, 255, 0]]]  # 0.5 * 127.5 = 63.75, 127.5 to the even 128


class FlatGenerator(nn.Module):
    """The noise vector's three numbers are the colour of the upper left pixel; the others are black."""

    latent = 3

    def forward(self, z: Tensor) -> Tensor:
        x = torch.full((len(z), 3, 4, 4), -1.0)
        x[:, :, 0, 0] = z
        return x


class PairGAN(nn.Module):
    """The score is 1 red + 2 green + 4 blue of the upper left pixel, plus 100 for each companion as made for seed 0."""

    def __init__(self, film: bytes = b"") -> None:
        super().__init__()
        self.generator = FlatGenerator()
        self.register_buffer("film", torch.frombuffer(bytearray(film or b"none"), dtype=torch.uint8).clone())

    def forward(self, x: Tensor) -> Tensor:
        expected = torch.from_numpy(draw_noise(COMPANIONS, 3, 0))
        known = (x[1:, :, 0, 0] == expected).all(1).sum() if len(x) == 1 + COMPANIONS else torch.tensor(-1)
        return (x[:, :, 0, 0] @ torch.tensor([1.0, 2.0, 4.0])) + 100 * known


FORM = Preprocessing(4, (0.5,) * 3, (0.5,) * 3, how="crop", fixed=True)


def test_a_generators_pictures_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    name = put_up(monkeypatch, network_of(PairGAN(), "generation", form=FORM, arguments={"latent": 3}))
    first, second = generate(np.array([[1.0, 0.0, -1.0], [-0.5, 2.0, 0.5]], np.float32), name)
    assert first[0, 0].tolist() == [255, 128, 0]
    assert second[0, 0].tolist() == [64, 255, 191]
    assert first[1:].max() == first[:, 1:].max() == 0


def test_realness_on_paper_of_the_middle_square_in_minus_one_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    name = put_up(monkeypatch, network_of(PairGAN(), "generation", form=FORM, arguments={"latent": 3}))
    wide = np.zeros((4, 10, 3), np.uint8)
    wide[:, :3], wide[:, 3:] = (9, 9, 9), (255, 51, 0)  # the middle square begins at column 3
    plain = np.full((4, 4, 3), (0, 255, 102), np.uint8)
    # (1, -0.6, -1) -> 1 - 1.2 - 4; (-1, 1, -0.2) -> -1 + 2 - 0.8; each beside the fifteen companions
    assert score_realness([wide, plain], name).tolist() == pytest.approx([1500 - 4.2, 1500 + 0.2], abs=1e-3)


def test_the_film_is_read_frame_by_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    film = b""
    for colour in ((250, 10, 20), (10, 240, 30), (5, 20, 230)):
        file = io.BytesIO()
        Image.fromarray(np.full((16, 24, 3), colour, np.uint8)).save(file, "JPEG", quality=95)
        film += file.getvalue()
    name = put_up(monkeypatch, network_of(PairGAN(film), "generation", form=FORM, arguments={"latent": 3}))
    frames = read_film(name)
    assert [frame.shape for frame in frames] == [(16, 24, 3)] * 3
    assert [int(frame[8, 8].argmax()) for frame in frames] == [0, 1, 2]
    put_up(monkeypatch, network_of(PairGAN(), "generation", form=FORM, arguments={"latent": 3}))
    assert read_film(name) == []
