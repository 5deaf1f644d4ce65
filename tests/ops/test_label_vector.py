"""The label vector, worked by hand: a picture of 200 x 100 pixels, three classes, the third one true."""

from math import log

import numpy as np
import pytest
import torch

from cnn_core.ops.label_vector import LEAST, Number, Prediction, Target, box_loss_here, cross_entropy, fill, loss_by_part
from cnn_core.training.losses.localisation import localisation_loss

SHAPE = (100, 200)
TRUE = np.array([20, 10, 100, 90], np.float32)
SAID = Prediction(0.8, np.array([40, 30, 160, 80], np.float32), np.array([0.5, 0.2, 0.3], np.float32))


def targets(numbers: list[Number]) -> list[float | None]:
    return [None if one.target is None else round(one.target, 6) for one in numbers]


def losses(numbers: list[Number]) -> list[float]:
    return [round(one.loss, 6) for one in numbers]


def test_c_first_and_the_box_by_its_centre() -> None:
    """b = 0.3, 0.5, 0.8, 0.4 beside 0.5, 0.55, 0.5, 0.6: squares 0.04, 0.0025, 0.09, 0.04."""
    numbers = fill(Target(TRUE, 2), SAID, SHAPE, "centre", "presence_first")
    assert [one.symbol for one in numbers] == ["c", "b_x", "b_y", "b_h", "b_w", "c_1", "c_2", "c_3"]
    assert targets(numbers) == pytest.approx([1, 0.3, 0.5, 0.8, 0.4, 0, 0, 1])
    assert [one.predicted for one in numbers] == pytest.approx([0.8, 0.5, 0.55, 0.5, 0.6, 0.5, 0.2, 0.3])
    assert losses(numbers) == pytest.approx([0.223144, 0.04, 0.0025, 0.09, 0.04, 0, 0, 1.203973], abs=2e-6)
    assert loss_by_part(numbers) == pytest.approx({"c": 0.223144, "box": 0.1725, "classes": 1.203973}, abs=1e-6)
    assert all(one.counts for one in numbers)


def test_the_box_first_and_by_its_lower_left_corner() -> None:
    """The corner is 0.1, 0.1 beside 0.2, 0.2, measured from below; height and width stay."""
    numbers = fill(Target(TRUE, 2), SAID, SHAPE, "corner", "box_first")
    assert [one.symbol for one in numbers] == ["b_x", "b_y", "b_h", "b_w", "c_o", "c_1", "c_2", "c_3"]
    assert targets(numbers)[:5] == pytest.approx([0.1, 0.1, 0.8, 0.4, 1], abs=1e-6)
    assert losses(numbers)[:5] == pytest.approx([0.01, 0.01, 0.09, 0.04, 0.223144], abs=2e-6)
    assert loss_by_part(numbers)["box"] == pytest.approx(0.15, abs=1e-6)


@pytest.mark.parametrize("order", ["presence_first", "box_first"])
def test_where_nothing_is_only_c_counts(order: str) -> None:
    """-ln(1 - 0.8) = ln 5, whatever the box and the classes say."""
    numbers = fill(Target(None, 2), SAID, SHAPE, "centre", order)  # type: ignore[arg-type]
    (c,) = [one for one in numbers if one.counts]
    assert (c.part, c.target, c.predicted) == ("c", 0.0, 0.8) and c.loss == pytest.approx(log(5))
    assert loss_by_part(numbers) == pytest.approx({"c": log(5), "box": 0, "classes": 0})
    other = Prediction(0.8, np.array([0, 0, 1, 1], np.float32), np.array([1, 0, 0], np.float32))
    assert loss_by_part(fill(Target(None), other, SHAPE, "corner", "box_first"))["c"] == c.loss


def test_a_certain_mistake_costs_much_and_not_infinitely_much() -> None:
    assert cross_entropy(1.0) == 0 and cross_entropy(0.5) == pytest.approx(log(2))
    assert cross_entropy(0.0) == -log(LEAST) == pytest.approx(16.118, abs=1e-3)


def test_the_networks_own_loss_of_the_box_by_hand_and_as_it_was_trained() -> None:
    """In shares: 0.15 shared of 0.47 together, 0.56 around both; sides are off by 0.1, 0.2, 0.3, 0.1."""
    apart, distance = box_loss_here(TRUE, SAID.box, SHAPE)
    assert apart == pytest.approx(1 - (0.15 / 0.47 - 0.09 / 0.56), abs=1e-6)
    assert distance == pytest.approx(2 * 0.175, abs=1e-6)
    outputs = torch.tensor([[1.4, 0.2, 0.3, 0.8, 0.8]])
    trained = localisation_loss(outputs, torch.tensor([[0.1, 0.1, 0.5, 0.9]]), torch.tensor([True]))
    assert apart + distance == pytest.approx(trained["box"].item(), abs=1e-5)
    c = float(torch.tensor(1.4).sigmoid())
    assert cross_entropy(c) == pytest.approx(trained["objectness"].item(), abs=1e-6)
