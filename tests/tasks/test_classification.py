"""Classification: the arithmetic worked by hand, the whole call against the bare network, visitors side by side."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from cnn_core.images import samples
from cnn_core.results import Classification
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.binary_classification import Decision, count_outcomes, sigmoid
from cnn_core.tasks.classification import classify, evidence_of, knows_nothing_here, measured_accuracy, softmax
from cnn_core.tasks.preprocessing import input_tensor, shuffle_pixels
from tests.blackboard import network_of

NETWORKS = weights.names("classification")


def test_softmax_by_hand() -> None:
    logits = np.log([1.0, 2.0, 5.0])
    assert softmax(logits).tolist() == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    assert softmax(logits, 0.5).tolist() == pytest.approx([1 / 30, 4 / 30, 25 / 30])  # powers squared: 1, 4, 25


def test_softmax_of_huge_logits_does_not_overflow() -> None:
    assert softmax(np.array([1e4, 1e4])).tolist() == [0.5, 0.5]


def test_evidence_is_the_logarithm_of_what_the_softmax_divides_by() -> None:
    assert evidence_of(np.log([1.0, 2.0, 5.0])) == pytest.approx(np.log(8))
    assert evidence_of(np.array([1e4, 1e4])) == pytest.approx(1e4 + np.log(2))


def test_little_evidence_means_none_of_the_classes_where_the_card_has_a_rule() -> None:
    """exp(logits) sum to 8: too little from 8.1 on."""
    answer = Classification(("a", "b", "c"), np.log([1.0, 2.0, 5.0]).astype(np.float32), np.float32([1, 2, 5]) / 8)
    for threshold, nothing in ((np.log(7.9), False), (np.log(8.1), True)):
        card = network_of(lambda x: x, record={"nothing": {"threshold": float(threshold)}}).card
        assert knows_nothing_here(answer, card) is nothing
    assert not knows_nothing_here(answer, network_of(lambda x: x).card)


def test_sigmoid_and_decision_by_hand() -> None:
    assert sigmoid(0) == 0.5
    assert sigmoid(np.log(3)) == pytest.approx(0.75)
    decision = Decision("cat", "dog", float(np.log(3)))
    assert decision.name(0.75 - 1e-9) == "dog"
    assert decision.name(0.76) == "cat"


def test_counts_by_hand() -> None:
    counts = count_outcomes(np.array([0.9, 0.4, 0.6, 0.1]), np.array([1, 1, 0, 0]), 0.5)
    assert (counts.true_positive, counts.false_negative, counts.false_positive, counts.true_negative) == (1, 1, 1, 1)
    assert (counts.accuracy, counts.true_positive_rate, counts.false_positive_rate) == (0.5, 0.5, 0.5)
    everything = count_outcomes(np.array([0.9, 0.4]), np.array([1, 0]), 0.0)
    assert (everything.true_positive, everything.false_positive) == (1, 1)


def test_shuffling_is_one_fixed_order_and_loses_nothing() -> None:
    x = torch.arange(2 * 3 * 4 * 4.0).view(2, 3, 4, 4)
    y = shuffle_pixels(x, 7)
    assert torch.equal(y.flatten(2).sort(2).values, x.flatten(2))
    order = y[0, 0].flatten()
    assert torch.equal(y[1, 2].flatten() - x[1, 2].min(), order - x[0, 0].min())
    assert torch.equal(shuffle_pixels(x, 7), y)
    assert not torch.equal(shuffle_pixels(x, 8), y)


@pytest.mark.parametrize("name", NETWORKS)
def test_whole_call_equals_the_bare_network(name: str) -> None:
    picture = samples.load("chelsea")
    network = weights.load(name)
    with torch.inference_mode():
        bare = network.model(input_tensor(picture, network))[0].cpu().numpy()
    answer = classify(picture, name, temperature=2)
    assert np.allclose(answer.logits, bare, atol=1e-5)
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert np.allclose(answer.probabilities, softmax(bare, 2), atol=1e-6)


def test_its_time_and_network_are_written_down() -> None:
    usage = run_log.Usage()
    with run_log.recorded(usage):
        classify(samples.load("chelsea"), NETWORKS[0])
    assert list(usage.seconds) == [NETWORKS[0]]
    assert 0 < usage.seconds[NETWORKS[0]] < 10


def test_visitors_at_once_get_the_answers_each_would_get_alone() -> None:
    pictures = [samples.load(name) for name in samples.names()[:6]]
    jobs = [(picture, name) for picture in pictures for name in NETWORKS[:4]]
    alone = [classify(*job).logits for job in jobs]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda job: classify(*job).logits, jobs))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_how_often_right_reads_the_right_tenth() -> None:
    card = weights.card(NETWORKS[0])
    table = card.record["calibration"]
    assert measured_accuracy(card, 0.35) == (table["right"][3], table["n"][3])
    assert measured_accuracy(card, 1.0) == (table["right"][-1], table["n"][-1])
    assert measured_accuracy(card, 0.1) == (table["right"][0], table["n"][0])


def test_large_pictures_are_given_larger_where_the_card_says_so() -> None:
    plain = Preprocessing(112, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
    growing = Preprocessing(112, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), largest=224)
    assert [plain.side(h, w) for h, w in ((64, 64), (3000, 4000))] == [112, 112]
    assert [growing.side(h, w) for h, w in ((64, 64), (192, 256), (256, 192), (3000, 4000))] == [112, 192, 192, 224]
