"""Localisation, present classes and clicks with small untrained networks: shapes, conventions, the upload's own pixels."""

import numpy as np
import pytest
import torch

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.results import Classification
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks import click_segmentation, localisation, multi_label
from cnn_core.tasks.localisation import Localization
from cnn_core.tasks.preprocessing import input_tensor
from tests.blackboard import put_up

CPU = torch.device("cpu")
SQUARE = Preprocessing(96, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
PADDED = Preprocessing(96, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), how="pad", stride=32)
BACKBONE = {"widths": [8, 8, 16, 16], "blocks": [1, 1, 1, 1], "stem_stride": 2, "stem_pool": True}


def network(task: str, base: torch.nn.Module, head: torch.nn.Module, classes: tuple[str, ...]) -> weights.Network:
    form = SQUARE if task == "localisation" else PADDED
    card = weights.Card(
        name="made", task=task, title="", architecture="", arguments={}, classes=classes, input=form, parameters=0,
        multiply_adds=0, bytes=0, sha256="", metrics={}, limits=(), record={}, base="base",
    )  # fmt: skip
    return weights.Network(card, OnBase(base.eval(), head.eval()), CPU)


def detector() -> torch.nn.Module:
    torch.manual_seed(0)
    return build_model("fcos", {"classes": 3, "backbone": BACKBONE, "width": 8})


def picture(height: int = 60, width: int = 90) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_each_class_has_a_sigmoid_of_its_own(monkeypatch) -> None:
    head = build_model("attention_head", {"widths": [16, 16], "hidden": 8, "outputs": 3})
    put_up(monkeypatch, network("multi_label", detector(), head, ("a", "b", "c")))
    answer = multi_label.find_classes(picture(), "made")
    assert answer.attention.shape == (3, 64, 96)
    assert answer.attention.max() == 1
    shares = answer.probabilities()
    assert shares["b"] == pytest.approx(1 / (1 + np.exp(-answer.logits[1])), abs=1e-5)


def test_the_localiser_names_and_boxes(monkeypatch) -> None:
    torch.manual_seed(0)
    base = build_model("resnet", {"classes": 4, "widths": [8, 8, 8], "blocks": [1, 1, 1], "stem_stride": 2})
    head = build_model("box_head", {"widths": [8, 8], "hidden": 8})
    net = network("localisation", base, head, ("a", "b", "c", "d"))
    put_up(monkeypatch, net)
    answer = localisation.localise(picture(60, 90), "made")
    x1, y1, x2, y2 = answer.box
    assert 0 <= x1 <= x2 <= 90
    assert 0 <= y1 <= y2 <= 60
    assert 0 <= answer.presence <= 1
    with torch.inference_mode():
        logits = base(input_tensor(picture(60, 90), net))[0].numpy()
    assert np.allclose(answer.classification.logits, logits, atol=1e-5)  # the class is the base's own


def test_the_label_vector_in_both_conventions() -> None:
    answer = Classification(("cat", "dog"), np.zeros(2, np.float32), np.array([0.25, 0.75], np.float32))
    found = Localization(0.9, np.array([20, 10, 60, 40], np.float32), answer, (50, 100))
    centre = {entry.symbol: entry.value for entry in found.label_vector("centre")}
    assert list(centre) == ["c_o", "b_x", "b_y", "b_h", "b_w", "c (dog)", "c (cat)"]
    assert list(centre.values()) == pytest.approx([0.9, 0.4, 0.5, 0.6, 0.4, 0.75, 0.25])
    assert [entry.value for entry in found.label_vector("corner")[1:5]] == pytest.approx([0.2, 0.2, 0.6, 0.4])
    with pytest.raises(ValueError, match="centre"):
        found.label_vector("middle")


def encode_by(head: torch.nn.Module, shown: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> click_segmentation.Encoded:
    put_up(monkeypatch, network("click_segmentation", detector(), head, ("object",)))
    return click_segmentation.encode(shown, "made")


@pytest.mark.parametrize("shape", [(60, 90), (200, 50), (1500, 2000)])
def test_a_selection_has_the_uploads_shape(shape, monkeypatch) -> None:
    head = build_model("click_head", {"widths": [8, 8, 16, 16], "hidden": [8, 8, 8, 8]})
    encoded = encode_by(head, picture(*shape), monkeypatch)
    mask = click_segmentation.select(encoded, [(10.0, 10.0, True), (30.0, 30.0, False)])
    assert mask.shape == shape
    assert mask.dtype == bool


def test_nothing_is_selected_without_a_positive_click(monkeypatch) -> None:
    head = build_model("click_head", {"widths": [8, 8, 16, 16], "hidden": [8, 8, 8, 8]})
    encoded = encode_by(head, picture(), monkeypatch)
    assert not click_segmentation.select(encoded, []).any()
    assert not click_segmentation.select(encoded, [(5.0, 5.0, False)]).any()
