"""Networks of one's own behind the recognition tasks: every number below is worked on paper, from the picture's pixels."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnn_core.models.on_base import OnBase
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.binary_classification import count_outcomes, decide, similar_outcomes
from cnn_core.tasks.classification import classify, measured_accuracy
from cnn_core.tasks.detection import TWO_STAGE, detect, find_candidates
from cnn_core.tasks.localisation import localise
from cnn_core.tasks.multi_label import find_classes
from cnn_core.tasks.sliding_window import (
    average_over_windows,
    classify_in_one_pass,
    classify_one_by_one,
    map_stride,
    plan_windows,
)
from tests.blackboard import network_of, put_up

RED, GREEN, BLUE = 204, 102, 51  # 0.8, 0.4, 0.2
STD = Preprocessing(4, (0.3, 0.2, 0.1), (0.5, 0.4, 0.2))


def stripes(height: int = 6, width: int = 12) -> np.ndarray:
    """(6, 12, 3): the left third in one colour, the rest black."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 3] = (RED, GREEN, BLUE)
    return picture


def plain(height: int = 5, width: int = 9) -> np.ndarray:
    return np.broadcast_to(np.array([RED, GREEN, BLUE], np.uint8), (height, width, 3)).copy()


class Channels(nn.Module):
    """Logits: the mean of each channel of the normalised picture."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


def test_the_logits_are_the_standardised_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dies when R and B are swapped, mean or std dropped, or the temperature multiplied instead of divided."""
    name = put_up(monkeypatch, network_of(Channels(), classes=("red", "green", "blue"), form=STD))
    answer = classify(plain(), name, temperature=2.0)
    assert answer.logits.tolist() == pytest.approx(
        [(0.8 - 0.3) / 0.5, (0.4 - 0.2) / 0.4, (0.2 - 0.1) / 0.2], abs=1e-5
    )  # 1, .5, .5
    powers = [math.exp(0.5), math.exp(0.25), math.exp(0.25)]  # logits divided by 2
    assert answer.probabilities.tolist() == pytest.approx([power / sum(powers) for power in powers], abs=1e-5)
    assert answer.top(1)[0][0] == "red"


class LeftRed(nn.Module):
    """Logits: the red mean of the left half, and of the right half."""

    def forward(self, x: Tensor) -> Tensor:
        half = x.shape[-1] // 2
        return torch.stack([x[:, 0, :, :half].mean((1, 2)), x[:, 0, :, half:].mean((1, 2))], 1)


