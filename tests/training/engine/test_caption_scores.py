"""BLEU, CIDEr-D and the share of attention in a box, each worked by hand."""

import math

import numpy as np
import pytest

from cnn_core.training.engine.caption_evaluation import cover
from cnn_core.training.engine.caption_scores import bleu, cider_d, closest_length


def said(*sentences: str) -> list[list[str]]:
    return [sentence.split() for sentence in sentences]


def test_bleu_of_the_papers_first_example() -> None:
    """Papineni et al. 2002, section 2.1: "the" seven times has a modified precision of 2/7."""
    references = [said("the cat is on the mat", "there is a cat on the mat")]
    assert bleu(said("the the the the the the the"), references)[0] == pytest.approx(2 / 7)


def test_bleu_adds_up_over_the_set_before_it_divides() -> None:
    ours = said("a dog runs", "a man sits on a bench")
    references = [said("a dog runs fast", "the dog runs"), said("a man sits on the bench", "man on bench")]
    # 1-grams: 3 of 3, and a man sits on bench 5 of 6 ("a" twice, but once in each reference): 8/9
    # 2-grams: 2 of 2, 3 of 5: 5/7; 3-grams: 1 of 1, 2 of 4: 3/5; 4-grams: 0, 1 of 3: 1/3
    # lengths 3 + 6 against 3 + 6: no penalty
    precisions = [8 / 9, 5 / 7, 3 / 5, 1 / 3]
    expected = [math.prod(precisions[:n]) ** (1 / n) for n in range(1, 5)]
    assert bleu(ours, references) == pytest.approx(expected)


def test_short_sentences_are_punished() -> None:
    assert bleu(said("a dog"), [said("a dog runs fast")])[0] == pytest.approx(math.exp(1 - 4 / 2))
    assert closest_length(["a", "b", "c"], said("a b", "a b c d")) == 2  # as near: the shorter
    assert bleu(said("a dog"), [said("a cat sat there")])[1:] == [0, 0, 0]


def test_cider_d_of_two_pictures_by_hand() -> None:
    references = [said("red dog"), said("red cat")]
    # "red" describes both: log(2/2) = 0. "dog", "red dog": log 2 each, in one reference each.
    # "red dog" against itself: 1-grams 1, 2-grams 1, no 3- or 4-grams: 10 * (1 + 1 + 0 + 0) / 4 = 5
    assert cider_d(said("red dog", "red cat"), references) == pytest.approx(5)
    # "dog" for the first: 1-grams: cosine 1; no 2-grams; one word shorter: exp(-1 / 72). Second as before.
    assert cider_d(said("dog", "red cat"), references) == pytest.approx((10 / 4 * math.exp(-1 / 72) + 5) / 2)
    # "dog dog": weight 2 log 2 is cut to log 2: log 2 * log 2 / (2 log 2 * log 2) = 1/2
    assert cider_d(said("dog dog", "red cat"), references) == pytest.approx((10 / 4 * 0.5 + 5) / 2)


def test_cider_d_is_the_mean_over_the_references() -> None:
    references = [said("blue dog", "green bird"), said("red cat", "red cat")]
    assert cider_d(said("blue dog", "red cat"), references) == pytest.approx((5 / 2 + 5) / 2)


def test_how_much_of_each_place_lies_in_a_box() -> None:
    covered = cover(np.array([25, 0, 100, 30], np.float32), height=60, width=100, grid=(2, 2))
    assert covered.tolist() == [[0.5, 1.0], [0.0, 0.0]]
    thin = cover(np.array([0, 0, 10, 60], np.float32), 60, 100, (1, 10))
    assert thin[0].tolist() == pytest.approx([1] + [0] * 9, abs=1e-6)
    assert float(cover(np.array([30, 12, 80, 42], np.float32), 60, 100, (5, 7)).mean()) == pytest.approx(0.25)
