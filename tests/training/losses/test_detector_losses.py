"""Targets and losses of the one-stage detector, worked by hand."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from cnn_core.models.blocks import cell_centres
from cnn_core.models.fcos import boxes_of
from cnn_core.training.command import Options
from cnn_core.training.engine.average_precision import average_precision
from cnn_core.training.losses.detection import assign_boxes, auxiliary_losses, fcos_loss, paired_iou
from cnn_core.training.recipes.detect_fcos_voc20 import RECIPE


def places(*levels: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Centres and strides of square maps, given as (side, stride)."""
    centres = torch.cat([cell_centres(side, side, stride, torch.zeros(1)) for side, stride in levels])
    return centres, torch.cat([torch.full((side * side,), stride) for side, stride in levels])


def test_centres_are_the_middles_of_the_places() -> None:
    assert cell_centres(1, 2, 8, torch.zeros(1)).tolist() == [[4, 4], [12, 4]]


def test_boxes_are_centres_with_distances() -> None:
    assert boxes_of(torch.tensor([[1.0, 2.0, 3.0, 4.0]]), torch.tensor([[10.0, 20.0]])).tolist() == [[9, 18, 13, 24]]


def test_places_near_the_middle_answer_for_a_box() -> None:
    centres, strides = places((4, 8))  # centres 4, 12, 20, 28
    numbers = assign_boxes(torch.tensor([[0.0, 0.0, 32.0, 32.0]]), centres, strides).view(4, 4)
    # the middle is (16, 16): 12 and 20 lie 4 away, 4 and 28 lie 12 away, which is 1.5 strides and no longer near
    assert numbers.tolist() == [[-1, -1, -1, -1], [-1, 0, 0, -1], [-1, 0, 0, -1], [-1, -1, -1, -1]]


def test_the_smaller_box_wins_a_shared_place() -> None:
    centres, strides = places((4, 8))
    boxes = torch.tensor([[0.0, 0.0, 32.0, 32.0], [8.0, 8.0, 16.0, 16.0]])
    assert assign_boxes(boxes, centres, strides).view(4, 4)[1].tolist() == [-1, 1, 0, -1]


def test_large_boxes_are_answered_by_coarse_levels() -> None:
    centres, strides = places((32, 8), (16, 16), (8, 32))
    levels = {
        side: set(
            strides[assign_boxes(torch.tensor([[64.0, 64.0, 64.0 + side, 64.0 + side]]), centres, strides) >= 0].tolist()
        )
        for side in (40, 160)
    }
    assert levels[40] == {8}
    assert levels[160] == {16}
    assert set(strides[assign_boxes(torch.tensor([[0.0, 0.0, 256.0, 256.0]]), centres, strides) >= 0].tolist()) == {32}


def test_no_boxes_means_background_everywhere() -> None:
    centres, strides = places((2, 8))
    assert assign_boxes(torch.zeros(0, 4), centres, strides).tolist() == [-1] * 4


def answers(logit: float, distance: float, quality: float) -> tuple[Tensor, ...]:
    """What an FCOS of two classes with one map of 4 x 4 places says, the same everywhere."""
    centres, strides = places((4, 8))
    return torch.full((1, 16, 2), logit), torch.full((1, 16, 4), distance), torch.full((1, 16), quality), centres, strides


def test_a_perfect_answer_costs_nothing() -> None:
    box, label = torch.tensor([[0.0, 0.0, 32.0, 32.0]]), torch.tensor([1])
    logits, distances, quality, centres, strides = answers(-20, 1, 20)
    positive = assign_boxes(box, centres, strides) >= 0
    logits[0, positive, 1] = 20
    distances[0] = torch.cat([centres, 32 - centres], 1)
    losses = fcos_loss((logits, distances, quality, centres, strides), [box], [label])
    assert all(float(value) == pytest.approx(0, abs=1e-4) for value in losses.values())


def test_the_box_loss_is_the_giou_of_the_answering_places() -> None:
    # 4 places answer; each predicts a square of 8 around itself inside the square of 32: IoU 1/16, hull equals the target
    losses = fcos_loss(answers(0, 4, 0), [torch.tensor([[0.0, 0.0, 32.0, 32.0]])], [torch.tensor([0])])
    assert float(losses["boxes"]) == pytest.approx(2 * (1 - 1 / 16), abs=1e-5)
    # quality logit 0 against 1/16: -log(1/2) whatever the target
    assert float(losses["quality"]) == pytest.approx(0.6931, abs=1e-4)
    # focal loss at p = 1/2: 4 hits 0.25 * 0.25 * log 2 and 28 misses 0.75 * 0.25 * log 2, over 4 answering places
    assert float(losses["classes"]) == pytest.approx((4 * 0.0625 + 28 * 0.1875) * 0.693147 / 4, abs=1e-4)