def test_the_whole_picture_is_stretched_and_nothing_cropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red in columns 0..3 of 12: two thirds of the left half. A crop of the middle would hold less."""
    form = Preprocessing(12, (0.0,) * 3, (1.0,) * 3)  # columns stay as they are, rows are doubled
    name = put_up(monkeypatch, network_of(LeftRed(), classes=("left", "right"), form=form))
    assert classify(stripes(), name).logits.tolist() == pytest.approx([0.8 * 4 / 6, 0.0], abs=0.01)


class RedLogit(nn.Module):
    """One logit: four times the red mean less two."""

    def forward(self, x: Tensor) -> Tensor:
        return 4 * x[:, :1].mean((2, 3)) - 2


RECORD = {"validation": {"scores": [0.1, 0.68, 0.72, 0.82, 0.9], "labels": [0, 1, 0, 1, 1]}}


def test_one_logit_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    form = Preprocessing(4, (0.0,) * 3, (1.0,) * 3)
    net = network_of(RedLogit(), "binary_classification", ("cat", "dog"), form, record=RECORD)
    answer = decide(plain(), put_up(monkeypatch, net))
    assert answer.logit == pytest.approx(4 * 0.8 - 2, abs=1e-5)
    assert answer.probability == pytest.approx(1 / (1 + math.exp(-1.2)), abs=1e-5)  # 0.769, of the second class
    assert answer.name(0.76) == "dog"
    assert answer.name(0.78) == "cat"
    assert similar_outcomes(net.card, answer.probability) == (pytest.approx(2 / 3), 3)  # 0.68, 0.72, 0.82: 1, 0, 1


def test_all_four_outcomes_are_told_apart() -> None:
    counts = count_outcomes([0.9, 0.5, 0.5, 0.2, 0.8, 0.1, 0.3], [1, 1, 0, 1, 0, 0, 0], 0.5)
    assert (counts.true_positive, counts.false_negative, counts.false_positive, counts.true_negative) == (2, 1, 2, 2)
    assert counts.accuracy == pytest.approx(4 / 7)
    assert counts.true_positive_rate == pytest.approx(2 / 3)
    assert counts.false_positive_rate == pytest.approx(2 / 4)


def test_the_measured_accuracy_is_that_of_the_tenth() -> None:
    record = {"calibration": {"edges": [0.0, 0.3, 0.6, 1.0], "n": [7, 8, 9], "right": [0.2, 0.5, 0.9]}}
    card = network_of(Channels(), record=record).card
    found = [measured_accuracy(card, confidence) for confidence in (0.0, 0.3, 0.31, 0.6, 1.0)]
    assert found == [(0.2, 7), (0.2, 7), (0.5, 8), (0.5, 8), (0.9, 9)]
    assert measured_accuracy(network_of(Channels()).card, 0.5) == (0.0, 0)


class Pixels(nn.Module):
    """A base whose feature maps are the picture; its own classifier answers the three channels' means."""

    def __init__(self) -> None:
        super().__init__()
        self.pool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Identity()

    def maps(self, x: Tensor) -> list[Tensor]:
        return [x]


class RedBox(nn.Module):
    """c_o is the largest red; the box goes from the top left corner to the last column and row of the upper left red."""

    def forward(self, maps: list[Tensor]) -> Tensor:
        x = maps[-1]
        red = x[:, 0] > 0.5
        width, height = (red.any(1).float().sum(1), red.any(2).float().sum(1))
        sides = [torch.zeros(1), torch.zeros(1), width / x.shape[3], height / x.shape[2]]
        return torch.stack([x[:, 0].amax((1, 2)), *sides], 1)


