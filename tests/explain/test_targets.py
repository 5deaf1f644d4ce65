import math

import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.explain.targets import Target, class_margin, class_probability, class_score

LOGITS = torch.tensor([[0.0, math.log(3.0)], [2.0, 2.0]])


def test_score_is_the_logit():
    assert class_score(1)(LOGITS).tolist() == pytest.approx([math.log(3), 2])


def test_probability_of_log_3_against_0_is_three_quarters():
    assert class_probability(1)(LOGITS).tolist() == pytest.approx([0.75, 0.5])


def test_margin_is_the_difference_and_changes_sign_with_the_order():
    assert class_margin(1, 0)(LOGITS).tolist() == pytest.approx([math.log(3), 0])
    assert class_margin(0, 1)(LOGITS).tolist() == pytest.approx([-math.log(3), 0])


def test_words_name_the_class():
    assert class_score(1).words == "score of class 1"
    assert class_margin(1, 0, "cat", "dog").words == "cat rather than dog"


@pytest.mark.parametrize("k", [-1, 2])
def test_unknown_class_is_refused(k):
    with pytest.raises(InputError, match="classes 0 to 1"):
        class_score(k)(LOGITS)


def test_any_task_can_make_its_own():
    assert Target("largest box", lambda boxes: boxes.amax(1))(torch.tensor([[1.0, 3.0]])).tolist() == [3]
