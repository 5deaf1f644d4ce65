"""The whole network on one drawing: untrained networks whose numbers can be counted."""

import base64
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from cnn_core.explain.survey import Health, Summary
from cnn_core.images import samples
from cnn_core.results import LayerFacts
from cnn_core.runtime import weights
from cnn_core.tasks.preprocessing import input_tensor
from demos import runner
from demos.tabs._networks import every_network, facts_of
from demos.tabs.look_inside import whole_network as tab
from demos.tabs.look_inside._film_end import end_of_film
from tests.demos.tabs.made_weights import DENSE, RESIDUAL, forget, use_folder, write_made

DEMO = replace(tab.DEMO, name="whole_network")


@pytest.fixture(autouse=True)
def made_networks(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("weights")
    write_made(folder, "classify_dense_made", "dense", DENSE)
    write_made(folder, "classify_resnet_made", "resnet", RESIDUAL)
    use_folder(monkeypatch, folder)
    facts_of.cache_clear()
    yield
    monkeypatch.undo()
    forget()
    facts_of.cache_clear()


def outputs(**values: Any) -> list[Any]:
    raw = runner.example_values(DEMO, {"picture": "chelsea", "network": "classify_resnet_made", **values})
    (answer,) = runner.answers(DEMO, raw)
    return list(answer.values)


def picture_at(address: str) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB"))


def test_the_drawing_has_a_block_for_each_layer_and_the_arrows_of_the_network() -> None:
    headline, scene, health, words, link, table = outputs(layer="relu")
    layers = facts_of("classify_resnet_made")
    assert headline.startswith(f"**{len(layers)} layers**, {sum(f.parameters for f in layers):,} parameters")
    assert [block["value"] for block in scene["blocks"]] == ["", *(facts.name for facts in layers)]
    assert scene["chosen"] == 2 and scene["blocks"][0]["about"].endswith("24 × 24 pixels")
    assert [0, 1, False] in scene["arrows"] and [2, 4, True] in scene["arrows"]  # the first block's input and its sum
    assert len(scene["arrows"]) == sum(len(facts.sources) for facts in layers)
    assert all(0 <= block["column"] < scene["columns"] for block in scene["blocks"])
    assert all(block["lane"] < scene["rows"][block["row"]]["lanes"] for block in scene["blocks"])
    assert words == "" and link == {"network": "classify_resnet_made", "layer": "relu", "seed": 0}
    assert "of 8** channels are dead" in health and len(table) == len(layers)
    assert table[1][0] == "stem: after ReLU" and table[1][-1] == "stem: 3x3 convolution"


def test_the_table_says_what_a_layer_costs_and_is_made_from() -> None:
    facts = LayerFacts("b", "second", (3, 4, 5), 1234, 7, 2, 2_345_678, ("input", "a"))
    found = Summary((3, 4, 5), 0, np.zeros((4, 5), np.float32), False, Health(3, 1, 0, 0.5))
    assert tab.row(facts, found, {"a": "first"}) == ["second", "3 × 4 × 5", "1,234", "2.35", 7, 2, "1 of 3", "input, first"]
    costs = "1,234 parameters, 2.35 million multiply-adds"
    assert tab.say_block(facts, found) == f"second: 3 channels of 4 × 5; {costs}. Shown: channel 0"
    assert tab.say_block(facts, None) == "second: nothing to do for this picture"
    sums = "All layers together: 2.3 million multiply-adds for 8 × 8 pixels."
    dead = "**1 of 3** channels are dead for this picture: 0 everywhere; 50% of all values are 0."
    assert tab.say_chosen(found, (facts,), 8) == f"{dead} {sums}" and tab.say_chosen(None, (facts,), 8) == sums
    assert "2 are saturated" in tab.say_chosen(replace(found, health=Health(3, 0, 2, 0.0)), (facts,), 8)


def test_a_thumbnail_is_dark_where_the_layer_is_0_and_signed_ones_are_white_there() -> None:
    values = np.array([[0, 2], [1, 0]], np.float32)
    dark = picture_at(tab.thumbnail(Summary((1, 2, 2), 0, values, False, Health(1, 0, 0, 0.5))))
    assert dark.sum(2).argmin() in (0, 3) and dark[0, 1].sum() > dark[1, 0].sum() > dark[0, 0].sum()
    light = picture_at(tab.thumbnail(Summary((1, 2, 2), 0, values - 1, True, Health(1, 0, 0, 0.5))))
    assert light[1, 0].min() > 240 and light[0, 1, 0] > light[0, 1, 2] and light[0, 0, 2] > light[0, 0, 0]  # 0, +1, -1


def test_every_network_of_this_machine_can_be_chosen_and_dense_ones_have_numbers() -> None:
    assert [name for name, _ in every_network()] == ["classify_dense_made", "classify_resnet_made"]
    scene = outputs(network="classify_dense_made")[1]
    assert scene["rows"] == [{"label": "1 × 1", "lanes": 1}] and "6 numbers" in scene["blocks"][1]["about"]


@pytest.mark.parametrize("halves", [("a", "b")])
def test_a_generator_starts_from_its_numbers(halves: tuple[str, str]) -> None:
    fed = tab.Fed(torch.nn.Identity(), (torch.tensor([[1.0, -2.0, 0.5]]),), "words")
    block = tab.input_block(fed, "any:generator")
    assert block["about"] == "Input: 3 random numbers" and picture_at(block["picture"]).shape[:2] == (2, 2)


def test_the_film_ends_with_what_the_network_calls_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    end = outputs()[1]["end"]
    label = end["rows"]
    card = weights.card("classify_resnet_made")
    net = weights.load(card.name)
    with torch.inference_mode():
        truth = net.model(input_tensor(samples.load("chelsea"), net)).softmax(1)[0]
    order = truth.argsort(descending=True)[:5].tolist()
    assert [name for name, _ in label] == [card.classes[k] for k in order]
    assert [share for _, share in label] == pytest.approx([float(truth[k]) for k in order], abs=1e-4)
    assert end["said"].startswith(f"The label: {label[0][0]}, {label[0][1]:.0%}. Softmax")
    assert end_of_film(samples.load("chelsea"), "gan_dcgan_faces32:generator") is None
    monkeypatch.setattr(tab.weights, "card", lambda name: replace(card, task="style_transfer"))
    assert end_of_film(samples.load("chelsea"), card.name) is None
