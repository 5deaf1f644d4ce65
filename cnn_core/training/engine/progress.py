"""What every training keeps account of: steps, samples, minutes, records, and a checkpoint to go on from."""

import json
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

logger = logging.getLogger(__name__)


@dataclass
class Progress:
    """What a checkpoint remembers beside the tensors.

    Attributes:
        step: updates done.
        minutes: used so far, over all interruptions.
        history: one record an epoch (or every so many steps).
        samples: shown so far, each step's real batch counted.
    """

    step: int = 0
    minutes: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)
    samples: int = 0

    def followed_by(self, second: "Progress") -> "Progress":
        """The records of two trainings that follow each other as those of one: all of them go on counting."""
        epochs = self.history[-1]["epoch"] if self.history else 0.0
        later = [
            record | {"epoch": round(record["epoch"] + epochs, 4), "minutes": round(record["minutes"] + self.minutes, 4)}
            for record in second.history
        ]
        return Progress(
            self.step + second.step,
            self.minutes + second.minutes,
            self.history + later,
            self.samples + second.samples,
        )


class Stateful(Protocol):
    """A network, an optimiser, a schedule: what a checkpoint holds the state of."""

    def state_dict(self) -> dict[str, Any]:
        """Its state as tensors and plain values."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> object:
        """Puts it back into that state."""


class ResumableTraining(ABC):
    """A loop of steps that logs, saves and resumes; a subclass says what one step and one record are.

    Args:
        parts: name -> what the checkpoint holds, beside the progress.
        steps: how many there are in all.
        steps_a_record: after so many steps a record joins the history.
        batch: samples a step, for checkpoints that did not count them yet.
        minutes_between_checkpoints: at most this much work is lost when the machine stops.
        checkpoint: file to resume from and to write to, or None.
        device: where the tensors of the checkpoint go.
    """

    def __init__(
        self,
        parts: Mapping[str, Stateful],
        *,
        steps: int,
        steps_a_record: int,
        batch: int,
        minutes_between_checkpoints: float,
        checkpoint: Path | None,
        device: torch.device,
    ) -> None:
        self.parts, self.steps, self.steps_a_record = parts, steps, steps_a_record
        self.minutes_between_checkpoints, self.checkpoint = minutes_between_checkpoints, checkpoint
        self.progress = Progress()
        if checkpoint is not None and checkpoint.exists():
            self._resume(checkpoint, batch, device)

    @property
    def finished(self) -> bool:
        """Whether every planned step is done."""
        return self.progress.step >= self.steps

    @abstractmethod
    def _step(self) -> tuple[int, dict[str, Tensor]]:
        """Does one step; returns the number of samples shown, and named values to average over the steps of a record."""

    @abstractmethod
    def _record(self, means: dict[str, float]) -> dict[str, float]:
        """The record that joins the history: the named values' means since the last one, and whatever is measured now."""

    def _run(self) -> None:
        """Steps to the end of the plan."""
        started = saved = time.monotonic()
        used = self.progress.minutes
        sums: dict[str, float] = {}
        counted = 0
        while not self.finished:
            samples, values = self._step()
            for name, value in values.items():
                sums[name] = sums.get(name, 0.0) + float(value)
            counted += 1
            self.progress.step += 1
            self.progress.samples += samples
            self.progress.minutes = used + (time.monotonic() - started) / 60
            is_record_due = self.progress.step % self.steps_a_record == 0 or self.finished
            if is_record_due:
                self._log(self._record({name: value / counted for name, value in sums.items()}))
                sums, counted = {}, 0
            if is_record_due or time.monotonic() - saved > 60 * self.minutes_between_checkpoints:
                self._save()
                saved = time.monotonic()

    def _log(self, record: dict[str, float]) -> None:
        record = record | {"minutes": self.progress.minutes}
        self.progress.history.append({name: round(value, 4) for name, value in record.items()})
        logger.info("%s", json.dumps(self.progress.history[-1]))

    def _save(self) -> None:
        if self.checkpoint is None:
            return
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        states = {name: part.state_dict() for name, part in self.parts.items()}
        temporary = self.checkpoint.with_suffix(".part")
        torch.save({**states, "progress": vars(self.progress)}, temporary)
        temporary.replace(self.checkpoint)  # never half a checkpoint, whenever the machine stops

    def _resume(self, checkpoint: Path, batch: int, device: torch.device) -> None:
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        kept = state["progress"]
        self.progress = Progress(**{"samples": kept["step"] * batch, **kept})
        logger.info("resumed at step %d of %d", self.progress.step, self.steps)


def average_of(model: nn.Module, decay: float) -> AveragedModel:
    """A copy that follows ``model`` as the running average (EMA) of its weights and buffers; ``decay`` a step."""
    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)
