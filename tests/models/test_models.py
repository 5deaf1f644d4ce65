"""Every architecture: shapes, named layers that exist, published sizes, and what makes it that architecture."""

import importlib

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnn_core.errors import WeightsError
from cnn_core.models import architectures, build_model
from cnn_core.models.lenet import LeNet, ScaledTanh, Subsampling
from cnn_core.models.on_base import OnBase
from cnn_core.models.resnet import BasicBlock, PadShortcut, ResNet

CASES = {
    "resnet": ({"classes": 7, "widths": [8, 12, 16], "blocks": [1, 2, 1], "stem_stride": 2}, 64),
    "vgg": ({"classes": 7, "widths": [8, 12], "depths": [1, 2]}, 32),
    "lenet": ({"classes": 7}, 32),
    "alexnet": ({"classes": 7, "widths": [8, 8, 8, 8, 8], "hidden": 16, "dropout": 0.5}, 32),
    "inception": ({"classes": 7, "stem": 8, "stages": [[[4, [4, 6], [2, 4], 2]], [[4, [4, 6], [2, 4], 2]]]}, 32),
    "dense": ({"classes": 7, "size": 32, "hidden": [16, 8]}, 32),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[nn.Module, int]:
    arguments, size = CASES[request.param]
    torch.manual_seed(0)
    return build_model(request.param, arguments).eval(), size


def test_logits(case: tuple[nn.Module, int]) -> None:
    model, size = case
    assert model(torch.zeros(2, 3, size, size)).shape == (2, 7)


def test_named_layers_exist_and_relus_are_not_in_place(case: tuple[nn.Module, int]) -> None:
    model, _ = case
    modules = dict(model.named_modules())
    names = [name for name, _ in model.layers()]
    assert set(names) <= set(modules)
    assert len(set(names)) == len(names)
    assert model.last_maps() is None or model.last_maps() in modules
    assert not any(module.inplace for module in modules.values() if isinstance(module, nn.ReLU))


def test_last_maps_have_height_and_width(case: tuple[nn.Module, int]) -> None:
    model, size = case
    if model.last_maps() is None:
        return
    shapes = []
    dict(model.named_modules())[model.last_maps()].register_forward_hook(lambda m, i, o: shapes.append(o.shape))
    model(torch.zeros(1, 3, size, size))
    assert len(shapes[0]) == 4
    assert min(shapes[0][2:]) > 1


def test_lenet_has_the_published_sizes() -> None:
    model = LeNet(10)
    assert [tuple(model.get_submodule(n).weight.shape[2:]) for n in ("c1", "c3", "c5")] == [(5, 5)] * 3
    assert (model.c1.out_channels, model.c3.out_channels, model.c5.out_channels, model.f6.out_features) == (6, 16, 120, 84)


def test_scaled_tanh_meets_one_at_one() -> None:
    assert ScaledTanh()(torch.tensor([1.0, -1.0, 0.0])).tolist() == pytest.approx([1, -1, 0], abs=1e-4)


def test_subsampling_averages_then_scales() -> None:
    layer = Subsampling(1)
    layer.gain.data.fill_(2)
    layer.bias.data.fill_(0.5)
    assert layer(torch.tensor([[[[1.0, 2.0], [3.0, 6.0]]]])).item() == 2 * 3 + 0.5


def test_resnet20_has_the_published_number_of_parameters() -> None:
    model = build_model("resnet", {"classes": 10, "widths": [16, 32, 64], "blocks": [3, 3, 3], "shortcut": "pad"})
    assert sum(p.numel() for p in model.parameters()) == 269_722  # 0.27 M in the paper's table 6
    assert sum(isinstance(m, nn.Conv2d | nn.Linear) for m in model.modules()) == 20


def test_pad_shortcut_by_hand() -> None:
    x = torch.arange(16.0).view(1, 1, 4, 4)
    y = PadShortcut(1, 2)(x)
    assert y[0, 0].tolist() == [[0, 2], [8, 10]]
    assert y[0, 1].tolist() == [[0, 0], [0, 0]]


def test_a_new_block_starts_as_its_shortcut() -> None:
    model = ResNet(3, [4], [1]).eval()
    block = next(m for m in model.modules() if isinstance(m, BasicBlock))
    x = torch.rand(1, 4, 5, 5)
    assert torch.allclose(block(x), x)  # the last BN's gain is 0 and x is not negative
    assert block.bn1.weight.tolist() == [1] * 4


def test_resnet_works_from_64_to_128_pixels() -> None:
    model = ResNet(5, [4, 8], [1, 1], stem_stride=2).eval()
    for size in (64, 80, 101, 128):
        assert model(torch.zeros(1, 3, size, size)).shape == (1, 5)
        assert [m.shape[1] for m in model.maps(torch.zeros(1, 3, size, size))] == [4, 8]


def test_head_on_base() -> None:
    base = ResNet(5, [4, 8], [1, 1]).eval()
    head = build_model("attention_head", {"widths": [4, 8], "hidden": 6, "outputs": 2}).eval()
    x = torch.rand(3, 3, 16, 16)
    maps = base.maps(x)
    stacked = torch.cat([F.avg_pool2d(maps[0], 2), maps[1]], 1)
    answers, weights = head.places(stacked)
    assert answers.shape == (3, 2, 8, 8)
    assert torch.allclose(weights.sum((2, 3)), torch.ones(3, 2))
    assert torch.allclose(OnBase(base, head)(x), (answers * weights).sum((2, 3)), atol=1e-6)


def test_a_head_without_preferences_averages_the_places() -> None:
    head = build_model("attention_head", {"widths": [4], "hidden": 6, "outputs": 2}).eval()
    torch.nn.init.zeros_(head.attention.weight)
    maps = [torch.rand(3, 4, 5, 7)]
    answers, _ = head.places(maps[0])
    assert torch.allclose(head(maps), answers.mean((2, 3)), atol=1e-6)


def test_an_unknown_architecture_is_told() -> None:
    with pytest.raises(WeightsError, match=r"nothing_like_this.*There are: alexnet"):
        build_model("nothing_like_this", {})


def test_every_architecture_can_be_built_and_no_part_of_one() -> None:
    names = architectures()
    assert {"resnet", "fcos", "unet_head"} <= set(names)
    assert [name for name in names if not hasattr(importlib.import_module(f"cnn_core.models.{name}"), "build")] == []
    with pytest.raises(WeightsError, match="no architecture called 'blocks'"):
        build_model("blocks", {})
