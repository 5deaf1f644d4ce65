import numpy as np
import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.explain.randomisation import layers_with_weights, randomise, rank_correlation
from tests.explain.blackboard import Everything


@pytest.mark.parametrize(("last", "changed"), [(0, []), (1, ["fc"]), (2, ["branch", "fc"]), (3, ["conv", "branch", "fc"])])
def test_only_the_last_layers_forget(last, changed):
    model = Everything()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    after = randomise(model, last).state_dict()
    assert layers_with_weights(model) == ["conv", "branch", "fc"]
    assert [
        name for name in layers_with_weights(model) if not torch.equal(after[f"{name}.weight"], before[f"{name}.weight"])
    ] == changed
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(torch.equal(after[name], before[name]) for name in before if name.startswith("bn"))


def test_random_weights_keep_mean_and_spread_and_follow_the_seed():
    model = torch.nn.Sequential(torch.nn.Linear(200, 200))
    torch.nn.init.normal_(model[0].weight, 3.0, 0.5)
    one, same, other = (randomise(model, 1, seed)[0].weight.detach() for seed in (1, 1, 2))
    assert float(one.mean()) == pytest.approx(3, abs=0.02) and float(one.std()) == pytest.approx(0.5, abs=0.01)
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_too_many_layers_are_refused():
    with pytest.raises(InputError, match="has 3 layers with weights; 4 cannot"):
        randomise(Everything(), 4)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1, 2, 3], [10, 200, 3000], 1),  # only the order counts
        ([1, 2, 3], [3, 2, 1], -1),
        ([1, 1, 2], [1, 2, 3], 1.5 / np.sqrt(1.5 * 2)),  # ranks 0.5, 0.5, 2 against 0, 1, 2
        ([1, 2, 3, 4], [2, 4, 1, 3], 0),
        ([1, 1, 1], [1, 2, 3], 0),  # a constant has no order
    ],
)
def test_rank_correlation_worked_by_hand(a, b, expected):
    maps = [np.array([values], np.float32) for values in (a, b)]
    assert rank_correlation(*maps) == pytest.approx(expected)


def test_maps_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        rank_correlation(np.zeros((1, 2), np.float32), np.zeros((2, 1), np.float32))