def test_one_object_is_boxed_in_the_uploads_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dies when h and w are swapped, when the sigmoid of c_o is missing, when shares are taken for pixels."""
    form = Preprocessing(12, (0.0,) * 3, (1.0,) * 3)
    picture = np.zeros((6, 24, 3), np.uint8)
    picture[:4, :6] = (RED, GREEN, BLUE)  # a quarter of the width, two thirds of the height
    net = network_of(OnBase(Pixels(), RedBox()), "localisation", ("red", "green", "blue"), form)
    found = localise(picture, put_up(monkeypatch, net))
    assert found.box.tolist() == pytest.approx([0, 0, 6, 4], abs=1e-4)
    assert found.presence == pytest.approx(1 / (1 + math.exp(-0.8)), abs=0.01)
    assert found.classification.top(1)[0][0] == "red"
    values = {entry.symbol: entry.value for entry in found.label_vector("corner")}
    assert [values[key] for key in ("b_x", "b_y", "b_h", "b_w")] == pytest.approx([0, 1 / 3, 2 / 3, 1 / 4], abs=1e-4)
    middle = {entry.symbol: entry.value for entry in found.label_vector("centre")}
    assert [middle[key] for key in ("b_x", "b_y", "b_h", "b_w")] == pytest.approx([1 / 8, 1 / 3, 2 / 3, 1 / 4], abs=1e-4)


def test_the_label_vector_has_both_lectures_orders_and_its_activations(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network_of(OnBase(Pixels(), RedBox()), "localisation", ("red", "green", "blue"))
    found = localise(plain(), put_up(monkeypatch, net))
    box = ["b_x", "b_y", "b_h", "b_w"]
    first, second = (found.label_vector("corner", order) for order in ("box_first", "presence_first"))
    assert [entry.symbol for entry in first] == [*box, "c_o", "c (red)", "c (green)", "c (blue)"]
    assert [entry.symbol for entry in second] == ["c_o", *box, "c (red)", "c (green)", "c (blue)"]
    assert {entry.symbol: entry.activation.split(",")[0] for entry in first[:6]} == {
        **dict.fromkeys(box, "softplus"), "c_o": "sigmoid", "c (red)": "softmax",
    }  # fmt: skip
    with pytest.raises(ValueError, match="box_first"):
        found.label_vector("corner", "classes_first")


class Places(nn.Module):
    """A head whose cells are squares of two pixels: it answers red and blue, and listens where red, or blue, is largest."""

    def stacked(self, maps: list[Tensor]) -> Tensor:
        return nn.functional.avg_pool2d(maps[-1][:, [0, 2]], 2)

    def places(self, stacked: Tensor) -> tuple[Tensor, Tensor]:
        return 10 * stacked - 2, (50 * stacked).flatten(2).softmax(2).view_as(stacked)


def test_each_class_has_its_own_sigmoid_and_its_own_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    form = Preprocessing(16, (0.0,) * 3, (1.0,) * 3, how="pad", stride=4)
    picture = np.zeros((6, 16, 3), np.uint8)  # padded to 8 rows, one of them above: the squares lie on cells of two pixels
    picture[1:3, 4:6], picture[3:5, 12:14] = (255, 0, 0), (0, 0, 102)
    net = network_of(OnBase(Pixels(), Places()), "multi_label", ("red", "blue"), form)
    found = find_classes(picture, put_up(monkeypatch, net))
    assert found.logits.tolist() == pytest.approx([8.0, 2.0], abs=0.01)  # 10 * 1 - 2 and 10 * 0.4 - 2, where it listens
    assert found.probabilities() == pytest.approx({"red": 1 / (1 + math.exp(-8)), "blue": 1 / (1 + math.exp(-2))}, abs=1e-3)
    expected = np.zeros((2, 6, 16))
    expected[0, 1:3, 4:6] = expected[1, 3:5, 12:14] = 1
    assert found.attention == pytest.approx(expected, abs=0.01)


class TwoCells(nn.Module):
    """A one-stage detector with two cells of 8 pixels and two classes; its scores are worked below."""

    def strides(self, x: Tensor, levels: list[Tensor]) -> list[int]:
        return [8]

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        logits = torch.tensor([[[0.0, 3.0], [2.0, -9.0]]])
        distances = torch.tensor([[[2.0, 1.0, 6.0, 3.0], [4.0, 4.0, 4.0, 4.0]]])
        return logits, distances, torch.tensor([[1.0, 0.0]]), torch.tensor([[4.0, 4.0], [12.0, 4.0]]), torch.tensor([8, 8])


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_a_cells_box_its_score_and_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture (20, 40) lies in the input (16, 16) as (8, 16) with 4 empty rows above: a pixel there is 2.5 here."""
    form = Preprocessing(16, (0.0,) * 3, (1.0,) * 3, how="pad", stride=8)
    net = network_of(TwoCells(), "detection", ("cat", "dog"), form)
    picture = np.zeros((20, 40, 3), np.uint8)
    name = put_up(monkeypatch, net)
    found = find_candidates(picture, name)
    scores = [math.sqrt(sigmoid(z) * sigmoid(q)) for z, q in ((3.0, 1.0), (2.0, 0.0), (0.0, 1.0))]
    assert found.labels == ("dog", "cat", "cat")
    assert found.scores[:3].tolist() == pytest.approx(scores, abs=1e-5)
    assert found.boxes[0].tolist() == pytest.approx([2.5 * (4 - 2), 2.5 * (4 - 1), 2.5 * (4 + 6), 2.5 * (4 + 3)], abs=1e-4)
    assert found.origins[1].tolist() == pytest.approx([2.5 * 8, 0, 2.5 * 16, 2.5 * 8], abs=1e-4)
    assert found.total == 2
    assert detect(picture, name, confidence=float(found.scores[1])).labels == ("dog", "cat")  # a score at the bar passes
    assert detect(picture, name, confidence=0.0, iou=1.0, classes=("cat",)).labels == ("cat", "cat")


