"""Changes that gradients pass through keep a picture upright and its gradient its own."""

import torch

from cnn_core.training.augment.differentiable import augment_differentiably, translate


def test_a_picture_that_is_moved_stays_upright() -> None:
    x = torch.zeros(30, 2, 9, 9)
    x[:, 0, 3:5, 2:7] = 1.0  # wide and low, in the first channel
    moved = translate(x, 2, torch.Generator().manual_seed(0))
    assert moved[:, 1].abs().sum() == 0
    rows, columns = moved[:, 0].amax(2).sum(1), moved[:, 0].amax(1).sum(1)
    assert rows.tolist() == [2.0] * 30
    assert columns.tolist() == [5.0] * 30


def test_only_what_is_still_shown_gets_a_gradient() -> None:
    x = torch.zeros(6, 3, 16, 16, requires_grad=True)
    y = augment_differentiably(x, torch.Generator().manual_seed(1))
    y[:1].sum().backward()
    assert x.grad is not None
    assert float(x.grad[0].abs().sum()) > 0
    assert float(x.grad[1:].abs().sum()) == 0  # no picture's change leaks into another
