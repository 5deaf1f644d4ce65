"""Which boxes are right, and the two numbers that make scores say so, on paper."""

import numpy as np
import pytest
import torch

from cnn_core.training.engine.certainty import (
    Judged,
    JudgedPixels,
    best_threshold,
    calibrate_last_layer,
    certainty,
    confidence_error,
    fit_platt,
    fit_slopes,
    judge,
    judge_pixels,
    pixel_certainty,
)

BOX = [0.0, 0.0, 10.0, 10.0]
FAR = [100.0, 100.0, 110.0, 110.0]
NEAR = [0.0, 0.0, 10.0, 6.0]  # IoU with BOX 0.6
NONE = torch.zeros(0)


def boxes(*corners: list[float]) -> torch.Tensor:
    return torch.tensor(corners).reshape(-1, 4)


def test_the_best_box_claims_its_object_and_a_second_one_is_wrong() -> None:
    found = [(boxes(NEAR, BOX, FAR, BOX), torch.tensor([0.6, 0.9, 0.8, 0.7]), torch.tensor([2, 2, 2, 1]))]
    true = [(boxes(BOX), torch.tensor([2]), torch.tensor([False]))]
    judged = judge(found, true)
    assert judged.scores.tolist() == pytest.approx([0.9, 0.8, 0.7, 0.6])
    assert judged.right.tolist() == [1, 0, 0, 0]  # the object; nothing; another class; claimed already
    assert judged.objects == 1


def test_difficult_objects_count_neither_way() -> None:
    found = [(boxes(BOX, FAR), torch.tensor([0.9, 0.5]), torch.tensor([0, 0]))]
    true = [(boxes(BOX, FAR), torch.tensor([0, 0]), torch.tensor([True, False]))]
    judged = judge(found, true)
    assert judged.scores.tolist() == pytest.approx([0.5]) and judged.right.tolist() == [1] and judged.objects == 1


def test_photographs_without_objects_or_boxes() -> None:
    nothing = (torch.zeros(0, 4), NONE, NONE.long())
    judged = judge([(boxes(BOX), torch.tensor([0.4]), torch.tensor([0])), nothing], [(*nothing[:2], NONE.bool())] * 2)
    assert judged.right.tolist() == [0] and judged.picture.tolist() == [0] and judged.objects == 0


def test_the_two_numbers_give_each_score_its_share_right() -> None:
    """Of ten boxes with the score 0.3 one is right, of ten with 0.6 eight: two numbers can say exactly that."""
    scores = np.repeat(np.float32([0.3, 0.6]), 10)
    right = np.float32([1] + [0] * 9 + [1] * 8 + [0] * 2)
    slope, intercept = fit_platt(scores, right)
    low, high = (np.log(p / (1 - p)) for p in (0.3, 0.6))
    assert slope == pytest.approx((np.log(4) + np.log(9)) / (high - low), rel=1e-2)
    assert slope * low + intercept == pytest.approx(-np.log(9), rel=1e-2)
    assert fit_platt(scores, np.ones(20, np.float32)) == (1.0, 0.0)


def test_the_threshold_with_the_most_hits_for_its_answers() -> None:
    """Of 3 objects: from 0.2 on F1 is 2 * 2 / (5 + 3), from 0.45 on 2 * 2 / (3 + 3), from 0.65 on 2 * 1 / (1 + 3)."""
    said, right = np.float32([0.9, 0.6, 0.5, 0.3, 0.2]), np.float32([1, 0, 1, 0, 0])
    assert best_threshold(said, right, objects=3) == pytest.approx(0.35)  # the first that leaves three


def test_the_error_is_measured_on_photographs_that_chose_nothing() -> None:
    """In even photographs a score of 0.6 is right every second time, in odd ones never."""
    half = np.repeat(np.float32([0.4, 0.6]), 50)
    mixed = np.float32([0, 1] * 25)
    scores, right = np.tile(half, 2), np.concatenate([mixed, mixed, mixed, mixed * 0])
    picture = np.repeat(np.float32([0, 1]), 100)
    found = certainty(Judged(scores, right, picture, 50))
    # Chosen together they would fit, 1/2 and 1/4. The odd ones' choice says 1/2 and nearly 0 of the even ones, which is not
    # shown; the even ones' says 1/2 of all the odd ones. So of 150 answers shown at 1/2 a third are right.
    assert found["error"] == pytest.approx(1 / 2 - 1 / 3, abs=0.01)
    alike = certainty(Judged(scores, np.tile(np.concatenate([mixed, mixed]), 2), picture, 100))
    assert alike["error"] < 0.01 and alike["error_before"] == pytest.approx(0.1, abs=0.01)


