"""Training a generator against a discriminator: losses, changes that both kinds of pictures suffer, a loop that resumes."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator as Chance
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import remove_parametrizations
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from cnn_core.training.engine.loop import Progress

logger = logging.getLogger(__name__)


def hinge_of_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """What it costs that real pictures get less than 1 and generated ones more than -1: scores (N,), (N,) -> a scalar."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_of_generator(fake: Tensor) -> Tensor:
    """What it costs that the scores (N,) of generated pictures are low: a scalar."""
    return -fake.mean()


def changed(x: Tensor, chance: Chance) -> Tensor:
    """Pictures (N, 3, S, S) in -1..1 brightened, recoloured, moved and with a hole, each at random; differentiable.

    Real and generated pictures both go through this before the discriminator sees them, so that it cannot learn a small data
    set by heart (DiffAugment: Zhao et al. 2020, arXiv:2006.10738).
    """
    n, _, size, _ = x.shape

    def drawn(low: float, high: float) -> Tensor:
        return (torch.rand(n, 1, 1, 1, generator=chance) * (high - low) + low).to(x)

    x = x + drawn(-0.5, 0.5)
    mean = x.mean(1, keepdim=True)
    x = mean + (x - mean) * drawn(0, 2)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * drawn(0.5, 1.5)
    return with_hole(moved(x, size // 8, chance), size // 2, chance)


def moved(x: Tensor, reach: int, chance: Chance) -> Tensor:
    """Each picture moved by up to ``reach`` pixels each way, with 0 where nothing was."""
    n, _, h, w = x.shape
    padded = F.pad(x, [reach] * 4)
    down, right = (torch.randint(0, 2 * reach + 1, (n, 1), generator=chance).to(x.device) for _ in range(2))
    rows = torch.arange(h, device=x.device)[None] + down
    columns = torch.arange(w, device=x.device)[None] + right
    every = torch.arange(n, device=x.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[every, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def with_hole(x: Tensor, side: int, chance: Chance) -> Tensor:
    """Each picture with 0 in a square of this side somewhere; it may stick out."""
    n, _, h, w = x.shape
    top, left = (torch.randint(-side // 2, h - side // 2, (n, 1), generator=chance).to(x.device) for _ in range(2))
    rows, columns = torch.arange(h, device=x.device)[None], torch.arange(w, device=x.device)[None]
    inside = ((rows >= top) & (rows < top + side))[:, :, None] & ((columns >= left) & (columns < left + side))[:, None, :]
    return x * ~inside[:, None]


def normed(discriminator: nn.Module) -> nn.Module:
    """The discriminator with spectral normalisation of every kernel, while it learns."""
    for module in discriminator.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            spectral_norm(module)
    return discriminator


def plain(discriminator: nn.Module) -> nn.Module:
    """The same without it, its kernels as they were divided: what is shipped. Changes its argument."""
    discriminator.eval()
    for module in discriminator.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            remove_parametrizations(module, "weight")
    return discriminator


@dataclass(frozen=True)
class Duel:
    """How long and how fast both are trained.

    Attributes:
        steps: of the generator.
        batch: pictures a step.
        generator_rate, discriminator_rate: of Adam (two time scales: Heusel et al. 2017, arXiv:1706.08500).
        momentum: Adam's two.
        turns: steps of the discriminator for one of the generator.
        ema: decay of the running average of the generator, a step.
        cycles: equal parts of the training; in each both rates begin anew.
        fall: share of a cycle's steps, the last ones, in which both rates fall evenly to 0.
        augmented: whether pictures are ``changed`` before they are judged; where there are pictures without end it only
            hides faults.
    """

    steps: int
    batch: int = 64
    generator_rate: float = 2e-4
    discriminator_rate: float = 4e-4
    momentum: tuple[float, float] = (0.0, 0.9)
    turns: int = 1
    ema: float = 0.999
    cycles: int = 1
    fall: float = 0.25
    augmented: bool = True
    log_every: int = 100
    minutes_between_checkpoints: float = 3.0


class DuelTrainer:
    """Trains both; ``averaged`` is the generator's EMA, the one that is shipped.

    Args:
        generator, discriminator: trained in place; the discriminator gets spectral normalisation.
        real: (how many, chance) -> that many real pictures (N, 3, S, S) in -1..1.
        plan: see ``Duel``.
        device: where to train.
        seed: of everything.
        checkpoint: file to resume from and to write to, or None.
    """

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        real: Callable[[int, Chance], Tensor],
        plan: Duel,
        device: torch.device,
        seed: int,
        checkpoint: Path | None,
    ) -> None:
        self.generator, self.discriminator = generator.to(device), normed(discriminator).to(device)
        self.real, self.plan, self.device, self.seed, self.checkpoint = real, plan, device, seed, checkpoint
        self.optimizers = [
            torch.optim.Adam(model.parameters(), rate, plan.momentum)
            for model, rate in ((generator, plan.generator_rate), (discriminator, plan.discriminator_rate))
        ]
        self.averaged = AveragedModel(generator, multi_avg_fn=get_ema_multi_avg_fn(plan.ema), use_buffers=True)
        self.progress = Progress()
        if checkpoint is not None and checkpoint.exists():
            self._resume(checkpoint)

    def run(self, evaluate: Callable[[nn.Module, int], dict[str, float]]) -> None:
        """Trains to the end of the plan; ``evaluate(averaged generator, step)`` is called with every record."""
        started, used, saved = time.monotonic(), self.progress.minutes, time.monotonic()
        sums: dict[str, float] = {}
        while self.progress.step < self.plan.steps:
            for name, value in self._step(self.progress.step).items():
                sums[name] = sums.get(name, 0.0) + value
            self.progress.step += 1
            self.progress.minutes = used + (time.monotonic() - started) / 60
            if self.progress.step % self.plan.log_every == 0 or self.progress.step == self.plan.steps:
                means = {f"train_{name}": value / self.plan.log_every for name, value in sums.items()}
                sums = {}
                figures = evaluate(self.averaged.module.eval(), self.progress.step)
                record = {"step": self.progress.step, **means, **figures, "minutes": self.progress.minutes}
                self.progress.history.append({name: round(value, 4) for name, value in record.items()})
                logger.info("%s", json.dumps(self.progress.history[-1]))
            if (
                time.monotonic() - saved > 60 * self.plan.minutes_between_checkpoints
                or self.progress.step == self.plan.steps
            ):
                saved = time.monotonic()
                self._save()

    def _step(self, step: int) -> dict[str, float]:
        chance = Chance().manual_seed(self.seed * 1_000_003 + step)
        self.generator.train()
        costs = []
        for _ in range(self.plan.turns):
            with torch.autocast(self.device.type, torch.bfloat16):
                with torch.no_grad():
                    fake = self.generator(self._latent(chance))
                real = self.real(self.plan.batch, chance).to(self.device)
                scores = [self._judged(part, chance) for part in (real, fake)]
                cost = hinge_of_discriminator(*scores)
            self._climb(1, cost)
            costs.append(float(cost.detach()))
        self.discriminator.requires_grad_(False)
        with torch.autocast(self.device.type, torch.bfloat16):
            cost = hinge_of_generator(self._judged(self.generator(self._latent(chance)), chance))
        self._climb(0, cost)
        self.discriminator.requires_grad_(True)
        self.averaged.update_parameters(self.generator)
        real_mean, fake_mean = (float(part.detach().mean()) for part in scores)
        return {
            "discriminator": sum(costs) / len(costs),
            "generator": float(cost.detach()),
            "real": real_mean,
            "fake": fake_mean,
        }

    def _judged(self, pictures: Tensor, chance: Chance) -> Tensor:
        pictures = pictures.float()
        return self.discriminator(changed(pictures, chance) if self.plan.augmented else pictures).float()

    def _latent(self, chance: Chance) -> Tensor:
        latent: Any = self.generator.latent
        return torch.randn(self.plan.batch, latent, generator=chance).to(self.device)

    def _climb(self, which: int, cost: Tensor) -> None:
        left = 1 - (self.progress.step * self.plan.cycles / self.plan.steps) % 1
        rate = (self.plan.generator_rate, self.plan.discriminator_rate)[which]
        for group in self.optimizers[which].param_groups:
            group["lr"] = rate * min(1.0, left / self.plan.fall)
        self.optimizers[which].zero_grad()
        cost.backward()
        self.optimizers[which].step()

    def _save(self) -> None:
        if self.checkpoint is None:
            return
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        parts = {name: getattr(self, name).state_dict() for name in ("generator", "discriminator", "averaged")}
        state = {**parts, "optimizers": [o.state_dict() for o in self.optimizers], "progress": vars(self.progress)}
        temporary = self.checkpoint.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(self.checkpoint)

    def _resume(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint, map_location=self.device, weights_only=True)
        for name in ("generator", "discriminator", "averaged"):
            getattr(self, name).load_state_dict(state[name])
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.progress = Progress(**state["progress"])
        logger.info("resumed at step %d of %d", self.progress.step, self.plan.steps)
