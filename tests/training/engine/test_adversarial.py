"""A generator against a discriminator: losses by hand, changes that keep what they should, a colour that is learned."""

from pathlib import Path

import pytest
import torch

from cnn_core.models import build_model
from cnn_core.models.discriminator import Discriminator, variety
from cnn_core.models.generator import Generator
from cnn_core.training.augment.differentiable import augment_differentiably, cut_hole, translate
from cnn_core.training.engine.adversarial import (
    AdversarialPlan,
    AdversarialTrainer,
    add_spectral_norm,
    remove_spectral_norm,
)
from cnn_core.training.engine.gan import Film

CPU = torch.device("cpu")


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_moved_pictures_keep_their_pixels() -> None:
    x = torch.zeros(40, 1, 9, 9)
    x[:, :, 4, 4] = 1
    places = translate(x, 2, rng()).flatten(1).argmax(1)
    rows, columns = places // 9, places % 9
    assert set(rows.tolist()) == set(columns.tolist()) == {2, 3, 4, 5, 6}


def test_the_hole_is_a_square() -> None:
    x = cut_hole(torch.ones(50, 2, 16, 16), 8, rng())
    missing = (x == 0).sum((2, 3))
    assert (missing[:, 0] == missing[:, 1]).all()
    assert int(missing.max()) == 64
    assert int(missing.min()) >= 16  # a quarter of it, where it sticks out at a corner


def test_changes_let_gradients_through() -> None:
    x = torch.zeros(4, 3, 16, 16, requires_grad=True)
    augment_differentiably(x, rng()).sum().backward()
    assert x.grad is not None
    assert float(x.grad.abs().sum()) > 0


def test_variety_of_equal_pictures_is_nothing() -> None:
    x = torch.randn(1, 3, 4, 4, generator=rng()).expand(5, -1, -1, -1)
    assert variety(x).shape == (5, 1, 4, 4)
    assert float(variety(x).max()) < 1e-3
    assert float(variety(torch.stack([torch.zeros(3, 4, 4), torch.full((3, 4, 4), 2.0)])).max()) == pytest.approx(1)


def test_spectral_normalisation_is_there_while_learning_and_gone_afterwards() -> None:
    torch.manual_seed(0)
    discriminator = add_spectral_norm(build_model("discriminator", {"width": 4, "size": 16}))
    x = torch.randn(3, 3, 16, 16)
    for _ in range(60):
        discriminator(x)  # the largest stretch is found by power iteration
    wanted = discriminator.eval()(x)
    bare = remove_spectral_norm(discriminator)
    assert set(bare.state_dict()) == set(build_model("discriminator", {"width": 4, "size": 16}).state_dict())
    assert torch.allclose(bare(x), wanted, atol=1e-5)
    stretch = torch.linalg.matrix_norm(bare.get_parameter("score.weight").detach(), 2)
    assert float(stretch) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("size", [8, 16, 32])
def test_sizes(size: int) -> None:
    generator = Generator(latent=5, width=4, size=size)
    assert generator(torch.randn(2, 5)).shape == (2, 3, size, size)
    assert build_model("discriminator", {"width": 4, "size": size})(torch.randn(2, 3, size, size)).shape == (2,)
    directions = generator.directions(3)
    assert torch.allclose(directions @ directions.T, torch.eye(3), atol=1e-5)


def test_an_impossible_size() -> None:
    with pytest.raises(ValueError, match="8, 16, 32, 64"):
        build_model("generator", {"latent": 5, "width": 4, "size": 24})


def red(n: int, rng: torch.Generator) -> torch.Tensor:
    """Pictures that are red and nothing else."""
    return torch.tensor([0.8, -0.8, -0.8]).view(1, 3, 1, 1).expand(n, 3, 8, 8) + 0.05 * torch.randn(
        n, 3, 8, 8, generator=rng
    )


def networks() -> tuple[Generator, Discriminator]:
    """A small pair for pictures of 8 x 8 pixels."""
    torch.manual_seed(0)
    return Generator(latent=4, width=4, size=8), Discriminator(width=4, size=8)


def train_red(steps: int, checkpoint: Path | None) -> AdversarialTrainer:
    plan = AdversarialPlan(steps, batch=16, generator_rate=2e-3, discriminator_rate=2e-3, ema=0.9, log_every=10)
    trainer = AdversarialTrainer(*networks(), red, plan, CPU, 1, checkpoint)
    trainer.run(lambda generator, step: {"red": float(generator(torch.zeros(1, 4))[0, 0].mean().detach())})
    return trainer


@pytest.mark.slow
def test_it_learns_a_colour_and_resumes(tmp_path: Path) -> None:
    trainer = train_red(120, None)
    with torch.no_grad():
        means = trainer.averaged.module.eval()(torch.randn(8, 4, generator=rng())).mean((0, 2, 3))
    assert means[0] > 0.3
    assert means[1:].max() < -0.2
    train_red(20, tmp_path / "a.ckpt")
    again = train_red(40, tmp_path / "a.ckpt")
    assert [record["step"] for record in again.progress.history] == [10, 20, 30, 40]


def test_the_rates_fall_at_the_end_of_every_cycle() -> None:
    plan = AdversarialPlan(8, batch=4, generator_rate=1e-3, cycles=2, decay_share=0.5, augmented=False)
    trainer = AdversarialTrainer(*networks(), red, plan, CPU, 1, None)
    rates = []
    for step in range(8):
        trainer.progress.step = step
        trainer._step()
        rates.append(round(trainer.generator_optimizer.param_groups[0]["lr"] / 1e-3, 4))
    assert rates == [1, 1, 1, 0.5] * 2


@pytest.mark.parametrize("kept_on_disk", [False, True])
def test_the_film_is_shown_in_the_order_of_the_training(kept_on_disk: bool, tmp_path: Path) -> None:
    generator = Generator(latent=8, width=4, size=32).eval()
    film = Film(tmp_path if kept_on_disk else None)
    for step, last in ((1600, False), (150, False), (100, False), (2000, True)):
        film.record(generator, step, last)
    assert film.steps() == [100, 1600, 2000]
    assert len(film.frames()) == 3 and all(frame.startswith(b"\xff\xd8") for frame in film.frames())
