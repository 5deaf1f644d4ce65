"""A detector taught by another: what is read of the teacher's answers, which boxes are doubted, and the losses on paper."""

import io
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnn_core.training.augment.scenes import Views
from cnn_core.training.data.pack_scenes import jpeg_of
from cnn_core.training.data.taught_scenes import VOC_NAMES, Boxes, TaughtScenes, doubt_in_voc, joined, read_answers
from cnn_core.training.data.teacher_answers import COCO, cells, read_boxes
from cnn_core.training.losses.distillation import quality_focal_loss, taught_fcos_loss

PERSON, CAR, CUP = (COCO.index(name) for name in ("person", "car", "cup"))


def scores(**named: float) -> torch.Tensor:
    """(80,) float16: these classes' probabilities."""
    row = torch.zeros(len(COCO), dtype=torch.float16)
    for name, value in named.items():
        row[COCO.index(name)] = value
    return row


# ---------------------------------------------------------------- the teacher's answers


def test_cells_stand_row_by_row_the_finest_grid_first() -> None:
    found = cells()
    assert found.shape == (52 * 52 + 26 * 26 + 13 * 13, 3)
    assert found[53].tolist() == [1, 1, 8]
    assert found[52 * 52 + 26 + 2].tolist() == [2, 1, 16]
    assert found[-1].tolist() == [12, 12, 32]


def test_a_cells_answer_is_a_box_in_the_photographs_pixels_and_a_product_of_probabilities() -> None:
    """Cell (3, 5) of stride 16: centre (3.5, 5.25) cells = (56, 84), 32 x 16 pixels of the canvas; half of that here."""
    answers = np.zeros((3549, 85), np.float32)
    place = 52 * 52 + 5 * 26 + 3
    answers[place, :5] = 0.5, 0.25, math.log(2), math.log(1), 0.8
    answers[place, 5 + CUP], answers[place, 5 + CAR] = 0.75, 0.25
    answers[place + 1, :5] = answers[place, :5]  # the same object once more: its box is moved by one cell of 16
    answers[place + 1, 0], answers[place + 1, 5 + CUP] = -0.45, 0.5
    boxes, found = read_boxes(answers, scale=2.0)
    assert boxes.tolist() == [pytest.approx([(56 - 16) / 2, (84 - 8) / 2, (56 + 16) / 2, (84 + 8) / 2], abs=1e-4)]
    assert found[0, CUP] == pytest.approx(0.6) and found[0, CAR] == pytest.approx(0.2)


def test_what_voc_should_have_named_is_doubted_and_the_same_object_left_out() -> None:
    true = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
    corners = torch.tensor([[0.0, 0.0, 10.0, 9.0], [20.0, 0.0, 30.0, 10.0], [40.0, 0.0, 50.0, 10.0], [0.0, 0.0, 4.0, 10.0]])
    rows = torch.stack([scores(person=0.9), scores(person=0.9), scores(cup=0.9), scores(car=0.3)])
    found = doubt_in_voc(Boxes(corners, rows), true)
    assert found.corners.tolist() == corners[1:].tolist()
    assert found.scores[:, PERSON].tolist() == pytest.approx([0.39, 0, 0], abs=1e-3)
    assert found.scores[1, CUP] == pytest.approx(0.9, abs=1e-3) and found.scores[2, CAR] == pytest.approx(0.3, abs=1e-3)
    assert len(doubt_in_voc(Boxes(corners, rows), torch.zeros(0, 4)).corners) == 4


def test_vocs_names_stand_in_cocos_order() -> None:
    assert [VOC_NAMES[COCO.index(name)] for name in ("tv", "couch", "person")] == ["tvmonitor", "sofa", "person"]


# ---------------------------------------------------------------- photographs


