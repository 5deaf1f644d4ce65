"""The losses of the face network and the figures about it, worked by hand."""

import math

import numpy as np
import pytest
import torch

from cnn_core.training.augment.faces import augment_faces, coarsen, hide_parts, side_light
from cnn_core.training.data.faces import head_turn, make_faces, recognition_rates
from cnn_core.training.losses.faces import (
    MARGIN,
    SCALE,
    TRIPLET_MARGIN,
    cosface_loss,
    semi_hard_triplet_loss,
)
from cnn_core.training.recipes.face_embedding_lfwceleba import (
    add_positives,
    decide_by_other_folds,
    strict_figures,
    verification_accuracy,
)


def test_the_margin_is_taken_from_the_right_persons_cosine() -> None:
    cosines = torch.tensor([[0.5, 0.5]])
    assert float(cosface_loss(cosines, torch.tensor([0]))) == pytest.approx(math.log1p(math.exp(SCALE * MARGIN)))
    even = torch.tensor([[0.5 + MARGIN, 0.5]])
    assert float(cosface_loss(even, torch.tensor([0]))) == pytest.approx(math.log(2))


def test_the_nearest_negative_that_is_farther_counts() -> None:
    angles = torch.tensor([0.0, 60.0, 50.0, 66.0, 110.0]) / 180 * math.pi
    vectors = 3 * torch.stack([angles.cos(), angles.sin()], 1)
    people = torch.tensor([0, 0, 1, 2, 3])

    def squared(degrees: float) -> float:
        return 2 - 2 * math.cos(degrees / 180 * math.pi)

    # anchor at 0: positive at 60, negatives at 50 (nearer: hard), 66 (farther, semi-hard) and 110 (farther still: easy);
    # anchor at 60: positive 60 away, all negatives (10, 6 and 50 away) are nearer, so the farthest of them counts
    wanted = [squared(60) - squared(66) + TRIPLET_MARGIN, squared(60) - squared(50) + TRIPLET_MARGIN]
    assert min(wanted) > 0
    assert float(semi_hard_triplet_loss(vectors, people)) == pytest.approx(sum(wanted) / 2, abs=1e-5)


def test_without_two_pictures_of_anybody_there_is_no_loss() -> None:
    assert float(semi_hard_triplet_loss(torch.randn(3, 4), torch.tensor([0, 1, 2]))) == 0


def test_views_are_grey_and_within_range() -> None:
    seen = augment_faces(torch.randint(0, 256, (4, 96, 96), dtype=torch.uint8), torch.Generator().manual_seed(0))
    assert seen.shape == (4, 3, 96, 96)
    assert torch.equal(seen[:, 0], seen[:, 2])
    assert 0 <= float(seen.min()) <= float(seen.max()) <= 1


def test_a_light_grows_from_one_side_to_the_opposite_one() -> None:
    lit = side_light(torch.full((64, 1, 9, 9), 0.5), torch.Generator().manual_seed(0))[:, 0]  # contrast changes no grey
    along, down = lit[:, 4, 8] - lit[:, 4, 0], lit[:, 8, 4] - lit[:, 0, 4]
    whole = (lit >= 0.01).flatten(1).all(1) & (lit <= 0.99).flatten(1).all(1)  # nothing was cut off
    assert int(whole.sum()) > 40
    assert 0.2 < float((along**2 + down**2).sqrt()[whole].max()) <= 0.5  # twice the strength from end to end
    assert float(along[whole].min()) < -0.2 and float(down[whole].max()) > 0.2  # from any side
    middle = lit[:, 4, 4][whole]
    assert float((lit[whole].mean((1, 2)) - middle).abs().max()) < 1e-5  # as bright on the whole
    assert 0.35 <= float(middle.min()) < 0.4 and 0.6 < float(middle.max()) <= 0.65


def test_the_coarse_ones_are_the_last_and_have_lost_what_is_fine() -> None:
    fine = torch.rand(10, 1, 96, 96, generator=torch.Generator().manual_seed(0))
    seen = coarsen(fine, 0.2, torch.Generator().manual_seed(1))
    assert torch.equal(seen[:8], fine[:8])
    assert float(seen[8:].std()) < 0.6 * float(fine[8:].std())
    assert float((seen[8:].mean((1, 2, 3)) - fine[8:].mean((1, 2, 3))).abs().max()) < 0.01


def test_something_stands_before_some_of_the_faces() -> None:
    faces = torch.rand(400, 1, 40, 40, generator=torch.Generator().manual_seed(0))
    changed = hide_parts(faces, 0.3, torch.Generator().manual_seed(3)) != faces
    hidden = changed.flatten(1).sum(1)
    assert 80 < int((hidden > 0).sum()) < 160  # three tenths of 400 are 120
    side = int(hidden.max()) ** 0.5
    assert side == int(side) and 8 <= side < 16  # a square that lies within the picture: a fifth to two fifths of its side


def test_another_picture_of_the_same_person() -> None:
    people = torch.tensor([0, 0, 1, 1, 1])
    chosen = add_positives(torch.tensor([0, 3]), people, torch.Generator().manual_seed(0))
    assert chosen[:2].tolist() == [0, 3]
    assert int(chosen[2]) == 1
    assert int(chosen[3]) in (2, 4)


def test_the_threshold_comes_from_the_other_fold() -> None:
    alike = np.array([0.8, 0.2, 0.6, 0.1], np.float32)
    same = np.array([True, False, True, False])
    folds = np.array([7, 7, 8, 8])
    # fold 7 is decided in the middle of fold 8's best thresholds (0.11 ... 0.6), fold 8 in that of fold 7's (0.21 ... 0.8)
    assert verification_accuracy(alike, same, folds) == 1
    assert decide_by_other_folds(alike, same, folds).all()
    assert verification_accuracy(1 - alike, same, folds) < 0.6


def test_a_strict_threshold_is_measured_on_the_fold_that_did_not_choose_it() -> None:
    alike = np.array([0.8, 0.3, 0.1, 0.5, 0.6, 0.2], np.float32)
    same = np.array([True, False, False, True, False, False])
    folds = np.array([7, 7, 7, 8, 8, 8])
    # fold 7 alone would choose the first threshold above 0.3, fold 8 that above 0.6, and so would both together.
    # On fold 8 the first accepts one of two strangers and its only pair; on fold 7 the second refuses strangers and no pair.
    found = strict_figures(alike, same, folds)
    assert found == {"threshold": pytest.approx(0.61, abs=0.011), "false_accept": 0.25, "false_reject": 0.0}
    alike[0] = 0.55  # now the second refuses fold 7's pair, too
    assert strict_figures(alike, same, folds)["false_reject"] == 0.5


def test_recognition_among_k() -> None:
    vectors = np.repeat(np.eye(8, dtype=np.float32), 2, 0)
    people = np.repeat(np.arange(8), 2)
    assert recognition_rates(vectors, people, 64, 3, 0) == {2: 1, 4: 1, 8: 1}


def test_made_faces_have_pairs_within_folds() -> None:
    faces, pairs = make_faces(6, 3, 0)
    assert faces.pictures.shape == (18, 96, 96)
    assert (faces.folds[pairs.numbers[:, 0]] == faces.folds[pairs.numbers[:, 1]]).all()
    assert pairs.same.any()
    assert not pairs.same.all()


def test_how_far_a_head_is_turned_by_hand() -> None:
    marks = np.array([[30, 40], [70, 40], [58, 60], [35, 76], [65, 76]], np.float32)
    assert head_turn(marks) == pytest.approx(0.2)
    marks[2, 0] = 42
    assert head_turn(marks) == pytest.approx(0.2)
