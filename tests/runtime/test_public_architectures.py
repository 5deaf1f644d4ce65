"""The architectures of public networks, without their numbers."""

from pathlib import Path

import pytest
import torch

from cnn_core.explain.layer_table import layer_table
from cnn_core.models import build_model
from cnn_core.runtime import public_weights
from cnn_core.runtime.public_networks import NETWORKS, PublicNetwork


@pytest.mark.parametrize("name", [network.key for network in NETWORKS if network.task == "classification"])
def test_architectures_can_be_looked_into(name: str) -> None:
    with torch.device("meta"):
        model = build_model("torchvision_classifier", {"name": name}).eval()
    modules = dict(model.named_modules())
    assert model.last_maps() in modules
    assert {layer for layer, _ in model.layers()} <= set(modules)
    assert not any(getattr(module, "inplace", False) for module in modules.values())


@pytest.mark.slow
@pytest.mark.parametrize("network", [one for one in NETWORKS if one.task != "classification"], ids=lambda one: one.key)
def test_detectors_and_segmenters_can_be_looked_into(network: PublicNetwork) -> None:
    """Random numbers: what they find is nothing, but every layer runs, is named once, and knows what it is made from."""
    with public_weights.WithoutDrawing():
        model = build_model(network.architecture, {"name": network.key, **network.arguments}).eval()
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        parameter.data.normal_(std=0.01, generator=generator)
    layers = model.layers()
    assert len(dict(layers)) == len(layers) == len({words for _, words in layers})
    table = layer_table(model, torch.zeros(1, 3, 128, 128), layers)
    assert table[0].sources == ("input",) and all(facts.sources for facts in table) and len(table[0].shape) == 3
    assert not any(getattr(module, "inplace", False) for module in model.modules())


def test_whether_a_file_was_fetched_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CNN_PUBLIC_WEIGHTS", str(tmp_path))
    assert not public_weights.kept("public_vgg19")
    (tmp_path / "vgg19-00000000.pth").write_bytes(b"")  # an older or a newer one
    assert not public_weights.kept("public_vgg19")
    (tmp_path / "vgg19-dcbb9e9d.pth").write_bytes(b"")
    assert public_weights.kept("public_vgg19")
    assert not public_weights.kept("public_resnet50")


def test_single_operations_are_named() -> None:
    with torch.device("meta"):
        layers = dict(build_model("torchvision_classifier", {"name": "vgg19"}).layers())
    assert layers["net.features.1"] == "features.1: after ReLU"
    assert layers["net.features.4"] == "features.4: max-pooling"
    assert sum("after ReLU" in words for words in layers.values()) == 16
