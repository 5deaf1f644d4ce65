"""What the heads on other networks compute, written down a second time in plain operations, on random numbers.

Pictures are not square, every parameter and every running mean is random, and nothing here calls what it tests.
"""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models.on_base import OnBase
from tests.models.plain_operations import layer, maps_of, random_input, random_network, same, twice


def test_unet_joins_each_step_up_with_the_encoders_map() -> None:
    head = random_network("unet_head", {"widths": [4, 6, 8], "hidden": [5, 7], "outputs": 3})
    fine, middle, deep = maps = maps_of(4, 6, 8)
    y = layer(torch.cat([twice(deep), middle], 1), head.up[0])
    y = layer(layer(torch.cat([twice(y), fine], 1), head.up[1]), head.last)
    same(head(maps), F.conv2d(y, head.logits.weight, head.logits.bias))


def test_a_whole_unet_pools_maxima_between_its_levels() -> None:
    model = random_network("unet", {"classes": 2, "widths": [4, 6]})
    x = random_input(1, 3, 8, 12)
    one = layer(layer(x, model.levels[0][0]), model.levels[0][1])
    two = layer(layer(F.max_pool2d(one, 2), model.levels[1][0]), model.levels[1][1])
    for found, wanted in zip(model.maps(x), (one, two), strict=True):
        same(found, wanted)


def test_the_pyramid_adds_from_the_top_down() -> None:
    head = random_network("fcos", {"classes": 2, "backbone": {"widths": [4, 6, 8], "blocks": [1, 1, 1]}, "width": 8}).pyramid
    maps = maps_of(4, 6, 8)
    lateral = [F.conv2d(part, conv.weight, conv.bias) for part, conv in zip(maps, head.lateral, strict=True)]
    middle = lateral[1] + twice(lateral[2])
    wanted = [lateral[0] + twice(middle), middle, lateral[2]]
    for found, smooth, total in zip(head(maps), head.smooth, wanted, strict=True):
        same(found, layer(total, smooth))


def test_deeplab_reads_one_map_with_several_dilations() -> None:
    head = random_network("deeplab_head", {"widths": [6, 8], "hidden": 5, "dilations": [2, 3], "outputs": 3})
    fine, coarse = maps = maps_of(6, 8)
    enlarged = F.interpolate(coarse, scale_factor=2, mode="bilinear", align_corners=False)
    x = layer(torch.cat([fine, enlarged], 1), head.reduce)
    whole = F.conv2d(x.mean((2, 3), keepdim=True), head.whole[0].weight, head.whole[0].bias).relu()
    parts = [layer(x, head.branches[0]), layer(x, head.branches[1], dilation=2), layer(x, head.branches[2], dilation=3)]
    y = layer(torch.cat([*parts, whole.expand_as(x)], 1), head.join)
    same(head(maps), F.conv2d(y, head.logits.weight, head.logits.bias))


def test_a_fully_convolutional_network_answers_each_cell_of_its_last_maps() -> None:
    model = random_network("fcn", {"widths": [4, 6], "depths": [1, 1], "outputs": 3})
    x, f = random_input(2, 3, 12, 20), model.features
    one = layer(x, nn.ModuleList([f.conv1_1, f.bn1_1]))
    two = layer(F.max_pool2d(one, 2), nn.ModuleList([f.conv2_1, f.bn2_1]))
    for found, wanted in zip(model.maps(x), (one, two), strict=True):
        same(found, wanted)
    same(model(x), F.conv2d(two, model.logits.weight, model.logits.bias))
    assert [name for name, _ in model.layers()][-2:] == ["features.relu2_1", "logits"]


@pytest.mark.parametrize("up", ["nearest", "transposed"])
def test_the_decoder_without_skip_connections(up: str) -> None:
    head = random_network("segnet_head", {"widths": [4, 8], "hidden": 5, "outputs": 3, "up": up})
    maps = maps_of(4, 8)
    y = layer(maps[1], head.fit[0])
    if up == "nearest":
        y = twice(y)
    else:
        weight, bias = head.enlarge[0].weight, head.enlarge[0].bias
        assert weight.shape[2:] == (3, 3)
        y = F.conv_transpose2d(y, weight, bias, 2, 1, 1, groups=4)
    y = layer(y, head.mix[0])
    same(head(maps), F.conv2d(y, head.logits.weight, head.logits.bias))


