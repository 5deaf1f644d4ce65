import pytest
import torch
from torch import nn

from cnn_core.explain.layer_table import in_words, last_of_each_size, layer_table
from cnn_core.models import build_model
from cnn_core.results import LayerFacts
from tests.explain.test_receptive_field import ARCHITECTURES


def test_facts_of_a_chain_worked_by_hand():
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 5))
    layers = [("0", "convolution"), ("2", "after ReLU"), ("3", "pooling"), ("5", "logits")]
    assert layer_table(model, torch.zeros(1, 3, 6, 6), layers) == [
        LayerFacts("0", "convolution", (2, 4, 4), 3 * 2 * 9 + 2, 3, 1),
        LayerFacts("2", "after ReLU", (2, 4, 4), 2 + 2, 3, 1),
        LayerFacts("3", "pooling", (2, 2, 2), 0, 4, 2),
        LayerFacts("5", "logits", (5,), 8 * 5 + 5, 0, 0),
    ]


@pytest.mark.parametrize("case", [*ARCHITECTURES, "dense"])
def test_parameters_add_up_to_the_network(case):
    dense = ("dense", {"classes": 3, "size": 8, "hidden": [4, 5]}, 8)
    architecture, arguments, side = ARCHITECTURES.get(case, dense)
    model = build_model(architecture, arguments).eval()
    table = layer_table(model, torch.zeros(1, 3, side, side), model.layers())
    assert sum(facts.parameters for facts in table) == sum(parameter.numel() for parameter in model.parameters())
    assert [(facts.name, facts.words) for facts in table] == model.layers()


def test_last_of_each_size_and_words():
    shapes = [(4, 8, 8), (4, 8, 8), (6, 4, 4), (6, 1, 1), (5,)]
    table = [LayerFacts(str(n), f"layer {n}", shape, 0, 3 + 6 * n, 1) for n, shape in enumerate(shapes)]
    assert [facts.name for facts in last_of_each_size(table)] == ["1", "2"]
    assert in_words(table[0], 8) == "**layer 0**: 4 channels of 8 × 8; each value sees 3 × 3, of 8 × 8 pixels"
    assert "more than the 8 × 8 pixels" in in_words(table[1], 8)
    assert in_words(table[4], 8) == "**layer 4**: 5 numbers, each made from the whole picture"
