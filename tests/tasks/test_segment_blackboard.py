"""Segmentation by networks whose answers are worked on paper, from picture to result, through the public functions."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnn_core.models.mask_rcnn_head import Found
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.click_segmentation import encode, select
from cnn_core.tasks.instance_segmentation import find_instances
from cnn_core.tasks.semantic_segmentation import segment, segment_with_each
from tests.blackboard import network_of, put_up

FORM = Preprocessing(8, (0.1, 0.2, 0.3), (0.5, 0.25, 0.2), how="pad", stride=4)
RED, BLUE, GREEN = (204, 0, 0), (0, 0, 204), (0, 102, 0)


class Answering(nn.Module):
    """A network that is a function."""

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: object) -> object:
        return self.function(*inputs)


class Headed(nn.Module):
    """A base that gives its input as its only feature map, and a head."""

    def __init__(self, head: Callable[..., object]) -> None:
        super().__init__()
        self.base, self.head = nn.Module(), Answering(head)
        self.base.maps = lambda x: [x]


def flag() -> np.ndarray:
    """(3, 8, 3): a green row, under it red on the left (3 columns) and blue on the right (5)."""
    picture = np.empty((3, 8, 3), np.uint8)
    picture[0], picture[1:, :3], picture[1:, 3:] = GREEN, RED, BLUE
    return picture


def red_and_blue(x: Tensor) -> Tensor:
    """Logits (1, 3, h, w): nothing, how red, how blue."""
    return torch.stack([torch.zeros_like(x[:, 0]), x[:, 0], x[:, 2]], 1)


def test_a_class_for_each_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red is (0.8 - 0.1) / 0.5 = 1.4 and (0 - 0.3) / 0.2 = -1.5; blue -0.2 and 2.5; green -0.2 and -1.5."""
    name = put_up(monkeypatch, network_of(Answering(red_and_blue), "semantic_segmentation", ("none", "poppy", "sky"), FORM))
    answer = segment(flag(), name)
    assert answer.classes.tolist() == [[0] * 8, [1, 1, 1, 2, 2, 2, 2, 2], [1, 1, 1, 2, 2, 2, 2, 2]]
    raw = np.exp([0, 1.4, -1.5])
    assert list(answer.at(0, 2).values()) == pytest.approx(list(raw / raw.sum()), abs=1e-5)
    assert answer.at(7, 1)["sky"] == pytest.approx(np.exp(2.5) / (1 + np.exp(-0.2) + np.exp(2.5)), abs=1e-5)


def test_probabilities_are_what_the_card_says_they_are_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logits of the background's pixels are doubled, those of things halved: classes stay, probabilities move."""
    record = {"line": "Made.", "pixels": {"background_slope": 2.0, "slope": 0.5}}
    network = network_of(Answering(red_and_blue), "semantic_segmentation", ("none", "poppy", "sky"), FORM, record=record)
    answer = segment(flag(), put_up(monkeypatch, network))
    assert answer.classes.tolist() == [[0] * 8, [1, 1, 1, 2, 2, 2, 2, 2], [1, 1, 1, 2, 2, 2, 2, 2]]
    raw = np.exp([0, 0.7, -0.75])
    assert list(answer.at(0, 2).values()) == pytest.approx(list(raw / raw.sum()), abs=1e-5)
    green = np.exp([0, -0.4, -3])
    assert list(answer.at(0, 0).values()) == pytest.approx(list(green / green.sum()), abs=1e-5)
    assert answer.probabilities.shape == (3, 3, 8)  # the padded fourth row is gone


def columns(x: Tensor) -> Tensor:
    """Logits (1, 2, 2, 4) for every other pixel: nothing, and 0, 1, 2, 3 from left to right, less 1.27."""
    grid = torch.arange(4.0).expand(1, 2, 4) - 1.27
    return torch.stack([torch.zeros_like(grid), grid], 1)


