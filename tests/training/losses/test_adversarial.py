"""The hinge losses of generator and discriminator, and who learns when."""

import pytest
import torch
from torch import Tensor

from cnn_core.models.discriminator import Discriminator
from cnn_core.models.generator import Generator
from cnn_core.training.engine.adversarial import AdversarialPlan, AdversarialTrainer
from cnn_core.training.losses.adversarial import discriminator_hinge_loss, generator_hinge_loss


def test_hinges_worked_by_hand() -> None:
    real, fake = torch.tensor([2.0, 0.5]), torch.tensor([-3.0, 0.0])
    assert float(discriminator_hinge_loss(real, fake)) == pytest.approx((0 + 0.5) / 2 + (0 + 1) / 2)
    assert float(generator_hinge_loss(fake)) == pytest.approx(1.5)


def test_real_pictures_should_score_high_and_generated_ones_low() -> None:
    real, fake = torch.zeros(2, requires_grad=True), torch.zeros(4, requires_grad=True)
    discriminator_hinge_loss(real, fake).backward()
    assert real.grad is not None and fake.grad is not None
    assert real.grad.tolist() == [-0.5, -0.5]  # a step against the gradient raises these ...
    assert fake.grad.tolist() == [0.25] * 4  # ... and lowers those


def test_a_generator_that_is_found_out_still_learns() -> None:
    # log(1 - sigmoid(score)), the saturating loss, has a gradient of -sigmoid(-30) / 2 = -5e-14 here
    fake = torch.full((2,), -30.0, requires_grad=True)
    generator_hinge_loss(fake).backward()
    assert fake.grad is not None
    assert fake.grad.tolist() == [-0.5, -0.5]


def grey(n: int, rng: torch.Generator) -> Tensor:
    return torch.zeros(n, 3, 8, 8)


def trainer(discriminator_steps: int = 1) -> AdversarialTrainer:
    torch.manual_seed(0)
    plan = AdversarialPlan(
        3, batch=4, generator_rate=1e-3, augmented=False, discriminator_steps=discriminator_steps, log_every=2
    )
    networks = Generator(latent=4, width=4, size=8), Discriminator(width=4, size=8)
    return AdversarialTrainer(*networks, grey, plan, torch.device("cpu"), 1, None)


def weights_of(network: torch.nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten().clone() for parameter in network.parameters()])


def test_each_update_changes_one_network() -> None:
    pair = trainer()
    rng = torch.Generator().manual_seed(0)
    generator, discriminator = weights_of(pair.generator), weights_of(pair.discriminator)
    pair._update_discriminator(rng)
    assert torch.equal(weights_of(pair.generator), generator)
    assert not torch.equal(weights_of(pair.discriminator), discriminator)
    discriminator = weights_of(pair.discriminator)
    pair._update_generator(rng)
    assert not torch.equal(weights_of(pair.generator), generator)
    assert torch.equal(weights_of(pair.discriminator), discriminator)
    assert all(parameter.requires_grad for parameter in pair.discriminator.parameters())


def test_the_generator_raises_the_score_of_its_pictures() -> None:
    pair = trainer()
    losses = [float(pair._update_generator(torch.Generator().manual_seed(0))) for _ in range(8)]
    assert losses[-1] < losses[0]  # the same latent vectors each time; the loss is minus their mean score


def test_samples_are_the_real_pictures_that_were_shown() -> None:
    pair = trainer(discriminator_steps=2)
    pair.run(lambda generator, step: {})
    assert pair.progress.samples == 3 * 2 * 4
    assert [record["step"] for record in pair.progress.history] == [2, 3]