def file_of(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def two_packs() -> TaughtScenes:
    """Three photographs with one, none and two boxes, from two packs."""
    box = torch.tensor([[8.0, 8.0, 40.0, 40.0]])
    first = TaughtScenes(
        [file_of((255, 0, 0)), file_of((0, 255, 0))],
        [Boxes(box, scores(cup=0.9)[None]), Boxes(torch.zeros(0, 4), torch.zeros(0, 80, dtype=torch.float16))],
        [torch.zeros(48, 64, dtype=torch.uint8), None],
    )
    rows = torch.stack([scores(car=0.2), scores(person=1.0)])
    second = TaughtScenes([file_of((0, 0, 255))], [Boxes(torch.cat([box, box + 10]), rows)])
    return joined([first, second])


def test_a_photographs_labels_are_its_rows_of_probabilities() -> None:
    scenes = two_packs()
    assert [scenes[k].labels.tolist() for k in range(3)] == [[0], [], [1, 2]]
    assert scenes[2].picture[:, 0, 0].tolist() == [0, 0, 255] and scenes[2].picture.shape == (3, 48, 64)
    assert scenes.scores[2, PERSON] == 1 and scenes.scores[0, CUP] == pytest.approx(0.9, abs=1e-3)
    assert scenes[0].mask is not None and scenes[1].mask is None


def test_views_carry_the_rows_along() -> None:
    torch.manual_seed(3)
    views = Views(two_packs(), 64, mosaic=0.0)
    found = [views.make(2) for _ in range(12)]
    assert {label for view in found for label in view.labels.tolist()} == {1, 2}
    assert all(len(view.labels) == len(view.boxes) for view in found)


def test_photographs_of_rare_things_come_more_often() -> None:
    """Of 40 with a person and one with a cup, at a share of a half: the cup sqrt(20.5) = 4.5 times, rounded."""
    box = torch.tensor([[8.0, 8.0, 40.0, 40.0]])
    boxes = [Boxes(box, scores(person=0.9)[None])] * 40 + [Boxes(box, scores(cup=0.9)[None])]
    scenes = TaughtScenes([b""] * 41, boxes)
    order = scenes.rarest(0.5)
    assert order.count(0) == 1 and order.count(40) in (4, 5) and len(order) == 40 + order.count(40)


def test_answers_are_read_photograph_by_photograph(tmp_path: Path) -> None:
    path = tmp_path / "some.answers.npz"
    boxes = np.arange(12, dtype=np.float32).reshape(3, 4)
    np.savez(path, offs=[0, 1, 1, 3], boxes=boxes, scores=np.eye(3, 80, dtype=np.float16))
    found = list(read_answers(path))
    assert [own.corners.tolist() for own in found] == [boxes[:1].tolist(), [], boxes[1:].tolist()]
    assert found[2].scores[1, 2] == 1


def test_photographs_keep_their_proportions_and_are_never_enlarged() -> None:
    assert Image.open(io.BytesIO(jpeg_of(file_of((9, 9, 9))))).size == (64, 48)
    out = io.BytesIO()
    Image.new("RGB", (896, 448)).save(out, "PNG")
    assert Image.open(io.BytesIO(jpeg_of(out.getvalue()))).size == (448, 224)


# ---------------------------------------------------------------- losses


def test_quality_focal_loss_on_paper() -> None:
    """Of logits 0 (p = 1/2): a target of 3/4 costs (1/4)^2 ln 2, a target of 1 (1/2)^2 ln 2, an unknown one nothing."""
    logits, targets = torch.zeros(1, 3), torch.tensor([[0.75, 1.0, 0.0]])
    known = torch.tensor([[True, True, False]])
    assert float(quality_focal_loss(logits, targets, known)) == pytest.approx((1 / 16 + 1 / 4) * math.log(2))


def outputs(logits: list[list[float]]) -> tuple[torch.Tensor, ...]:
    """Two cells of stride 8 at (4, 4) and (12, 4); both boxes reach 4 pixels each way."""
    return (
        torch.tensor([logits]), torch.full((1, 2, 4), 4.0), torch.zeros(1, 2),
        torch.tensor([[4.0, 4.0], [12.0, 4.0]]), torch.tensor([8, 8]),
    )  # fmt: skip


def test_a_sure_box_is_found_with_its_probability_as_the_target() -> None:
    """Box 0..8 belongs to the first cell: its class has the target 0.8; the second cell is background."""
    boxes, rows = [torch.tensor([[0.0, 0.0, 8.0, 8.0]])], [torch.tensor([[0.8, 0.1]])]
    losses = taught_fcos_loss(outputs([[0.0, 0.0], [0.0, 0.0]]), boxes, rows, sure=0.4)
    expected = (0.3**2 + 0.4**2 + 0.5**2 + 0.5**2) * math.log(2)  # |0.8 - p|, |0.1 - p|, and twice |0 - p|
    assert float(losses["classes"]) == pytest.approx(expected, rel=1e-5)
    assert float(losses["boxes"]) == pytest.approx(0, abs=1e-6)
    assert float(losses["quality"]) == pytest.approx(math.log(2))  # the box is exact, its quality logit 0


def test_where_the_teacher_doubts_nobody_says_background() -> None:
    """The box may be the first class (0.3), hardly the second (0.02): only the first class of the first cell is left out."""
    boxes, rows = [torch.tensor([[0.0, 0.0, 8.0, 8.0]])], [torch.tensor([[0.3, 0.02]])]
    losses = taught_fcos_loss(outputs([[5.0, 0.0], [0.0, 0.0]]), boxes, rows, sure=0.4)
    assert float(losses["classes"]) == pytest.approx(3 * 0.25 * math.log(2), rel=1e-5)
    assert float(losses["boxes"]) == 0
