"""Networks in memory up to a budget: the one not used for longest goes; nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from torch import nn

from cnn_core.errors import InputError
from cnn_core.runtime import memory_budget
from cnn_core.runtime.memory_budget import MemoryBudget


class Maker:
    """Makes things of the size that their name says, and remembers which."""

    def __init__(self, limit: int) -> None:
        self.made: list[str] = []
        self.kept: MemoryBudget[str] = MemoryBudget(lambda: limit)

    def ask(self, name: str, expected: int | None = None) -> str:
        size = int(name[1:])

        def make() -> tuple[str, int]:
            self.made.append(name)
            return name, size

        return self.kept.find_or_make(name, size if expected is None else expected, make)


def test_the_least_recently_used_goes() -> None:
    maker = Maker(limit=10)
    for name in ("a4", "b4", "a4", "c4"):  # c takes the place of b, which was not asked for after a
        assert maker.ask(name) == name
    assert maker.made == ["a4", "b4", "c4"]
    maker.ask("a4")
    assert maker.made == ["a4", "b4", "c4"]
    maker.ask("b4")
    assert maker.made[3:] == ["b4"]
    maker.ask("a4")
    assert len(maker.made) == 4  # c was the oldest then


def test_the_budget_may_be_used_up_to_the_last_byte() -> None:
    maker = Maker(limit=10)
    for name in ("a4", "b6", "a4", "b6"):
        maker.ask(name)
    assert maker.made == ["a4", "b6"]


def test_as_many_go_as_needed_and_one_too_large_is_kept_alone() -> None:
    maker = Maker(limit=10)
    for name in ("a3", "b3", "c3", "d7"):
        maker.ask(name)
    assert len(maker.kept) == 2  # c3 and d7
    maker.ask("e99")
    maker.ask("e99")
    assert maker.made[4:] == ["e99"]
    assert len(maker.kept) == 1


def test_room_is_made_before_the_new_one_comes() -> None:
    maker = Maker(limit=10)
    maker.ask("a6")
    there: list[int] = []
    maker.kept.find_or_make("b", 6, lambda: (there.append(len(maker.kept)) or "b", 6))
    assert there == [0]


def test_what_turns_out_larger_than_expected_counts_as_it_is() -> None:
    maker = Maker(limit=10)
    maker.ask("a4")
    maker.ask("b8", expected=2)
    maker.ask("a4")
    assert maker.made == ["a4", "b8", "a4"]


def test_many_who_ask_at_once_get_the_same_one() -> None:
    kept: MemoryBudget[object] = MemoryBudget(lambda: 10)
    begun, made = threading.Barrier(4), []

    def ask() -> object:
        begun.wait(10)
        return kept.find_or_make("a", 1, lambda: (made.append(object()) or made[-1], 1))

    with ThreadPoolExecutor(4) as pool:
        answers = [future.result(10) for future in [pool.submit(ask) for _ in range(4)]]
    assert len(made) == 1 and set(answers) == {made[0]}


def test_what_is_there_is_found_while_another_is_made() -> None:
    maker, going_on = Maker(limit=10), threading.Event()
    maker.ask("a4")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lambda: maker.kept.find_or_make("b", 4, lambda: (going_on.wait(10) and "b", 4)))
        assert maker.ask("a4") == "a4"
        going_on.set()
        assert slow.result(10) == "b"


def test_a_broken_one_is_not_kept() -> None:
    maker = Maker(limit=10)
    with pytest.raises(ValueError, match="no number"):
        maker.kept.find_or_make("a", 1, lambda: (_ for _ in ()).throw(ValueError("no number")))
    assert len(maker.kept) == 0
    maker.ask("a4")


def test_the_budget_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNN_PUBLIC_MEMORY", raising=False)
    assert memory_budget.budget() == 1_073_741_824
    monkeypatch.setenv("CNN_PUBLIC_MEMORY", "3")
    assert memory_budget.budget() == 3_145_728
    monkeypatch.setenv("CNN_PUBLIC_MEMORY", "much")
    with pytest.raises(InputError, match="CNN_PUBLIC_MEMORY=much is not a whole number of megabytes"):
        memory_budget.budget()


def test_parameters_and_buffers_count() -> None:
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5))
    assert memory_budget.bytes_of(model) == 4 * (15 + 5 + 5 + 5) + 4 * (5 + 5) + 8
