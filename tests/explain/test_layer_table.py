import pytest
import torch
from torch import nn

from cnn_core.errors import InputError
from cnn_core.explain.layer_table import in_words, last_of_each_size, layer_table
from cnn_core.models import build_model
from cnn_core.results import LayerFacts
from cnn_core.runtime import weights
from tests.explain.test_receptive_field import ARCHITECTURES


def test_facts_of_a_chain_worked_by_hand():
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 5))
    layers = [("0", "convolution"), ("2", "after ReLU"), ("3", "pooling"), ("5", "logits")]
    assert layer_table(model, torch.zeros(1, 3, 6, 6), layers) == [
        LayerFacts("0", "convolution", (2, 4, 4), 3 * 2 * 9 + 2, 3, 1, 32 * 27, ("input",)),
        LayerFacts("2", "after ReLU", (2, 4, 4), 2 + 2, 3, 1, 0, ("0",)),
        LayerFacts("3", "pooling", (2, 2, 2), 0, 4, 2, 0, ("2",)),
        LayerFacts("5", "logits", (5,), 8 * 5 + 5, 0, 0, 40, ("3",)),
    ]


def arrows(model: nn.Module, side: int, *layers: str) -> dict[str, tuple[str, ...]]:
    table = layer_table(model.eval(), torch.zeros(1, 3, side, side), [(name, name) for name in layers])
    return {facts.name: facts.sources for facts in table}


def test_a_residual_block_gets_its_input_twice() -> None:
    model = build_model("resnet", {"classes": 3, "widths": [2, 3], "blocks": [1, 1]})
    found = arrows(model, 8, "relu", "stage1.0.relu1", "stage1.0.relu2", "stage2.0.relu2", "fc")
    assert found == {
        "relu": ("input",),
        "stage1.0.relu1": ("relu",),
        "stage1.0.relu2": ("relu", "stage1.0.relu1"),
        "stage2.0.relu2": ("stage1.0.relu2",),  # what is not listed inside of it lies in the arrow
        "fc": ("stage2.0.relu2",),
    }


def test_a_u_nets_decoder_gets_the_encoders_maps_of_its_size() -> None:
    model = build_model("unet", {"classes": 2, "widths": [2, 3, 4]})
    found = arrows(model, 8, "levels.0.1", "levels.1.1", "levels.2.1", "decoder.up.0", "decoder.up.1", "decoder.logits")
    assert found["decoder.up.0"] == ("levels.1.1", "levels.2.1")
    assert found["decoder.up.1"] == ("levels.0.1", "decoder.up.0")
    assert found["decoder.logits"] == ("decoder.up.1",)


class Shared(nn.Module):
    """One convolution for two sizes, its own parameter, and a part that is never asked."""

    def __init__(self) -> None:
        super().__init__()
        self.tower, self.spare = nn.Conv2d(3, 2, 1, bias=False), nn.Linear(7, 7)
        self.up = nn.ConvTranspose2d(2, 5, 2, 2, bias=False)
        self.scale = nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        fine, coarse = self.tower(x), self.tower(x[:, :, ::2, ::2])
        result: torch.Tensor = self.up(coarse).mean() + fine.mean() + self.scale.sum()
        return result


def test_shared_parameters_count_once_and_each_calls_multiply_adds() -> None:
    layers = [("tower@0", "fine"), ("tower@1", "coarse"), ("up", "stamps")]
    table = layer_table(Shared(), torch.zeros(1, 3, 4, 6), layers)
    assert [(facts.shape, facts.parameters, facts.multiply_adds) for facts in table] == [
        ((2, 4, 6), 6, 24 * 6),
        ((2, 2, 3), 0, 6 * 6),
        ((5, 4, 6), 2 * 5 * 4 + 3, 2 * 6 * 20),  # what comes after the last layer, the three scales, is counted with it
    ]
    assert [facts.sources for facts in table] == [("input",), ("input",), ("tower@1",)]
    assert [facts.receptive_field for facts in table] == [1, 1, 1] and [facts.stride for facts in table] == [1, 2, 1]


@pytest.mark.parametrize("name", ["tower@2", "tower@x", "spare", "@0"])
def test_a_call_that_did_not_happen_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"did not run|no layer called"):
        layer_table(Shared(), torch.zeros(1, 3, 4, 6), [(name, "")])


def test_what_was_measured_outside_of_torch_comes_from_the_input() -> None:
    model = build_model("linear_svm", {"classes": 2}).eval()
    table = layer_table(model, torch.zeros(1, 3, 32, 32), model.layers())
    assert [(facts.sources, facts.receptive_field) for facts in table] == [(("input",), 0), (("measured",), 0)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", sorted(set(weights.names()) - set(weights.names("generation")) - set(weights.names("question_answering")))
)
def test_every_shipped_network_is_described_and_adds_up_to_its_card(name: str) -> None:
    """The cards' multiply-adds were counted by torch's own counter when the networks were trained."""
    card, model = weights.card(name), weights.load(name).model
    table = layer_table(model, torch.zeros(1, 3, card.input.size, card.input.size), model.layers())
    assert sum(facts.multiply_adds for facts in table) == card.multiply_adds
    left_out = sum(LEFT_OUT.get(base, 0) for base in (card.base, card.second_base))
    assert 0 <= card.parameters - sum(facts.parameters for facts in table) <= left_out
    assert all(facts.sources for facts in table) and table[0].sources == ("input",)
    places = {facts.name: number for number, facts in enumerate(table)} | {"input": -1}
    assert all(places[source] < number for number, facts in enumerate(table) for source in facts.sources)


LEFT_OUT = {
    "find_things_tinyworld": 3_240,
    "classify_resnet_tiny200": 195_048,  # its logits; and of the fine-tuned one the changes, which lie in the kernels
    "upsample_bilinear_voc20": 320 * 21 + 21,
    "detect_fcos_voc20": 309_404,  # pyramid, towers, answers
    "classify_resnet_everyday": 272 * 366 + 366,
}
"""Base -> parameters in the file that a head on it does not ask, at most."""


@pytest.mark.parametrize("name", weights.names("generation"))
def test_generator_and_discriminator_add_up_to_their_file(name: str) -> None:
    card, model = weights.card(name), weights.load(name).model
    inputs = {
        "generator": torch.zeros(1, model.generator.latent),
        "discriminator": torch.zeros(1, 3, card.input.size, card.input.size),
    }
    tables = [layer_table(getattr(model, part), x, getattr(model, part).layers()) for part, x in inputs.items()]
    assert sum(facts.parameters for table in tables for facts in table) == card.parameters


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
    assert in_words(table[4], 0) == "**layer 4**: 5 numbers, each made from the whole noise vector"
    assert in_words(table[0], 0) == "**layer 0**: 4 channels of 8 × 8"
    assert (
        in_words(table[0], 12, (4, 6, 12)) == "**layer 0**: 4 channels of 6 × 12; each value sees 3 × 3, of 12 × 12 pixels"
    )
    down_and_up = [LayerFacts(str(n), "", (2, side, side), 0, 3, 1) for n, side in enumerate((8, 4, 4, 8, 8))]
    assert [facts.name for facts in last_of_each_size(down_and_up)] == ["0", "2", "4"]
