"""What an answer rests on: leaving a thing out is the same as never having seen it; a pair's share worked by hand."""

import numpy as np
import pytest
import torch

from cnn_core.explain.left_out import LeftOut, leave_out, weights_of
from cnn_core.models.relation_network import RelationNetwork
from tests.blackboard import network_of, put_up

WORDS = torch.tensor([2, 5, 1])


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> RelationNetwork:
    torch.manual_seed(5)
    model = RelationNetwork(9, 4, 3, width=8, state=6, descriptions=2).eval()
    put_up(monkeypatch, network_of(model))
    return model


def rows() -> np.ndarray:
    made = np.random.default_rng(2).random((5, 7)).astype(np.float32)
    made[3:] = 0
    return made


def test_a_thing_left_out_was_never_seen(network: RelationNetwork) -> None:
    left = leave_out(rows(), "made", WORDS, 2)
    assert left.pairs.shape == (3, 3) and left.things.shape == (3,)
    whole = network(torch.from_numpy(rows())[None], WORDS[None]).softmax(1)[0, 2]
    assert left.whole == pytest.approx(float(whole.detach()), abs=1e-5)
    for k in range(3):
        others = torch.from_numpy(np.delete(rows(), k, 0))[None]
        assert left.things[k] == pytest.approx(float(network(others, WORDS[None]).softmax(1)[0, 2]), abs=1e-5)


def test_a_pair_left_out_is_the_sum_of_all_others(network: RelationNetwork) -> None:
    left = leave_out(rows(), "made", WORDS, 1)
    read = network.read(WORDS[None])
    found, _ = network.relate(torch.from_numpy(rows())[None], *read)  # pairs 00 01 02 10 11 12 20 21 22
    without_12 = found[[0, 1, 2, 3, 4, 6, 8]].sum(0, keepdim=True)  # neither 12 nor 21
    without_11 = found[[0, 1, 2, 3, 5, 6, 7, 8]].sum(0, keepdim=True)
    expected = [float(network.conclude(kept, read[0]).softmax(1)[0, 1]) for kept in (without_12, without_11)]
    assert [left.pairs[1, 2], left.pairs[2, 1], left.pairs[1, 1]] == pytest.approx([expected[0], *expected], abs=1e-5)
    assert abs(expected[0] - expected[1]) > 1e-5


def test_a_weight_is_the_fall_of_the_log_odds() -> None:
    pairs, things = weights_of(
        LeftOut(0.9, np.array([[0.5, 0.9], [0.95, 0.1]], np.float32), np.array([0.9, 0.5], np.float32))
    )
    nine = np.log(9)
    assert pairs == pytest.approx(np.array([[nine, 0], [0, 2 * nine]]), abs=1e-4)  # a rise is no weight
    assert things == pytest.approx(np.array([0, nine]), abs=1e-4)
