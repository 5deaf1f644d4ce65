"""Demos computed by two replicas of a Ray Serve application on this machine; the rest without Ray."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cnn_core.errors import InputError
from demos import catalogue, elsewhere, ray_serve, runner
from tests.demos import lent_runs
from tests.demos.lent_runs import tried

CLUSTER = "ray://127.0.0.1:6379"


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """No cluster from before."""
    yield
    ray_serve.at_once.cache_clear()


@pytest.mark.parametrize("address", ["here", "ray://", "ray://host", "http://host:6379"])
def test_what_is_no_cluster_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_BACKEND", address)
    ray_serve.handle.cache_clear()
    with pytest.raises(InputError, match="is no cluster; one is named as in CNN_BACKEND=ray"):
        elsewhere.at_once()


def test_without_ray_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    monkeypatch.setenv("CNN_BACKEND", CLUSTER)
    ray_serve.handle.cache_clear()
    with pytest.raises(InputError, match=r"pip install -r requirements-cluster\.txt"):
        elsewhere.at_once()


def test_without_the_setting_runs_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNN_BACKEND", raising=False)
    ((_, process, _, _),) = elsewhere.steps(lent_runs.where, {"number": 1})
    assert process == os.getpid() and elsewhere.at_once() in (1, 2)


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two replicas."""
    pytest.importorskip("ray.serve", reason="Ray is not installed: pip install -r requirements-cluster.txt")
    library = ray_serve.ray()
    library.init(num_cpus=3, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_BACKEND", CLUSTER)
        ray_serve.handle.cache_clear()
        ray_serve.start(2, 2)
        yield
    library.serve.shutdown()
    library.shutdown()
    ray_serve.handle.cache_clear()


@pytest.mark.slow
def test_two_replicas_share_the_runs(cluster: None) -> None:
    assert runner.at_once() == 2
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: tried(lent_runs.where, number), range(24)))
    assert [steps[0][0] for steps, _, _ in found] == [2 * number for number in range(24)]
    processes = {steps[0][1] for steps, _, _ in found}
    assert len(processes) == 2 and os.getpid() not in processes
    assert [used["remarks"] for _, _, used in found] == [[f"Remark {number}."] for number in range(24)]


@pytest.mark.slow
def test_steps_sentences_and_mistakes_come_back(cluster: None) -> None:
    steps, error, used = tried(lent_runs.count, 3)
    assert (steps, error) == ([0, 1, 2], None) and used["seconds"] == {"net": 3.0}
    assert tried(lent_runs.refuse, 5) == ([5], "Take a smaller number.", {})
    assert "ValueError" in tried(lent_runs.crash, 5)[1]


@pytest.mark.slow
def test_a_demo_gives_the_same_answer_there(cluster: None, monkeypatch: pytest.MonkeyPatch) -> None:
    demo = catalogue.demo_named("classify")
    inputs = runner.example_values(demo, demo.examples[0])

    def answer() -> Any:
        *_, last = runner.answers(demo, inputs, visitor=None)
        return last

    there = answer()
    monkeypatch.delenv("CNN_BACKEND")
    here = answer()
    bars = next(k for k, value in enumerate(here.values) if isinstance(value, dict))
    assert there.values[bars] == pytest.approx(here.values[bars], abs=1e-5)
    assert there.facts.split("·")[0] == "**CPU, 1 thread** "
