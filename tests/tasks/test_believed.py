"""A detector's scores become shares right on their way to the page, by the two numbers of its card."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from cnn_core.images.placement import Placement
from cnn_core.tasks.certainty import believed
from cnn_core.tasks.detection import candidates_from
from cnn_core.tasks.instance_segmentation import instances_from

CARD: Any = SimpleNamespace(classes=("cat",), record={"certainty": {"slope": 2.0, "intercept": -math.log(3)}})
PUBLIC: Any = SimpleNamespace(classes=("cat",), record={})
WHOLE = Placement.plan((20, 30), (20, 30), "stretch")
BOXES, SCORES = torch.tensor([[1.0, 2.0, 9.0, 8.0], [1.0, 2.0, 9.0, 9.0]]), torch.tensor([0.75, 0.5])
RIGHT = [0.75, 0.25]
"""A score of 3/4 has the logit ln 3: twice that less ln 3 is ln 3 again; a half has the logit 0."""


def test_a_public_networks_scores_stay_as_they_are() -> None:
    assert believed(SCORES.numpy(), PUBLIC).tolist() == [0.75, 0.5]
    assert believed(SCORES.numpy(), CARD) == pytest.approx(RIGHT)


def test_boxes_on_their_way_to_the_page() -> None:
    raw = (BOXES, SCORES, torch.tensor([0, 0]), BOXES, 7)
    assert candidates_from(raw, CARD, WHOLE).scores == pytest.approx(RIGHT)
    assert candidates_from(raw, PUBLIC, WHOLE).scores == pytest.approx([0.75, 0.5])


def test_objects_with_masks_on_their_way_to_the_page() -> None:
    found = SimpleNamespace(
        boxes=BOXES, scores=SCORES, labels=torch.tensor([1, 1]), masks=torch.zeros(2, 4, 4), proposals=BOXES
    )
    answer = instances_from(found, CARD, WHOLE)
    assert answer.scores == pytest.approx(RIGHT) and np.array_equal(answer.boxes, BOXES.numpy())
