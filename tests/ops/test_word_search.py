"""Beam search and sampling on a language of four words whose probabilities stand in a table."""

import math
from collections import Counter

import pytest
import torch
from torch import Tensor

from cnn_core.ops.word_search import END, Written, sample_words, search_beams, words_of

A, B, C = 1, 2, 3
NEXT = {  # what follows: END, a, b, c
    END: (0.0, 0.6, 0.4, 0.0),
    A: (0.3, 0.0, 0.3, 0.4),
    B: (0.1, 0.0, 0.0, 0.9),
    C: (1.0, 0.0, 0.0, 0.0),
}


class Table:
    """Each word depends on the one before alone; the state is how many words were read, to see that rows are kept."""

    def begin(self) -> Tensor:
        return torch.zeros(1, dtype=torch.long)

    def next(self, state: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        assert len(state) == len(words)
        return torch.tensor([NEXT[int(word)] for word in words]).log(), state + 1

    def keep(self, state: Tensor, rows: Tensor) -> Tensor:
        return state[rows]


def found(width: int, longest: int = 9, beginning: tuple[int, ...] = ()) -> list[tuple[tuple[int, ...], float, bool]]:
    sentences = search_beams(Table(), width, longest, beginning)
    return [(one.words, round(math.exp(one.log_probability), 4), one.ended) for one in sentences]


def test_one_beam_is_greedy_and_misses_the_likelier_sentence() -> None:
    assert found(1) == [((A, C), 0.24, True)]  # 0.6 * 0.4 * 1
    # two beams also keep b (0.4): b c is 0.4 * 0.9 * 1 = 0.36
    assert found(2) == [((B, C), 0.36, True), ((A, C), 0.24, True)]


def test_a_sentence_that_ends_gives_its_place_up_and_the_mean_ranks() -> None:
    # three beams: a .6, b .4 | bc .36, ac .24, a. .18 ends, ab .18 is a tie that topk may break: both are 0.18
    three = found(3)
    assert {one[:2] for one in three} >= {((B, C), 0.36), ((A, C), 0.24)} and len(three) == 3
    assert three[0][0] == (B, C)  # ln 0.36 / 3^0.7 = -0.473, above ln 0.24 / 3^0.7 = -0.661
    assert three[2][0] in ((A,), (A, B, C))


def test_the_score_evens_lengths_out_and_counts_the_end() -> None:
    assert Written((A, C), math.log(0.24), True).score == pytest.approx(math.log(0.24) / 2.1577, abs=1e-4)  # 3^0.7
    assert Written((A, C), math.log(0.24), False).score == pytest.approx(math.log(0.24) / 1.6245, abs=1e-4)  # 2^0.7
    assert Written((), math.log(0.5), True).score == pytest.approx(math.log(0.5))


def test_it_goes_on_from_given_words_and_counts_them() -> None:
    assert found(1, beginning=(B,)) == [((B, C), 0.36, True)]
    assert found(1, beginning=(A, B)) == [((A, B, C), 0.162, True)]  # 0.6 * 0.3 * 0.9 * 1


def test_it_stops_at_the_longest_length() -> None:
    assert found(1, longest=1) == [((A,), 0.6, False)]
    assert sample_words(Table(), 1.0, 0, 1).ended is False


def test_words_are_drawn_as_often_as_they_are_likely() -> None:
    drawn = [sample_words(Table(), 1.0, seed, 9) for seed in range(400)]
    counts = Counter(one.words for one in drawn)
    assert counts[(B, C)] / 400 == pytest.approx(0.36, abs=0.07)
    assert counts[(A,)] / 400 == pytest.approx(0.18, abs=0.06)
    (bc,) = {round(math.exp(one.log_probability), 4) for one in drawn if one.words == (B, C)}
    assert bc == 0.36
    assert sample_words(Table(), 1.0, 7, 9) == sample_words(Table(), 1.0, 7, 9)


def test_a_low_temperature_is_greedy_and_the_probability_told_is_that_at_one() -> None:
    cold = sample_words(Table(), 0.02, 5, 9)
    assert cold.words == (A, C) and math.exp(cold.log_probability) == pytest.approx(0.24)
    likeliest = sum(sample_words(Table(), 0.5, seed, 9).words[0] == A for seed in range(300)) / 300
    assert likeliest == pytest.approx(0.36 / 0.52, abs=0.08)  # 0.6^2 against 0.4^2


def test_words_of_a_sentence() -> None:
    assert words_of("A tri-colored dog, the man's, RUNS .") == ["a", "tri", "colored", "dog", "the", "man's", "runs"]
