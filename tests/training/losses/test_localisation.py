"""The loss of the network that boxes one object, worked by hand."""

import math

import pytest
import torch

from cnn_core.training.losses.localisation import localisation_loss

LOG3 = math.log(3)
OUTPUTS = torch.tensor(
    [
        [LOG3, 0.0, 0.0, 0.5, 1.0],  # the left half, the object is the right one: IoU 0, hull all, so GIoU 0; 1/4 apart
        [0.0, 0.2, 0.1, 0.6, 0.9],  # exactly right
        [-LOG3, 0.0, 0.0, 1.0, 0.1],  # there is nothing
    ]
)
BOXES = torch.tensor([[0.5, 0.0, 1.0, 1.0], [0.2, 0.1, 0.6, 0.9], [0.3, 0.3, 0.4, 0.4]])


def test_a_box_counts_where_there_is_an_object() -> None:
    losses = localisation_loss(OUTPUTS, BOXES, torch.tensor([True, True, False]))
    assert float(losses["box"]) == pytest.approx((1 + 2 * 0.25 + 0) / 2, abs=1e-5)
    # c_o is 3/4, 1/2 and 1/4: right with 3/4, 1/2 and 3/4
    assert float(losses["objectness"]) == pytest.approx((2 * math.log(4 / 3) + math.log(2)) / 3)


def test_a_box_apart_from_the_object_costs_the_more_the_farther_it_is() -> None:
    outputs = torch.tensor([[9.0, 0.0, 0.0, 0.25, 1.0]])
    losses = localisation_loss(outputs, torch.tensor([[0.75, 0.0, 1.0, 1.0]]), torch.tensor([True]))
    # hull 1, union 1/2: GIoU -1/2; corners 3/4 apart in x, so 3/8 on average
    assert float(losses["box"]) == pytest.approx(1.5 + 2 * 0.375, abs=1e-5)


def test_without_any_object_there_is_no_loss_of_the_box() -> None:
    assert float(localisation_loss(OUTPUTS, BOXES, torch.zeros(3, dtype=torch.bool))["box"]) == 0
