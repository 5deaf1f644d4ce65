"""The shared blocks, worked on paper."""

import torch

from cnn_core.models.blocks import cell_centres, conv_norm_relu


def test_cells_lie_row_by_row_with_their_centres_half_a_stride_in() -> None:
    centres = cell_centres(2, 3, 8, torch.zeros(1))
    assert centres.tolist() == [[4, 4], [12, 4], [20, 4], [4, 12], [12, 12], [20, 12]]


def test_convolution_then_norm_then_relu() -> None:
    """A kernel of ones over 1..9 gives 45 in the middle, 12 in the corner; gain -1 and offset 20 follow."""
    block = conv_norm_relu(1, 1).eval()
    with torch.no_grad():
        block[0].weight.fill_(1.0)
        block[1].weight.fill_(-1.0)
        block[1].bias.fill_(20.0)
        found = block(torch.arange(1.0, 10).view(1, 1, 3, 3))[0, 0]
    assert found[1, 1] == 0  # 20 - 45
    assert abs(float(found[0, 0]) - 8) < 1e-3  # 20 - 12


def test_stride_and_dilation() -> None:
    assert conv_norm_relu(1, 2, stride=2).eval()(torch.zeros(1, 1, 8, 6)).shape == (1, 2, 4, 3)
    layer = conv_norm_relu(1, 1, dilation=4)[0]
    x = torch.zeros(1, 1, 17, 19, requires_grad=True)
    layer(x)[0, 0, 8, 9].backward()
    assert x.grad is not None
    rows, columns = x.grad[0, 0].nonzero().T
    assert rows.unique().tolist() == [4, 8, 12]
    assert columns.unique().tolist() == [5, 9, 13]