def test_boxes_that_stick_out_cost_the_empty_part_of_the_hull() -> None:
    logits, distances, quality, centres, strides = answers(0, 4, 2)
    distances[..., 2] = 36  # each location predicts 40 x 8 pixels, from 4 to the left of it to 36 to the right
    outputs = (logits, distances, quality, centres, strides)
    losses = fcos_loss(outputs, [torch.tensor([[0.0, 0.0, 32.0, 32.0]])], [torch.tensor([0])])
    # two locations at x = 12: 8 to 48, shared 24 * 8 = 192 of 1152, hull 48 * 32: GIoU 1/6 - 384/1536
    # two at x = 20: 16 to 56, shared 16 * 8 = 128 of 1216, hull 56 * 32: GIoU 2/19 - 576/1792
    near, far = 1 / 6, 2 / 19
    wanted = (near * (1 - near + 1 / 4) + far * (1 - far + 9 / 28)) / (near + far)
    assert float(losses["boxes"]) == pytest.approx(2 * wanted, abs=1e-5)
    # binary cross-entropy of the logit 2 against t: log(1 + e^2) - 2 t
    assert float(losses["quality"]) == pytest.approx(math.log(1 + math.exp(2)) - 2 * (near + far) / 2, abs=1e-5)


def test_auxiliary_losses_by_hand() -> None:
    true = torch.tensor([[[0, 0, 2, 2, 2, 2], [0, 0, 2, 2, 2, 2], [255, 255, 1, 1, 0, 0], [255, 255, 1, 1, 0, 0]]])
    masks = torch.zeros(1, 3, 2, 3)
    for row, column, kind in ((0, 0, 0), (0, 1, 2), (0, 2, 2), (1, 1, 1)):  # sure and right at four of five known cells
        masks[0, kind, row, column] = 50.0
    present = torch.tensor([[-50.0, 50.0]])
    losses = auxiliary_losses(masks, present, true.to(torch.uint8), [torch.tensor([1, 1])])
    assert float(losses["masks"]) == pytest.approx(math.log(3) / 5, abs=1e-5)
    assert float(losses["present"]) == pytest.approx(0, abs=1e-5)
    undecided = auxiliary_losses(masks, torch.zeros(1, 2), true.to(torch.uint8), [torch.tensor([0])])
    assert float(undecided["present"]) == pytest.approx(2 * math.log(2))


def test_a_picture_without_objects_still_teaches_background() -> None:
    losses = fcos_loss(answers(0, 4, 0), [torch.zeros(0, 4)], [torch.zeros(0, dtype=torch.int64)])
    assert float(losses["classes"]) > 0
    assert float(losses["boxes"]) == float(losses["quality"]) == 0


def test_overlap_of_pairs() -> None:
    a = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 1.0, 1.0]])
    b = torch.tensor([[1.0, 1.0, 3.0, 3.0], [5.0, 5.0, 6.0, 6.0]])
    assert paired_iou(a, b).tolist() == pytest.approx([1 / 7, 0])


def test_difficult_objects_count_neither_way() -> None:
    box, other = torch.tensor([[0.0, 0.0, 10.0, 10.0]]), torch.tensor([[20.0, 20.0, 30.0, 30.0]])
    both, kinds = torch.cat([box, other]), torch.tensor([0, 0])
    easy, hard = torch.tensor([False, False]), torch.tensor([False, True])
    found = [(box, torch.tensor([0.9]), torch.tensor([0]))]
    assert average_precision(found, [(both, kinds, easy)])["ap50"] == pytest.approx(0.505, abs=0.01)
    assert average_precision(found, [(both, kinds, hard)])["ap50"] == pytest.approx(1)


def test_a_backbone_that_does_not_learn_stays_as_it_is() -> None:
    model = RECIPE.build(3, Options(torch.device("cpu"), None, Path(), None))
    model.whole = False
    model.train()
    before = {name: value.clone() for name, value in model.detector.backbone.state_dict().items()}
    answers, masks, present = model(torch.randn(2, 3, 64, 64))
    (answers[0].sum() + masks.sum() + present.sum()).backward()
    assert all(torch.equal(before[name], value) for name, value in model.detector.backbone.state_dict().items())
    assert all(parameter.grad is None for parameter in model.detector.backbone.parameters())
    assert model.detector.class_logits.weight.grad is not None
    model.whole = True
    assert model.train().detector.backbone.training
