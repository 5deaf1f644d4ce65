"""One training loop for every recipe: one-cycle rate, EMA of the weights, bf16 autocast, checkpoints that resume."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.training.engine.progress import ResumableTraining, Stateful, average_of

Evaluate = Callable[[nn.Module], dict[str, float]]
"""(network in eval mode) -> figures for the history."""

Loss = Callable[[nn.Module, Tensor, float], tuple[Tensor, dict[str, Tensor]]]
"""(model, indices of this batch's samples, progress 0..1) -> (scalar loss, named counts or sums to average by sample)."""


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train.

    Attributes:
        epochs: passes over the samples (a fraction is allowed).
        batch: samples a step.
        rate: highest learning rate of the one-cycle schedule.
        warm_up: share of all steps in which the rate rises.
        momentum: Nesterov momentum of SGD.
        weight_decay: on weights of convolutions and linear layers, never on BN or biases.
        ema: decay of the running average of the weights, a step.
        adaptive: AdamW instead of SGD.
        clip: largest norm of all gradients together; longer ones are shortened to it. None leaves them.
        minutes_between_checkpoints: at most this much work is lost when the machine stops.
    """

    epochs: float
    batch: int = 128
    rate: float = 0.2
    warm_up: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-4
    ema: float = 0.998
    adaptive: bool = False
    clip: float | None = None
    minutes_between_checkpoints: float = 3.0


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """The model's parameters in two groups: with weight decay (matrices, kernels) and without (BN, biases)."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]


def batches(n: int, batch: int, first_step: int, last_step: int, seed: int) -> Iterator[Tensor]:
    """Index tensors of shape (batch,) for the steps first_step..last_step-1; the order depends on seed and epoch alone.

    A last, smaller batch of an epoch is left out, so a resumed run meets the very batches that it would have met.
    """
    per_epoch = max(n // batch, 1)
    order = torch.empty(0, dtype=torch.long)
    for step in range(first_step, last_step):
        epoch, place = divmod(step, per_epoch)
        if place == 0 or step == first_step:
            order = torch.randperm(n, generator=torch.Generator().manual_seed(seed * 1000 + epoch))
        yield order[place * batch : (place + 1) * batch]


def bf16_pays(device: torch.device) -> bool:
    """Whether bf16 is faster there: a CPU without such instructions takes three times as long as with fp32 (measured)."""
    return device.type != "cpu" or torch.cpu._is_avx512_bf16_supported()


class Trainer(ResumableTraining):
    """Trains ``model`` on ``n`` samples; ``averaged`` is its EMA, the network that is evaluated and shipped.

    Args:
        model: the network, trained in place.
        n: number of samples; the loss gets their indices.
        loss: see ``Loss``.
        plan: how long and how fast.
        device: where to train; pictures are moved there by the loss.
        seed: orders the samples; the loss keeps its own generators.
        checkpoint: file to resume from and to write to, or None.
    """

    def __init__(
        self, model: nn.Module, n: int, loss: Loss, plan: Plan, device: torch.device, seed: int, checkpoint: Path | None
    ) -> None:
        self.model = model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.n, self.loss, self.plan, self.device, self.seed = n, loss, plan, device, seed
        self.steps_an_epoch = max(n // plan.batch, 1)
        steps = max(round(plan.epochs * self.steps_an_epoch), 1)
        groups = parameter_groups(model, plan.weight_decay)
        self.optimizer: torch.optim.Optimizer = (
            torch.optim.AdamW(groups, lr=plan.rate)
            if plan.adaptive
            else torch.optim.SGD(groups, lr=plan.rate, momentum=plan.momentum, nesterov=True)
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, plan.rate, total_steps=steps + 1, pct_start=plan.warm_up, cycle_momentum=False
        )
        self.averaged = average_of(model, plan.ema)
        self._indices: Iterator[Tensor] = iter(())
        self._evaluate: Evaluate | None = None
        parts: dict[str, Stateful] = {
            "model": self.model, "averaged": self.averaged, "optimizer": self.optimizer, "schedule": self.schedule,
        }  # fmt: skip
        super().__init__(
            parts,
            steps=steps,
            steps_a_record=self.steps_an_epoch,
            batch=plan.batch,
            minutes_between_checkpoints=plan.minutes_between_checkpoints,
            checkpoint=checkpoint,
            device=device,
        )

    def run(self, evaluate: Evaluate | None = None) -> nn.Module:
        """Trains to the end of the plan and returns the averaged network in eval mode.

        ``evaluate`` is called with that network after every epoch; its figures join the epoch's record in the history.
        """
        self._evaluate = evaluate
        self._indices = batches(self.n, self.plan.batch, self.progress.step, self.steps, self.seed)
        self._run()
        return self.averaged.module.eval()

    def _step(self) -> tuple[int, dict[str, Tensor]]:
        """One optimiser step; the loss and the loss function's named values."""
        indices = next(self._indices)  # (batch,)
        self.model.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bf16_pays(self.device)):
            loss, values = self.loss(self.model, indices, self.progress.step / self.steps)
        self.optimizer.zero_grad()
        loss.backward()
        if self.plan.clip is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.plan.clip)
        self.optimizer.step()
        self.schedule.step()
        self.averaged.update_parameters(self.model)
        return len(indices), {"loss": loss.detach(), **values}

    def _record(self, means: dict[str, float]) -> dict[str, float]:
        """The epoch's number, the means over its steps, the figures of the averaged network."""
        record = {"epoch": self.progress.step / self.steps_an_epoch, **{f"train_{k}": v for k, v in means.items()}}
        if self._evaluate is not None:
            figures = self._evaluate(self.averaged.module.eval())
            record |= {f"val_{name}": value for name, value in figures.items()}
        return record
