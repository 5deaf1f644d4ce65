"""Styles in one pass: sizes, every style at once, what is remembered; on an untrained network."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from cnn_core.errors import InputError
from cnn_core.models import build_model
from cnn_core.runtime import recent, weights
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.fast_style_transfer import blend, paint_in_every_style, paint_in_one_pass
from tests.blackboard import put_up

PICTURE = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
FIRST, SECOND, BOTH = (1.0, 0.0), (0.0, 1.0), (0.5, 0.5)


@pytest.fixture(autouse=True)
def made_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    torch.manual_seed(0)
    arguments = {"styles": 2, "widths": [4, 6, 8], "blocks": 1}
    model = build_model("style_network", arguments).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "scale" in name or "shift" in name:
                parameter.copy_(torch.randn_like(parameter))
    card = weights.Card(
        name="made", task="style_transfer", title="Made", architecture="style_network", arguments=arguments,
        classes=("one", "other"), input=Preprocessing(64, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), stride=4), parameters=0,
        multiply_adds=0, bytes=0, sha256="", metrics={}, limits=(), record={},
    )  # fmt: skip
    network = weights.Network(card, model, torch.device("cpu"))
    put_up(monkeypatch, network)
    recent.forget()
    yield
    recent.forget()


@pytest.mark.parametrize(("longest", "shape"), [(64, (48, 64, 3)), (128, (96, 128, 3)), (40, (32, 40, 3))])
def test_the_longer_side_is_as_asked_and_no_side_too_small(longest: int, shape: tuple[int, ...]) -> None:
    assert paint_in_one_pass(PICTURE, "made", FIRST, longest).picture.shape == shape


def test_every_style_is_each_style_alone_and_a_mixture_is_neither() -> None:
    every = paint_in_every_style(PICTURE, "made", 64)
    for found, shares in zip(every, (FIRST, SECOND), strict=True):
        assert np.array_equal(found, paint_in_one_pass(PICTURE, "made", shares, 64).picture)
    between = paint_in_one_pass(PICTURE, "made", BOTH, 64).picture
    assert not any(np.array_equal(between, alone) for alone in every)


def test_the_same_painting_is_painted_once() -> None:
    first = paint_in_one_pass(PICTURE, "made", BOTH, 64)
    assert paint_in_one_pass(PICTURE.copy(), "made", BOTH, 64) is first
    assert paint_in_one_pass(PICTURE, "made", BOTH, 128) is not first


def test_one_share_for_each_style() -> None:
    with pytest.raises(InputError, match="2 styles, so it needs 2 shares; 3 came"):
        paint_in_one_pass(PICTURE, "made", (1.0, 0.0, 0.0), 64)


def test_strength_lies_over_the_photograph_worked_by_hand() -> None:
    photograph, painting = np.full((4, 4, 3), 100, np.uint8), np.full((4, 4, 3), 200, np.uint8)
    assert np.unique(blend(photograph, painting, 0.25)).tolist() == [125]