class Proposals(nn.Module):
    """A second stage with one proposal and two classes (the background is left out already)."""

    def considered(self, maps: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        boxes = torch.tensor([[[0.0, 0, 4, 8], [2, 2, 6, 10]]])
        return torch.tensor([[0.3, 0.6]]), boxes, torch.tensor([[1.0, 2, 5, 9]])


def test_two_stages_give_each_class_its_own_box(monkeypatch: pytest.MonkeyPatch) -> None:
    form = Preprocessing(16, (0.0,) * 3, (1.0,) * 3, how="pad", stride=16)
    net = network_of(OnBase(Pixels(), Proposals()), TWO_STAGE, ("cat", "dog"), form)
    found = find_candidates(np.zeros((32, 32, 3), np.uint8), put_up(monkeypatch, net))
    assert found.labels == ("dog", "cat")
    assert found.boxes.tolist() == [[4, 4, 12, 20], [0, 0, 8, 16]]
    assert found.origins.tolist() == [[2, 4, 10, 18]] * 2


class Averaging(nn.Module):
    """Feature maps: means over squares of 2 pixels of red and blue; logits: their averages. No convolution, no edges."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.fc.weight.data, self.fc.bias.data = 10 * torch.eye(2), torch.tensor([0.0, 1.0])
        self.requires_grad_(False)

    def maps(self, x: Tensor) -> list[Tensor]:
        return [nn.functional.avg_pool2d(x[:, [0, 2]], 2)]

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.maps(x)[-1].mean((2, 3)))


def test_every_window_is_classified_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture (4, 8): its third window of four columns is red. Dies when rows and columns or the order are mixed up."""
    picture = np.zeros((4, 8, 3), np.uint8)
    picture[:, 4:6] = (255, 0, 0)
    net = network_of(Averaging(), "classification", ("red", "blue"), Preprocessing(4, (0.0,) * 3, (1.0,) * 3))
    name = put_up(monkeypatch, net)
    assert map_stride(net) == 2
    grid = plan_windows((4, 8), 1.0, 4, 2)
    assert grid.boxes().tolist() == [[0, 0, 4, 4], [2, 0, 6, 4], [4, 0, 8, 4]]
    red = [0.0, 0.5, 0.5]  # the share of red columns
    expected = [[sigmoid(10 * share - 1), sigmoid(1 - 10 * share)] for share in red]
    assert np.allclose(classify_in_one_pass(picture, name, grid), expected, atol=1e-5)
    assert np.allclose(list(classify_one_by_one(picture, name, grid)), expected, atol=1e-5)


def test_a_higher_picture_has_more_rows_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.zeros((8, 4, 3), np.uint8)
    picture[:2] = (255, 0, 0)
    net = network_of(Averaging(), "classification", ("red", "blue"), Preprocessing(4, (0.0,) * 3, (1.0,) * 3))
    name = put_up(monkeypatch, net)
    grid = plan_windows((8, 4), 1.0, 4, 2)
    assert (grid.rows, grid.columns) == (3, 1)
    assert [round(float(p[0]), 4) for p in classify_in_one_pass(picture, name, grid)] == [
        round(sigmoid(10 * share - 1), 4) for share in (0.5, 0.0, 0.0)
    ]


def test_the_score_map_is_a_mean_and_not_a_sum() -> None:
    boxes = np.array([[0, 0, 2, 4], [1, 0, 3, 4]], np.float32)  # in a picture 4 high and 8 wide
    values = average_over_windows(boxes, np.array([0.2, 0.6], np.float32), (4, 8), cells=8)
    assert values.shape == (4, 8)
    assert values[0].tolist() == pytest.approx([0.2, 0.4, 0.6, 0, 0, 0, 0, 0])
