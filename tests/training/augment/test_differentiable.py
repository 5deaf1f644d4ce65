"""Changes that gradients pass through keep a picture upright and its gradient its own."""

import torch

from cnn_core.training.augment.differentiable import augment_differentiably, cut_hole, translate


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


def test_grey_stays_grey_and_brightness_moves_by_half_at_most() -> None:
    x = torch.zeros(200, 3, 16, 16)
    y = augment_differentiably(x, torch.Generator().manual_seed(0))
    assert torch.equal(y[:, 0], y[:, 1])
    shift = y.flatten(1).abs().amax(1)
    assert 0.4 < float(shift.max()) <= 0.5


def test_a_hole_of_the_given_side_may_stick_out() -> None:
    y = cut_hole(torch.ones(300, 2, 8, 10), 4, torch.Generator().manual_seed(0))
    gone = (y[:, 0] == 0).flatten(1).sum(1)
    assert torch.equal(y[:, 0], y[:, 1])
    assert int(gone.max()) == 16
    assert int(gone.min()) == 4
    assert (y == 0).any(0)[0].all()  # everywhere in one picture or the other


def test_moved_pictures_go_every_way() -> None:
    x = torch.zeros(200, 1, 7, 9)
    x[:, 0, 3, 4] = 1
    places = translate(x, 2, torch.Generator().manual_seed(0)).nonzero()[:, 2:]
    assert {tuple(place) for place in places.tolist()} == {(row, column) for row in range(1, 6) for column in range(2, 7)}
