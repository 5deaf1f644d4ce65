"""The GAN trained live: its samples as described, both losses on paper, whose turn it is, a pause that loses nothing."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnn_core.runtime import devices
from cnn_core.tasks import live_gan
from cnn_core.tasks.live_gan import CLOUDS, Training, count_reached, generate_samples, share_near, train

CPU = torch.device("cpu")


def softplus(x: float) -> float:
    return float(np.log1p(np.exp(x)))


class ConstantGenerator(nn.Module):
    """Whatever the noise, the point (0.5, -1) moved by a parameter that is 0."""

    def __init__(self) -> None:
        super().__init__()
        self.moved = nn.Parameter(torch.zeros(2))

    def forward(self, z: Tensor) -> Tensor:
        return (torch.tensor([0.5, -1.0]) + self.moved).expand(len(z), 2)


class LinearDiscriminator(nn.Module):
    """The logit of (x, y) is x + 3y."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, 3.0]))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight


def on_paper(generator_rate: float = 0.1, discriminator_rate: float = 0.1) -> Training:
    return live_gan.start(ConstantGenerator(), LinearDiscriminator(), 4, 0, generator_rate, discriminator_rate)


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "device", lambda: CPU)


@pytest.mark.parametrize("name", CLOUDS)
def test_samples_follow_their_rng(name: str) -> None:
    points = CLOUDS[name](500, np.random.default_rng(0))
    assert points.dtype == np.float32
    assert (points == CLOUDS[name](500, np.random.default_rng(0))).all()
    assert (points != CLOUDS[name](500, np.random.default_rng(1))).any()


def test_the_ring_has_eight_clouds_of_radius_one_and_the_grid_nine() -> None:
    ring, grid = (CLOUDS[name](4000, np.random.default_rng(0)) for name in ("ring", "grid"))
    assert np.linalg.norm(ring, axis=1) == pytest.approx(1, abs=0.25)
    turned = np.degrees(np.arctan2(ring[:, 1], ring[:, 0])) / 45
    assert np.abs(turned - turned.round()).max() < 0.35  # in eighths of a turn
    assert set(turned.round().astype(int) % 8) == set(range(8))
    assert {tuple(cell) for cell in (grid / 0.9).round().astype(int)} == {(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)}


def test_the_spiral_turns_one_and_a_half_times() -> None:
    points = CLOUDS["spiral"](4000, np.random.default_rng(0))
    radius = np.linalg.norm(points, axis=1) / 1.1
    expected = np.stack([np.cos(3 * np.pi * radius), np.sin(3 * np.pi * radius)], 1) * radius[:, None] * 1.1
    assert np.linalg.norm(points - expected, axis=1).mean() < 0.2  # the noise moves a point, and its radius with it


def test_a_cloud_is_reached_by_one_in_a_hundred_within_a_quarter() -> None:
    centres = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 5.0]], np.float32)
    points = np.zeros((100, 2), np.float32)
    points[0], points[1] = (2.0, 0.24), (0.0, 4.74)  # just inside the second, just outside the third
    assert count_reached(points, centres) == 2
    assert count_reached(np.concatenate([points, points[-1:]]), centres) == 1  # one of 101 is too few
    assert share_near(points, centres) == pytest.approx(0.99)  # all but the one just outside


def test_the_discriminators_loss_on_paper() -> None:
    real = torch.tensor([[1.0, 0.0], [2.0, 1.0]])  # logits 1 and 5; the generated ones' is 0.5 - 3 = -2.5
    found = float(live_gan.discriminator_loss(on_paper(), real).detach())
    assert found == pytest.approx((softplus(-1) + softplus(-5)) / 2 + softplus(-2.5))


def test_the_generators_loss_is_the_non_saturating_one() -> None:
    assert float(live_gan.generator_loss(on_paper(), 7).detach()) == pytest.approx(softplus(2.5))  # not -softplus(-2.5)


def test_guessing_costs_the_discriminator_two_ln_2_and_the_generator_one() -> None:
    training = on_paper()
    with torch.no_grad():
        training.discriminator.get_parameter("weight").zero_()
    assert float(live_gan.discriminator_loss(training, torch.ones(3, 2)).detach()) == pytest.approx(2 * np.log(2))
    assert float(live_gan.generator_loss(training, 3).detach()) == pytest.approx(np.log(2))


def draw_real(count: int) -> Tensor:
    """The point (-2, 1): a logit of 1."""
    return torch.tensor([[-2.0, 1.0]]).repeat(count, 1)


