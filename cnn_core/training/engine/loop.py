"""One training loop for every recipe: one-cycle rate, EMA of the weights, bf16 autocast, checkpoints that resume."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

logger = logging.getLogger(__name__)

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


@dataclass
class Progress:
    """What a checkpoint remembers beside the tensors: steps done, minutes used, one record an epoch."""

    step: int = 0
    minutes: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)

    def followed_by(self, second: "Progress") -> "Progress":
        """The records of two trainings that follow each other as those of one: epochs, minutes and steps go on counting."""
        epochs = self.history[-1]["epoch"] if self.history else 0.0
        later = [
            record | {"epoch": round(record["epoch"] + epochs, 4), "minutes": round(record["minutes"] + self.minutes, 4)}
            for record in second.history
        ]
        return Progress(self.step + second.step, self.minutes + second.minutes, self.history + later)


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict]:
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


class Trainer:
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
        self.checkpoint = checkpoint
        self.steps_an_epoch = max(n // plan.batch, 1)
        self.steps = max(round(plan.epochs * self.steps_an_epoch), 1)
        groups = parameter_groups(model, plan.weight_decay)
        self.optimizer: torch.optim.Optimizer = (
            torch.optim.AdamW(groups, lr=plan.rate)
            if plan.adaptive
            else torch.optim.SGD(groups, lr=plan.rate, momentum=plan.momentum, nesterov=True)
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, plan.rate, total_steps=self.steps + 1, pct_start=plan.warm_up, cycle_momentum=False
        )
        self.averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(plan.ema), use_buffers=True)
        self.progress = Progress()
        if checkpoint is not None and checkpoint.exists():
            self._resume(checkpoint)

    @property
    def finished(self) -> bool:
        """Whether every planned step is done."""
        return self.progress.step >= self.steps

    def run(self, evaluate: Callable[[nn.Module], dict[str, float]] | None = None) -> nn.Module:
        """Trains to the end of the plan and returns the averaged network in eval mode.

        ``evaluate`` is called with that network after every epoch; its figures join the epoch's record in the history.
        """
        started, used, saved = time.monotonic(), self.progress.minutes, time.monotonic()
        sums: dict[str, float] = {}
        counted = 0
        for indices in batches(self.n, self.plan.batch, self.progress.step, self.steps, self.seed):
            values = self._step(indices)
            counted += 1
            for name, value in values.items():
                sums[name] = sums.get(name, 0.0) + float(value)
            self.progress.minutes = used + (time.monotonic() - started) / 60
            if self.progress.step % self.steps_an_epoch == 0 or self.finished:
                self._end_epoch({name: value / counted for name, value in sums.items()}, evaluate)
                sums, counted, saved = {}, 0, time.monotonic()
                self._save()
            elif time.monotonic() - saved > 60 * self.plan.minutes_between_checkpoints:
                saved = time.monotonic()
                self._save()
        return self.averaged.module.eval()

    def _step(self, indices: Tensor) -> dict[str, Tensor]:
        """One optimiser step; returns the loss and the loss function's named values."""
        self.model.train()
        with torch.autocast(self.device.type, torch.bfloat16):
            loss, values = self.loss(self.model, indices, self.progress.step / self.steps)
        self.optimizer.zero_grad()
        loss.backward()
        if self.plan.clip is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.plan.clip)
        self.optimizer.step()
        self.schedule.step()
        self.averaged.update_parameters(self.model)
        self.progress.step += 1
        return {"loss": loss.detach(), **values}

    def _end_epoch(self, means: dict[str, float], evaluate: Callable[[nn.Module], dict[str, float]] | None) -> None:
        record = {"epoch": self.progress.step / self.steps_an_epoch, **{f"train_{k}": v for k, v in means.items()}}
        if evaluate is not None:
            record |= {f"val_{name}": value for name, value in evaluate(self.averaged.module.eval()).items()}
        record["minutes"] = self.progress.minutes
        self.progress.history.append({name: round(value, 4) for name, value in record.items()})
        logger.info("%s", json.dumps(self.progress.history[-1]))

    def _save(self) -> None:
        if self.checkpoint is None:
            return
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "progress": vars(self.progress),
        }
        temporary = self.checkpoint.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(self.checkpoint)

    def _resume(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.progress = Progress(**state["progress"])
        logger.info("resumed at step %d of %d", self.progress.step, self.steps)
