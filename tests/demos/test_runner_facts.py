"""What both front ends say of a run: its facts, its code, how many run at once, and what is copied."""

import copy
from collections.abc import Iterator

import pytest

from cnn_core.runtime import devices, run_log, weights
from demos import runner
from demos.spec import (
    Memory,
    Note,
)

# ---------------------------------------------------------------- facts
from tests.demos.small_runs import demo_of


class FakeCard:
    def __init__(self, name: str) -> None:
        self.title, self.line = f"Net {name}", f"trained on {name}"


def test_facts_are_in_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "card", FakeCard)
    monkeypatch.setattr(devices, "device_name", lambda: "CPU, 1 thread")
    usage = run_log.Usage(seconds={"a": 0.25}, remarks=["It was warm."])
    assert runner.facts(usage).split("  \n") == [
        "**CPU, 1 thread** · 250 ms in the network", "**Net a**: trained on a", "It was warm.",
    ]  # fmt: skip
    both = runner.facts(run_log.Usage(seconds={"a": 0.25, "b": 1.5}))
    assert both.startswith("**CPU, 1 thread** · 1750 ms") and "**Net a**: trained on a  \n**Net b**: trained on b" in both


def test_the_facts_name_the_networks_that_did_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "card", FakeCard)
    some = runner.facts(run_log.Usage(seconds={"a": 0.0, "b": 1.5, "c": 0.0}, kept=["a", "c"]))
    assert some.endswith("trained on c  \nKept from a moment ago, not run again: Net a, Net c.")
    every = runner.facts(run_log.Usage(seconds={"a": 0.0}, kept=["a"]))
    assert every.endswith("was kept from a moment ago; nothing ran again.")
    partly = runner.facts(run_log.Usage(seconds={"a": 0.2}, kept=["a"]))  # one answer kept, another one computed
    assert partly.endswith("trained on a")


def test_without_a_network_there_are_no_facts() -> None:
    assert runner.facts(run_log.Usage()) == "" and runner.facts(run_log.Usage(remarks=["Only this."])) == "Only this."


def test_facts_belong_to_their_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step of a run adds to the run's own record, and no run sees another's."""
    monkeypatch.setattr(weights, "card", FakeCard)

    def run() -> Iterator[str]:
        for name in ("a", "b"):
            with run_log.timed(name):
                pass
            yield name

    first, second = (runner.answers(demo_of(run), {}) for _ in range(2))
    assert "Net a" in next(first).facts and "Net b" not in next(second).facts
    later = next(first).facts
    assert "Net a" in later and "Net b" in later


def test_the_code_on_the_page_is_run() -> None:
    def run() -> str:
        return "the code on the page"

    assert 'return "the code on the page"' in runner.source_of(demo_of(run))


@pytest.mark.parametrize(("kind", "runs"), [("cuda", 1), ("cpu", 2), ("mps", 2)])
def test_a_gpu_works_for_one_run_at_a_time(monkeypatch: pytest.MonkeyPatch, kind: str, runs: int) -> None:
    monkeypatch.setattr(devices, "device", lambda: type("Device", (), {"type": kind}))
    assert runner.at_once() == runs


def test_values_are_copied_where_they_are_shared() -> None:
    held = Memory("held", initial=[])
    demo = demo_of(lambda held: ("", [*held, 1]), {"held": held}, (Note(label="Said"), held))
    (answer,) = runner.answers(demo, {"held": copy.deepcopy(held.initial)})
    assert answer.values[1] == [1] and held.initial == []
