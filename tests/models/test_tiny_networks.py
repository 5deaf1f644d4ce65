"""The tiny world's two networks: the grid of answers, and pairs worked by hand."""

import pytest
import torch
from torch.nn import functional

from cnn_core.models.grid_detector import GridDetector
from cnn_core.models.relation_head import RelationHead, geometry, pairs


def test_every_cell_answers_for_both_sizes() -> None:
    torch.manual_seed(1)
    network = GridDetector(slots=2, values=5, widths=(4, 4, 8, 8), blocks=1).eval()
    x = torch.randn(2, 3, 24, 32)
    answers = network(x)
    assert answers.shape == (2, 2, 5, 3, 4)
    plain = functional.conv2d(network.maps(x)[-1], network.head.weight, network.head.bias)
    assert torch.equal(answers[:, 1, 3], plain[:, 1 * 5 + 3])
    assert [name for name, _ in network.layers()][-2:] == ["blocks.0", "head"]


def test_a_pair_is_told_by_its_way_and_its_sizes() -> None:
    boxes = torch.tensor([[[0.0, 0.0, 0.2, 0.4], [0.5, 0.1, 0.6, 0.2]]])
    found = geometry(boxes)
    # from (0.1, 0.2) to (0.55, 0.15), times 8; 0.2, 0.4, 0.1, 0.1, times 4
    assert found[0, 0, 1].tolist() == pytest.approx([3.6, -0.4, 0.8, 1.6, 0.4, 0.4], abs=1e-6)
    assert found[0, 1, 0].tolist() == pytest.approx([-3.6, 0.4, 0.4, 0.4, 0.8, 1.6], abs=1e-6)
    assert pairs(torch.tensor([[[1.0], [2.0]]]))[0].tolist() == [[[1, 1], [1, 2]], [[2, 1], [2, 2]]]


def test_pairs_are_judged_each_by_itself() -> None:
    torch.manual_seed(1)
    head = RelationHead(attributes=5, outputs=3)
    boxes, things = (0.6 * torch.rand(2, 4, 2)).repeat(1, 1, 2), torch.rand(2, 4, 5)
    boxes[..., 2:] += 0.3
    answers = head([boxes], boxes, things)
    assert answers.shape == (2, 4, 4, 3)
    assert torch.allclose(head([boxes], boxes[:, 1:3], things[:, 1:3]), answers[:, 1:3, 1:3], atol=1e-5)
    assert not torch.allclose(answers[:, 0, 1], answers[:, 1, 0], atol=1e-3)  # the order counts
    assert head([torch.zeros(3, 80, 16, 16)]).shape == (3, 2, 2, 3)  # two boxes are meant where none are given
