"""What the classifiers compute, written down a second time from their papers in plain operations, on random numbers.

Pictures are not square, every parameter and every running mean is random, and nothing here calls what it tests.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.models.plain_operations import layer, norm, random_input, random_network, same


def test_inception_four_branches_side_by_side() -> None:
    model = random_network("inception", {"classes": 5, "stem": 4, "stages": [[[2, [2, 3], [2, 4], 5]]]})
    x = random_input(2, 3, 20, 12)
    m = model.get_submodule("features.inception1a")
    y = F.max_pool2d(layer(x, model.stem), 3, 2, 1)
    five = layer(layer(layer(y, m.five[0]), m.five[1]), m.five[2])  # two kernels of 3 see 5
    parts = [layer(y, m.one), layer(layer(y, m.three[0]), m.three[1]), five, layer(F.max_pool2d(y, 3, 1, 1), m.pool[1])]
    assert [m.five[k][0].weight.shape[-1] for k in range(3)] == [1, 3, 3]
    named = dict(model.layers())
    assert named["stem.2"] == "stem: after ReLU"
    assert named["features.inception1a.one.2"] == "module 1a: 1x1 branch"
    assert named["features.inception1a.five.2.2"] == "module 1a: 5x5 branch"
    same(model(x), torch.cat(parts, 1).mean((2, 3)) @ model.fc.weight.T + model.fc.bias)


def test_alexnet_five_convolutions_three_poolings_three_dense_layers() -> None:
    model = random_network("alexnet", {"classes": 5, "widths": [4, 5, 6, 7, 8], "hidden": 9, "dropout": 0.5})
    x = random_input(2, 3, 32, 32)
    y = F.max_pool2d(layer(x, model.conv1), 3, 2, 1)
    y = F.max_pool2d(layer(y, model.conv2), 3, 2, 1)
    y = F.max_pool2d(layer(layer(layer(y, model.conv3), model.conv4), model.conv5), 3, 2, 1).flatten(1)
    for dense in (model.fc6, model.fc7):
        y = (y @ dense.weight.T + dense.bias).relu()
    same(model(x), y @ model.fc8.weight.T + model.fc8.bias)
    assert model.last_maps() == "conv5.2"
    assert dict(model.layers())["conv4.2"] == "conv 4: after ReLU"


def test_lenet_without_padding_and_with_averages() -> None:
    model = random_network("lenet", {"classes": 5})

    def squash(x: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(x * 2 / 3)

    y = random_input(2, 3, 32, 32)
    x = y
    for convolution, subsampling in ((model.c1, model.s2), (model.c3, model.s4)):
        y = squash(F.conv2d(y, convolution.weight, convolution.bias))
        y = F.avg_pool2d(y, 2) * subsampling.gain + subsampling.bias
    y = squash(F.conv2d(y, model.c5.weight, model.c5.bias)).flatten(1)
    y = squash(y @ model.f6.weight.T + model.f6.bias)
    same(model(x), y @ model.output.weight.T + model.output.bias)


def test_vgg_pools_between_its_blocks() -> None:
    model = random_network("vgg", {"classes": 5, "widths": [4, 6], "depths": [1, 2]})
    x, f = random_input(2, 3, 12, 20), model.features
    one = layer(x, nn.ModuleList([f.conv1_1, f.bn1_1]))
    two = layer(F.max_pool2d(one, 2), nn.ModuleList([f.conv2_1, f.bn2_1]))
    two = layer(two, nn.ModuleList([f.conv2_2, f.bn2_2]))
    for found, wanted in zip(model.maps(x), (one, two), strict=True):
        same(found, wanted)
    same(model(x), two.mean((2, 3)) @ model.fc.weight.T + model.fc.bias)
    assert dict(model.layers())["features.pool1"] == "1: max-pooling"
    assert dict(model.layers())["features.relu2_1"] == "2.1: after ReLU"


def test_a_dense_network_is_linear_layers_with_relus_between() -> None:
    model = random_network("dense", {"classes": 5, "size": 4, "hidden": [6, 7]})
    x = random_input(2, 3, 4, 4)
    y = x.flatten(1)
    for number in (1, 2):
        y = norm(
            y @ model.hidden.get_submodule(f"linear{number}").weight.T, model.hidden.get_submodule(f"bn{number}")
        ).relu()
    same(model(x), y @ model.fc.weight.T + model.fc.bias)
    assert [name for name, _ in model.layers()] == ["hidden.relu1", "hidden.relu2", "fc"]


def basic_block(x: Tensor, block: nn.Module, stride: int) -> Tensor:
    """relu(shortcut + conv-norm-relu-conv-norm)."""
    y = norm(F.conv2d(x, block.conv1.weight, None, stride, 1), block.bn1).relu()
    y = norm(F.conv2d(y, block.conv2.weight, None, 1, 1), block.bn2)
    if not isinstance(block.shortcut, nn.Identity):
        x = norm(F.conv2d(F.avg_pool2d(x, stride) if stride > 1 else x, block.shortcut[1].weight), block.shortcut[2])
    return (x + y).relu()


RESIDUAL = {"widths": [4, 8], "blocks": [1, 2], "stem_stride": 2, "stem_pool": True}


def test_resnet_halves_at_the_first_block_of_a_stage() -> None:
    model = random_network("resnet", {"classes": 5, **RESIDUAL})
    x = random_input(2, 3, 32, 48)
    y = F.max_pool2d(norm(F.conv2d(x, model.conv.weight, None, 2, 1), model.bn).relu(), 3, 2, 1)
    one = basic_block(y, model.stage1[0], 1)
    two = basic_block(basic_block(one, model.stage2[0], 2), model.stage2[1], 1)
    for found, wanted in zip(model.maps(x), (one, two), strict=True):
        same(found, wanted)
    same(model(x), two.mean((2, 3)) @ model.fc.weight.T + model.fc.bias)
    named = dict(model.layers())
    assert named["stage2.1.relu1"] == "stage 2, block 2: inside"
    assert named["stage2.1.relu2"] == "stage 2, block 2: output"
    assert model.last_maps() == "stage2.1.relu2"
