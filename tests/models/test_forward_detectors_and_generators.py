"""What detectors, face networks and networks that create compute, written down a second time in plain operations.

Pictures are not square, every parameter and every running mean is random, and nothing here calls what it tests.
"""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnn_core.models import build_model
from tests.models.plain_operations import layer, norm, random_input, random_network, same, twice


def test_fcos_reads_classes_and_distances_from_two_towers() -> None:
    backbone = {"widths": [4, 6, 8], "blocks": [1, 1, 1], "stem_stride": 2}
    model = random_network("fcos", {"classes": 2, "backbone": backbone, "width": 8, "depth": 1})
    x = random_input(1, 3, 32, 48)
    levels = model.pyramid(model.backbone.maps(x))
    wanted: list[list[Tensor]] = [[], [], []]
    for level, stride, scale in zip(levels, (2, 4, 8), model.scales, strict=True):
        towers = [
            F.group_norm(F.conv2d(level, t[0].weight, None, 1, 1), 8, t[1].weight, t[1].bias).relu()
            for t in (model.class_tower, model.box_tower)
        ]
        heads = ((towers[0], model.class_logits), (towers[1], model.distances), (towers[1], model.quality))
        for answers, (tower, head) in zip(wanted, heads, strict=True):
            y = F.conv2d(tower, head.weight, head.bias, 1, 1)[0].flatten(1).T  # (cells, channels)
            answers.append((y * scale).exp() * stride if head is model.distances else y)
    logits, distances, quality, centres, strides = model(x)
    for found, parts in zip((logits[0], distances[0], quality[0, :, None]), wanted, strict=True):
        same(found, torch.cat(parts))
    assert centres[:2].tolist() == [[1, 1], [3, 1]]
    assert centres[-1].tolist() == [44, 28]
    assert strides.tolist() == [2] * 16 * 24 + [4] * 8 * 12 + [8] * 4 * 6


def test_untrained_detectors_see_nothing() -> None:
    """Most places show no object, and the losses would drown in false alarms otherwise."""
    backbone = {"widths": [4, 6, 8], "blocks": [1, 1, 1]}
    assert build_model(
        "fcos", {"classes": 2, "backbone": backbone, "width": 8}
    ).class_logits.bias.detach().sigmoid().tolist() == (pytest.approx([0.01, 0.01]))
    bias = build_model("face_detector", {"widths": [4, 6, 8], "depth": 1}).answer.bias
    assert float(bias[0].detach()) == -4
    assert float(bias[1:].detach().abs().max()) < 1


def test_faces_are_distances_and_landmarks_from_the_cells_centre() -> None:
    model = random_network("face_detector", {"widths": [4, 6, 8], "depth": 1})
    model.answer.bias[1:5] = torch.tensor([0.5, 1.0, 1.5, 5.0])
    x = random_input(1, 3, 16, 24)
    y = layer(layer(x, model.convolutions[0], 2), model.convolutions[1], 2)
    y = layer(layer(layer(y, model.convolutions[2]), model.convolutions[3], 2), model.convolutions[4])
    raw = F.conv2d(y, model.answer.weight, model.answer.bias)[0].flatten(1).T  # (6 cells, 15)
    centres = torch.tensor([[4.0, 4], [12, 4], [20, 4], [4, 12], [12, 12], [20, 12]])
    reach = 32 * raw[:, 1:5].clamp(-3, 3).exp()
    logits, boxes, landmarks = model(x)
    same(logits[0], raw[:, 0])
    same(boxes[0], torch.cat([centres - reach[:, :2], centres + reach[:, 2:]], 1))
    same(landmarks[0], centres[:, None] + 32 * raw[:, 5:].reshape(6, 5, 2))


def test_a_face_is_embedded_place_by_place() -> None:
    model = random_network("face_embedding", {"widths": [4, 8], "blocks": [1, 1], "length": 6, "last": 4})
    x = random_input(2, 3, 16, 16)
    y = layer(model.backbone.maps(x)[-1], model.fewer).flatten(1) @ model.embed.weight.T
    same(model(x), (y - model.norm.running_mean) / (model.norm.running_var + 1e-5).sqrt())


# ---------------------------------------------------------------- networks that create


def test_a_generator_stamps_four_by_four_and_doubles() -> None:
    model = random_network("generator", {"latent": 5, "width": 4, "size": 16})
    z = random_input(2, 5)
    y = norm(torch.einsum("nz,zchw->nchw", z, model.start[0].weight), model.start[1]).relu()
    y = norm(F.conv_transpose2d(y, model.up[0][0].weight, None, 2, 1), model.up[0][1]).relu()
    same(model(z), torch.tanh(F.conv_transpose2d(y, model.last.weight, model.last.bias, 2, 1)))
    model.start[0].weight.zero_()
    for k, strength in enumerate((1.0, 3.0, 2.0)):  # of the fourth, first and third number
        model.start[0].weight[(3, 0, 2)[k], k, 1, 2] = strength
    assert model.directions(2).abs().tolist() == [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]]  # strongest first
    fresh = build_model("generator", {"latent": 64, "width": 16, "size": 16})
    assert float(fresh.start[0].weight.std()) == pytest.approx(0.02, rel=0.05)


def test_a_discriminator_compares_the_pictures_of_its_batch() -> None:
    model = random_network("discriminator", {"width": 4, "size": 16})
    x = random_input(3, 3, 16, 16)
    y = x
    for step in model.down:
        y = F.conv2d(y, step.weight, step.bias, 2, 1)
        y = torch.where(y > 0, y, 0.2 * y)
    variety = ((y - y.mean(0)).square().mean(0) + 1e-8).sqrt().mean()
    y = F.conv2d(torch.cat([y, variety.expand(3, 1, 4, 4)], 1), model.mix.weight, model.mix.bias, 1, 1)
    y = torch.where(y > 0, y, 0.2 * y).flatten(1)
    same(model(x), (y @ model.score.weight.T + model.score.bias)[:, 0])


def test_a_painting_goes_down_through_blocks_and_up() -> None:
    model = random_network("style_network", {"styles": 2, "widths": [4, 5, 6], "blocks": 1})
    x, mixture = random_input(1, 3, 16, 24), torch.tensor([[0.25, 0.75]])

    def styled(x: Tensor, part: nn.Module, stride: int = 1) -> Tensor:
        side = part.conv.weight.shape[-1] // 2
        y = F.conv2d(F.pad(x, [side] * 4, mode="reflect"), part.conv.weight, None, stride)
        y = (y - y.mean((2, 3), keepdim=True)) / (y.var((2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()
        scale, shift = (0.25 * values[0] + 0.75 * values[1] for values in (part.norm.scale, part.norm.shift))
        return y * scale[None, :, None, None] + shift[None, :, None, None]

    y = styled(x, model.down[0]).relu()
    y = styled(styled(y, model.down[1], 2).relu(), model.down[2], 2).relu()
    y = y + styled(styled(y, model.blocks[0][0]).relu(), model.blocks[0][1])
    y = styled(twice(styled(twice(y), model.up[0]).relu()), model.up[1]).relu()
    painted = F.conv2d(F.pad(y, [4] * 4, mode="reflect"), model.last.weight, model.last.bias)
    same(model(x, mixture), 1 / (1 + (-painted).exp()))
