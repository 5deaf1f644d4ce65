import numpy as np
import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.explain import faithfulness as module
from cnn_core.explain.faithfulness import blind_rankings, blurred_picture, faithfulness, ranks
from cnn_core.explain.targets import class_score
from tests.explain.blackboard import Mean

CELLS = np.array([[1, 2], [3, 4]], np.float32)
X = torch.from_numpy(CELLS.repeat(2, 0).repeat(2, 1)).expand(1, 3, 4, 4)  # four cells of 2 x 2 pixels: 1, 2, 3, 4


@pytest.fixture
def empty_start(monkeypatch):
    """Insertion starts from nothing, so that its curve can be worked by hand."""
    monkeypatch.setattr(module, "blurred_picture", torch.zeros_like)


def test_curves_of_the_right_and_of_the_reversed_order(empty_start):
    good, bad = faithfulness(Mean(), X, class_score(0), [CELLS, -CELLS], cells=2, steps=4)
    assert good.shares.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert good.deletion.tolist() == [10 / 4, 6 / 4, 3 / 4, 1 / 4, 0]
    assert good.insertion.tolist() == [0, 4 / 4, 7 / 4, 9 / 4, 10 / 4]
    assert bad.deletion.tolist() == [10 / 4, 9 / 4, 7 / 4, 4 / 4, 0]
    assert good.deletion_area == pytest.approx((1.25 + 1.5 + 0.75 + 0.25) / 4)
    assert good.insertion_area == pytest.approx((1 + 1.75 + 2.25 + 1.25) / 4)
    assert bad.deletion_area > good.deletion_area and bad.insertion_area < good.insertion_area


def test_a_map_of_any_resolution_ranks_the_cells(empty_start):
    fine = np.kron(CELLS, np.ones((7, 7), np.float32))
    coarse, detailed = faithfulness(Mean(), X, class_score(0), [CELLS, fine], cells=2, steps=4)
    assert coarse.deletion.tolist() == detailed.deletion.tolist()


def test_one_step_is_all_or_nothing(empty_start):
    (curve,) = faithfulness(Mean(), X, class_score(0), [CELLS], cells=2, steps=1)
    assert (curve.deletion.tolist(), curve.insertion.tolist()) == ([2.5, 0], [0, 2.5])


def test_insertion_starts_from_the_blurred_picture():
    x = torch.zeros(1, 3, 32, 32)
    x[..., ::2] = 1
    blurred = blurred_picture(x)
    assert blurred.std() < 0.05 and blurred.mean() == pytest.approx(0.5, abs=0.05)
    (curve,) = faithfulness(Mean(), x, class_score(0), [CELLS], steps=2)
    assert curve.insertion[0] == pytest.approx(float(blurred.mean()), abs=1e-6)


def test_ranks_count_from_the_most_important_and_equals_are_drawn_by_lot():
    assert ranks(CELLS, 2).tolist() == [[3, 2], [1, 0]]
    drawn = ranks(np.zeros((4, 4), np.float32), 4)
    assert sorted(drawn.ravel().tolist()) == list(range(16)) != drawn.ravel().tolist()


def test_blind_rankings_begin_with_the_middle_and_follow_the_seed():
    middle, *lots = blind_rankings(3)
    assert sorted(ranks(middle, 8)[3:5, 3:5].ravel().tolist()) == [0, 1, 2, 3]
    assert np.array_equal(lots[0], blind_rankings(3)[1]) and not np.array_equal(lots[0], lots[1])


@pytest.mark.parametrize(("pictures", "steps"), [(2, 4), (1, 0), (1, 5)])
def test_wrong_numbers_are_refused(pictures, steps):
    with pytest.raises(InputError, match="1 to 4 steps"):
        faithfulness(Mean(), X.repeat(pictures, 1, 1, 1), class_score(0), [CELLS], cells=2, steps=steps)
