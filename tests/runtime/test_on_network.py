"""Around every answer of a network: which one is loaded where, and what happens when a GPU's memory is full."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from cnn_core.runtime import devices, on_network, run_log

FULL = torch.OutOfMemoryError("CUDA out of memory")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where each network was loaded, on a machine with a GPU; a "network" is just its name and its place."""
    places: list[Any] = []

    def load(name: str, place: torch.device | None = None) -> tuple[str, str]:
        where = "gpu" if place is None else place.type
        places.append((name, where))
        return name, where

    monkeypatch.setattr(on_network, "load", load)
    monkeypatch.setattr(devices, "device", lambda: torch.device("cuda"))
    monkeypatch.setattr(devices, "empty_cache", lambda place: places.append("emptied"))
    return places


def failing(error: Exception) -> Any:
    """A task that works on the CPU and fails on the GPU."""

    @on_network.on_network
    def task(network: Any, given: str, times: int = 1) -> str:
        if network[1] == "gpu":
            raise error
        return f"{network[0]} {given} {times}"

    return task


@pytest.mark.parametrize("error", [FULL, RuntimeError("MPS backend Out Of Memory (MPS allocated: 5.0 GB)")])
def test_a_full_memory_is_emptied_and_the_cpu_answers_and_the_page_says_so(asked: list[Any], error: Exception) -> None:
    usage = run_log.Usage()
    with run_log.recorded(usage):
        assert failing(error)("a cat", "some_net", times=3) == "some_net a cat 3"
    assert asked == [("some_net", "gpu"), "emptied", ("some_net", "cpu")]
    assert usage.remarks == ["The GPU's memory was full, so this ran on the CPU."]


@pytest.mark.parametrize("error", [RuntimeError("shapes do not fit"), ValueError("out of memory")])
def test_other_errors_are_not_hidden_by_a_second_run(asked: list[Any], error: Exception) -> None:
    usage = run_log.Usage()
    with run_log.recorded(usage), pytest.raises(type(error), match=str(error)):
        failing(error)("a cat", "some_net")
    assert asked == [("some_net", "gpu")] and usage.remarks == []


def test_a_full_memory_of_the_cpu_itself_is_an_error(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "device", lambda: torch.device("cpu"))
    with pytest.raises(torch.OutOfMemoryError):
        failing(FULL)("a cat", "some_net")
    assert asked == [("some_net", "gpu")]


def test_steps_begin_anew_on_the_cpu_when_the_memory_fills_up_on_the_way(asked: list[Any]) -> None:
    @on_network.on_network
    def count(network: Any, given: int) -> Iterator[str]:
        for step in range(given):
            if step == 2 and network[1] == "gpu":
                raise FULL
            yield f"{network[1]} {step}"

    usage = run_log.Usage()
    with run_log.recorded(usage):
        assert list(count(3, "some_net")) == ["gpu 0", "gpu 1", "cpu 0", "cpu 1", "cpu 2"]
    assert asked == [("some_net", "gpu"), "emptied", ("some_net", "cpu")] and len(usage.remarks) == 1


def test_the_made_function_takes_the_name_in_the_second_place() -> None:
    assert list(inspect.signature(failing(FULL)).parameters) == ["given", "weights_name", "times"]
