"""The account that every training keeps: means over a record's own steps, and old checkpoints that counted no samples."""

from pathlib import Path

import torch
from torch import Tensor

from cnn_core.training.engine.progress import ResumableTraining

CPU = torch.device("cpu")


class Counting(ResumableTraining):
    """Each step shows three samples; its value is the number of the step."""

    def __init__(self, steps: int, checkpoint: Path | None) -> None:
        super().__init__(
            {"part": torch.nn.Linear(1, 1)}, steps=steps, steps_a_record=4, batch=5, minutes_between_checkpoints=9,
            checkpoint=checkpoint, device=CPU,
        )  # fmt: skip
        self._run()

    def _step(self) -> tuple[int, dict[str, Tensor]]:
        return 3, {"value": torch.tensor(float(self.progress.step))}

    def _record(self, means: dict[str, float]) -> dict[str, float]:
        return {"epoch": self.progress.step / 4, **means}


def test_a_record_is_the_mean_over_its_own_steps() -> None:
    progress = Counting(6, None).progress
    assert [record["value"] for record in progress.history] == [1.5, 4.5]  # of 0, 1, 2, 3 and of 4, 5
    assert progress.samples == 18


def test_what_was_counted_is_kept(tmp_path: Path) -> None:
    Counting(4, tmp_path / "a.ckpt")
    again = Counting(6, tmp_path / "a.ckpt").progress
    assert (again.step, again.samples) == (6, 18)
    assert [record["value"] for record in again.history] == [1.5, 4.5]


def test_a_checkpoint_that_counted_no_samples(tmp_path: Path) -> None:
    Counting(4, tmp_path / "a.ckpt")
    state = torch.load(tmp_path / "a.ckpt", weights_only=True)
    del state["progress"]["samples"]
    torch.save(state, tmp_path / "a.ckpt")
    assert Counting(6, tmp_path / "a.ckpt").progress.samples == 4 * 5 + 2 * 3  # steps before it times the plan's batch
