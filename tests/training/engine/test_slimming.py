"""Channels that others can stand in for are left out without a change; those that nobody can replace stay."""

import copy

import torch
from torch import nn

from cnn_core.training.engine.slimming import add_to_answers, choose_channels, slim_last_block
from tests.models.plain_operations import random_network


def test_what_is_a_mixture_of_others_is_left_out() -> None:
    free = torch.randn(500, 3, generator=torch.Generator().manual_seed(1)).double()
    values = torch.stack([free[:, 0], free[:, 1], 2 * free[:, 0] - free[:, 1] + 5, free[:, 2]], 1)
    chosen = choose_channels(values, torch.ones(4).double(), 3)
    assert 3 in chosen.stay.tolist() and len(set(chosen.stay.tolist())) == 3
    again = values[:, chosen.stay] @ chosen.mix.T + chosen.offset
    torch.testing.assert_close(again, values, rtol=0, atol=0.05)
    nobody_reads = choose_channels(values, torch.tensor([1.0, 1, 1, 0]).double(), 2)
    assert 3 not in nobody_reads.stay.tolist()


def test_a_network_of_doubled_channels_answers_the_same_with_half_of_them() -> None:
    model = random_network("fcn", {"widths": [3, 3, 4, 4, 8], "depths": [1, 1, 1, 1, 2], "outputs": 3})
    layers, order = model.features, torch.tensor([0, 1, 2, 3, 0, 1, 2, 3])  # channels 4 to 7 repeat 0 to 3
    for conv, norm in ((layers.conv5_1, layers.bn5_1), (layers.conv5_2, layers.bn5_2)):
        conv.weight.copy_(conv.weight[order])
        for part in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
            part.copy_(part[order].clone())
    behind = nn.Sequential(nn.Conv2d(8, 2, 1, bias=False), nn.BatchNorm2d(2)).eval().requires_grad_(False)
    pictures = [torch.randn(1, 3, 64, 96, generator=torch.Generator().manual_seed(k)) for k in range(6)]
    whole, head = copy.deepcopy(model), copy.deepcopy(behind)
    slim_last_block(model, [(model.logits, None), (behind[0], behind[1])], pictures, 4)
    assert model.features.conv5_1.weight.shape == (4, 4, 3, 3)
    assert model.features.conv5_2.weight.shape == (4, 4, 3, 3)
    assert model.logits.weight.shape == (3, 4, 1, 1) and behind[0].weight.shape == (2, 4, 1, 1)
    for x in pictures:
        torch.testing.assert_close(model(x), whole(x), rtol=0.03, atol=0.03)
        torch.testing.assert_close(behind(model.maps(x)[-1]), head(whole.maps(x)[-1]), rtol=0.03, atol=0.03)


def test_an_offset_reaches_the_answers_with_and_without_a_bias() -> None:
    x, extra = torch.randn(1, 3, 4, 4), torch.tensor([1.0, -2.0])
    norm = nn.BatchNorm2d(2).eval().requires_grad_(False)
    norm.weight.copy_(torch.tensor([3.0, 0.5]))
    plain = nn.Conv2d(3, 2, 1, bias=False).requires_grad_(False)
    wanted = norm(plain(x) + extra.view(1, 2, 1, 1))
    add_to_answers(plain, norm, extra)
    torch.testing.assert_close(norm(plain(x)), wanted)
    biased = nn.Conv2d(3, 2, 1).requires_grad_(False)
    wanted = biased(x) + extra.view(1, 2, 1, 1)
    add_to_answers(biased, None, extra)
    torch.testing.assert_close(biased(x), wanted)
