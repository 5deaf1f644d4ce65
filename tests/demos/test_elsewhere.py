"""What happens between the process that shows a run and the one that computes it, without a second process."""

import pickle
import time
from collections.abc import Iterator
from typing import Any

import pytest

from cnn_core.errors import LabError
from cnn_core.runtime import devices, run_log
from demos import elsewhere
from tests.demos import lent_runs


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was asked of a process elsewhere, which is this one; all that comes from it is pickled on its way."""
    asked: list[tuple[Any, ...]] = []

    def ask(*question: Any) -> Iterator[Any]:
        asked.append(question)
        for found in elsewhere.compute(*question):
            yield pickle.loads(pickle.dumps(found))

    monkeypatch.setattr(elsewhere, "place", lambda: ask)
    return asked


def test_times_add_up_and_remarks_come_once(pretended: list[tuple[Any, ...]]) -> None:
    usage = run_log.Usage(seconds={"net": 0.5, "other": 1.0}, remarks=["Before."], visitor="v")
    with run_log.recorded(usage):
        assert list(elsewhere.steps(lent_runs.count, {"number": 2})) == [0, 1]
    assert usage.seconds == {"net": 2.5, "other": 1.0}
    assert usage.remarks == ["Before.", "Counted."]
    assert usage.device == devices.device_name()
    assert pretended == [(lent_runs.count, {"number": 2}, "v", None)]


def test_time_is_told_as_what_is_left(pretended: list[tuple[Any, ...]]) -> None:
    with run_log.recorded(run_log.Usage(ends=time.monotonic() + 50)):
        assert list(elsewhere.steps(lent_runs.count, {"number": 1})) == [0]
    assert 45 < pretended[0][3] <= 50
    with run_log.recorded(run_log.Usage(ends=time.monotonic() - 1)), pytest.raises(LabError, match="took too long"):
        list(elsewhere.steps(lent_runs.count, {"number": 1}))


def test_what_no_other_process_finds_stays_here(pretended: list[tuple[Any, ...]]) -> None:
    assert list(elsewhere.steps(lambda number: number + 1, {"number": 1})) == [2]
    assert pretended == []
