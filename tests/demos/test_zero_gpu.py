"""A GPU that is lent to forked processes, as on ZeroGPU Spaces; tests/pretend_spaces stands in for ``spaces``."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from cnn_core.runtime import devices, run_log
from demos import catalogue, elsewhere
from demos.spec import Demo
from tests.demos import lent_runs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What happened in a process that believes to be a ZeroGPU Space."""
    space = {"SPACES_ZERO_GPU": "true", "PYTHONPATH": f"{ROOT}:{ROOT / 'tests/pretend_spaces'}", "CNN_DEVICE": ""}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.demos.lent_runs"], cwd=ROOT, env=os.environ | space, capture_output=True, text=True,
        timeout=200, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.slow
def test_the_main_process_touches_no_gpu(said: dict[str, Any]) -> None:
    assert said["believes"] and said["device"] == "cpu"
    assert said["health"] == "CPU, 2 threads"


@pytest.mark.slow
def test_runs_happen_in_one_other_process(said: dict[str, Any]) -> None:
    ((first, process, device, count),), error, used = said["where"][0]
    assert (first, device, count, error) == (6, "cpu", 1, None)
    assert process != said["here"]
    assert used == {"seconds": {}, "remarks": ["Remark 3."], "device": "CPU, 1 thread"}
    ((second, same, _, again),), _, used = said["where"][1]
    assert (second, same, again) == (8, process, 2)  # its memory is still there
    assert used["remarks"] == ["Remark 4."]


@pytest.mark.slow
def test_the_facts_come_back_with_each_step(said: dict[str, Any]) -> None:
    steps, error, used = said["count"]
    assert (steps, error) == ([0, 1, 2], None)
    assert used["seconds"] == {"net": 3.0} and used["remarks"] == ["Counted."]


@pytest.mark.slow
def test_sentences_come_back_and_secrets_do_not(said: dict[str, Any]) -> None:
    assert said["refuse"] == [[5], "Take a smaller number.", {}]
    assert said["crash"] == [[], "Error ValueError", {}]  # runner.answers makes "Something went wrong" of it
    assert said["quota"] == [[], "You have 10 s left, and 20 s were asked for.", {}]


@pytest.mark.slow
def test_a_demo_answers_from_there(said: dict[str, Any]) -> None:
    assert said["facts"].startswith("**CPU, 1 thread** · ")
    assert "ndarray" in said["shown"] or "dict" in said["shown"]


@pytest.mark.slow
def test_a_gpu_is_asked_for_as_long_as_a_run_may_need(said: dict[str, Any]) -> None:
    assert said["asked"] == [20, 20, 120, 120, 20, 20, 20]


@pytest.fixture
def space(monkeypatch: pytest.MonkeyPatch) -> Any:
    """This process as a Space's, without ``spaces``."""
    threads = torch.get_num_threads()
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.setenv("CNN_DEVICE", "")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(devices, "_taken", [])
    devices.device.cache_clear()
    yield monkeypatch
    devices.device.cache_clear()
    torch.set_num_threads(threads)


def test_only_who_takes_the_gpu_has_it(space: pytest.MonkeyPatch) -> None:
    for wanted in ("", "cuda"):
        space.setenv("CNN_DEVICE", wanted)
        devices.device.cache_clear()
        assert devices.gpu_is_lent() and devices.device().type == "cpu"
    space.setenv("CNN_DEVICE", "")
    devices.take_lent_gpu()
    assert not devices.gpu_is_lent() and devices.device().type == "cuda"
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_elsewhere_nothing_is_lent(value: str, space: pytest.MonkeyPatch) -> None:
    space.setenv("SPACES_ZERO_GPU", value)
    assert not devices.gpu_is_lent() and devices.device().type == "cuda"


def test_elsewhere_a_run_stays_here() -> None:
    usage = run_log.Usage()
    with run_log.recorded(usage):
        ((_, process, _, _),) = elsewhere.steps(lent_runs.where, {"number": 1})
    assert process == os.getpid() and usage.device == "" and usage.remarks == ["Remark 1."]


@pytest.mark.parametrize("demo", catalogue.find_demos(), ids=lambda demo: demo.name)
def test_another_process_finds_its_run(demo: Demo) -> None:
    assert pickle.loads(pickle.dumps(demo.run)) is demo.run
    assert "<locals>" not in demo.run.__qualname__