def attend(head: nn.Module, maps: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Each cell's answers and weights, (N, outputs, cells); the weights of an output sum to 1."""
    fine, coarse = maps
    x = layer(layer(torch.cat([F.avg_pool2d(fine, 2), coarse], 1), head.mix), head.look)
    answers = F.conv2d(x, head.answer.weight, head.answer.bias).flatten(2)
    weights = F.conv2d(x, head.attention.weight, head.attention.bias).flatten(2).exp()
    return answers, weights / weights.sum(2, keepdim=True)


def test_attention_weighs_the_cells() -> None:
    head = random_network("attention_head", {"widths": [4, 6], "hidden": 5, "outputs": 3})
    maps = maps_of(4, 6)
    answers, weights = attend(head, maps)
    same(head(maps), (answers * weights).sum(2))


def test_a_box_is_the_weighted_mean_of_the_cells_proposals() -> None:
    head = random_network("box_head", {"widths": [4, 6], "hidden": 5})
    head.look.answer.bias.copy_(torch.tensor([0.5, -1.5, -2.0, -1.0, -0.5]))  # four reaches that differ, inside the picture
    maps = maps_of(4, 6)
    answers, weights = attend(head.look, maps)
    x, y = (torch.arange(12) + 0.5).repeat(8) / 12, (torch.arange(8) + 0.5).repeat_interleave(12) / 8
    reach = torch.log1p((answers[:, 1:] - 1).exp())
    proposals = torch.stack([x - reach[:, 0], y - reach[:, 1], x + reach[:, 2], y + reach[:, 3]], 1)
    boxes = (proposals * weights[:, 1:]).sum(2)
    presence = (answers[:, 0] * weights[:, 0]).sum(1, keepdim=True)
    same(head(maps), torch.cat([presence, boxes.clamp(0, 1)], 1))
    assert ((boxes > 0) & (boxes < 1)).float().mean() > 0.5


def test_clicks_are_joined_at_every_level() -> None:
    head = random_network("click_head", {"widths": [4, 6], "hidden": [5, 7]})
    fine, deep = maps_of(4, 6)
    clicks = [[(10.0, 30.0, True), (80.0, 6.0, False)], [(50.0, 50.0, True)]]
    rows, columns = (4 * torch.arange(16.0) + 2)[:, None], (4 * torch.arange(24.0) + 2)[None]
    marks = torch.zeros(2, 4, 16, 24)  # near and wide bumps of what belongs, then of what does not
    for picture, found in enumerate(clicks):
        for x, y, belongs in found:
            apart = (columns - x) ** 2 + (rows - y) ** 2
            for k, reach in enumerate((6, 30)):
                marks[picture, k + 2 * (not belongs)] = torch.exp(-apart / (2 * reach**2))
    y = layer(torch.cat([deep, F.max_pool2d(marks, 2)], 1), head.deepest)
    y = layer(torch.cat([twice(y), fine, marks], 1), head.up[0])
    y = layer(layer(y, head.last[0]), head.last[1])
    same(head([fine, deep], clicks), F.conv2d(y, head.logits.weight, head.logits.bias))
    same(head([fine, deep]), head([fine, deep], [[(48.0, 32.0, True)]] * 2))  # the middle of 96 x 64 pixels


def test_a_fine_tuned_head_stands_on_the_changed_base() -> None:
    base = random_network("resnet", {"classes": 5, "widths": [4, 6], "blocks": [1, 1]})
    arguments = {"kernels": {"stage2.0.conv2": [6, 54]}, "norms": {"stage2.0.bn2": 6}, "rank": 2, "widths": [4, 6],
                 "hidden": 5, "outputs": 1}  # fmt: skip
    head = random_network("tuned_head", arguments)
    x = random_input(2, 3, 8, 12)
    model = OnBase(base, head)
    block, changed = base.stage2[0], random_network("resnet", {"classes": 5, "widths": [4, 6], "blocks": [1, 1]})
    changed.stage2[0].conv2.weight += (head.up[0] @ head.down[0]).view(6, 6, 3, 3)
    changed.stage2[0].bn2.weight += head.gain[0]
    changed.stage2[0].bn2.bias += head.offset[0]
    same(model(x), head(changed.maps(x)))
    assert not torch.equal(block.conv2.weight, changed.stage2[0].conv2.weight)
