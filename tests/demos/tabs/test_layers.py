import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from cnn_core.explain.activations import most_varied
from cnn_core.images import drawing, samples
from cnn_core.results import Activations
from cnn_core.tasks.second_opinion import Seen
from demos import runner
from demos.tabs import _certainty
from demos.tabs.look_inside import layers
from tests.demos.tabs.made_weights import CLASSES, DENSE, RESIDUAL, forget, use_folder, write_made

DEMO = replace(layers.DEMO, name="layers")
LABELS = [getattr(output, "label", "seen") for output in DEMO.outputs]


@pytest.fixture(autouse=True)
def made_networks(monkeypatch, tmp_path_factory):
    """Two untrained networks in place of the shipped ones, and nothing remembered of others before or after."""
    folder = tmp_path_factory.mktemp("weights")
    write_made(folder, "classify_dense_made", "dense", DENSE)
    write_made(folder, "classify_resnet_made", "resnet", RESIDUAL)
    use_folder(monkeypatch, folder)
    for remembered in (layers.facts_of, layers.excited):
        remembered.cache_clear()
    yield
    monkeypatch.undo()
    forget()
    for remembered in (layers.facts_of, layers.excited):
        remembered.cache_clear()


def outputs(**values):
    """The demo's outputs by label."""
    raw = runner.example_values(DEMO, {"picture": "chelsea", "network": "classify_resnet_made", **values})
    (answer,) = runner.answers(DEMO, raw)
    return dict(zip(LABELS, answer.values, strict=True))


def test_opens_with_the_first_layer_of_the_first_network():
    found = outputs()
    assert found["The layer"] == "**stem: 3x3 convolution**: 8 channels of 12 × 12; each value sees 3 × 3, of 24 × 24 pixels"
    assert found["All channels"].dtype == np.uint8 and found["All channels"].shape == (96, 8 * 96 + 7 * 2, 3)
    assert len(found["What excites it most"]) == 6
    assert all(part.shape[0] <= 3 * 54 for part, _ in found["What excites it most"])  # 3 x 3 pixels, enlarged
    assert sum(found["The label"].values()) == pytest.approx(1, abs=1e-4)  # five classes, five bars
    assert found["Kernels of the first layer"].ndim == 3


@pytest.mark.parametrize("common_scale", [False, True])
@pytest.mark.parametrize("network", ["classify_resnet_made", "classify_dense_made"])
def test_every_layer_of_every_network_is_shown(network, common_scale):
    for layer, _ in layers.layers_of(network):
        found = outputs(network=network, layer=layer, common_scale=common_scale)
        assert found["seen"]["layer"] == [network, layer]
        shape = next(facts.shape for facts in layers.facts_of(network) if facts.name == layer)
        assert len(found["This channel"]) == (1 if np.prod(shape[1:]) == 1 else 2)  # a single number lies nowhere


def test_a_network_without_convolutions_has_no_kernels_and_sees_whole_pictures():
    found = outputs(network="classify_dense_made", layer="hidden.relu1")
    assert found["Kernels of the first layer"] is None
    assert "6 numbers, each made from the whole picture" in found["The layer"]


def test_last_click_or_choice_decides_the_channel():
    first = outputs()["seen"]
    assert first["choice"] == layers.LIVELIEST
    clicked = outputs(click=(3 * 98 + 5, 20), seen=first)["seen"]
    assert (clicked["channel"], clicked["click"]) == (3, [3 * 98 + 5, 20])
    chosen = outputs(click=(3 * 98 + 5, 20), channel="6", seen=clicked)["seen"]
    assert chosen["channel"] == 6  # the click is the old one
    again = outputs(click=(5, 20), channel="6", seen=chosen)["seen"]
    assert again["channel"] == 0
    same = outputs(click=(5, 20), channel="6", seen=again, common_scale=True)["seen"]
    assert same["channel"] == 0  # nothing new was clicked or chosen
    elsewhere = outputs(click=(5, 20), layer="relu", channel="6", seen=same)["seen"]
    assert elsewhere["channel"] == 6  # a click on the grid that was there before means nothing on this one


def test_a_click_between_channels_changes_nothing():
    before = outputs(channel="2")["seen"]
    assert outputs(channel="2", click=(97, 20), seen=before)["seen"]["channel"] == 2


@pytest.mark.parametrize(("count", "side"), [(8, 12), (65, 5), (200, 1), (9, 300)])
def test_the_grid_that_is_clicked_is_the_grid_that_is_drawn(count, side):
    maps = Activations("x", np.zeros((count, side, side), np.float32))
    maps.values[5] = 1  # black but for one channel
    small = layers.shrunk(maps, layers.LARGEST)
    grid = drawing.draw_channels(small, common_scale=True, **layers.grid_of(maps))
    bright = np.argwhere(grid[..., 0] > 200)[::97]
    clicked = {layers.channel_to_show(maps, ("net", "x"), (int(x), int(y)), layers.LIVELIEST, None) for y, x in bright}
    assert clicked == {5} and max(grid.shape[:2]) <= 8 * 128 + 7 * 2


def test_channels_follow_the_layer_and_a_channel_of_another_layer_falls_back():
    assert len(layers.channels("classify_resnet_made", "conv")) == 1 + 8
    assert len(layers.channels("classify_resnet_made", "fc")) == 1 + 5
    assert outputs(layer="fc", channel="7")["seen"]["choice"] == layers.LIVELIEST