def test_a_coarse_map_lies_where_its_cells_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight columns read 0, 0.25, 0.75, 1.25, 1.75 ...: from the fifth on more than 1.27."""
    name = put_up(monkeypatch, network_of(Answering(columns), "semantic_segmentation", ("none", "right"), FORM))
    assert segment(flag(), name).classes.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1]] * 3


def test_several_heads_answer_with_their_own_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Headed(lambda maps: red_and_blue(maps[0]))
    name = put_up(monkeypatch, network_of(model, "upsampling", ("none", "poppy", "sky"), FORM))
    first, second = segment_with_each(flag(), [name, name])
    assert first.classes[2].tolist() == second.classes[2].tolist() == [1, 1, 1, 2, 2, 2, 2, 2]
    assert first.names == ("none", "poppy", "sky")


def two_boxes(x: Tensor) -> list[Found]:
    """A box, sure as its reddest pixel is red, of class 2; and a smaller one of class 1."""
    boxes = torch.tensor([[2.0, 2.0, 4.0, 3.0], [0.0, 1.0, 8.0, 2.0]])
    masks = torch.stack([torch.ones(28, 28), torch.zeros(28, 28)])
    return [Found(boxes, torch.stack([x[0, 0].max() / 2, torch.tensor(0.25)]), torch.tensor([2, 1]), masks, boxes[1:])]


def test_objects_come_with_their_own_class_and_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """(6, 16) is shrunk to (3, 8) in (4, 8): one pixel of the input is two of the upload."""
    name = put_up(monkeypatch, network_of(Answering(two_boxes), "instance_segmentation", ("cat", "dog"), FORM))
    picture = np.full((6, 16, 3), (204, 51, 0), np.uint8)
    found = find_instances(picture, name)
    assert found.labels == ("dog", "cat")
    assert found.boxes.tolist() == [[4, 4, 8, 6], [0, 2, 16, 4]]
    assert found.scores.tolist() == pytest.approx([0.7, 0.25], abs=1e-5)  # 1.4 / 2
    assert found.proposals.tolist() == [[0, 2, 16, 4]]
    assert found.shape == (6, 16)
    assert found.masks[0].min() == 1 and found.masks[1].max() == 0


def same_colour(maps: list[Tensor], clicks: list[list[tuple[float, float, bool]]]) -> Tensor:
    """Logits (1, 1, h, w): 1 where the red is as at the first positive click, else -1; at negative clicks -1."""
    (x,) = maps
    column, row = next((int(a), int(b)) for a, b, belongs in clicks[0] if belongs)
    same = (x[:, :1] - x[0, 0, row, column]).abs() < 0.2
    for a, b, belongs in clicks[0]:
        if not belongs:
            same[0, 0, int(b), int(a)] = False
    return 2.0 * same - 1


def ring_and_dot() -> np.ndarray:
    """(7, 8, 3): a red ring of 3 x 3 in the upper left with a blue hole, and a red dot in the lower right."""
    picture = np.full((7, 8, 3), BLUE, np.uint8)
    picture[1:4, 1:4] = RED
    picture[2, 2] = BLUE
    picture[6, 7] = RED
    return picture


def test_the_part_under_the_click_with_its_hole_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    name = put_up(monkeypatch, network_of(Headed(same_colour), "click_segmentation", ("object",), FORM))
    encoded = encode(ring_and_dot(), name)
    block, dot = np.zeros((7, 8), bool), np.zeros((7, 8), bool)
    block[1:4, 1:4] = True
    dot[6, 7] = True
    assert np.array_equal(select(encoded, [(3.5, 1.5, True)]), block)
    assert np.array_equal(select(encoded, [(7.5, 6.5, True)]), dot)
    assert np.array_equal(select(encoded, [(3.5, 1.5, True), (7.5, 6.5, True)]), block | dot)
    ring = block.copy()
    ring[2, 2] = False
    assert np.array_equal(select(encoded, [(3.5, 1.5, True), (2.5, 2.5, False)]), ring)
    assert not select(encoded, [(3.5, 1.5, False)]).any()
    assert not select(encoded, []).any()


def test_clicks_and_masks_are_in_the_uploads_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as large as the network's input: the click (7, 3) lies in the input's pixel (3, 1)."""
    name = put_up(monkeypatch, network_of(Headed(same_colour), "click_segmentation", ("object",), FORM))
    large = np.full((14, 16, 3), BLUE, np.uint8)
    large[:, 10:] = RED
    mask = select(encode(large, name), [(15.0, 3.0, True)])
    assert mask.shape == (14, 16)
    assert mask[:, 11:].all() and not mask[:, :9].any()
