"""The architectures of public networks, without their numbers."""

from pathlib import Path

import pytest
import torch

from cnn_core.models import build_model
from cnn_core.runtime import public_weights
from cnn_core.runtime.public_networks import NETWORKS


@pytest.mark.parametrize("name", [network.key for network in NETWORKS if network.task == "classification"])
def test_architectures_can_be_looked_into(name: str) -> None:
    with torch.device("meta"):
        model = build_model("torchvision_classifier", {"name": name}).eval()
    modules = dict(model.named_modules())
    assert model.last_maps() in modules
    assert {layer for layer, _ in model.layers()} <= set(modules)
    assert not any(getattr(module, "inplace", False) for module in modules.values())


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