def test_patches_come_from_the_pictures_that_excite_most():
    found = layers.excited("classify_resnet_made")["relu"]
    assert found.values.shape == (len(samples.originals()), 8)
    shown = layers.patches("classify_resnet_made", "relu", 3)
    best = samples.title(samples.originals()[int(found.values[:, 3].argmax())])
    assert shown[0][1].startswith(best)


def test_shown_channel_is_the_liveliest_at_first():
    maps = Activations("x", np.stack([np.zeros((2, 2)), np.eye(2)]).astype(np.float32))
    assert layers.channel_to_show(maps, ("net", "x"), None, layers.LIVELIEST, None) == most_varied(maps) == 1


def test_the_patches_come_from_as_many_pictures_as_the_lesson_says():
    assert 25 <= len(samples.originals()) < 35 and any("some thirty pictures" in said for _, said in DEMO.lesson.questions)


def test_at_the_last_layer_a_channel_is_a_class():
    found = outputs(layer="fc", channel="3")
    ((_, caption),) = found["This channel"]
    assert caption.startswith(f"Class {CLASSES[3]}: ")
    assert ("3", f"class {CLASSES[3]}") in layers.channels("classify_resnet_made", "fc")
    assert outputs(layer="conv", channel="3")["This channel"][0][1] == "Channel 3 over the picture"


def test_the_class_comes_with_its_doubts(monkeypatch):
    monkeypatch.setattr(_certainty, "object_without_class", lambda picture, card, best: Seen("person", 0.9))
    said = outputs()["Its class"]
    assert said.startswith("Not sure - perhaps **") and "It has no class 'person'" in said


def test_logits_come_with_the_names_of_their_classes() -> None:
    """Names in the order of the classes' numbers, not of the alphabet."""
    found = outputs(layer="fc", channel="3")["One value a channel"]
    assert found["short"] == list(CLASSES) and found["names"] == [f"class {name}" for name in CLASSES]
    assert (found["chosen"], found["sets"], found["title"]) == (3, "channel", "classes")
    assert outputs(layer="conv")["One value a channel"] is None  # feature maps
    inner = outputs(network="classify_dense_made", layer="hidden.relu1")["One value a channel"]
    assert (inner["title"], inner["names"][5], inner["short"][5]) == ("channels", "channel 5", "5")


def test_the_values_are_the_layers_own_and_said_in_words(monkeypatch) -> None:
    words = (("2", "class ape"), ("0", "class bat"), ("1", "class cow"))  # in alphabetical order, as they are offered
    monkeypatch.setattr(layers, "channels_of", lambda network, layer: words)
    maps = Activations("fc", np.array([0.5, -2.25, 4.0], np.float32).reshape(3, 1, 1))
    found = layers.draw_values(maps, ("classify_resnet_made", "fc"), 0)
    assert [*zip(found["short"], found["values"], strict=True)] == [("bat", 0.5), ("cow", -2.25), ("ape", 4.0)]
    assert found["words"] == "The highest of 3 values is that of class ape, 4.00, the lowest that of class cow, -2.25."


def test_a_layer_is_saved_when_asked_for() -> None:
    """The file of numpy holds what the layer answers, the sheet all channels in a square."""
    assert outputs()["Values as .npz"] is None
    found = outputs(layer="relu", save=True)
    name, data = found["Values as .npz"]
    kept = np.load(io.BytesIO(data))
    assert name == "classify_resnet_made_relu.npz" and kept["values"].shape == (8, 12, 12) and kept["values"].min() == 0
    assert kept["channels"].tolist() == [f"channel {k}" for k in range(8)] and str(kept["layer"]) == "relu"
    name, data = found["Channels as a PNG sheet"]
    sheet = np.array(Image.open(io.BytesIO(data)))
    assert name == "classify_resnet_made_relu.png" and sheet.shape == (3 * 96 + 2 * 2, 3 * 96 + 2 * 2, 3)
    classes = np.load(io.BytesIO(outputs(layer="fc", save=True)["Values as .npz"][1]))
    assert classes["channels"].tolist() == [f"class {name}" for name in CLASSES]


def test_dead_channels_are_counted_and_inputs_said() -> None:
    values = np.zeros((3, 2, 2), np.float32)
    values[1, 0, 0] = 1
    assert layers.say_layers_health(torch.nn.Sequential(torch.nn.ReLU()), Activations("0", values)) == (
        "**2 of 3** channels are dead for this picture: 0 everywhere; 92% of all values are 0."
    )
    at_bound = Activations("0", np.ones((2, 1, 1), np.float32))
    assert "2 are saturated" in layers.say_layers_health(torch.nn.Sequential(torch.nn.Tanh()), at_bound)
    assert "of 8** channels are dead" in outputs()["How alive it is, and what goes in"]


def test_the_lecturers_own_photographs_are_searched_too(monkeypatch, tmp_path) -> None:
    Image.fromarray(np.full((30, 40, 3), 255, np.uint8)).save(tmp_path / "snow.png")
    monkeypatch.setenv("CNN_EXAMPLES", str(tmp_path))
    assert layers.searched() == [*samples.originals(), "own:snow.png"]
    assert layers.excited("classify_resnet_made")["relu"].values.shape == (len(samples.originals()) + 1, 8)
    layers.excited.cache_clear()


def test_another_picture_stands_beside() -> None:
    assert outputs()["Channels that differ most"] == []
    found = outputs(layer="relu", other="zone_plate")["Channels that differ most"]
    assert len(found) == 6 and all(" here, " in words for _, words in found)
    same = outputs(layer="relu", other="chelsea")["Channels that differ most"]
    for _, words in same:
        here, there = words.split(": ")[1].split(" here, ")
        assert there.startswith(f"{here} there")
