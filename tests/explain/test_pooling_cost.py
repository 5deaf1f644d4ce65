"""What pooling saves, on an encoder and a decoder that are counted on paper."""

import torch
from torch import Tensor, nn

from cnn_core.explain.pooling_cost import SizeCost, costs_by_size, total


class Small(nn.Module):
    """3 channels of 8 x 12 -> 5 of 8 x 12 -> pooled -> 2 of 4 x 6 -> one for every channel -> enlarged -> 7 of 8 x 12."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 5, 3, padding=1)
        self.second = nn.Conv2d(5, 2, 3, padding=1, bias=False)
        self.each = nn.Conv2d(2, 2, 3, padding=1, groups=2)
        self.up = nn.ConvTranspose2d(2, 2, 2, stride=2)
        self.last = nn.Conv2d(2, 7, 1)
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        small = torch.max_pool2d(self.first(x), 2)  # (N, 3, 8, 12) -> (N, 5, 4, 6)
        return self.last(self.up(self.each(self.second(small))))


def test_every_convolution_is_counted_at_its_own_size_and_at_the_inputs() -> None:
    large, small = costs_by_size(Small(), torch.zeros(1, 3, 8, 12))
    # 3 * 5 * 9 = 135 and 2 * 7 = 14 weights at 96 places; 5 * 2 * 9 = 90 and 2 * 1 * 9 = 18 at 24, or at 96 unpooled
    assert large == SizeCost((8, 12), 2, 149 * 96, 12 * 96, 149 * 96, 12 * 96)
    assert small == SizeCost((4, 6), 2, 108 * 24, 4 * 24, 108 * 96, 4 * 96)
    assert total([large, small]) == SizeCost((8, 12), 4, 14304 + 2592, 1152 + 96, 14304 + 10368, 1152 + 384)


def test_a_stride_is_pooling_too_and_the_network_keeps_no_hook() -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 3, stride=2, padding=1))
    (cost,) = costs_by_size(net, torch.zeros(1, 1, 6, 10))
    assert cost == SizeCost((3, 5), 1, 36 * 15, 4 * 15, 36 * 60, 4 * 60)
    assert not net[0]._forward_hooks
