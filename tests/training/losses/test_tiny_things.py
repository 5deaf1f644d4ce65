"""Which cells answer for a thing, and the losses of their answers, worked by hand."""

import math

import pytest
import torch

from cnn_core.ops.tiny_cells import PARTS, VALUES
from cnn_core.training.losses.tiny_things import assign_cells, thing_loss


def test_the_cells_around_a_centre_answer_and_the_nearest_thing_wins() -> None:
    centres = torch.tensor([[[1.5, 1.5], [2.0, 1.5], [9.0, 9.0]]])  # x, y in cells
    sizes = torch.tensor([[0, 0, 0]])
    numbers = assign_cells(centres, sizes, torch.tensor([3]), 3, 4)
    # the first lies in the middle of cell (1, 1); the second on the border to (1, 2), half a cell from both middles
    assert numbers[0, 0].tolist() == [[-1, -1, -1, -1], [-1, 0, 1, -1], [-1, -1, -1, -1]]
    assert (numbers[0, 1] == -1).all()
    corner = assign_cells(torch.tensor([[[2.0, 2.0]]]), torch.tensor([[1]]), torch.tensor([1]), 3, 4)
    assert corner[0, 1].tolist() == [[-1, -1, -1, -1], [-1, 0, 0, -1], [-1, 0, 0, -1]]
    assert (assign_cells(centres, sizes, torch.tensor([0]), 3, 4) == -1).all()  # none is there


def one_thing(**changes: float) -> tuple[torch.Tensor, ...]:
    """A large thing, half the picture wide and high, in the middle of row 1, column 2 of four by four cells."""
    answers = torch.zeros(1, 2, VALUES, 4, 4)
    boxes, attributes = torch.zeros(1, 8, 4), torch.zeros(1, 8, 4, dtype=torch.uint8)
    boxes[0, 0] = torch.tensor([0.375, 0.125, 0.875, 0.625])
    attributes[0, 0] = torch.tensor([1, 2, 3, 4])
    return answers, boxes, attributes, torch.tensor([1], dtype=torch.uint8)


def test_every_cell_s_doubt_costs_and_the_rest_only_where_something_is() -> None:
    answers, boxes, attributes, counts = one_thing()
    losses = thing_loss(answers, boxes, attributes, counts)
    assert losses["object"].item() == pytest.approx(
        32 * math.log(2), rel=1e-5
    )  # 2 x 16 answers of 0, one of them should be 1
    # wanted: x 0.5, y 0.5, w 2, h 2
    assert losses["box"].item() == pytest.approx(5)
    assert [losses[name].item() for name in PARTS] == pytest.approx([math.log(3), math.log(6), math.log(6)])


def test_a_right_answer_costs_nothing_and_one_elsewhere_does_not_help() -> None:
    answers, boxes, attributes, counts = one_thing()
    answers[:, :, 0] = -30
    answers[0, 1, :5, 1, 2] = torch.tensor([30, 0.5, 0.5, 2, 2])
    for name, number in zip(PARTS, (2, 3, 4), strict=True):
        answers[0, 1, PARTS[name].start + number, 1, 2] = 40
    assert sum(thing_loss(answers, boxes, attributes, counts).values()).item() == pytest.approx(0, abs=1e-4)
    swapped = thing_loss(answers.flip(1), boxes, attributes, counts)  # said of the small one
    assert swapped["object"].item() == pytest.approx(60) and swapped["box"].item() == pytest.approx(5)


def test_a_scene_without_things_costs_only_what_is_made_up() -> None:
    answers, boxes, attributes, _ = one_thing()
    losses = thing_loss(answers, boxes, attributes, torch.tensor([0]))
    assert losses["object"].item() == pytest.approx(32 * math.log(2), rel=1e-5)
    assert [losses[name].item() for name in ("box", *PARTS)] == [0, 0, 0, 0]
