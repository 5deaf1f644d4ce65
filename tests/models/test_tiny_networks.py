"""The tiny world's two networks: the grid of answers, and pairs worked by hand."""

import pytest
import torch
from torch.nn import functional

from cnn_core.models.grid_detector import GridDetector
from cnn_core.models.relation_head import SIDE, RelationHead, geometry, pairs


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


def test_the_map_is_cut_out_around_both_things() -> None:
    head = RelationHead(width=1, attributes=2, outputs=3, channels=1, hidden=4).eval()
    with torch.no_grad():
        head.narrow.weight.fill_(1.0)
        head.narrow.bias.zero_()
    rows, columns = torch.meshgrid(torch.arange(10.0), torch.arange(10.0), indexing="ij")
    boxes = torch.tensor([[[0.2, 0.3, 0.4, 0.5], [0.6, 0.4, 0.7, 0.8]]])
    across = head.around(columns[None, None], boxes)[0, 0, 1].view(SIDE, SIDE)  # (SIDE * SIDE,) -> (SIDE, SIDE)
    # around both: x from 2 to 7 cells, so the middles of five parts lie at 2.5, 3.5, ...; a cell's value is at its middle
    assert across[0].tolist() == pytest.approx([2, 3, 4, 5, 6])
    down = head.around(rows[None, None], boxes)[0, 1, 0].view(SIDE, SIDE)  # (SIDE * SIDE,) -> (SIDE, SIDE)
    assert down[:, 0].tolist() == pytest.approx([3, 4, 5, 6, 7])
    alone = head.around(columns[None, None], boxes)[0, 0, 0].view(SIDE, SIDE)  # (SIDE * SIDE,) -> (SIDE, SIDE)
    assert alone.mean().item() == pytest.approx(2.5)


@pytest.mark.parametrize("channels", [0, 4])
def test_pairs_are_judged_each_by_itself(channels: int) -> None:
    torch.manual_seed(1)
    head = RelationHead(width=6, attributes=5, outputs=3, channels=channels).eval()
    maps, boxes, things = [torch.randn(2, 6, 8, 8)], (0.6 * torch.rand(2, 4, 2)).repeat(1, 1, 2), torch.rand(2, 4, 5)
    boxes[..., 2:] += 0.3
    answers = head(maps, boxes, things)
    assert answers.shape == (2, 4, 4, 3)
    fewer = head(maps, boxes[:, 1:3], things[:, 1:3])
    assert torch.allclose(fewer, answers[:, 1:3, 1:3], atol=1e-5)
    assert not torch.allclose(answers[:, 0, 1], answers[:, 1, 0], atol=1e-3)  # the order counts
    moved = head([maps[0] + torch.randn(2, 6, 8, 8)], boxes, things)
    assert torch.allclose(moved, answers) == (channels == 0)
    assert head(maps).shape == (2, 2, 2, 3)