def test_each_learns_in_its_own_turn_and_downhill() -> None:
    training = on_paper(generator_rate=0.0)
    list(train(training, draw_real, 1, 1, batch=4))
    # Adam's first step is the rate against the sign of the gradient. Both for the real (-2, 1) and against the generated
    # (0.5, -1) a smaller first weight and a larger second one lower the loss.
    assert training.discriminator.get_parameter("weight").tolist() == pytest.approx([0.9, 3.1], abs=1e-4)
    assert training.generator.get_parameter("moved").tolist() == [0, 0]
    training = on_paper(discriminator_rate=0.0)
    list(train(training, draw_real, 1, 1, batch=4))
    assert training.discriminator.get_parameter("weight").tolist() == [1, 3]
    assert training.generator.get_parameter("moved").tolist() == pytest.approx([0.1, 0.1], abs=1e-4)


def test_the_discriminator_has_as_many_turns_as_asked_and_both_losses_are_kept() -> None:
    asked: list[int] = []

    def counted(count: int) -> Tensor:
        asked.append(count)
        return draw_real(count)

    training = on_paper(0.0, 0.0)
    list(train(training, counted, 2, 3, batch=5))
    assert asked == [5] * 6
    assert training.steps == 2
    assert training.losses[0] == pytest.approx((softplus(-1) + softplus(-2.5), softplus(2.5)))


@pytest.mark.slow
def test_it_finds_the_ring() -> None:
    training = live_gan.start_in_the_plane(0, 1e-3, 1e-3)
    rng = np.random.default_rng(0)
    list(train(training, lambda count: torch.from_numpy(CLOUDS["ring"](count, rng)), 800, 1))
    assert abs(np.linalg.norm(generate_samples(training, 300).numpy(), axis=1) - 1).mean() < 0.3


def test_it_trains_on_this_machines_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "device", lambda: torch.device("meta"))  # refuses to be mixed with the CPU
    for start, real in ((live_gan.start_in_the_plane, (5, 2)), (live_gan.start_on_faces, (5, 3, 16, 16))):
        training = start(0, 1e-3, 1e-3)
        assert live_gan.discriminator_loss(training, torch.zeros(real)).device.type == "meta"
        assert live_gan.generator_loss(training, 5).device.type == "meta"
        assert {p.device.type for p in training.generator_optimizer.param_groups[0]["params"]} == {"meta"}


def test_the_plane_lies_as_drawn_with_the_lowest_y_first() -> None:
    field = live_gan.score_the_plane(on_paper(), reach=1.5, side=4)  # x and y are -1.5, -0.5, 0.5, 1.5; x + 3y
    logits = np.log(field / (1 - field))
    assert logits[0] == pytest.approx([-6, -5, -4, -3], abs=1e-3)
    assert logits[:, 0] == pytest.approx([-6, -3, 0, 3], abs=1e-3)


def parts(of: list[Tensor]) -> Callable[[int], Tensor]:
    left = iter(of)
    return lambda count: next(left)


@pytest.mark.parametrize(
    ("start", "shape"), [(live_gan.start_in_the_plane, (16, 2)), (live_gan.start_on_faces, (16, 3, 16, 16))]
)
def test_a_pause_loses_nothing(start: Callable[..., Training], shape: tuple[int, ...]) -> None:
    batches = list(torch.randn(6, *shape, generator=torch.Generator().manual_seed(0)).tanh())
    whole, halves = (start(3, 1e-3, 1e-3) for _ in range(2))
    list(train(whole, parts(batches), 6, 1, batch=16))
    list(train(halves, parts(batches[:3]), 3, 1, batch=16))
    again = live_gan.unpack(live_gan.pack(halves), start(99, 1e-3, 1e-3))
    assert again.steps == 3
    list(train(again, parts(batches[3:]), 3, 1, batch=16))
    assert torch.equal(generate_samples(whole, 5), generate_samples(again, 5))
    assert np.array(whole.losses) == pytest.approx(np.array(again.losses), abs=1e-6)


def test_samples_are_made_in_eval_mode_of_the_same_noise() -> None:
    training = live_gan.start_on_faces(0, 1e-3, 1e-3)
    assert torch.equal(generate_samples(training, 3), generate_samples(training, 5)[:3])  # no batch statistics
    assert training.generator.training
    assert not torch.equal(generate_samples(training, 3), generate_samples(training, 3, seed=1))
