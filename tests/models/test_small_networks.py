"""The networks that are trained live: parameters counted on paper, a CNN whose answer follows from its picture by hand."""

import numpy as np
import torch
from torch import nn

from cnn_core.models.blocks import SeededDropout
from cnn_core.models.small_cnn import SmallCNN
from cnn_core.models.small_dense import SmallDense


def count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def test_parameters_and_layers_on_paper() -> None:
    cnn, dense = SmallCNN(10), SmallDense(10)
    assert count(cnn) == (25 * 8 + 8) + (8 * 25 * 16 + 16) + (144 * 64 + 64) + (64 * 10 + 10) == 13354
    assert count(dense) == (576 * 128 + 128) + (128 * 64 + 64) + (64 * 64 + 64) + (64 * 10 + 10) == 86922
    for network in (cnn, dense):
        assert sum(isinstance(part, nn.Conv2d | nn.Linear) for part in network.modules()) == 4
        assert sum(isinstance(part, SeededDropout) for part in network.modules()) == 1


def test_a_cnn_that_passes_its_picture_through() -> None:
    """Kernels of a single 1 in the middle: what is left are the maxima of 3 x 3 blocks of 4 x 4 pixels from (6, 6) on."""
    network = SmallCNN(4).eval()
    x = np.random.default_rng(0).normal(0, 1, (24, 24)).astype(np.float32)
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        network.conv1.weight[2, 0, 2, 2] = 1
        network.conv2.weight[5, 2, 2, 2] = 1
        network.conv2.bias[6] = -1  # below 0: lost, although the dense layer asks for it
        network.fc1.weight[7, 6 * 9 : 7 * 9] = 100
        network.fc1.weight[7, 5 * 9 : 6 * 9] = torch.arange(1.0, 10)  # the nine places of map 5, row by row
        network.fc1.bias[7] = -3
        network.fc2.weight[3, 7] = 0.5
        logits = network(torch.tensor(x)[None, None])
        first, second = network.feature_maps(torch.tensor(x)[None, None])
    blocks = [max(0.0, x[6 + 4 * i : 10 + 4 * i, 6 + 4 * j : 10 + 4 * j].max()) for i in range(3) for j in range(3)]
    expected = 0.5 * max(0.0, sum(n * value for n, value in enumerate(blocks, 1)) - 3)
    assert np.allclose(logits[0], [0, 0, 0, expected], atol=1e-4) and expected > 1
    assert np.allclose(first[0, 2], np.maximum(x[2:22, 2:22], 0)) and not first[0, 0].any()
    assert not second[0, 6].any()
    assert (first.shape, second.shape) == ((1, 8, 20, 20), (1, 16, 6, 6))
    assert float(second[0, 5, 0, 0]) == max(0.0, x[6:8, 6:8].max())


def test_the_dense_net_adds_up_and_cuts_off_below_zero() -> None:
    network = SmallDense(2).eval()
    x = np.arange(24.0 * 24).reshape(1, 1, 24, 24).astype(np.float32)
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        first, second, third = (network.hidden[k] for k in (0, 2, 4))
        first.weight[3, 25] = 1  # type: ignore[union-attr, operator]  # the second pixel of the second row: 25
        first.weight[4, 0] = 1  # type: ignore[union-attr, operator]
        first.bias[4] = -2  # type: ignore[union-attr, operator]  # below 0: lost, whatever follows
        second.weight[0, 3], second.weight[0, 4] = 2, 10  # type: ignore[union-attr, operator]
        third.weight[9, 0] = -1  # type: ignore[union-attr, operator]
        third.bias[9] = 60  # type: ignore[union-attr, operator]
        network.fc.weight[1, 9] = 1
        assert network(torch.tensor(x)).tolist() == [[0, 10]]  # 60 - 2 * 25


def test_dropout_divides_what_stays() -> None:
    dropout = SeededDropout(0.75)
    x = torch.full((40, 50), 3.0)
    dropout.rng.manual_seed(1)
    found = dropout(x)
    assert set(found.unique().tolist()) == {0.0, 12.0}  # 3 / (1 - 0.75)
    assert abs(float(found.mean()) - 3) < 0.5  # on average nothing changes
    assert torch.equal(dropout.eval()(x), x)


def test_dropout_follows_its_own_chance_alone() -> None:
    dropout, x = SeededDropout(0.5), torch.ones(30)
    before = torch.get_rng_state()
    dropout.rng.manual_seed(8)
    first, second = dropout(x), dropout(x)
    dropout.rng.manual_seed(8)
    assert torch.equal(dropout(x), first) and not torch.equal(first, second)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(SeededDropout(0.0)(x), x)
