"""What is remembered: the very same question only, the last few, and not for long."""

import time

import numpy as np
import pytest

from cnn_core.runtime import recent, run_log

PICTURE = np.zeros((4, 6, 3), np.uint8)


@pytest.fixture
def asked() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def answer(asked):
    @recent.remembered
    def answer(picture, weights_name):
        asked.append((int(picture.sum()), weights_name))
        with run_log.timed(weights_name):
            return [int(picture.sum())]

    return answer


def test_the_same_question_is_answered_once(answer, asked) -> None:
    assert answer(PICTURE, "a") == answer(PICTURE.copy(), "a") == [0]
    assert asked == [(0, "a")]


def test_another_picture_shape_or_network_is_another_question(answer, asked) -> None:
    other = PICTURE.copy()
    other[3, 5, 2] = 1
    for picture, name in ((PICTURE, "a"), (other, "a"), (PICTURE.reshape(6, 4, 3), "a"), (PICTURE, "b")):
        answer(picture, name)
    assert len(asked) == 4


def test_a_part_of_a_larger_picture_is_a_picture(answer, asked) -> None:
    large = np.arange(240, dtype=np.uint8).reshape(8, 10, 3)
    assert answer(large[2:4, 3:7], "a") == answer(large[2:4, 3:7].copy(), "a")
    assert len(asked) == 1


def test_the_record_says_which_answer_was_kept(answer) -> None:
    first, second = run_log.Usage(), run_log.Usage()
    for usage in (first, second):
        with run_log.recorded(usage):
            answer(PICTURE, "a")
    assert (list(first.seconds), first.kept) == (["a"], [])
    assert (second.seconds, second.kept) == ({"a": 0.0}, ["a"])


def asked_by(visitor: str | None, answer) -> run_log.Usage:
    usage = run_log.Usage(visitor=visitor)
    with run_log.recorded(usage):
        answer(PICTURE, "a")
    return usage


def test_d11_nobody_learns_that_somebody_else_showed_this_picture(answer, asked) -> None:
    assert [asked_by(visitor, answer).kept for visitor in ("one", "other", "one", "other")] == [[], [], ["a"], ["a"]]
    assert len(asked) == 2


def test_d11_what_the_examples_gave_is_everybodys(answer, asked) -> None:
    assert asked_by("", answer).kept == [] and asked_by("one", answer).kept == ["a"]
    assert len(asked) == 1


def test_d11_of_a_programs_call_nothing_is_kept(answer, asked) -> None:
    assert [asked_by(None, answer).kept for _ in range(2)] == [[], []]
    assert len(asked) == 2 and asked_by("one", answer).kept == []


def test_only_the_last_few_are_kept() -> None:
    kept = recent.Recent(most=2)
    for name in "abc":
        kept.keep(name, name.upper())
    assert [kept.find(name) for name in "abc"] == [None, "B", "C"]
    kept.find("b")  # the newest now
    kept.keep("d", "D")
    assert [kept.find(name) for name in "bcd"] == ["B", None, "D"]


def test_what_is_not_asked_for_is_forgotten() -> None:
    kept = recent.Recent(seconds=0.0)
    kept.keep("a", "A")
    assert kept.find("a") is None
    assert len(kept) == 0


def test_it_is_forgotten_even_if_nobody_asks_again() -> None:
    kept = recent.Recent(seconds=0.2)
    kept.keep("a", "A")
    assert len(kept) == 1
    deadline = time.monotonic() + 5
    while len(kept) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(kept) == 0


def test_whatever_else_is_asked_belongs_to_the_question() -> None:
    calls = []

    @recent.remembered
    def larger(picture, weights_name, by, plus=0):
        calls.append((by, plus))
        return picture.shape[0] * by + plus

    assert [larger(PICTURE, "a", 2), larger(PICTURE, "a", 3), larger(PICTURE, "a", 2), larger(PICTURE, "a", 2, plus=1)] == [
        8, 12, 8, 9,
    ]  # fmt: skip
    assert calls == [(2, 0), (3, 0), (2, 1)]


def test_a_failure_is_not_remembered() -> None:
    calls = []

    @recent.remembered
    def fails(picture, weights_name):
        calls.append(1)
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            fails(PICTURE, "a")
    assert len(calls) == 2
