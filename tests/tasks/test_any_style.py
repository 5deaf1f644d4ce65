"""Any style in one pass: what strength and shares mix, on an untrained network."""

import numpy as np
import pytest
import torch

from cnn_core import weights
from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.tasks import style_transfer
from cnn_core.tasks.style_transfer import painted_like

chance = np.random.default_rng(0)
PICTURE, FIRST, SECOND = (chance.integers(0, 256, shape, np.uint8) for shape in ((48, 64, 3), (64, 64, 3), (40, 80, 3)))


@pytest.fixture(autouse=True)
def made_network(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    base = build_model("vgg", {"classes": 4, "widths": [4, 6, 8, 8], "depths": [1, 1, 1, 1]}).eval()
    head = build_model("adain_decoder", {"widths": [4, 6, 8, 8]}).eval()
    with torch.no_grad():
        for parameter in head.parameters():
            parameter *= 3  # untrained, it paints nearly one grey
    card = weights.Card(
        name="made", task="any_style", title="", architecture="adain_decoder", arguments={}, classes=("picture",),
        input=weights.InputFormat(64, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), parameters=0, multiply_adds=0, bytes=0,
        sha256="", metrics={}, limits=(), record={}, base="base",
    )  # fmt: skip
    network = weights.Network(card, OnBase(base, head), torch.device("cpu"))
    monkeypatch.setattr(style_transfer.weights, "with_fallback", lambda name, work: work(network))


def painting(*styles: tuple[np.ndarray, float], strength: float = 1.0) -> np.ndarray:
    return painted_like(PICTURE, styles, strength, "made", 64).astype(int)


def test_the_painting_has_the_pictures_proportions() -> None:
    assert painting((FIRST, 1.0)).shape == (48, 64, 3)


def test_without_strength_the_style_does_not_matter() -> None:
    assert (painting((FIRST, 1.0), strength=0.0) == painting((SECOND, 1.0), strength=0.0)).all()
    assert (painting((FIRST, 1.0)) != painting((SECOND, 1.0))).any()


def test_the_whole_share_of_one_style_is_that_style() -> None:
    assert (painting((FIRST, 1.0), (SECOND, 0.0)) == painting((FIRST, 1.0))).all()
    assert (painting((FIRST, 0.0), (SECOND, 1.0)) == painting((SECOND, 1.0))).all()
    between = painting((FIRST, 0.5), (SECOND, 0.5))
    assert (between != painting((FIRST, 1.0))).any()
    assert (between != painting((SECOND, 1.0))).any()


def test_a_picture_is_its_own_style() -> None:
    assert abs(painting((PICTURE, 1.0)) - painting((PICTURE, 1.0), strength=0.0)).max() <= 1
