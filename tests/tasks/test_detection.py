"""From a detector's answers to boxes in the upload's own pixels."""

import numpy as np
import pytest
import torch

from cnn_core.images import opening
from cnn_core.results import Candidates
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks import detection
from cnn_core.tasks.detection import detections, keep_confident, suppress, top_boxes
from cnn_core.tasks.preprocessing import prepare
from tests.blackboard import put_up

FORM = Preprocessing(96, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), how="pad", stride=32)


@pytest.mark.parametrize(
    ("shape", "expected"), [((480, 640), (96, 96)), ((100, 200), (64, 96)), ((10, 1000), (32, 96)), ((96, 96), (96, 96))]
)
def test_the_working_shape_is_whole_strides(shape, expected) -> None:
    assert FORM.shape(*shape) == expected


def test_the_longest_side_is_the_cards() -> None:
    ready = prepare(np.full((50, 100, 3), 255, np.uint8), FORM)
    x, placement = ready.x, ready.placement
    assert tuple(x.shape) == (1, 3, 64, 96)
    x1, y1, x2, y2 = placement.inside
    assert (x2 - x1, y2 - y1) == (96, 48)


def answers(scores: list[list[float]]) -> tuple[torch.Tensor, ...]:
    """What an FCOS of two classes with two cells says: class probabilities as given, quality 1, boxes of 8 around cells."""
    logits = torch.logit(torch.tensor(scores))[None]
    centres = torch.tensor([[4.0, 4.0], [12.0, 4.0]])
    return logits, torch.full((1, 2, 4), 4.0), torch.full((1, 2), 50.0), centres, torch.tensor([8, 8])


def test_the_surest_come_first_with_their_cells() -> None:
    boxes, scores, labels, cells = top_boxes(answers([[0.25, 0.01], [0.36, 0.81]]), least=0.2)
    assert scores.tolist() == pytest.approx([0.9, 0.6, 0.5])  # the square root of probability times quality
    assert labels.tolist() == [1, 0, 0]
    assert boxes.tolist() == [[8, 0, 16, 8], [8, 0, 16, 8], [0, 0, 8, 8]]
    assert cells.tolist() == boxes.tolist()


class Fixed(torch.nn.Module):
    """A one-stage detector that says the same of every picture."""

    def __init__(self, said: tuple[torch.Tensor, ...]) -> None:
        super().__init__()
        self.said = said

    def strides(self, x: torch.Tensor, levels: list[torch.Tensor]) -> list[int]:
        return [8]

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.said


def considered() -> Candidates:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [1, 0, 11, 10], [50, 50, 60, 60]], np.float32)
    return Candidates(boxes, np.array([0.9, 0.8, 0.7, 0.2], np.float32), ("cat", "cat", "dog", "cat"), boxes, 400)


def test_thresholds_and_suppression_by_hand() -> None:
    found = considered()
    assert keep_confident(found, 0.5) == [0, 1, 2]
    assert keep_confident(found, 0.1, ("cat",)) == [0, 1, 3]
    assert suppress(found, [0, 1, 2], 0.5) == [0, 2]  # another class may lie on the same place
    assert detections(found, [0, 2]).labels == ("cat", "dog")


def test_nothing_found_is_an_answer() -> None:
    assert detections(considered(), suppress(considered(), [], 0.5)).boxes.shape == (0, 4)


@pytest.mark.parametrize("shape", [(60, 90), (90, 60), (30, 400), (3000, 4000)])
def test_boxes_come_back_in_the_uploads_pixels(monkeypatch, shape) -> None:
    height, width = shape
    true = np.array([0.25 * width, 0.5 * height, 0.5 * width, 0.75 * height])
    card = weights.Card(
        name="made", task="detection", title="", architecture="fcos", arguments={}, classes=("cat", "dog"), input=FORM,
        parameters=0, multiply_adds=0, bytes=0, sha256="", metrics={}, limits=(), record={},
    )  # fmt: skip
    _, placement = opening.fit(np.zeros((height, width, 3), np.uint8), *FORM.shape(height, width), "pad")
    (x1, y1), (x2, y2) = placement.point_from_upload(*true[:2]), placement.point_from_upload(*true[2:])
    middle = torch.tensor([[(x1 + x2) / 2, (y1 + y2) / 2]])
    sides = torch.tensor([[[middle[0, 0] - x1, middle[0, 1] - y1, x2 - middle[0, 0], y2 - middle[0, 1]]]])
    said = (torch.tensor([[[9.0, -9.0]]]), sides.float(), torch.tensor([[9.0]]), middle.float(), torch.tensor([8]))
    network = weights.Network(card, Fixed(said), torch.device("cpu"))
    put_up(monkeypatch, network)
    answer = detection.detect(np.zeros((height, width, 3), np.uint8), "made", confidence=0.5)
    assert answer.labels == ("cat",)
    assert answer.boxes[0].tolist() == pytest.approx(true.tolist(), abs=max(shape) / 1000)
