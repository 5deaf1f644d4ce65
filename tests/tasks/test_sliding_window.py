"""Windows: where they lie, and that one pass computes what the classifier computes window by window."""

import numpy as np
import pytest
import torch

from cnn_core.models.face_detector import FaceDetector
from cnn_core.models.resnet import ResNet
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.sliding_window import (
    average_over_windows,
    classify_in_one_pass,
    classify_one_by_one,
    plan_windows,
    prepare_at_scale,
    window_side,
)
from tests.blackboard import put_up


def network(kernel_sees_neighbours: bool = True) -> weights.Network:
    """An untrained residual network for 32 px whose last maps have a stride of 8."""
    torch.manual_seed(0)
    model = ResNet(3, [8, 8, 8], [1, 1, 1], stem_stride=2).eval()
    if not kernel_sees_neighbours:
        for module in model.modules():
            if isinstance(module, torch.nn.Conv2d) and module.kernel_size == (3, 3):
                centre = module.weight.data[:, :, 1, 1].clone()
                module.weight.data.zero_()
                module.weight.data[:, :, 1, 1] = centre
    card = weights.Card(
        name="made", task="classification", title="", architecture="resnet", arguments={}, classes=("a", "b", "c"),
        input=Preprocessing(32, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), parameters=0, multiply_adds=0, bytes=0,
        sha256="", metrics={}, limits=(), record={},
    )  # fmt: skip
    return weights.Network(card, model, torch.device("cpu"))


def face_network() -> weights.Network:
    """An untrained network for faces that says something different at every place."""
    torch.manual_seed(0)
    model = FaceDetector([4, 4, 8], 1).eval()
    torch.nn.init.normal_(model.answer.weight, std=2.0)
    torch.nn.init.zeros_(model.answer.bias)
    card = weights.Card(
        name="made", task="face_detection", title="", architecture="face_detector", arguments={}, classes=("face",),
        input=Preprocessing(80, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), parameters=0, multiply_adds=0, bytes=0,
        sha256="", metrics={}, limits=(), record={},
    )  # fmt: skip
    return weights.Network(card, model, torch.device("cpu"))


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


def test_windows_by_hand() -> None:
    places = plan_windows((100, 200), 1.0, 32, 16)  # 100 -> 32, 200 -> 64: windows at 0, 16, 32
    assert places.scaled == (32, 64)
    assert (places.rows, places.columns) == (1, 3)
    assert places.corners() == [(0, 0), (16, 0), (32, 0)]
    assert places.boxes().tolist() == [[0, 0, 100, 100], [50, 0, 150, 100], [100, 0, 200, 100]]


def test_half_as_large_windows_are_more() -> None:
    places = plan_windows((100, 200), 0.5, 32, 16)
    assert places.scaled == (64, 128)
    assert (places.rows, places.columns) == (3, 7)
    assert places.boxes()[-1].tolist() == [150, 50, 200, 100]


def test_a_very_long_picture_keeps_nobody_waiting() -> None:
    places = plan_windows((10, 9000), 0.5, 32, 16)
    assert places.scaled == (64, 6 * 32)
    assert places.boxes()[-1].tolist() == [7500, 5, 9000, 10]


def test_one_pass_answers_as_the_windows_do(monkeypatch: pytest.MonkeyPatch) -> None:
    name, picture_ = put_up(monkeypatch, network(kernel_sees_neighbours=False)), picture(60, 90)
    places = plan_windows((60, 90), 0.6, 32, 8)
    windows = np.stack(list(classify_one_by_one(picture_, name, places)))
    at_once = classify_in_one_pass(picture_, name, places)
    assert windows.shape == at_once.shape == (places.rows * places.columns, 3)
    assert np.allclose(windows, at_once, atol=1e-5)


def test_one_pass_differs_only_by_what_lies_beyond_the_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    name, picture_ = put_up(monkeypatch, network()), picture(32, 32)
    places = plan_windows((32, 32), 1.0, 32, 8)  # a single window: both find zeros beyond its edge
    (window,) = classify_one_by_one(picture_, name, places)
    assert np.allclose(window, classify_in_one_pass(picture_, name, places)[0], atol=1e-5)


@pytest.mark.parametrize("stride", [8, 16])
def test_one_pass_finds_faces_where_the_windows_do(stride: int, monkeypatch: pytest.MonkeyPatch) -> None:
    net, picture_ = face_network(), picture(80, 101)
    name = put_up(monkeypatch, net)  # small kernels: a window's middle never sees its edge
    side = window_side(net)
    places = plan_windows((80, 101), 0.7, side, stride)
    windows = np.stack(list(classify_one_by_one(picture_, name, places)))
    at_once = classify_in_one_pass(picture_, name, places)
    assert windows.shape == at_once.shape == (places.rows * places.columns, 1)
    assert np.ptp(windows) > 0.001
    assert np.allclose(windows, at_once, atol=1e-6)


def test_a_stride_off_the_grid_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="multiples of 8"):
        classify_in_one_pass(picture(60, 60), put_up(monkeypatch, network()), plan_windows((60, 60), 0.5, 32, 12))


def test_the_window_is_what_the_classifier_would_be_given() -> None:
    x = prepare_at_scale(picture(64, 64), plan_windows((64, 64), 0.5, 32, 16), network())
    assert x.shape == (1, 3, 64, 64)


def test_scores_are_averaged_where_windows_overlap() -> None:
    boxes = np.array([[0, 0, 32, 64], [16, 0, 48, 64]], np.float32)
    values = average_over_windows(boxes, np.array([1.0, 0.5], np.float32), (64, 64))
    assert values.shape == (64, 64)
    assert values[0, [0, 20, 40, 60]].tolist() == [1.0, 0.75, 0.5, 0.0]
