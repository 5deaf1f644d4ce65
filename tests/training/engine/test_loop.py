"""The training loop: it learns, it resumes to the same weights, its order depends on the seed alone."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cnn_core.training.engine.loop import Plan, Trainer, batches, parameter_groups

PLAN = Plan(epochs=3, batch=4, rate=0.05, ema=0.5, weight_decay=0.0)
CPU = torch.device("cpu")


def trainer(plan: Plan, checkpoint: Path | None = None) -> Trainer:
    """A line y = 2x - 1 to be learned from 16 points."""
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 16)[:, None]
    y = 2 * x - 1

    def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
        with torch.autocast("cpu", enabled=False):
            return (model(x[indices]) - y[indices]).square().mean(), {"progress": torch.tensor(progress)}

    return Trainer(nn.Sequential(nn.Linear(1, 1)), 16, loss, plan, CPU, seed=3, checkpoint=checkpoint)


def test_it_learns_a_line() -> None:
    trained = trainer(replace(PLAN, epochs=60))
    line = trained.run().get_submodule("0")
    assert isinstance(line, nn.Linear)
    assert line.weight.item() == pytest.approx(2, abs=0.02)
    assert line.bias.item() == pytest.approx(-1, abs=0.02)
    assert trained.progress.history[-1]["train_loss"] < 0.001


def test_history_has_one_record_an_epoch_with_evaluation() -> None:
    trained = trainer(PLAN)
    trained.run(lambda model: {"answer": 0.42})
    assert [record["epoch"] for record in trained.progress.history] == [1, 2, 3]
    assert all(record["val_answer"] == 0.42 for record in trained.progress.history)


class InterruptedRunError(Exception):
    pass


def test_a_resumed_run_ends_where_an_unbroken_one_ends(tmp_path: Path) -> None:
    unbroken = trainer(PLAN).run().state_dict()

    def stop_after_second(model: nn.Module) -> dict[str, float]:
        calls.append(1)
        if len(calls) == 2:
            raise InterruptedRunError
        return {}

    calls: list[int] = []
    first = trainer(PLAN, tmp_path / "c.ckpt")
    with pytest.raises(InterruptedRunError):
        first.run(stop_after_second)  # the second epoch ran, but its checkpoint was not written
    second = trainer(PLAN, tmp_path / "c.ckpt")
    assert second.progress.step == 4
    resumed = second.run().state_dict()
    for name, value in unbroken.items():
        assert torch.equal(value, resumed[name]), name


def test_a_finished_run_does_nothing_more(tmp_path: Path) -> None:
    trainer(PLAN, tmp_path / "c.ckpt").run()
    again = trainer(PLAN, tmp_path / "c.ckpt")
    before = {k: v.clone() for k, v in again.averaged.module.state_dict().items()}
    assert again.finished
    after = again.run().state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_batches_cover_each_epoch_once_and_can_start_anywhere() -> None:
    whole = list(batches(10, 3, 0, 6, seed=1))
    first_epoch = torch.cat(whole[:3])
    assert len(first_epoch.unique()) == 9  # the tenth sample has no whole batch
    assert not torch.equal(first_epoch, torch.cat(whole[3:]))
    for a, b in zip(whole[4:], batches(10, 3, 4, 6, seed=1), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(first_epoch, torch.cat(list(batches(10, 3, 0, 3, seed=2))))


def test_no_weight_decay_on_norms_and_biases() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    decayed, plain = parameter_groups(model, 0.1)
    assert [tuple(p.shape) for p in decayed["params"]] == [(4, 3, 3, 3)]
    assert decayed["weight_decay"] == 0.1
    assert len(plain["params"]) == 3
    assert plain["weight_decay"] == 0
