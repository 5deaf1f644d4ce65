"""Training a generator against a discriminator (Goodfellow et al. 2014, arXiv:1406.2661), with checkpoints that resume."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import remove_parametrizations

from cnn_core.models.generator import Generator
from cnn_core.training.augment.differentiable import augment_differentiably
from cnn_core.training.engine.progress import ResumableTraining, Stateful, average_of
from cnn_core.training.losses.adversarial import discriminator_hinge_loss, generator_hinge_loss

Evaluate = Callable[[Generator, int], dict[str, float]]
"""(averaged generator in eval mode, step) -> figures for the history."""


def add_spectral_norm(discriminator: nn.Module) -> nn.Module:
    """The discriminator with spectral normalisation of every kernel, while it learns. Changes its argument."""
    for module in discriminator.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            spectral_norm(module)
    return discriminator


def remove_spectral_norm(discriminator: nn.Module) -> nn.Module:
    """The same without it, its kernels as they were divided: what is shipped. Changes its argument."""
    discriminator.eval()
    for module in discriminator.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            remove_parametrizations(module, "weight")
    return discriminator


@dataclass(frozen=True)
class AdversarialPlan:
    """How long and how fast both networks are trained.

    Attributes:
        steps: updates of the generator.
        batch: pictures a step.
        generator_rate, discriminator_rate: of Adam (two time scales: Heusel et al. 2017, arXiv:1706.08500).
        momentum: Adam's two.
        discriminator_steps: updates of the discriminator for one of the generator.
        ema: decay of the running average of the generator, a step.
        cycles: equal parts of the training; in each both rates begin anew.
        decay_share: share of a cycle's steps, the last ones, in which both rates fall evenly to 0.
        augmented: whether pictures are augmented before they are scored; where there are pictures without end it only
            hides faults.
        log_every: steps between two records of the history.
    """

    steps: int
    batch: int = 64
    generator_rate: float = 2e-4
    discriminator_rate: float = 4e-4
    momentum: tuple[float, float] = (0.0, 0.9)
    discriminator_steps: int = 1
    ema: float = 0.999
    cycles: int = 1
    decay_share: float = 0.25
    augmented: bool = True
    log_every: int = 100
    minutes_between_checkpoints: float = 3.0


class AdversarialTrainer(ResumableTraining):
    """Trains both; ``averaged`` is the generator's EMA, the one that is shipped.

    Args:
        generator, discriminator: trained in place; the discriminator gets spectral normalisation.
        sample_real: (how many, rng) -> that many real pictures (N, 3, S, S) in -1..1.
        plan: how long and how fast.
        device: where to train.
        seed: of everything.
        checkpoint: file to resume from and to write to, or None.
    """

    def __init__(
        self,
        generator: Generator,
        discriminator: nn.Module,
        sample_real: Callable[[int, torch.Generator], Tensor],
        plan: AdversarialPlan,
        device: torch.device,
        seed: int,
        checkpoint: Path | None,
    ) -> None:
        self.generator, self.discriminator = generator.to(device), add_spectral_norm(discriminator).to(device)
        self.sample_real, self.plan, self.device, self.seed = sample_real, plan, device, seed
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), plan.generator_rate, plan.momentum)
        self.discriminator_optimizer = torch.optim.Adam(
            self.discriminator.parameters(), plan.discriminator_rate, plan.momentum
        )
        self.averaged = average_of(generator, plan.ema)
        self._evaluate: Evaluate | None = None
        parts: dict[str, Stateful] = {
            "generator": self.generator, "discriminator": self.discriminator, "averaged": self.averaged,
            "generator_optimizer": self.generator_optimizer, "discriminator_optimizer": self.discriminator_optimizer,
        }  # fmt: skip
        super().__init__(
            parts,
            steps=plan.steps,
            steps_a_record=plan.log_every,
            batch=plan.batch * plan.discriminator_steps,
            minutes_between_checkpoints=plan.minutes_between_checkpoints,
            checkpoint=checkpoint,
            device=device,
        )

    @property
    def averaged_generator(self) -> Generator:
        """The running average in eval mode."""
        average = self.averaged.module.eval()
        assert isinstance(average, Generator)
        return average

    def run(self, evaluate: Evaluate) -> None:
        """Trains to the end of the plan; ``evaluate`` is called for every record, its figures join it."""
        self._evaluate = evaluate
        self._run()

    def _step(self) -> tuple[int, dict[str, Tensor]]:
        """Some updates of the discriminator and one of the generator; their losses and the discriminator's mean scores."""
        step = self.progress.step
        rng = torch.Generator().manual_seed(self.seed * 1_000_003 + step)
        self._set_rates(step)
        self.generator.train()
        losses = []
        for _ in range(self.plan.discriminator_steps):
            loss, real_score, fake_score = self._update_discriminator(rng)
            losses.append(loss)
        generator_loss = self._update_generator(rng)
        self.averaged.update_parameters(self.generator)
        return self.plan.batch * self.plan.discriminator_steps, {
            "discriminator": torch.stack(losses).mean(),
            "generator": generator_loss,
            "real": real_score,
            "fake": fake_score,
        }

    def _update_discriminator(self, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """One update; the loss and the mean scores of real and of generated pictures before it."""
        with torch.autocast(self.device.type, torch.bfloat16):
            with torch.no_grad():  # the generator does not learn now
                fake = self.generator(self._sample_latents(rng))
            real = self.sample_real(self.plan.batch, rng).to(self.device)
            real_scores, fake_scores = (self._score(pictures, rng) for pictures in (real, fake))
            loss = discriminator_hinge_loss(real_scores, fake_scores)
        self.discriminator_optimizer.zero_grad()
        loss.backward()
        self.discriminator_optimizer.step()
        return loss.detach(), real_scores.detach().mean(), fake_scores.detach().mean()

    def _update_generator(self, rng: torch.Generator) -> Tensor:
        """One update through the discriminator, which does not learn now; the loss."""
        self.discriminator.requires_grad_(False)
        with torch.autocast(self.device.type, torch.bfloat16):
            loss = generator_hinge_loss(self._score(self.generator(self._sample_latents(rng)), rng))
        self.generator_optimizer.zero_grad()
        loss.backward()
        self.generator_optimizer.step()
        self.discriminator.requires_grad_(True)
        return loss.detach()

    def _score(self, pictures: Tensor, rng: torch.Generator) -> Tensor:
        """The discriminator's scores (N,) of pictures (N, 3, S, S) in -1..1, float32."""
        pictures = pictures.float()
        seen = augment_differentiably(pictures, rng) if self.plan.augmented else pictures
        scores: Tensor = self.discriminator(seen)
        return scores.float()

    def _sample_latents(self, rng: torch.Generator) -> Tensor:
        """A batch of latent vectors (N, D) from the normal distribution."""
        return torch.randn(self.plan.batch, self.generator.latent, generator=rng).to(self.device)

    def _set_rates(self, step: int) -> None:
        """Both learning rates for this step: constant, then down to 0 at the end of each cycle."""
        left = 1 - (step * self.plan.cycles / self.plan.steps) % 1
        share = min(1.0, left / self.plan.decay_share)
        for optimizer, rate in (
            (self.generator_optimizer, self.plan.generator_rate),
            (self.discriminator_optimizer, self.plan.discriminator_rate),
        ):
            for group in optimizer.param_groups:
                group["lr"] = rate * share

    def _record(self, means: dict[str, float]) -> dict[str, float]:
        """The step's number, the means since the last record, the figures of the averaged generator."""
        record = {"step": self.progress.step, **{f"train_{name}": value for name, value in means.items()}}
        assert self._evaluate is not None
        return record | self._evaluate(self.averaged_generator, self.progress.step)