def pixel_logits(apart: float, n: int, called: int) -> torch.Tensor:
    """Logits (n, 2) of pixels that are all called this class, by so much."""
    rows = torch.zeros(n, 2)
    rows[:, called] = apart
    return rows


def test_pixels_are_judged_at_the_nearest_of_the_networks_own() -> None:
    """A mask of 4 x 2 over logits of 2 x 1: rows 0 and 1 belong to the upper value; 255 is not known."""
    inside = torch.tensor([[[1.0], [2.0]], [[3.0], [5.0]]])[None]  # (1, 2, 2, 1)
    mask = torch.tensor([[0, 255], [1, 0], [1, 1], [255, 0]])
    judged = judge_pixels([(inside, mask), (inside, mask[:2])], every=1)
    assert judged.logits.tolist() == [[1, 3]] * 3 + [[2, 5]] * 3 + [[1, 3]] + [[2, 5]] * 2
    assert judged.true.tolist() == [0, 1, 0, 1, 1, 0, 0, 1, 0] and judged.picture.tolist() == [0] * 6 + [1] * 3
    assert len(judge_pixels([(inside, mask)], every=2).true) == 3


def test_each_slope_makes_shares_right_of_its_own_pixels() -> None:
    """Of things said with a difference of 2 seven in ten are right, of background with 2 nine: ln(7/3) / 2 and ln(9) / 2."""
    logits = torch.cat([pixel_logits(2, 10, called=1), pixel_logits(2, 10, called=0)])
    true = torch.tensor([1] * 7 + [0] * 3 + [0] * 9 + [1])
    background, thing = fit_slopes(logits, true)
    assert thing == pytest.approx(np.log(7 / 3) / 2, abs=1e-3) and background == pytest.approx(np.log(9) / 2, abs=1e-3)
    assert fit_slopes(logits[:10], true[:10])[0] == 1.0  # nothing is called background there


def test_the_pixels_errors_are_measured_on_photographs_that_chose_nothing() -> None:
    """Each photograph: of ten things said with 2 seven are right, of ten background pixels nine."""
    logits = torch.cat([pixel_logits(2, 10, called=1), pixel_logits(2, 10, called=0)] * 2)
    true = torch.tensor(([1] * 7 + [0] * 3 + [0] * 9 + [1]) * 2)
    picture = torch.tensor([0] * 20 + [1] * 20)
    table = pixel_certainty(JudgedPixels(logits, true, picture))
    said = 1 / (1 + np.exp(-2))  # 0.88: 0.18 too high of things, 0.02 too low of background, in one range together 0.08
    assert table["named_error_before"] == pytest.approx(said - 0.7, abs=1e-3)
    assert table["error_before"] == pytest.approx(said - 0.8, abs=1e-3)
    assert table["error"] == pytest.approx(0, abs=2e-3) and table["named_error"] == pytest.approx(0, abs=2e-3)
    apart = pixel_certainty(JudgedPixels(logits, torch.cat([true[:20], 1 - true[20:]]), picture))
    assert apart["named_error"] > 0.2  # the second photograph's pixels are mostly wrong


def test_the_last_layer_becomes_as_sure_as_it_is_often_right() -> None:
    """Sure by a difference of 2 and right in seven of ten: ln(7/3) instead of 2."""
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2))
    first, last = model[0].weight.detach().clone(), model[2].weight.detach().clone()
    bias = model[2].bias.detach().clone()
    said = pixel_logits(2, 10, called=1).softmax(1)
    factor = calibrate_last_layer(model, said, torch.tensor([1] * 7 + [0] * 3))
    assert factor == pytest.approx(np.log(7 / 3) / 2, abs=1e-3)
    assert torch.allclose(model[2].weight, factor * last) and torch.allclose(model[2].bias, factor * bias)
    assert torch.equal(model[0].weight, first)


def test_how_far_confidences_lie_from_the_share_right() -> None:
    """Ten pictures at 0.88 of which seven are right, ten at 0.73 of which nine are."""
    said = torch.cat([pixel_logits(2, 10, called=1), pixel_logits(1, 10, called=0)]).softmax(1)
    classes = torch.tensor([1] * 7 + [0] * 3 + [0] * 9 + [1])
    high, low = 1 / (1 + np.exp(-2)), 1 / (1 + np.exp(-1))
    assert confidence_error(said, classes) == pytest.approx(((high - 0.7) + (0.9 - low)) / 2, abs=1e-3)
