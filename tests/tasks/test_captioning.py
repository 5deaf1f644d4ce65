"""The captioning task on a decoder whose answers are worked by hand, and the words that it cannot write."""

import math

import numpy as np
import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.models.caption_head import CaptionHead
from cnn_core.ops.word_search import Written
from cnn_core.tasks.captioning import (
    Beam,
    Caption,
    Decoder,
    Word,
    Writing,
    describe_words,
    log_probabilities,
    number_words,
    write,
)

WORDS = ("<end>", "<unknown>", "a", "dog", "cat", "runs", "sits", "fast")


@pytest.fixture
def decoder() -> Decoder:
    torch.manual_seed(4)
    head = CaptionHead([3], len(WORDS), vector=4, embedding=5, state=6, compare=3).eval()
    with torch.inference_mode():
        head.offset[1] = 9.0  # UNKNOWN would be the likeliest word everywhere
        return Decoder(head, head.look([torch.randn(1, 3, 2, 3)]))


def test_the_unknown_word_has_no_share() -> None:
    logs = log_probabilities(torch.tensor([[1.0, 8.0, 0.0, 0.0]]))
    e = math.e
    assert logs.exp()[0].tolist() == pytest.approx([e / (e + 2), 0, 1 / (e + 2), 1 / (e + 2)])


@pytest.mark.parametrize("writing", [Writing("greedy"), Writing("beam", width=4), Writing("sampling", seed=3)])
def test_it_never_writes_the_unknown_word(decoder: Decoder, writing: Writing) -> None:
    with torch.inference_mode():
        for written in write(decoder, writing, [2]):
            assert 1 not in written.words and written.words[0] == 2 and written.log_probability < 0


def test_greedy_is_one_beam_and_width_counts_only_for_beams(decoder: Decoder) -> None:
    with torch.inference_mode():
        assert write(decoder, Writing("greedy", width=7), []) == write(decoder, Writing("beam", width=1), [])
        assert len(write(decoder, Writing("beam", width=4), [])) == 4


def test_probabilities_multiply_to_that_of_the_sentence(decoder: Decoder) -> None:
    with torch.inference_mode():
        best = write(decoder, Writing("greedy"), [])[0]
        words = describe_words(decoder, best, WORDS)
        state = decoder.begin()
        logs, state = decoder.next(state, torch.tensor([0]))
        for number in best.words:
            logs, state = decoder.next(state, torch.tensor([number]))
    total = sum(math.log(word.probability) for word in words) + (float(logs[0, 0]) if best.ended else 0.0)
    assert total == pytest.approx(best.log_probability, abs=1e-3)


@pytest.mark.parametrize("place", [0, 4, 6])  # the likeliest word, one among the likely, the unlikeliest
def test_rivals_are_the_likeliest_others(decoder: Decoder, place: int) -> None:
    with torch.inference_mode():
        shares = decoder.next(decoder.begin(), torch.tensor([0]))[0].exp()[0].tolist()
        order = sorted((k for k in range(len(WORDS)) if k != 1), key=lambda k: -shares[k])  # without UNKNOWN
        first, after = describe_words(decoder, Written((order[place], 6), 0.0, False), WORDS)
    assert first.word == WORDS[order[place]] and first.probability == pytest.approx(shares[order[place]], abs=1e-5)
    others = [k for k in order if k != order[place]][:5]
    assert first.rivals == tuple((WORDS[k], pytest.approx(shares[k], abs=1e-5)) for k in others)
    assert first.attention.shape == (2, 3) and after.word == "sits"


def test_words_that_it_lacks_are_told() -> None:
    assert number_words(("a", "dog"), WORDS) == [2, 3]
    for wrong in ("zebra", "<end>", "<unknown>"):
        with pytest.raises(InputError, match=f"6 words has no '{wrong}'"):
            number_words(("a", wrong), WORDS)
    with pytest.raises(InputError, match="ends after 20 words"):
        number_words(("a",) * 20, WORDS)


def test_impossible_requests_are_refused() -> None:
    for wrong in ({"width": 0}, {"width": 11}, {"temperature": 0.0}):
        with pytest.raises(ValueError, match="expected"):
            Writing(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="sum to 1"):
        Word("a", 0.5, (), np.ones((2, 2), np.float32))


def test_a_captions_sentence_and_sureness() -> None:
    even = np.full((1, 2), 0.5, np.float32)
    words = tuple(Word(name, 0.5, (), even) for name in ("a", "dog"))
    caption = Caption(words, (Beam(("a", "dog"), math.log(0.125), -0.9, True),), 1.0)
    assert caption.sentence == "a dog" and caption.sureness == pytest.approx(0.5)
